"""Slots whose model Gemini no longer lists are named, in the row that the API shows."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from photochanger.domain.slot import Operation, Route
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_model_repository import ProviderModelRepository, RetiredModel
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from provider_gemini.clients import GeminiClients
from provider_gemini.image_models import DEFAULT_MODEL, KNOWN_MODELS
from provider_gemini.model_check import ASK_AGAIN_SECONDS, ASK_EVERY_SECONDS, ModelCheck
from tests.integration.provider_gemini.conftest import GeminiSandbox
from tests.job_rows import new_slot

GONE = "gemini-3-pro-image-preview"


class World:
    """A check with a clock of its own."""

    def __init__(self, clients: GeminiClients, mongo: Mongo) -> None:
        self.now = 1_000.0
        self.key = "key-of-tests"
        self.rows = ProviderModelRepository(mongo.database)
        self.slots = SlotRepository(mongo.database)
        self.check = ModelCheck(clients, self.rows, self.slots, key=self._key, clock=lambda: self.now)

    async def _key(self) -> SecretStr:
        if not self.key:
            raise ProviderFailure(FailureKind.AUTH, "no key yet")
        return SecretStr(self.key)

    async def retired(self) -> tuple[RetiredModel, ...] | None:
        row = (await self.rows.by_provider()).get("gemini")
        return None if row is None else row.retired


@pytest.fixture
async def world(mongo: Mongo, gemini: GeminiSandbox) -> AsyncIterator[World]:
    async with GeminiClients(gemini.url) as clients:
        yield World(clients, mongo)


async def test_models_of_active_slots_and_their_fallbacks_are_held_against_the_list(world: World) -> None:
    for slot in (
        new_slot(id="old", params={"prompt": "art", "model": f"models/{GONE}"}),
        new_slot(id="off", params={"prompt": "art", "model": GONE}, is_active=False),
        new_slot(id="usual"),
        new_slot(
            id="second",
            provider="turbotext",
            fallbacks=(
                Route(provider="gemini", operation=Operation.IMAGE_EDIT, params={"prompt": "art", "model": GONE}),
            ),
        ),
    ):
        await world.slots.insert_if_missing(slot)

    await world.check.look()

    assert await world.retired() == (RetiredModel(model=GONE, slot_ids=("old", "second")),)
    assert set((await world.rows.by_provider())["gemini"].listed) == set(KNOWN_MODELS)


async def test_it_asks_hourly_and_sooner_when_a_call_met_an_unknown_model(world: World, gemini: GeminiSandbox) -> None:
    await world.slots.insert_if_missing(new_slot(id="usual"))
    await world.check.look()
    await gemini.control("PUT", f"gemini/retired-models/{DEFAULT_MODEL}")

    world.now += ASK_EVERY_SECONDS - 1
    await world.check.look()
    before_the_hour = await world.retired()
    world.check.ask_soon()
    await world.check.look()

    assert before_the_hour == ()
    assert await world.retired() == (RetiredModel(model=DEFAULT_MODEL, slot_ids=("usual",)),)


async def test_unknown_models_one_after_another_ask_once_a_minute(world: World, gemini: GeminiSandbox) -> None:
    await world.slots.insert_if_missing(new_slot(id="usual"))
    await world.check.look()
    await gemini.control("PUT", f"gemini/retired-models/{DEFAULT_MODEL}")

    world.now += ASK_AGAIN_SECONDS - 1
    world.check.ask_soon()
    await world.check.look()

    assert await world.retired() == ()


@pytest.mark.parametrize("trouble", ["no key", "bad key", "outage"])
async def test_a_list_that_cannot_be_had_says_nothing_and_is_asked_for_again_in_a_minute(
    world: World, gemini: GeminiSandbox, trouble: str
) -> None:
    if trouble == "outage":
        await gemini.control("PUT", "outage/gemini", {"kind": "unavailable"})
    else:
        world.key = "" if trouble == "no key" else "wrong-key"

    await world.check.look()
    nothing = await world.retired()
    world.key = "key-of-tests"
    await gemini.control("DELETE", "outage/gemini")
    world.now += ASK_AGAIN_SECONDS
    await world.check.look()

    assert nothing is None
    assert await world.retired() == ()
