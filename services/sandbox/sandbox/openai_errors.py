"""OpenAI's error answers as they are on the wire, and those of proxies in front of it."""

import math
from collections.abc import Mapping

import orjson

from sandbox.behaviours import Behaviour
from sandbox.wire_answer import JSON_TYPE, WireAnswer

_INVALID = "invalid_request_error"
_RETRY_SECONDS = 34.074824224
_HTML_502 = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    b"<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
)


class OpenAIError(Exception):
    """A request that OpenAI itself would refuse; `answer` is what goes on the wire."""

    def __init__(self, answer: WireAnswer) -> None:
        super().__init__(f"{answer.status}")
        self.answer = answer


def error_answer(
    status: int,
    message: str,
    *,
    kind: str = _INVALID,
    code: str | None = None,
    param: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> WireAnswer:
    """Wrap `message` into OpenAI's error object."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return WireAnswer(status, JSON_TYPE, (orjson.dumps({"error": error}),), headers=headers or {})


def invalid(message: str, *, param: str, code: str = "invalid_value") -> OpenAIError:
    return OpenAIError(error_answer(400, message, code=code, param=param))


def key_invalid() -> WireAnswer:
    return error_answer(401, "Incorrect API key provided.", code="invalid_api_key")


def model_not_found(model: str) -> WireAnswer:
    return error_answer(
        404, f"The model `{model}` does not exist or you do not have access to it.", code="model_not_found"
    )


def input_image_unreadable() -> WireAnswer:
    return error_answer(400, "Invalid image file or mode for image 1.", code="invalid_image_file", param="image")


def scripted_error(behaviour: Behaviour, *, model: str, seconds: float | None) -> WireAnswer | None:
    """Give the answer of an error behaviour; None when `behaviour` is not one."""
    if behaviour is Behaviour.NOT_FOUND:
        return model_not_found(model)
    if behaviour is Behaviour.RATE_LIMITED:
        wait = math.ceil(_RETRY_SECONDS if seconds is None else seconds)
        return _rate_limited({"Retry-After": str(wait)})
    return _FIXED.get(behaviour)


def _rate_limited(headers: Mapping[str, str]) -> WireAnswer:
    return error_answer(
        429,
        "Rate limit reached for images per minute. Visit the rate limits page to learn more.",
        kind="input-images",
        code="rate_limit_exceeded",
        headers=headers,
    )


_INTERNAL = error_answer(
    500, "The server had an error while processing your request. Sorry about that!", kind="server_error"
)
_FIXED = {
    Behaviour.INVALID_ARGUMENT: input_image_unreadable(),
    Behaviour.API_KEY_INVALID: key_invalid(),
    Behaviour.COUNTRY_UNSUPPORTED: error_answer(
        403,
        "Country, region, or territory not supported",
        kind="request_forbidden",
        code="unsupported_country_region_territory",
    ),
    Behaviour.PERMISSION_DENIED: error_answer(
        403, "Your organization must be verified to use this model.", kind="insufficient_permissions"
    ),
    Behaviour.RATE_LIMITED_SILENTLY: _rate_limited({}),
    Behaviour.CREDITS_DEPLETED: error_answer(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        kind="insufficient_quota",
        code="insufficient_quota",
    ),
    Behaviour.BILLING_LIMIT: error_answer(
        400, "Billing hard limit has been reached.", kind="billing_limit_user_error", code="billing_hard_limit_reached"
    ),
    Behaviour.MODERATION_BLOCKED: error_answer(
        400,
        "Your request was rejected by the safety system. If you believe this is an error, contact us with the request "
        "ID req_sandbox. safety_violations=[sexual].",
        kind="image_generation_user_error",
        code="moderation_blocked",
    ),
    Behaviour.INTERNAL: _INTERNAL,
    Behaviour.BAD_GATEWAY_HTML: WireAnswer(502, "text/html; charset=UTF-8", (_HTML_502,)),
    Behaviour.UNAVAILABLE: error_answer(
        503, "The engine is currently overloaded, please try again later.", kind="service_unavailable"
    ),
    Behaviour.UNAVAILABLE_TEXT: WireAnswer(
        503, "text/plain", (b"upstream connect error or disconnect/reset before headers",)
    ),
    Behaviour.DEADLINE_EXCEEDED: WireAnswer(504, "text/plain", (b"upstream request timeout",)),
}
