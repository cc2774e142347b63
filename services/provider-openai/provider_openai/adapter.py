"""OpenAI as a provider: build the form, send it, parse the answer."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
from pydantic import SecretStr

from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.provider_worker.loopback import is_loopback
from photochanger.provider_worker.ports import ProviderAnswer, ProviderRequest
from provider_openai.api_client import OpenAIApi
from provider_openai.manifest import openai_manifest
from provider_openai.params import OpenAIParams
from provider_openai.request import OpenAICall, build_request, checked
from provider_openai.response import failure_of, parse_models, parse_response

#: Our own deadline ends a call first, so that a time-out is never taken for the provider's fault.
GRACE_SECONDS = 2.0

#: The key to make a call with: an administrator may change it at any moment.
CurrentKey = Callable[[], Awaitable[SecretStr]]


class OpenAIAdapter:
    """One POST to `images/edits` a call."""

    def __init__(self, api: OpenAIApi, *, key: CurrentKey) -> None:
        self._api = api
        self._key = key
        self._manifest = openai_manifest()

    @property
    def manifest(self) -> ProviderManifest:
        return self._manifest

    async def call(self, request: ProviderRequest) -> ProviderAnswer:
        params = checked(request.params)
        key = await self._key()
        secrets = (key.get_secret_value(), params.prompt)
        call = await _build(params, request)
        response, body = await self._api.edit(
            call, key, request.place, answer_seconds=request.seconds_left + GRACE_SECONDS
        )
        if response.status_code != httpx.codes.OK:
            raise failure_of(response.status_code, body, response.headers, model=call.model, secrets=secrets)
        return parse_response(body, response.headers, model=call.model, secrets=secrets)

    async def check_key(self, key: SecretStr) -> None:
        """Ask for the list of models.

        Raises:
            ProviderFailure: the key does not serve, or there is no telling.
        """
        secrets = (key.get_secret_value(),)
        response, body = await self._api.list_models(key)
        if response.status_code != httpx.codes.OK:
            raise failure_of(response.status_code, body, response.headers, model="", secrets=secrets)
        parse_models(body)


async def _build(params: OpenAIParams, request: ProviderRequest) -> OpenAICall:
    """Build the call; its `pictures` alone hold the photo, which is gone when it is sent."""
    photo, templates = await request.images.photo(), await request.images.templates()
    return build_request(params, photo, templates)


@asynccontextmanager
async def openai_adapter(key: CurrentKey, base_url: str) -> AsyncIterator[OpenAIAdapter]:
    """Open the adapter's connections; at the end they are closed."""
    unlimited = httpx.Limits(max_connections=None, max_keepalive_connections=64)
    async with httpx.AsyncClient(limits=unlimited, trust_env=not is_loopback(base_url)) as client:
        yield OpenAIAdapter(OpenAIApi(client, base_url), key=key)
