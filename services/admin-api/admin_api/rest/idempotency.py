"""A request that creates something, sent again because its answer was lost: done once, answered twice."""

import asyncio
import hashlib
import re
import uuid

from aiohttp import hdrs, web
from pydantic import BaseModel, SecretStr

from admin_api.accounts.auth import LOGGED_IN
from admin_api.rest.conflict import ConflictReason, conflict
from admin_api.rest.endpoint import Endpoint, Handler
from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.infrastructure.idempotency_repository import IdempotencyRepository, KeyedRequest
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.infrastructure.sealing import CannotUnseal, Sealer
from photochanger.observability import get_logger

HEADER = "Idempotency-Key"
KEY_PATTERN = "^[!-~]{1,128}$"
#: The second of two at once waits so long for the first one's answer.
PATIENCE_SECONDS, LOOK_SECONDS = 2.0, 0.1
#: No request takes longer: one without an answer by then was cut short.
LONGEST_MS = 150_000

_BAD_KEY = Wrong(FaultCode.WRONG_FORM, "must be 1 to 128 printable ASCII characters")

log = get_logger(__name__)


class _Answer(BaseModel):
    status: int
    headers: dict[str, str]
    body: str

    @classmethod
    def of(cls, response: web.Response) -> "_Answer":
        kept = {name: response.headers[name] for name in (hdrs.ETAG, hdrs.LOCATION) if name in response.headers}
        return cls(status=response.status, headers=kept, body=(response.text or "") if response.body else "")

    def response(self) -> web.Response:
        content_type = "application/json" if self.body else None
        return web.Response(status=self.status, headers=self.headers, text=self.body, content_type=content_type)


class _AnsweredBefore(Exception):
    def __init__(self, answer: _Answer) -> None:
        super().__init__()
        self.answer = answer


class KeyedCreation:
    """One request with a key. Answers are kept sealed: they may hold a secret that is shown once."""

    def __init__(self, rows: IdempotencyRepository, sealer: Sealer, key: str, request: web.Request) -> None:
        self._rows, self._sealer, self._key = rows, sealer, key
        self._what = f"{request.method} {request.path_qs}"
        self._claim = uuid.uuid4().hex
        self._is_claimed = False

    async def begin(self, *content: bytes) -> None:
        """Go on with a request that is the first one with its key.

        Raises:
            Refused: the key was used for another request, or the first one is not answered yet (409).
            _AnsweredBefore: the first one's answer.
        """
        digest = hashlib.sha256(self._what.encode())
        for part in content:
            digest.update(hashlib.sha256(part).digest())
        fingerprint = digest.hexdigest()
        row: KeyedRequest | None = await self._rows.claim(self._key, claim=self._claim, fingerprint=fingerprint)
        looks = round(PATIENCE_SECONDS / LOOK_SECONDS)
        while row is not None and row.claim != self._claim:
            if row.fingerprint != fingerprint:
                raise Refused(ProblemCode.IDEMPOTENCY_KEY_REUSED, "This key came with another request before.")
            if row.answer is not None:
                raise _AnsweredBefore(self._opened(row))
            if row.age_ms > LONGEST_MS:
                raise _cut_short()
            if looks == 0:
                raise Refused(ProblemCode.REQUEST_RUNNING, "The first request with this key is not answered yet.")
            looks -= 1
            await asyncio.sleep(LOOK_SECONDS)
            row = await self._rows.claim(self._key, claim=self._claim, fingerprint=fingerprint)
        self._is_claimed = True

    async def keep(self, response: web.StreamResponse) -> None:
        if not self._is_claimed or not isinstance(response, web.Response):
            return
        answer = SecretStr(_Answer.of(response).model_dump_json())
        try:
            await self._rows.keep(self._key, claim=self._claim, answer=self._sealer.seal(answer, place=self._key))
        except DatabaseUnavailable as error:
            log.warning("answer_not_kept", error=repr(error), next="a repetition is told that this one was cut short")

    async def release(self) -> None:
        if not self._is_claimed:
            return
        try:
            await self._rows.release(self._key, claim=self._claim)
        except DatabaseUnavailable as error:
            log.warning("key_not_released", error=repr(error), next="a repetition is told that this one was cut short")

    def _opened(self, row: KeyedRequest) -> _Answer:
        if row.answer is None:
            raise _cut_short()
        try:
            return _Answer.model_validate_json(self._sealer.unseal(row.answer, place=self._key).get_secret_value())
        except CannotUnseal as error:
            raise _cut_short() from error


KEYED = web.RequestKey("keyed_creation", KeyedCreation)


async def begin_upload(request: web.Request, *content: bytes) -> None:
    """Say what a body was that the handler has read itself; nothing may have been done before.

    Raises:
        Refused: as `KeyedCreation.begin`.
    """
    keyed = request.get(KEYED)
    if keyed is not None:
        await keyed.begin(*content)


def done_once(endpoint: Endpoint, handler: Handler, rows: IdempotencyRepository, sealer: Sealer) -> Handler:
    """Do a creation once for each key that comes with it, within 24 hours and for each person."""
    if not endpoint.takes_idempotency_key:
        return handler

    async def told(request: web.Request) -> web.StreamResponse:
        key = request.headers.get(HEADER)
        if key is None:
            return await handler(request)
        if not re.fullmatch(KEY_PATTERN, key):
            raise Refused.for_faults(FieldFault.at(HEADER, wrong=_BAD_KEY))
        whose = f"{request[LOGGED_IN].user.login} {hashlib.sha256(key.encode()).hexdigest()}"
        keyed = request[KEYED] = KeyedCreation(rows, sealer, whose, request)
        try:
            if endpoint.body is not None:
                await keyed.begin(await request.read())
            response = await handler(request)
        except _AnsweredBefore as before:
            return before.answer.response()
        except Refused as refused:
            if refused.code is not ProblemCode.OUTCOME_UNKNOWN:
                await keyed.release()
            raise
        await keyed.keep(response)
        return response

    return told


def _cut_short() -> Refused:
    detail = "The first request with this key was cut short, maybe after its work: look, then use another key."
    return conflict(ConflictReason.REQUEST_CUT_SHORT, detail)
