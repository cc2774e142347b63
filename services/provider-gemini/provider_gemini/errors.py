"""What the SDK and its transport raise, translated into failures of the call."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from google.genai import errors

from photochanger.domain.usage import Usage
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.provider_text import presentable
from provider_gemini.bounded_answer import AnswerTooLong
from provider_gemini.manifest import TIME_ZONE
from provider_gemini.usage import bare_name

#: Everything a call may raise that is not a defect of ours.
CALL_ERRORS = (
    errors.APIError,
    TimeoutError,
    aiohttp.ClientError,
    json.JSONDecodeError,
    UnicodeDecodeError,
    OSError,
)

_KIND_OF_STATUS = MappingProxyType(
    {
        401: FailureKind.AUTH,
        402: FailureKind.AUTH,
        403: FailureKind.AUTH,
        404: FailureKind.MODEL_GONE,
        408: FailureKind.TIMEOUT,
        429: FailureKind.QUOTA,
        499: FailureKind.TIMEOUT,
        504: FailureKind.TIMEOUT,
    }
)
#: Google's machine-readable reasons inside a 400.
_BAD_KEY_REASONS = frozenset({"API_KEY_INVALID", "API_KEY_EXPIRED", "API_KEY_SERVICE_BLOCKED"})


def translate(error: BaseException, *, model: str, now: datetime, secrets: Iterable[str] = ()) -> ProviderFailure:
    """Say what kind of failure one of `CALL_ERRORS` is; `now` is aware, `secrets` never appear in its text."""
    failure = _translated(error, model=model, now=now, secrets=tuple(secrets))
    failure.usage = Usage(bare_name(model))
    return failure


def _translated(error: BaseException, *, model: str, now: datetime, secrets: tuple[str, ...]) -> ProviderFailure:
    if isinstance(error, errors.APIError):
        return _from_status(error, model=model, now=now, secrets=secrets)
    if isinstance(error, AnswerTooLong):
        return ProviderFailure(FailureKind.BAD_PICTURE, f"the answer is longer than {error.max_bytes} bytes")
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return ProviderFailure(FailureKind.TRANSPORT, "no connection in time")
    if isinstance(error, TimeoutError):
        return ProviderFailure(FailureKind.TIMEOUT, "no answer in time")
    if isinstance(error, aiohttp.ClientError | OSError):
        return ProviderFailure(FailureKind.TRANSPORT, type(error).__name__)
    # an error status with a body that says it is JSON and is not; the exception's text would quote it
    return ProviderFailure(FailureKind.GARBAGE, f"the answer cannot be read: {type(error).__name__}")


def _from_status(error: errors.APIError, *, model: str, now: datetime, secrets: tuple[str, ...]) -> ProviderFailure:
    words = presentable(f"{error.code} {error.status or ''}: {error.message or ''}", without=secrets)
    details = _details(error)
    kind = _kind(error, details)
    retry_after: float | None = None
    if kind is FailureKind.QUOTA:
        retry_after = _retry_delay_seconds(details)
        if _is_daily(details):
            kind, retry_after = FailureKind.QUOTA_GONE, _seconds_until_reset(now)
    elif kind is FailureKind.MODEL_GONE:
        words = f"model retired: {presentable(model)}"
    elif kind is FailureKind.OVERLOADED:
        retry_after = _retry_delay_seconds(details)
    return ProviderFailure(kind, words, retry_after_seconds=retry_after)


def _kind(error: errors.APIError, details: list[Mapping[str, Any]]) -> FailureKind:
    code = error.code
    if code in _KIND_OF_STATUS:
        return _KIND_OF_STATUS[code]
    if 500 <= code < 600:
        return FailureKind.OVERLOADED
    if code == 400:
        if any(detail.get("reason") in _BAD_KEY_REASONS for detail in details):
            return FailureKind.AUTH
        # of what we send only the place we call from can fail this
        return FailureKind.REGION if error.status == "FAILED_PRECONDITION" else FailureKind.BAD_REQUEST
    if 400 < code < 500:
        return FailureKind.BAD_REQUEST
    return FailureKind.GARBAGE


def _details(error: errors.APIError) -> list[Mapping[str, Any]]:
    body: Any = error.details
    inner = body.get("error") if isinstance(body, dict) else None
    details = inner.get("details") if isinstance(inner, dict) else None
    return [detail for detail in details if isinstance(detail, dict)] if isinstance(details, list) else []


def _retry_delay_seconds(details: list[Mapping[str, Any]]) -> float | None:
    """RetryInfo's `34.074824224s` in seconds."""
    for detail in details:
        delay = detail.get("retryDelay")
        if str(detail.get("@type", "")).endswith("google.rpc.RetryInfo") and isinstance(delay, str):
            try:
                seconds = float(delay.removesuffix("s"))
            except ValueError:
                return None
            return seconds if 0 <= seconds < float("inf") else None
    return None


def _is_daily(details: list[Mapping[str, Any]]) -> bool:
    violations = (detail.get("violations") for detail in details)
    return any(
        isinstance(violation, dict) and "PerDay" in str(violation.get("quotaId"))
        for found in violations
        if isinstance(found, list)
        for violation in found
    )


def _seconds_until_reset(now: datetime) -> float:
    """Daily quotas reset at midnight, Pacific time."""
    zone = ZoneInfo(TIME_ZONE)
    local = now.astimezone(zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    return (midnight.astimezone(now.tzinfo) - now).total_seconds()
