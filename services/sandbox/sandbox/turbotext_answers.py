"""Turbotext's JSON answers that are the same for every method, and broken ones."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from sandbox.behaviours import Behaviour
from sandbox.faults import Instruction
from sandbox.quotas import OverQuota
from sandbox.wire_answer import JSON_TYPE, Delivery, WireAnswer

HTML_TYPE = "text/html; charset=UTF-8"
LIMITS = {"foto_limit": 123, "text_limit": 123}
_RETRY_SECONDS = 34.074824224
_SIGN_IN = (
    b"<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to the network</h1></body></html>"
)


class TurbotextError(Exception):
    """A request that Turbotext would refuse; `answer` is what goes on the wire."""

    def __init__(self, answer: WireAnswer) -> None:
        super().__init__(f"{answer.status}")
        self.answer = answer


def json_answer(content: Mapping[str, Any], *, status: int = 200, as_strings: bool = False) -> WireAnswer:
    """Wrap `content`; with `as_strings` its numbers and booleans are strings, `"True"` and `"False"`."""
    return WireAnswer(status, JSON_TYPE, (orjson.dumps(_strings(content) if as_strings else content),))


def failure(error: str, *, as_strings: bool = False, **more: object) -> WireAnswer:
    return json_answer({"success": False, "error": error, **more}, as_strings=as_strings)


def key_refused() -> WireAnswer:
    return json_answer({"success": False, "error": "auth_error: wrong API key"}, status=401)


def over_quota(over: OverQuota) -> WireAnswer:
    """Tell that the tariff's photo attempts are used up, or turn a client away that asks too often."""
    if over.per_day:
        return failure("LIMIT", limits=LIMITS | {"foto_limit": 0})
    wait = {"Retry-After": str(math.ceil(over.retry_seconds))}
    return replace(html_page(429, "Too Many Requests"), headers=wait)


def reconnect(*, short: bool, as_strings: bool) -> WireAnswer:
    """Tell that the result is not ready; the original does so in two shapes."""
    content = {"action": "reconnect"} if short else {"success": False, "action": "reconnect"}
    return json_answer(content, as_strings=as_strings)


def html_page(status: int, title: str) -> WireAnswer:
    """Give an error page as a web server in front of PHP writes it."""
    text = (
        f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1>"
        "</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return WireAnswer(status, HTML_TYPE, (text.encode(),))


def sign_in_page() -> WireAnswer:
    return WireAnswer(200, HTML_TYPE, (_SIGN_IN,))


def broken_answer(answer: WireAnswer, instruction: Instruction) -> WireAnswer | None:
    """Give what comes instead of `answer`; None when the behaviour leaves single requests as they are."""
    if instruction.behaviour in _FIXED:
        return _FIXED[instruction.behaviour]
    breaking = _BREAKING.get(instruction.behaviour)
    return None if breaking is None else breaking(answer, instruction)


def _strings(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _strings(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_strings(item) for item in value]
    return value if value is None else str(value)


def _delivered(delivery: Delivery) -> Callable[[WireAnswer, Instruction], WireAnswer]:
    def deliver(answer: WireAnswer, instruction: Instruction) -> WireAnswer:
        pause = 1.0 if instruction.seconds is None else instruction.seconds
        return replace(answer, delivery=delivery, pause_seconds=pause)

    return deliver


def _rate_limited(_: WireAnswer, instruction: Instruction) -> WireAnswer:
    seconds = _RETRY_SECONDS if instruction.seconds is None else instruction.seconds
    return replace(html_page(429, "Too Many Requests"), headers={"Retry-After": str(math.ceil(seconds))})


def _truncated(answer: WireAnswer, _: Instruction) -> WireAnswer:
    return replace(answer, body=(b"".join(answer.body)[: answer.length_bytes // 2],))


_FIXED = {
    Behaviour.API_KEY_INVALID: key_refused(),
    Behaviour.CREDITS_DEPLETED: failure("LIMIT", limits={"foto_limit": 0, "text_limit": 0}),
    Behaviour.RATE_LIMITED_SILENTLY: html_page(429, "Too Many Requests"),
    Behaviour.INTERNAL: WireAnswer(500, HTML_TYPE, ()),
    Behaviour.BAD_GATEWAY_HTML: html_page(502, "Bad Gateway"),
    Behaviour.UNAVAILABLE: html_page(503, "Service Temporarily Unavailable"),
    Behaviour.UNAVAILABLE_TEXT: WireAnswer(503, "text/plain", (b"no healthy upstream",)),
    Behaviour.BAD_JSON: WireAnswer(200, JSON_TYPE, (b'<br />\n<b>Warning</b>: Undefined index {"success":tru',)),
    Behaviour.HTML_200: sign_in_page(),
    Behaviour.EMPTY_OBJECT: json_answer({}),
}
_BREAKING: dict[Behaviour, Callable[[WireAnswer, Instruction], WireAnswer]] = {
    Behaviour.HANG: _delivered(Delivery.HANG),
    Behaviour.DROP: _delivered(Delivery.DROP),
    Behaviour.CUT: _delivered(Delivery.CUT),
    Behaviour.DRIP: _delivered(Delivery.DRIP),
    Behaviour.RATE_LIMITED: _rate_limited,
    Behaviour.TRUNCATED_JSON: _truncated,
}
