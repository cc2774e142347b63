"""Gemini as a provider: build the request, send it through the SDK, parse the answer."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from google import genai
from pydantic import SecretStr, ValidationError

from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import ProviderAnswer, ProviderRequest
from photochanger.provider_worker.provider_text import presentable
from provider_gemini.bounded_answer import read_at
from provider_gemini.clients import GeminiClients
from provider_gemini.errors import CALL_ERRORS, translate
from provider_gemini.inline_pictures import sending
from provider_gemini.manifest import gemini_manifest
from provider_gemini.params import GeminiParams
from provider_gemini.request import GeminiCall, build_request
from provider_gemini.response import parse_response


class GeminiAdapter:
    """One `generate_content` a call. `now` gives aware time, for the daily quota's reset only.

    Args:
        key: gives the API key in force.
    """

    def __init__(
        self, clients: GeminiClients, *, key: Callable[[], Awaitable[SecretStr]], now: Callable[[], datetime]
    ) -> None:
        self._clients = clients
        self._key = key
        self._now = now
        self._manifest = gemini_manifest()

    @property
    def manifest(self) -> ProviderManifest:
        return self._manifest

    async def call(self, request: ProviderRequest) -> ProviderAnswer:
        params = _checked(request)
        key = await self._key()
        secrets = (key.get_secret_value(), params.prompt)
        call = await _build(params, request)
        try:
            async with self._clients.of(key) as client:
                with read_at(request.place), sending(call.pictures):
                    body = await _send(client, call)
        except CALL_ERRORS as error:
            raise translate(error, model=call.model, now=self._now(), secrets=secrets) from None
        return parse_response(body, model=call.model, secrets=secrets)


async def _build(params: GeminiParams, request: ProviderRequest) -> GeminiCall:
    """Build the call; its `pictures` alone hold the photo, which is gone when it is sent."""
    photo, templates = await request.images.photo(), await request.images.templates()
    return build_request(params, photo, templates, seconds_left=request.seconds_left)


async def _send(client: genai.Client, call: GeminiCall) -> str:
    answer = await client.aio.models.generate_content(model=call.model, contents=call.contents, config=call.config)
    response = answer.sdk_http_response
    return "" if response is None else response.body or ""


def _checked(request: ProviderRequest) -> GeminiParams:
    try:
        return GeminiParams.model_validate(request.params)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))} {fault['msg']}" for fault in error.errors())
        raise ProviderFailure(FailureKind.BAD_REQUEST, presentable(f"parameters: {faults}")) from None
