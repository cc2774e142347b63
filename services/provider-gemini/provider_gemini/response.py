"""The body of a 200 as a picture, or as the reason why there is none."""

from collections.abc import Iterable
from types import MappingProxyType

from pydantic import ValidationError

from photochanger.domain.usage import Usage
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import ProviderAnswer
from photochanger.provider_worker.provider_text import presentable
from provider_gemini.answer import Answer, Candidate, Part, UsageMetadata

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


def parse_response(body: str, *, model: str | None = None, secrets: Iterable[str] = ()) -> ProviderAnswer:
    """Give the last picture that is not an interim thought; `secrets` never appear in a failure's text.

    Whatever a 200 says it used is charged, a picture or not.

    Raises:
        ProviderFailure: the answer has no picture, or is none.
    """
    try:
        answer = Answer.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        where = ".".join(map(str, fault["loc"]))
        raise ProviderFailure(FailureKind.GARBAGE, presentable(f"not an answer: {where} {fault['type']}")) from None
    try:
        data = _picture(answer, secrets)
    except ProviderFailure as failure:
        failure.usage = usage_of(answer, model)
        raise
    return ProviderAnswer(data, answer.response_id, usage_of(answer, model))


def usage_of(answer: Answer, model: str | None) -> Usage:
    """Give what the answer says it used, under the name of the model that was asked."""
    said = answer.usage_metadata or UsageMetadata()
    return Usage(
        model=None if model is None else model.removeprefix("models/"),
        input_tokens=said.prompt_token_count,
        output_tokens=said.candidates_token_count,
        thought_tokens=said.thoughts_token_count,
    )


def _picture(answer: Answer, secrets: Iterable[str]) -> bytes:
    if not answer.candidates:
        raise _without_candidates(answer, secrets)
    candidate = answer.candidates[0]
    parts = (candidate.content.parts if candidate.content else None) or ()
    blobs = [part.inline_data for part in parts if part.inline_data is not None and not part.thought]
    if not blobs:
        raise _without_picture(candidate, parts, answer.response_id, secrets)
    return blobs[-1].data


def _without_candidates(answer: Answer, secrets: Iterable[str]) -> ProviderFailure:
    feedback = answer.prompt_feedback
    if feedback is None or feedback.block_reason is None:
        return ProviderFailure(FailureKind.NO_IMAGE, "empty answer", reference=answer.response_id)
    words = f"prompt blocked: {feedback.block_reason} {feedback.block_reason_message or ''}"
    return ProviderFailure(FailureKind.REFUSED, presentable(words, without=secrets), reference=answer.response_id)


def _without_picture(
    candidate: Candidate, parts: Iterable[Part], reference: str | None, secrets: Iterable[str]
) -> ProviderFailure:
    reason = candidate.finish_reason or "STOP"
    kind = _FINISH.get(reason, FailureKind.REFUSED)
    said_text = kind is FailureKind.NO_IMAGE and any(part.text for part in parts)
    words = candidate.finish_message or ("answered with text" if said_text else "no picture")
    return ProviderFailure(kind, presentable(f"{reason}: {words}", without=secrets), reference=reference)
