"""The ingest gateway, asked for a test run."""

import asyncio
import io
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
from pydantic import BaseModel, ValidationError

from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.service_token import SERVICE_TOKEN_HEADER, service_token
from photochanger.domain.slot import MAX_SYNC_RESPONSE_SECONDS, Slot
from photochanger.observability import get_logger

CONNECT_SECONDS = 2.0
#: Whoever takes a photo answers a knock at once.
KNOCK_SECONDS = 2.0
#: The gateway answers at the latest so long after the longest window.
EXTRA_SECONDS = 10.0

log = get_logger(__name__)


@dataclass(frozen=True)
class TrialPhoto:
    filename: str
    data: bytes


class _Problem(BaseModel):
    code: ProblemCode
    detail: str
    retry_after: int | None = None


class GatewayClient:
    """One session of a process, whose end closes the client."""

    def __init__(self, http: aiohttp.ClientSession, gateway_url: str, *, secret_key: str) -> None:
        self._http, self._url = http, f"{gateway_url}/internal/test-runs"
        self._headers = {SERVICE_TOKEN_HEADER: service_token(secret_key)}

    async def test_run(self, slot: Slot, photo: TrialPhoto) -> bytes:
        """How the photo ended, as the gateway tells it in JSON.

        Raises:
            Refused: what the gateway refused with, or it does not answer.
        """
        if fault := await self.fault():
            log.warning("gateway_unavailable", error=fault, next="the test run is refused")
            raise Refused(ProblemCode.GATEWAY_UNAVAILABLE, "The ingest gateway does not answer.")
        form = aiohttp.FormData()
        form.add_field("slot", slot.model_dump_json(exclude={"ingest_password_verifier"}))
        picture = io.BytesIO(photo.data)
        form.add_field("file", picture, filename=photo.filename or "photo", content_type="application/octet-stream")
        timeout = aiohttp.ClientTimeout(total=MAX_SYNC_RESPONSE_SECONDS + EXTRA_SECONDS, sock_connect=CONNECT_SECONDS)
        try:
            async with self._http.post(self._url, data=form, headers=self._headers, timeout=timeout) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("gateway_unavailable", error=repr(error), next="the test run is refused")
            raise Refused(ProblemCode.GATEWAY_UNAVAILABLE, "The ingest gateway does not answer.") from error
        if answer.status != HTTPStatus.OK:
            raise _refused(body, answer.status)
        return body

    async def fault(self) -> str | None:
        """What is wrong with the gateway, None when it answers.

        A gateway that hangs still takes connections, and a test run may last a minute: only a question that every
        answer answers, here which methods the address takes, tells the two apart in time.
        """
        try:
            async with asyncio.timeout(KNOCK_SECONDS), self._http.get(self._url):
                return None
        except TimeoutError:
            return f"no answer in {KNOCK_SECONDS:g} s"
        except aiohttp.ClientError as error:
            return type(error).__name__


def _refused(body: bytes, status: int) -> Refused:
    try:
        problem = _Problem.model_validate_json(body)
    except ValidationError:
        log.exception("gateway_answer_unreadable", status=status)
        return Refused(ProblemCode.GATEWAY_UNAVAILABLE, "The ingest gateway's answer cannot be read.")
    if problem.code is ProblemCode.UNAUTHENTICATED:
        log.error("gateway_knows_another_secret_key", next="the test run is refused")
        return Refused(ProblemCode.GATEWAY_UNAVAILABLE, "The ingest gateway has another PHOTOCHANGER_SECRET_KEY.")
    return Refused(problem.code, problem.detail, retry_after_seconds=problem.retry_after)
