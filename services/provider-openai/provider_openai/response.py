"""What an answer means: a picture, or the reason why there is none."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pydantic import ValidationError

from photochanger.domain.usage import Usage
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import ProviderAnswer
from photochanger.provider_worker.provider_text import presentable
from provider_openai.answer import Answer, ErrorAnswer, ErrorObject, ModelList

_KIND_OF_STATUS = MappingProxyType(
    {
        401: FailureKind.AUTH,
        402: FailureKind.AUTH,
        403: FailureKind.AUTH,
        404: FailureKind.MODEL_GONE,
        408: FailureKind.TIMEOUT,
        429: FailureKind.QUOTA,
        504: FailureKind.TIMEOUT,
    }
)
#: OpenAI's machine-readable codes, which say more than the status.
_KIND_OF_CODE = MappingProxyType(
    {
        "moderation_blocked": FailureKind.REFUSED,
        "content_policy_violation": FailureKind.REFUSED,
        "insufficient_quota": FailureKind.AUTH,
        "billing_hard_limit_reached": FailureKind.AUTH,
        "model_not_found": FailureKind.MODEL_GONE,
        "unsupported_country_region_territory": FailureKind.REGION,
    }
)
#: Of the seconds in Retry-After; a longer number is nobody's wait.
_MAX_WAIT_DIGITS = 7
_MAX_REFERENCE = 100


def parse_response(
    body: bytes, headers: Mapping[str, str], *, model: str, secrets: Iterable[str] = ()
) -> ProviderAnswer:
    """Give the first picture of a 200, with the tokens that OpenAI counted; `secrets` are in no failure's text.

    Raises:
        ProviderFailure: the answer has no picture, or is none.
    """
    reference = reference_of(headers)
    try:
        answer = Answer.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        where = ".".join(map(str, fault["loc"]))
        words = presentable(f"not an answer: {where} {fault['type']}", without=secrets)
        raise ProviderFailure(FailureKind.GARBAGE, words, reference=reference) from None
    pictures = [image.b64_json for image in answer.data or () if image.b64_json]
    usage = _usage(answer, model, len(pictures))
    if not pictures:
        raise ProviderFailure(FailureKind.NO_IMAGE, "no picture", reference=reference, usage=usage)
    return ProviderAnswer(pictures[0], reference, usage)


def parse_models(body: bytes) -> tuple[str, ...]:
    """Give the ids of the models that a 200 of `GET /v1/models` lists.

    Raises:
        ProviderFailure: it is no such list, but somebody else's 200.
    """
    try:
        return tuple(model.id for model in ModelList.model_validate_json(body).data)
    except ValidationError:
        raise ProviderFailure(FailureKind.GARBAGE, "not a list of models") from None


def failure_of(
    status: int, body: bytes, headers: Mapping[str, str], *, model: str, secrets: Iterable[str] = ()
) -> ProviderFailure:
    """Say what a status other than 200 means; `secrets` never appear in its text. `model` "" if none was asked."""
    error = _error_of(body)
    kind = _KIND_OF_CODE.get(error.code or "") or _KIND_OF_STATUS.get(status) or _kind_of_range(status)
    if kind is FailureKind.MODEL_GONE and model:
        words = f"model retired: {model}"
    else:
        words = f"{status} {error.code or error.type or ''}: {error.message or ''}"
    may_pass = kind in {FailureKind.QUOTA, FailureKind.OVERLOADED}
    return ProviderFailure(
        kind,
        presentable(words, without=secrets),
        retry_after_seconds=_retry_after_seconds(headers) if may_pass else None,
        reference=reference_of(headers),
        usage=Usage(model=model),
    )


def reference_of(headers: Mapping[str, str]) -> str | None:
    """Give the id that OpenAI's support asks for; None when there is none fit to be kept."""
    reference = headers.get("x-request-id", "")
    is_fit = reference.isascii() and reference.isprintable() and len(reference) <= _MAX_REFERENCE
    return reference if reference and is_fit else None


def _usage(answer: Answer, model: str, images: int) -> Usage:
    counted = answer.usage
    if counted is None:
        return Usage(model=model, images=images)
    return Usage(model=model, input_tokens=counted.input_tokens, output_tokens=counted.output_tokens, images=images)


def _error_of(body: bytes) -> ErrorObject:
    """The error object; an empty one for a proxy's page, whose words are nobody's."""
    try:
        return ErrorAnswer.model_validate_json(body).error or ErrorObject()
    except ValidationError:
        return ErrorObject()


def _kind_of_range(status: int) -> FailureKind:
    if 400 <= status < 500:
        return FailureKind.BAD_REQUEST
    return FailureKind.OVERLOADED if 500 <= status < 600 else FailureKind.GARBAGE


def _retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    asked = headers.get("retry-after", "")
    return float(asked) if asked.isascii() and asked.isdigit() and len(asked) <= _MAX_WAIT_DIGITS else None
