"""Turbotext as a provider: queue the work, ask until it is done, fetch the picture."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from pydantic import SecretStr
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_incrementing, wait_random

from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.loopback import is_loopback
from photochanger.provider_worker.ports import ProviderAnswer, ProviderRequest
from photochanger.provider_worker.result_download import ResultDownload, result_download
from provider_turbotext.api_client import CurrentKey, TurbotextApi
from provider_turbotext.manifest import turbotext_manifest
from provider_turbotext.request import AVAILABLE, METHODS, TurbotextCall, build_request, checked
from provider_turbotext.response import ReadyPicture, parse_queued, parse_result, says_yes

#: Our own deadline ends a call first, so that a time-out is never taken for the provider's fault.
GRACE_SECONDS = 2.0

_PASSES = frozenset(
    {FailureKind.TRANSPORT, FailureKind.TIMEOUT, FailureKind.OVERLOADED, FailureKind.QUOTA, FailureKind.GARBAGE}
)


@dataclass(frozen=True)
class Pace:
    """Seconds before the first poll, growing to `longest` between later ones."""

    first: float = 2.0
    longest: float = 3.0


USUAL_PACE = Pace()


class NotReady(Exception):
    """The picture is not finished yet."""


class TurbotextAdapter:
    """One `create_queue` a call; what is queued is paid for, so its result is asked for until the call is cut."""

    def __init__(
        self, api: TurbotextApi, download: ResultDownload, *, key: CurrentKey, pace: Pace = USUAL_PACE
    ) -> None:
        self._api = api
        self._download = download
        self._key = key
        self._pace = pace
        self._manifest = turbotext_manifest()

    @property
    def manifest(self) -> ProviderManifest:
        return self._manifest

    async def call(self, request: ProviderRequest) -> ProviderAnswer:
        over_at = time.monotonic() + request.seconds_left
        if request.reference is not None:
            return await self._finish(request.reference, request, over_at)
        params = checked(request.operation, request.params)
        photo, templates = await request.images.photo_link(), await request.images.template_links()
        call = build_request(request.operation, params, photo, templates)
        queue_id = await self._create(call, request)
        await request.keep_reference(queue_id)
        await asyncio.sleep(self._pace.first)
        return await self._finish(queue_id, request, over_at)

    async def check_key(self, key: SecretStr) -> None:
        """Ask which methods the account may use (`available_api`), until whoever called has waited enough.

        It is no photo method, so it takes no photo attempt.

        Raises:
            ProviderFailure: the key does not serve, or there is no telling.
        """

        async def this_key() -> SecretStr:
            return key

        api, secrets = self._api.with_key(this_key), (key.get_secret_value(),)
        queue_id = parse_queued(await api.post(AVAILABLE, {"do": "create_queue"}), secrets=secrets)

        async def listed() -> None:
            if not says_yes(await api.post(AVAILABLE, {"do": "get_result", "queueid": queue_id}), secrets=secrets):
                raise NotReady

        await self._retrying(time.monotonic())(listed)

    async def _create(self, call: TurbotextCall, request: ProviderRequest) -> str:
        fields = {"do": "create_queue", **call.fields}
        body = await self._api.post(call.method, fields, answer_seconds=request.seconds_left + GRACE_SECONDS)
        return parse_queued(body, secrets=await self._secrets(request))

    async def _finish(self, queue_id: str, request: ProviderRequest, over_at: float) -> ProviderAnswer:
        ready: ReadyPicture = await self._retrying(over_at)(self._poll, queue_id, request)
        try:
            data: bytes = await self._retrying(over_at)(self._download.fetch, ready.link, request.place)
        except ProviderFailure as failure:
            failure.reference, failure.usage = queue_id, ready.usage
            raise
        return ProviderAnswer(data, queue_id, ready.usage)

    async def _poll(self, queue_id: str, request: ProviderRequest) -> ReadyPicture:
        fields = {"do": "get_result", "queueid": queue_id}
        body = await self._api.post(METHODS[request.operation], fields)
        secrets = await self._secrets(request)
        ready = parse_result(body, base_url=self._api.base_url, queue_id=queue_id, secrets=secrets)
        if ready is None:
            raise NotReady
        return ready

    async def _secrets(self, request: ProviderRequest) -> tuple[str, ...]:
        """What the provider's own words must not repeat: the key and the prompts."""
        prompts = (request.params.get(name) for name in ("prompt", "negative_prompt"))
        return ((await self._key()).get_secret_value(), *(text for text in prompts if isinstance(text, str)))

    def _retrying(self, over_at: float) -> AsyncRetrying:
        """Again and again: whoever called cancels it at the deadline, at the latest at `over_at` (monotonic)."""
        jitter = self._pace.longest * 0.1
        steps = wait_incrementing(self._pace.first, (self._pace.longest - self._pace.first) / 4, self._pace.longest)
        usual = steps + wait_random(0, jitter)

        def pause(state: RetryCallState) -> float:
            asked = _asked_pause(state)
            return max(usual(state), asked) if asked < over_at - time.monotonic() else usual(state)

        return AsyncRetrying(retry=retry_if_exception(_passes), wait=pause, reraise=True)


def _asked_pause(state: RetryCallState) -> float:
    """How long the provider asked us to wait, in seconds; one that does not fit into the window is not for us."""
    error = state.outcome.exception() if state.outcome else None
    return (error.retry_after_seconds or 0.0) if isinstance(error, ProviderFailure) else 0.0


def _passes(error: BaseException) -> bool:
    return isinstance(error, NotReady) or (isinstance(error, ProviderFailure) and error.kind in _PASSES)


@asynccontextmanager
async def turbotext_adapter(
    key: CurrentKey,
    base_url: str,
    *,
    result_hosts: Sequence[str],
    pace: Pace = USUAL_PACE,
) -> AsyncIterator[TurbotextAdapter]:
    """Open the adapter's connections; at the end they are closed."""

    async def own_headers() -> Mapping[str, str]:
        return {"Authorization": f"Bearer {(await key()).get_secret_value()}"}

    unlimited = httpx.Limits(max_connections=None, max_keepalive_connections=64)
    async with (
        httpx.AsyncClient(limits=unlimited, trust_env=not is_loopback(base_url)) as api_client,
        result_download(base_url, result_hosts, own_headers) as download,
    ):
        yield TurbotextAdapter(TurbotextApi(api_client, base_url, key), download, key=key, pace=pace)
