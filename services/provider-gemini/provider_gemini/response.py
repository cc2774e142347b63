"""The body of a 200 as a picture, or as the reason why there is none."""

from collections.abc import Iterable
from types import MappingProxyType

from pydantic import ValidationError

from photochanger.domain.usage import Usage
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import ProviderAnswer
from photochanger.provider_worker.provider_text import presentable
from provider_gemini.answer import Answer, Candidate
from provider_gemini.usage import bare_name, pictures_of, usage_of

#: How an end without a picture is taken; a reason that is not here is a refusal.
_FINISH = MappingProxyType(
    {
        # seen now and then in production, answered within 2 s; the next call mostly succeeds
        "NO_IMAGE": FailureKind.NO_IMAGE,
        "STOP": FailureKind.NO_IMAGE,
        "FINISH_REASON_UNSPECIFIED": FailureKind.NO_IMAGE,
        "CONTINUATION": FailureKind.NO_IMAGE,
        "IMAGE_OTHER": FailureKind.NO_IMAGE_AGAIN,
        "OTHER": FailureKind.NO_IMAGE_AGAIN,
        "MALFORMED_RESPONSE": FailureKind.NO_IMAGE_AGAIN,
        "MALFORMED_FUNCTION_CALL": FailureKind.NO_IMAGE_AGAIN,
        "UNEXPECTED_TOOL_CALL": FailureKind.NO_IMAGE_AGAIN,
        "TOO_MANY_TOOL_CALLS": FailureKind.NO_IMAGE_AGAIN,
        "MISSING_THOUGHT_SIGNATURE": FailureKind.NO_IMAGE_AGAIN,
        "MAX_TOKENS": FailureKind.BAD_REQUEST,
        "LANGUAGE": FailureKind.BAD_REQUEST,
    }
)


def parse_response(body: str, *, model: str, secrets: Iterable[str] = ()) -> ProviderAnswer:
    """Give the last picture of the first candidate that has one, interim thoughts left out.

    `secrets` never appear in a failure's text.

    Raises:
        ProviderFailure: the answer has no picture, or is none.
    """
    try:
        answer = Answer.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        where = ".".join(map(str, fault["loc"]))
        words = presentable(f"not an answer: {where} {fault['type']}")
        raise ProviderFailure(FailureKind.GARBAGE, words, usage=Usage(bare_name(model))) from None
    pictures = next(filter(None, map(pictures_of, answer.candidates or ())), ())
    if not pictures or pictures[-1].inline_data is None:
        kind, words = _without_candidates(answer) if not answer.candidates else _without_picture(answer.candidates[0])
        words = presentable(words, without=secrets)
        raise ProviderFailure(kind, words, reference=answer.response_id, usage=usage_of(answer, model))
    return ProviderAnswer(pictures[-1].inline_data.data, answer.response_id, usage_of(answer, model))


def _without_candidates(answer: Answer) -> tuple[FailureKind, str]:
    feedback = answer.prompt_feedback
    if feedback is None or feedback.block_reason is None:
        return FailureKind.NO_IMAGE, "empty answer"
    return FailureKind.REFUSED, f"prompt blocked: {feedback.block_reason} {feedback.block_reason_message or ''}"


def _without_picture(candidate: Candidate) -> tuple[FailureKind, str]:
    reason = candidate.finish_reason or "STOP"
    kind = _FINISH.get(reason, FailureKind.REFUSED)
    parts = (candidate.content.parts if candidate.content else None) or ()
    said_text = kind is FailureKind.NO_IMAGE and any(part.text for part in parts)
    words = candidate.finish_message or ("answered with text" if said_text else "no picture")
    return kind, f"{reason}: {words}"
