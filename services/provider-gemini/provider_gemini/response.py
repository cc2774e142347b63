"""A parsed answer of `generate_content` as a picture, or as the reason why there is none."""

from collections.abc import Iterable
from types import MappingProxyType

from google.genai import types

from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import ProviderAnswer
from photochanger.provider_worker.provider_text import presentable

#: How an answer without a picture is taken; a reason that is not here is a refusal.
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


def parse_response(response: types.GenerateContentResponse, *, secrets: Iterable[str] = ()) -> ProviderAnswer:
    """Give the last picture that is not an interim thought; `secrets` never appear in a failure's text.

    Raises:
        ProviderFailure: the answer has no picture.
    """
    reference = response.response_id
    candidate = response.candidates[0] if response.candidates else None
    if candidate is None:
        raise _without_candidates(response, secrets)
    parts = (candidate.content.parts if candidate.content else None) or []
    blobs = [part.inline_data for part in parts if part.inline_data is not None and not part.thought]
    if blobs:
        return ProviderAnswer(blobs[-1].data or b"", reference)
    raise _without_picture(candidate, parts, reference, secrets)


def _without_candidates(response: types.GenerateContentResponse, secrets: Iterable[str]) -> ProviderFailure:
    feedback = response.prompt_feedback
    if feedback is None or feedback.block_reason is None:
        return ProviderFailure(FailureKind.NO_IMAGE, "empty answer", reference=response.response_id)
    words = f"prompt blocked: {feedback.block_reason.value} {feedback.block_reason_message or ''}"
    return ProviderFailure(FailureKind.REFUSED, presentable(words, without=secrets), reference=response.response_id)


def _without_picture(
    candidate: types.Candidate, parts: Iterable[types.Part], reference: str | None, secrets: Iterable[str]
) -> ProviderFailure:
    reason = "STOP" if candidate.finish_reason is None else candidate.finish_reason.value
    kind = _FINISH.get(reason, FailureKind.REFUSED)
    if kind is FailureKind.NO_IMAGE and any(part.text for part in parts):
        words = f"{reason}: answered with text"
    else:
        words = f"{reason}: {candidate.finish_message or 'no picture'}"
    return ProviderFailure(kind, presentable(words, without=secrets), reference=reference)
