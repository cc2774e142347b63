"""What an answer of the queue protocol means: a queue id, "not yet", a picture's link, or why there is none."""

import re
from collections.abc import Iterable
from urllib.parse import urljoin

from pydantic import ValidationError

from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.provider_text import presentable
from provider_turbotext.answer import Answer

_MAX_QUEUE_ID = 100
#: Our links open pictures while the attempt runs.
_OUR_LINK = re.compile(r"/public/media/\w+")


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


def parse_result(body: bytes, *, base_url: str, queue_id: str, secrets: Iterable[str] = ()) -> str | None:
    """Give the absolute link to the picture, None while it is not ready.

    Raises:
        ProviderFailure: there will be no picture, or the answer is none.
    """
    answer = _answer(body)
    if answer.action.lower() == "reconnect":
        return None
    if answer.data.forbidden_content:
        words = _shown(f"forbidden content {answer.error}", secrets)
        raise ProviderFailure(FailureKind.REFUSED, words, reference=queue_id)
    if answer.success is False:
        raise _failed(answer, secrets, queue_id)
    if answer.links:
        return _absolute(answer.links[0], base_url, queue_id)
    if answer.success is None:
        raise ProviderFailure(FailureKind.GARBAGE, "an answer that says nothing", reference=queue_id)
    raise ProviderFailure(FailureKind.NO_IMAGE, "success without a picture", reference=queue_id)


def _answer(body: bytes) -> Answer:
    try:
        return Answer.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        raise ProviderFailure(FailureKind.GARBAGE, presentable(f"not an answer: {fault['type']}")) from None


def _failed(answer: Answer, secrets: Iterable[str], queue_id: str | None = None) -> ProviderFailure:
    words = _shown(answer.error, secrets) or "failed without a reason"
    return ProviderFailure(FailureKind.BAD_REQUEST, words, reference=queue_id)


def _absolute(link: str, base_url: str, queue_id: str) -> str:
    try:
        return urljoin(f"{base_url}/", link)
    except ValueError:
        raise ProviderFailure(FailureKind.UNSAFE_LINK, "the result's link cannot be read", reference=queue_id) from None


def _shown(text: str, secrets: Iterable[str]) -> str:
    return presentable(_OUR_LINK.sub("/public/media/[…]", text), without=secrets)
