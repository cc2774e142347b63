"""OpenAI's answers with status 200: with a picture, without one, and garbage."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from sandbox.behaviours import Behaviour
from sandbox.broken_pictures import broken_picture, huge_picture_base64
from sandbox.drawing import DrawnPicture
from sandbox.prices import Billed
from sandbox.wire_answer import JSON_TYPE, Delivery, WireAnswer

#: Behaviours whose answer holds a picture drawn on the posted ones.
DRAWN = frozenset({
    Behaviour.OK, Behaviour.SLOW, Behaviour.DRIP, Behaviour.CUT, Behaviour.TRUNCATED_JSON, Behaviour.WRONG_MIME,
    Behaviour.TRUNCATED_PICTURE,
})  # fmt: skip
_HTML = b"<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to the network</h1></body></html>"
_MARK = "@picture@"
#: Tokens of a picture of 1024 x 1024 that goes out, by its quality; one that goes in is about as many as `medium`.
_TOKENS = {"low": 272, "medium": 1056, "auto": 1056, "high": 4160, "xhigh": 6240, "max": 8320}
_SQUARE = 1024 * 1024


@dataclass(frozen=True)
class EditFrame:
    """What every answer to one request tells about it."""

    picture_count: int
    prompt_length: int
    width: int
    height: int
    quality: str
    output_format: str


def answer_of(behaviour: Behaviour, frame: EditFrame, drawn: DrawnPicture | None) -> WireAnswer:
    """Give the 200 of a behaviour; `drawn` is needed by those in `DRAWN`.

    Raises:
        KeyError: the behaviour is none that answers 200.
    """
    if drawn is not None:
        return _with_drawn_picture(behaviour, frame, drawn)
    picture = broken_picture(behaviour, width=frame.width, height=frame.height)
    if picture is not None:
        return _json(_success(frame, b64encode(picture.data).decode()))
    return _ODD[behaviour](frame)


def canned_answer(picture: DrawnPicture, frame: EditFrame) -> WireAnswer:
    return _json(_success(frame, b64encode(picture.data).decode()))


def _with_drawn_picture(behaviour: Behaviour, frame: EditFrame, drawn: DrawnPicture) -> WireAnswer:
    data = drawn.data
    if behaviour is Behaviour.TRUNCATED_PICTURE:
        data = data[: len(data) // 2]
    answer = _json(_success(frame, b64encode(data).decode()))
    if behaviour is Behaviour.TRUNCATED_JSON:
        return replace(answer, body=(answer.body[0][: answer.length_bytes // 2],))
    if behaviour is Behaviour.CUT:
        return replace(answer, delivery=Delivery.CUT)
    return replace(answer, delivery=Delivery.DRIP) if behaviour is Behaviour.DRIP else answer


def _success(frame: EditFrame, data: str) -> dict[str, Any]:
    return _answer(frame, [{"b64_json": data}], output_tokens=_output_tokens(frame))


def _answer(frame: EditFrame, data: list[dict[str, Any]] | None, *, output_tokens: int) -> dict[str, Any]:
    text, pictures = frame.prompt_length // 4 + 1, frame.picture_count * _TOKENS["medium"]
    return {
        "created": 1_790_000_000,
        "background": "opaque",
        "output_format": frame.output_format,
        "quality": "medium" if frame.quality == "auto" else frame.quality,
        "size": f"{frame.width}x{frame.height}",
        "data": data,
        "usage": {
            "input_tokens": text + pictures,
            "input_tokens_details": {"image_tokens": pictures, "text_tokens": text},
            "output_tokens": output_tokens,
            "total_tokens": text + pictures + output_tokens,
        },
    }


def _output_tokens(frame: EditFrame) -> int:
    return round(_TOKENS[frame.quality] * frame.width * frame.height / _SQUARE)


def _json(body: dict[str, Any]) -> WireAnswer:
    return WireAnswer(
        status=200, content_type="application/json", body=(orjson.dumps(body),), billed=_billed(body.get("usage"))
    )


def _billed(usage: dict[str, Any] | None) -> Billed | None:
    return None if usage is None else Billed(usage["input_tokens"], usage["output_tokens"])


def _huge(frame: EditFrame) -> WireAnswer:
    success = _success(frame, _MARK)
    before, after = orjson.dumps(success).split(_MARK.encode())
    pieces = huge_picture_base64(width=frame.width, height=frame.height)
    billed = _billed(success["usage"])
    return WireAnswer(status=200, content_type=JSON_TYPE, body=(before, *pieces, after), billed=billed)


_ODD: dict[Behaviour, Callable[[EditFrame], WireAnswer]] = {
    Behaviour.NO_DATA: lambda frame: _json(_answer(frame, [], output_tokens=0)),
    Behaviour.NULL_DATA: lambda frame: _json(_answer(frame, None, output_tokens=0)),
    Behaviour.EMPTY_OBJECT: lambda _: _json({}),
    Behaviour.HUGE_PICTURE: _huge,
    Behaviour.BAD_BASE64: lambda frame: _json(_success(frame, "%%% not base64 %%%")),
    Behaviour.BAD_JSON: lambda _: WireAnswer(200, JSON_TYPE, (b"{'data': [this is not JSON]",)),
    Behaviour.HTML_200: lambda _: WireAnswer(200, "text/html; charset=UTF-8", (_HTML,)),
}
