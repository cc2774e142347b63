"""Whether Gemini still has the models that slots use: asked at start, hourly, and when a call met an unknown one."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence

from google import genai
from google.genai import types
from pydantic import SecretStr

from photochanger.domain.slot import Slot
from photochanger.infrastructure.provider_model_repository import ProviderModelRepository, RetiredModel
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.observability import get_logger
from photochanger.provider_worker.failures import ProviderFailure
from provider_gemini.clients import GeminiClients
from provider_gemini.errors import CALL_ERRORS
from provider_gemini.image_models import DEFAULT_MODEL
from provider_gemini.manifest import NAME
from provider_gemini.usage import bare_name

#: How often it is looked whether it is time to ask.
LOOK_SECONDS = 2.0
ASK_EVERY_SECONDS, ASK_AGAIN_SECONDS = 3_600.0, 60.0
_LIST_SECONDS = 20.0
_PICTURES_BY = "generateContent"

log = get_logger(__name__)


class ModelCheck:
    """Says in the log and in the provider's row of `provider_models` which slots' models are retired."""

    def __init__(
        self,
        clients: GeminiClients,
        models: ProviderModelRepository,
        slots: SlotRepository,
        *,
        key: Callable[[], Awaitable[SecretStr]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clients = clients
        self._models = models
        self._slots = slots
        self._key = key
        self._clock = clock
        self._last_asked = self._ask_at = float("-inf")

    def ask_soon(self) -> None:
        """Look again, at most once a minute."""
        self._ask_at = min(self._ask_at, self._last_asked + ASK_AGAIN_SECONDS)

    async def look(self) -> None:
        """Ask Gemini when it is time. Raises `DatabaseUnavailable`; the next look is in a minute."""
        if self._clock() < self._ask_at:
            return
        self._last_asked = self._clock()
        self._ask_at = self._last_asked + ASK_AGAIN_SECONDS
        try:
            key = await self._key()
        except ProviderFailure:
            # there is no key yet
            return
        try:
            async with self._clients.of(key) as client, asyncio.timeout(_LIST_SECONDS):
                listed = await _listed(client)
        except CALL_ERRORS as error:
            log.warning("models_not_listed", error=type(error).__name__, next="asked again in a minute")
            return
        retired = retired_models(await self._slots.list(), listed)
        await self._models.note(NAME, listed=listed, retired=retired)
        for model in retired:
            log.error(
                "model_retired", model=model.model, slots=list(model.slot_ids), next="its photos fail: choose another"
            )
        self._ask_at = self._last_asked + ASK_EVERY_SECONDS


def retired_models(slots: Sequence[Slot], listed: Iterable[str]) -> list[RetiredModel]:
    """Give the models that active slots use, in their own routes or as fallbacks, and that are not `listed`."""
    known = frozenset(listed)
    users: dict[str, list[str]] = defaultdict(list)
    for slot in slots:
        routes = [route for route in slot.routes if slot.is_active and route.provider == NAME]
        for model in {bare_name(str(route.params.get("model") or DEFAULT_MODEL)) for route in routes}:
            users[model].append(slot.id)
    return [RetiredModel(model=model, slot_ids=tuple(users[model])) for model in sorted(users) if model not in known]


async def _listed(client: genai.Client) -> list[str]:
    options = types.HttpOptions(timeout=round(_LIST_SECONDS * 1000))
    config = types.ListModelsConfig(page_size=1_000, http_options=options)
    return [
        bare_name(model.name)
        async for model in await client.aio.models.list(config=config)
        if model.name and (model.supported_actions is None or _PICTURES_BY in model.supported_actions)
    ]
