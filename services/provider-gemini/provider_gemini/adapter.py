"""Gemini as a provider: build the request, send it through the SDK, parse the answer."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from google import genai
from google.genai import errors
from pydantic import SecretStr, ValidationError

from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import ProviderAnswer, ProviderRequest
from photochanger.provider_worker.provider_text import presentable
from provider_gemini.bounded_answer import read_at
from provider_gemini.clients import GeminiClients
from provider_gemini.errors import CALL_ERRORS, translate
from provider_gemini.file_upload import GONE
from provider_gemini.inline_pictures import sending
from provider_gemini.manifest import gemini_manifest
from provider_gemini.params import GeminiParams
from provider_gemini.request import GeminiCall, build_request
from provider_gemini.response import parse_response
from provider_gemini.template_files import TemplateFiles


class GeminiAdapter:
    """One `generate_content` a call, large templates as files.

    Args:
        key: gives the API key in force.
        now: gives aware time, for the daily quota's reset only.
        files: None: every template is part of each request.
    """

    def __init__(
        self,
        clients: GeminiClients,
        *,
        key: Callable[[], Awaitable[SecretStr]],
        now: Callable[[], datetime],
        files: TemplateFiles | None = None,
    ) -> None:
        self._clients = clients
        self._files = files or TemplateFiles(clients)
        self._key = key
        self._now = now
        self._on_unknown_model: Callable[[], None] = lambda: None
        self._manifest = gemini_manifest()

    @property
    def manifest(self) -> ProviderManifest:
        return self._manifest

    def tell_of_unknown_models(self, on_unknown_model: Callable[[], None]) -> None:
        """Have it called whenever Gemini does not know the model that a call asked for."""
        self._on_unknown_model = on_unknown_model

    async def call(self, request: ProviderRequest) -> ProviderAnswer:
        params, key = _checked(request), await self._key()
        body = await self._answer(request, params, key)
        return parse_response(body, model=params.model, secrets=_secrets(params, key))

    async def _answer(
        self, request: ProviderRequest, params: GeminiParams, key: SecretStr, *, is_again: bool = False
    ) -> str:
        """Send the call; once more when it was refused unread, because Gemini has lost a file that it named."""
        call = await self._build(request, params, key)
        try:
            return await self._send(request, call, key)
        except CALL_ERRORS as error:
            if is_again or not await self._has_lost_files(error, call, key):
                raise self._failure(error, params, key) from None
        request.place.give_back()
        return await self._answer(request, params, key, is_again=True)

    async def _has_lost_files(self, error: BaseException, call: GeminiCall, key: SecretStr) -> bool:
        is_likely = isinstance(error, errors.APIError) and error.code in GONE
        return is_likely and await self._files.lost(call.files, key)

    def _failure(self, error: BaseException, params: GeminiParams, key: SecretStr) -> ProviderFailure:
        failure = translate(error, model=params.model, now=self._now(), secrets=_secrets(params, key))
        if failure.kind is FailureKind.MODEL_GONE:
            self._on_unknown_model()
        return failure

    async def _build(self, request: ProviderRequest, params: GeminiParams, key: SecretStr) -> GeminiCall:
        """Build the call; its `pictures` alone hold the photo, which is gone when it is sent."""
        templates = await self._files.of(await request.images.template_inputs(), key)
        photo = await request.images.photo()
        return build_request(params, photo, templates, seconds_left=request.seconds_left)

    async def _send(self, request: ProviderRequest, call: GeminiCall, key: SecretStr) -> str:
        async with self._clients.of(key) as client:
            with read_at(request.place), sending(call.pictures):
                return await _generate(client, call)


def _secrets(params: GeminiParams, key: SecretStr) -> tuple[str, ...]:
    return (key.get_secret_value(), params.prompt)


async def _generate(client: genai.Client, call: GeminiCall) -> str:
    answer = await client.aio.models.generate_content(model=call.model, contents=call.contents, config=call.config)
    response = answer.sdk_http_response
    return "" if response is None else response.body or ""


def _checked(request: ProviderRequest) -> GeminiParams:
    try:
        return GeminiParams.model_validate(request.params)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))} {fault['msg']}" for fault in error.errors())
        raise ProviderFailure(FailureKind.BAD_REQUEST, presentable(f"parameters: {faults}")) from None
