"""The booth's password: kept as an HMAC, compared in constant time, never as a slow hash per photo."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence


def password_verifier(password: str, *, secret_key: str) -> str:
    """HMAC-SHA256 of the password under the platform's secret key, as hex."""
    # a header that was not UTF-8 comes with surrogates
    return hmac.new(secret_key.encode(), password.encode(errors="surrogateescape"), hashlib.sha256).hexdigest()


def password_matches(password: str, verifiers: Iterable[str], *, secret_keys: Sequence[str]) -> bool:
    """Whether the password is one of those, made under any of the keys; no verifier at all admits nobody."""
    given = [password_verifier(password, secret_key=secret_key) for secret_key in secret_keys]
    matches = [hmac.compare_digest(one, verifier) for verifier in verifiers for one in given]
    return any(matches)
