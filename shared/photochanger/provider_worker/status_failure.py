"""What an HTTP status other than 200 means, for providers whose documentation says no more than HTTP does."""

from types import MappingProxyType

from photochanger.provider_worker.failures import FailureKind, ProviderFailure

#: Of the seconds in Retry-After; a longer number is nobody's wait.
MAX_WAIT_DIGITS = 7

_KIND_OF_STATUS = MappingProxyType(
    {
        401: FailureKind.AUTH,
        402: FailureKind.AUTH,
        403: FailureKind.AUTH,
        408: FailureKind.TIMEOUT,
        429: FailureKind.QUOTA,
        504: FailureKind.TIMEOUT,
    }
)


def status_failure(status: int, *, retry_after: str = "") -> ProviderFailure:
    """Say what the status means, with Retry-After's seconds; the body is a stranger's page and not looked at."""
    kind = _KIND_OF_STATUS.get(status, FailureKind.OVERLOADED)
    is_number = retry_after.isascii() and retry_after.isdigit() and len(retry_after) <= MAX_WAIT_DIGITS
    return ProviderFailure(kind, f"HTTP {status}", retry_after_seconds=float(retry_after) if is_number else None)
