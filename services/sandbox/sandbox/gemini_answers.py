"""Gemini's answers with status 200: with a picture, without one, and garbage."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from sandbox.behaviours import Behaviour
from sandbox.broken_pictures import broken_picture, huge_picture_base64
from sandbox.drawing import DrawnPicture
from sandbox.gemini_models import ImageModel
from sandbox.prices import Billed
from sandbox.wire_answer import JSON_TYPE, Delivery, WireAnswer

_BLOCKED = (
    "The image was filtered out because it violated Google's Generative AI Prohibited Use policy. "
    "You will not be charged for blocked images. Try rephrasing the prompt. Support code: 42876398."
)
_FINISH_REASONS: dict[Behaviour, tuple[str, str | None]] = {
    Behaviour.NO_IMAGE: ("NO_IMAGE", None),
    Behaviour.NO_IMAGE_EMPTY_CONTENT: ("NO_IMAGE", None),
    Behaviour.SAFETY: ("SAFETY", None),
    Behaviour.IMAGE_SAFETY: ("IMAGE_SAFETY", f"Unable to show the generated image. {_BLOCKED}"),
    Behaviour.PROHIBITED_CONTENT: ("PROHIBITED_CONTENT", None),
    Behaviour.IMAGE_PROHIBITED_CONTENT: (
        "IMAGE_PROHIBITED_CONTENT",
        f"The model output could not be generated. {_BLOCKED}",
    ),
    Behaviour.BLOCKLIST: ("BLOCKLIST", None),
    Behaviour.SPII: ("SPII", None),
    Behaviour.RECITATION: ("RECITATION", None),
    Behaviour.IMAGE_RECITATION: (
        "IMAGE_RECITATION",
        "Unable to show the generated image: it is too close to a known one.",
    ),
    Behaviour.OTHER: ("OTHER", None),
    Behaviour.IMAGE_OTHER: ("IMAGE_OTHER", "Unable to show the generated image. The model could not generate it."),
    Behaviour.MALFORMED_RESPONSE: ("MALFORMED_RESPONSE", None),
    Behaviour.MAX_TOKENS: ("MAX_TOKENS", None),
    Behaviour.UNKNOWN_FINISH_REASON: ("SANDBOX_INVENTED_REASON", None),
    Behaviour.CONTINUATION: ("CONTINUATION", None),
}
_BLOCK_REASONS = {
    Behaviour.PROMPT_SAFETY: "SAFETY",
    Behaviour.PROMPT_OTHER: "OTHER",
    Behaviour.PROMPT_BLOCKLIST: "BLOCKLIST",
    Behaviour.PROMPT_PROHIBITED_CONTENT: "PROHIBITED_CONTENT",
    Behaviour.PROMPT_IMAGE_SAFETY: "IMAGE_SAFETY",
}
#: Behaviours whose answer holds a picture drawn on the posted ones.
DRAWN = frozenset({
    Behaviour.OK, Behaviour.SLOW, Behaviour.DRIP, Behaviour.CUT, Behaviour.TRUNCATED_JSON, Behaviour.WRONG_MIME,
    Behaviour.TRUNCATED_PICTURE, Behaviour.THOUGHTS_FIRST, Behaviour.TEXT_THEN_PICTURE, Behaviour.SEVERAL_CANDIDATES,
})  # fmt: skip
_TEXT = "Here is the edited picture."
_HTML = b"<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to the network</h1></body></html>"
_MARK = "@picture@"
_THOUGHT_TOKENS = 500
_THOUGHT_SIGNATURE = b64encode(b"sandbox thought signature").decode()


@dataclass(frozen=True)
class AnswerFrame:
    """What every answer to one request tells about it."""

    model: ImageModel
    response_id: str
    picture_count: int
    prompt_length: int
    width: int
    height: int
    image_size: str | None = None


def answer_of(behaviour: Behaviour, frame: AnswerFrame, drawn: DrawnPicture | None) -> WireAnswer:
    """Give the 200 of a behaviour; `drawn` is needed by those in `DRAWN`.

    Raises:
        KeyError: the behaviour is none that answers 200.
    """
    if drawn is not None:
        return _with_drawn_picture(behaviour, frame, drawn)
    picture = broken_picture(behaviour, width=frame.width, height=frame.height)
    if picture is not None:
        return _json(_success(frame, [_picture_part(picture)]))
    if behaviour in _FINISH_REASONS:
        return _json(_without_picture(behaviour, frame))
    if behaviour in _BLOCK_REASONS:
        feedback = {"blockReason": _BLOCK_REASONS[behaviour]}
        return _json({"promptFeedback": feedback, **_trailer(frame, output_tokens=0)})
    return _ODD[behaviour](frame)


def as_stream(answer: WireAnswer, *, server_sent_events: bool) -> WireAnswer:
    """Turn a JSON 200 into the one event, or the one-element array, of a streamed answer."""
    if answer.content_type != JSON_TYPE:
        return answer
    if server_sent_events:
        return replace(
            answer, status=200, content_type="text/event-stream", body=(b"data: ", *answer.body, b"\r\n\r\n")
        )
    return replace(answer, body=(b"[", *answer.body, b"]"))


def _with_drawn_picture(behaviour: Behaviour, frame: AnswerFrame, drawn: DrawnPicture) -> WireAnswer:
    if behaviour is Behaviour.WRONG_MIME:
        drawn = replace(drawn, mime_type="image/png")
    if behaviour is Behaviour.TRUNCATED_PICTURE:
        drawn = replace(drawn, data=drawn.data[: len(drawn.data) // 2])
    parts = [_picture_part(drawn)]
    if behaviour is Behaviour.TEXT_THEN_PICTURE:
        parts = [{"text": _TEXT}, *parts]
    if behaviour is Behaviour.THOUGHTS_FIRST:
        sketch = broken_picture(Behaviour.BLANK_PICTURE, width=frame.width, height=frame.height)
        thoughts = [
            {"text": "Sketching.", "thought": True},
            *([{**_picture_part(sketch or drawn), "thought": True}] * 2),
        ]
        parts = [*thoughts, *parts]
    body = _success(frame, parts, candidates=3 if behaviour is Behaviour.SEVERAL_CANDIDATES else 1)
    if behaviour is Behaviour.THOUGHTS_FIRST:
        body["usageMetadata"]["thoughtsTokenCount"] = _THOUGHT_TOKENS
        body["usageMetadata"]["totalTokenCount"] += _THOUGHT_TOKENS
    answer = _json(body)
    if behaviour is Behaviour.TRUNCATED_JSON:
        return replace(answer, body=(answer.body[0][: answer.length_bytes // 2],))
    if behaviour is Behaviour.CUT:
        return replace(answer, delivery=Delivery.CUT)
    return replace(answer, delivery=Delivery.DRIP) if behaviour is Behaviour.DRIP else answer


def _success(frame: AnswerFrame, parts: list[dict[str, Any]], *, candidates: int = 1) -> dict[str, Any]:
    content = {"role": "model", "parts": parts}
    return {
        "candidates": [{"content": content, "finishReason": "STOP", "index": index} for index in range(candidates)],
        **_trailer(frame, output_tokens=frame.model.picture_tokens(frame.image_size) * candidates),
    }


def _without_picture(behaviour: Behaviour, frame: AnswerFrame) -> dict[str, Any]:
    reason, message = _FINISH_REASONS[behaviour]
    candidate: dict[str, Any] = {"finishReason": reason, "index": 0}
    if behaviour is Behaviour.NO_IMAGE_EMPTY_CONTENT:
        candidate["content"] = {}
    elif behaviour is not Behaviour.NO_IMAGE:
        candidate["content"] = {"role": "model"}
    if behaviour is Behaviour.CONTINUATION:
        candidate["continuationToken"] = "sandbox-continuation"
    if message:
        candidate["finishMessage"] = message
    return {"candidates": [candidate], **_trailer(frame, output_tokens=0)}


def _picture_part(picture: DrawnPicture) -> dict[str, Any]:
    blob = {"mimeType": picture.mime_type, "data": b64encode(picture.data).decode()}
    return {"inlineData": blob, "thoughtSignature": _THOUGHT_SIGNATURE}


def _trailer(frame: AnswerFrame, *, output_tokens: int) -> dict[str, Any]:
    text, pictures = frame.prompt_length // 4 + 1, frame.picture_count * frame.model.picture_tokens(None)
    usage: dict[str, Any] = {
        "promptTokenCount": text + pictures,
        "totalTokenCount": text + pictures + output_tokens,
        "promptTokensDetails": [
            {"modality": "TEXT", "tokenCount": text}, {"modality": "IMAGE", "tokenCount": pictures},
        ],
    }  # fmt: skip
    if output_tokens:
        usage["candidatesTokenCount"] = output_tokens
        usage["candidatesTokensDetails"] = [{"modality": "IMAGE", "tokenCount": output_tokens}]
    return {"usageMetadata": usage, "modelVersion": frame.model.name, "responseId": frame.response_id}


def _json(body: dict[str, Any]) -> WireAnswer:
    return WireAnswer(status=200, content_type=JSON_TYPE, body=(orjson.dumps(body),), billed=_billed(body))


def _billed(body: dict[str, Any]) -> Billed | None:
    usage = body.get("usageMetadata")
    if usage is None:
        return None
    output = usage.get("candidatesTokenCount", 0) + usage.get("thoughtsTokenCount", 0)
    return Billed(usage["promptTokenCount"], output)


def _huge(frame: AnswerFrame) -> WireAnswer:
    part = {"inlineData": {"mimeType": "image/png", "data": _MARK}}
    success = _success(frame, [part])
    before, after = orjson.dumps(success).split(_MARK.encode())
    pieces = huge_picture_base64(width=frame.width, height=frame.height)
    return WireAnswer(status=200, content_type=JSON_TYPE, body=(before, *pieces, after), billed=_billed(success))


def _text_only(frame: AnswerFrame) -> WireAnswer:
    return _json(_success(frame, [{"text": "I cannot edit this picture, but I can describe it."}]))


def _bad_base64(frame: AnswerFrame) -> WireAnswer:
    return _json(_success(frame, [{"inlineData": {"mimeType": "image/png", "data": "%%% not base64 %%%"}}]))


_ODD: dict[Behaviour, Callable[[AnswerFrame], WireAnswer]] = {
    Behaviour.TEXT_ONLY: _text_only,
    Behaviour.EMPTY_OBJECT: lambda _: _json({}),
    Behaviour.HUGE_PICTURE: _huge,
    Behaviour.BAD_BASE64: _bad_base64,
    Behaviour.BAD_JSON: lambda _: WireAnswer(200, JSON_TYPE, (b"{'candidates': [this is not JSON]",)),
    Behaviour.HTML_200: lambda _: WireAnswer(200, "text/html; charset=UTF-8", (_HTML,)),
}
