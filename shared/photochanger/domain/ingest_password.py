"""The booth's password: kept as an HMAC, compared in constant time, never as a slow hash per photo."""

import hashlib
import hmac
from collections.abc import Iterable


def password_verifier(password: str, *, secret_key: str) -> str:
    """HMAC-SHA256 of the password under the platform's secret key, as hex."""
    # a header that was not UTF-8 comes with surrogates
    return hmac.new(secret_key.encode(), password.encode(errors="surrogateescape"), hashlib.sha256).hexdigest()


def password_matches(password: str, verifiers: Iterable[str], *, secret_key: str) -> bool:
    """Whether the password is one of those; no verifier at all admits nobody."""
    given = password_verifier(password, secret_key=secret_key)
    matches = [hmac.compare_digest(given, verifier) for verifier in verifiers]
    return any(matches)
