"""How one of our services proves to another that it is one of ours."""

import hashlib
import hmac
from collections.abc import Sequence

SERVICE_TOKEN_HEADER = "X-Service-Token"  # noqa: S105 - the header's name

_PURPOSE = b"photochanger service token 1"


def service_token(secret_key: str) -> str:
    """The token, as hex: derived from the platform's secret key, which it does not tell."""
    return hmac.new(secret_key.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def is_service_token(given: str, *, secret_keys: Sequence[str]) -> bool:
    """Whether it is the token of one of the keys, compared in constant time."""
    # a header that was not UTF-8 comes with surrogates
    shown = given.encode(errors="surrogateescape")
    matches = [hmac.compare_digest(shown, service_token(secret_key).encode()) for secret_key in secret_keys]
    return any(matches)
