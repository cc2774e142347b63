"""Which key a provider is called with."""

import itertools
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.infrastructure.provider_key_repository import StoredProviderKey, sealing_place
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.sealing import Sealer
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.key_notice import KeyNotice
from photochanger.provider_worker.provider_key import ProviderKey

SEALER = Sealer(SecretStr("k" * 40))


class StoredKeys:
    """What the database would say."""

    def __init__(self) -> None:
        self.stored: StoredProviderKey | None = None
        self.is_silent = False

    async def get(self, provider: str) -> StoredProviderKey | None:
        if self.is_silent:
            raise DatabaseUnavailable("silent")
        return self.stored

    def put(self, key: str, *, provider: str = "gemini") -> None:
        sealed = SEALER.seal(SecretStr(key), place=sealing_place(provider))
        now = datetime(2026, 1, 1, tzinfo=UTC)
        self.stored = StoredProviderKey(provider="gemini", sealed=sealed, last4="", updated_at=now)


@pytest.fixture
def keys() -> StoredKeys:
    return StoredKeys()


def key_from(keys: StoredKeys, sealer: Sealer | None = SEALER, *, environment: str = "environment") -> ProviderKey:
    key = ProviderKey("gemini", environment_key=SecretStr(environment), sealer=sealer)
    key.read_from(keys.get, clock=itertools.count(0, 2).__next__)  # each look comes too late for the copy before
    return key


async def shown(key: ProviderKey) -> str:
    return (await key.current()).get_secret_value()


async def test_the_environments_key_serves_until_an_administrator_sets_one(keys: StoredKeys) -> None:
    key = key_from(keys)
    before = await shown(key)

    keys.put("given")

    assert (before, await shown(key)) == ("environment", "given")


async def test_without_any_key_a_call_fails_as_one_with_a_wrong_key(keys: StoredKeys) -> None:
    key = key_from(keys, environment="")

    with pytest.raises(ProviderFailure) as failed:
        await key.current()

    assert failed.value.kind is FailureKind.AUTH
    keys.put("given")
    assert await shown(key) == "given"


class NotedProviders(ProviderRepository):
    def __init__(self) -> None:
        self.noted: list[tuple[str, bool]] = []
        self.is_silent = False

    async def note_key(self, provider: str, *, has_key: bool) -> None:
        if self.is_silent:
            raise DatabaseUnavailable("silent")
        self.noted.append((provider, has_key))


async def test_whether_there_is_a_key_is_said_whenever_it_changes(keys: StoredKeys) -> None:
    providers = NotedProviders()
    notice = KeyNotice("gemini", key_from(keys, environment=""), providers)

    await notice.say()
    await notice.say()
    keys.put("given")
    await notice.say()
    keys.stored = None
    await notice.say()

    assert providers.noted == [("gemini", False), ("gemini", True), ("gemini", False)]


async def test_what_could_not_be_said_is_said_later(keys: StoredKeys) -> None:
    providers = NotedProviders()
    notice = KeyNotice("gemini", key_from(keys), providers)
    providers.is_silent = True

    with pytest.raises(DatabaseUnavailable):
        await notice.say()
    providers.is_silent = False
    await notice.say()

    assert providers.noted == [("gemini", True)]


async def test_while_the_database_is_silent_the_last_known_key_serves(keys: StoredKeys) -> None:
    keys.put("given")
    key = key_from(keys)
    await shown(key)

    keys.is_silent = True

    assert await shown(key) == "given"


async def test_a_key_moved_here_from_another_provider_is_not_used(keys: StoredKeys) -> None:
    keys.put("turbotext's", provider="turbotext")

    assert await shown(key_from(keys)) == "environment"


async def test_without_the_secret_key_only_the_environments_serves(keys: StoredKeys) -> None:
    keys.put("given")

    assert await shown(key_from(keys, sealer=None)) == "environment"
