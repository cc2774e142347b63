"""Gemini's error answers as they are on the wire, and those of proxies in front of it."""

from collections.abc import Mapping
from typing import Any

import orjson

from sandbox.behaviours import Behaviour
from sandbox.wire_answer import JSON_TYPE, WireAnswer

_STATUS = {
    400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
}  # fmt: skip
_REPORT = "Please retry or report in https://developers.generativeai.google/guide/troubleshooting"
_QUOTA_METRIC = "generativelanguage.googleapis.com/generate_requests_per_model"
_HTML_502 = (
    b"<!DOCTYPE html>\n<html lang=en>\n<title>Error 502 (Server Error)!!1</title>\n"
    b"<p><b>502.</b> <ins>That\xe2\x80\x99s an error.</ins>\n"
    b"<p>The server encountered a temporary error and could not complete your request."
    b"<p>Please try again in 30 seconds.\n"
)


class GeminiError(Exception):
    """A request that Gemini itself would refuse; `answer` is what goes on the wire."""

    def __init__(self, answer: WireAnswer) -> None:
        super().__init__(f"{answer.status}")
        self.answer = answer


def error_answer(
    code: int, message: str, *, status: str | None = None, details: list[Mapping[str, Any]] | None = None
) -> WireAnswer:
    """Wrap `message` into Google's error object."""
    error: dict[str, Any] = {"code": code, "message": message, "status": status or _STATUS[code]}
    if details:
        error["details"] = details
    return WireAnswer(status=code, content_type=JSON_TYPE, body=(orjson.dumps({"error": error}),))


def invalid_argument(message: str, *, field: str | None = None) -> WireAnswer:
    if field is None:
        return error_answer(400, message)
    violation = {"field": field, "description": message}
    return error_answer(400, message, details=[_detail("BadRequest", fieldViolations=[violation])])


def input_image_unreadable() -> WireAnswer:
    return error_answer(
        400,
        f"Unable to process input image. {_REPORT}",
    )


def key_missing() -> WireAnswer:
    return error_answer(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API.",
    )


def key_invalid() -> WireAnswer:
    message = "API key not valid. Please pass a valid API key."
    info = _detail(
        "ErrorInfo", reason="API_KEY_INVALID", domain="googleapis.com",
        metadata={"service": "generativelanguage.googleapis.com"},
    )  # fmt: skip
    return error_answer(400, message, details=[info, _detail("LocalizedMessage", locale="en-US", message=message)])


def model_not_found(model: str, version: str) -> WireAnswer:
    return error_answer(
        404,
        f"models/{model} is not found for API version {version}, or is not supported for generateContent. "
        "Call ListModels to see the list of available models and their supported methods.",
    )


def file_not_accessible(file_uri: str, *, status: int = 403) -> WireAnswer:
    name = file_uri.rpartition("/")[2]
    return error_answer(status, f"You do not have permission to access the File {name} or it may not exist.")


def file_not_active(name: str) -> WireAnswer:
    message = f"The File {name.rpartition('/')[2]} is not in an ACTIVE state and usage is not allowed."
    return error_answer(400, message, status="FAILED_PRECONDITION")


def request_too_large(max_bytes: int) -> WireAnswer:
    return error_answer(400, f"Request payload size exceeds the limit: {max_bytes} bytes.")


def quota_exceeded(model: str, *, per_day: bool, retry_seconds: float, limit: int | None = None) -> WireAnswer:
    """Answer 429 for the minute's or the day's quota, with RetryInfo."""
    period, usual = ("PerDay", 2000) if per_day else ("PerMinute", 500)
    value = str(usual if limit is None else limit)
    delay = f"{retry_seconds:.9f}".rstrip("0").rstrip(".") + "s"
    message = (
        "You exceeded your current quota, please check your plan and billing details. "
        "For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. "
        f"\n* Quota exceeded for metric: {_QUOTA_METRIC}, limit: {value}, model: {model}\nPlease retry in {delay}."
    )
    violation = {
        "quotaMetric": _QUOTA_METRIC, "quotaId": f"GenerateRequests{period}PerProjectPerModel",
        "quotaDimensions": {"location": "global", "model": model}, "quotaValue": value,
    }  # fmt: skip
    link = {
        "description": "Learn more about Gemini API quotas",
        "url": "https://ai.google.dev/gemini-api/docs/rate-limits",
    }
    details = [
        _detail("QuotaFailure", violations=[violation]),
        _detail("Help", links=[link]),
        _detail("RetryInfo", retryDelay=delay),
    ]
    return error_answer(429, message, details=details)


def scripted_error(behaviour: Behaviour, *, model: str, version: str, seconds: float | None) -> WireAnswer | None:
    """Give the answer of an error behaviour; None when `behaviour` is not one."""
    if behaviour in _FIXED:
        return _FIXED[behaviour]
    if behaviour is Behaviour.NOT_FOUND:
        return model_not_found(model, version)
    if behaviour is Behaviour.RATE_LIMITED:
        return quota_exceeded(model, per_day=False, retry_seconds=34.074824224 if seconds is None else seconds)
    if behaviour is Behaviour.DAILY_QUOTA:
        return quota_exceeded(model, per_day=True, retry_seconds=41_000.5)
    return None


def _detail(kind: str, **fields: Any) -> Mapping[str, Any]:
    return {"@type": f"type.googleapis.com/google.rpc.{kind}", **fields}


_INTERNAL = error_answer(
    500,
    f"An internal error has occurred. {_REPORT}",
)
_FIXED = {
    Behaviour.INVALID_ARGUMENT: input_image_unreadable(),
    Behaviour.API_KEY_INVALID: key_invalid(),
    Behaviour.LOCATION_UNSUPPORTED: error_answer(
        400, "User location is not supported for the API use.", status="FAILED_PRECONDITION"
    ),
    Behaviour.COUNTRY_UNSUPPORTED: error_answer(
        400, "Image generation is not available in your country.", status="FAILED_PRECONDITION"
    ),
    Behaviour.PERMISSION_DENIED: error_answer(403, "The caller does not have permission"),
    Behaviour.CREDITS_DEPLETED: error_answer(
        429, "Your prepayment credits are depleted. Please go to AI Studio to manage your project and billing."
    ),
    Behaviour.RATE_LIMITED_SILENTLY: error_answer(429, "Resource has been exhausted (e.g. check quota)."),
    Behaviour.INTERNAL: _INTERNAL,
    Behaviour.STREAM_ERROR: _INTERNAL,
    Behaviour.BAD_GATEWAY_HTML: WireAnswer(status=502, content_type="text/html; charset=UTF-8", body=(_HTML_502,)),
    Behaviour.UNAVAILABLE: error_answer(503, "The model is overloaded. Please try again later."),
    Behaviour.UNAVAILABLE_TEXT: WireAnswer(
        status=503, content_type="text/plain", body=(b"upstream connect error or disconnect/reset before headers",)
    ),
    Behaviour.DEADLINE_EXCEEDED: error_answer(504, "Deadline expired before operation could complete."),
}
