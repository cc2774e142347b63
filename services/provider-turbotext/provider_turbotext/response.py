"""What an answer of the queue protocol means: a queue id, "not yet", a picture's link, or why there is none."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from pydantic import ValidationError

from photochanger.domain.usage import Usage
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.provider_text import presentable
from provider_turbotext.answer import Answer

_MAX_QUEUE_ID = 100


@dataclass(frozen=True)
class ReadyPicture:
    """Where a finished picture is, as an absolute link, and what making it used."""

    link: str = field(repr=False)
    usage: Usage


def parse_queued(body: bytes, *, secrets: Iterable[str] = ()) -> str:
    """Give the id under which the result can be asked for; `secrets` never appear in a failure's text.

    Raises:
        ProviderFailure: nothing was queued.
    """
    answer = _answer(body)
    if answer.queueid and answer.queueid.isprintable() and len(answer.queueid) <= _MAX_QUEUE_ID:
        return answer.queueid
    if answer.success is False:
        raise _failed(answer, secrets)
    raise ProviderFailure(FailureKind.GARBAGE, "queued, but without a usable queueid")


def parse_result(body: bytes, *, base_url: str, queue_id: str, secrets: Iterable[str] = ()) -> ReadyPicture | None:
    """Give the finished picture, None while it is not ready.

    Raises:
        ProviderFailure: there will be no picture, or the answer is none.
    """
    answer = _answer(body)
    if answer.action.lower() == "reconnect":
        return None
    if answer.data.forbidden_content:
        words = presentable(f"forbidden content {answer.error}", without=secrets)
        raise ProviderFailure(FailureKind.REFUSED, words, reference=queue_id, usage=_used(answer))
    if answer.success is False:
        raise _failed(answer, secrets, queue_id)
    if answer.links:
        return ReadyPicture(_absolute(answer.links[0], base_url, queue_id), _used(answer, images=1))
    if answer.success is None:
        raise ProviderFailure(FailureKind.GARBAGE, "an answer that says nothing", reference=queue_id)
    raise ProviderFailure(FailureKind.NO_IMAGE, "success without a picture", reference=queue_id, usage=_used(answer))


def says_yes(body: bytes, *, secrets: Iterable[str] = ()) -> bool:
    """Whether a method that makes no picture has succeeded; False: not yet.

    Raises:
        ProviderFailure: it failed, or the answer is none.
    """
    answer = _answer(body)
    if answer.action.lower() == "reconnect":
        return False
    if answer.success is False:
        raise _failed(answer, secrets)
    if answer.success is None:
        raise ProviderFailure(FailureKind.GARBAGE, "an answer that says nothing")
    return True


def _answer(body: bytes) -> Answer:
    try:
        return Answer.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        raise ProviderFailure(FailureKind.GARBAGE, presentable(f"not an answer: {fault['type']}")) from None


def _failed(answer: Answer, secrets: Iterable[str], queue_id: str | None = None) -> ProviderFailure:
    """The limits tell an account that is used up; the words of `error` are documented nowhere."""
    words = presentable(answer.error, without=secrets) or "failed without a reason"
    is_used_up = answer.limits.foto_limit == 0
    if is_used_up:
        words = f"no photo attempts are left: {words}"
    kind = FailureKind.AUTH if is_used_up else FailureKind.BAD_REQUEST
    return ProviderFailure(kind, words, reference=queue_id, usage=_used(answer))


def _used(answer: Answer, *, images: int | None = None) -> Usage:
    return Usage(images=images, credits_left=answer.limits.foto_limit)


def _absolute(link: str, base_url: str, queue_id: str) -> str:
    try:
        return urljoin(f"{base_url}/", link)
    except ValueError:
        raise ProviderFailure(FailureKind.UNSAFE_LINK, "the result's link cannot be read", reference=queue_id) from None
