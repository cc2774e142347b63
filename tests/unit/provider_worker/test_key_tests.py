"""What an administrator learns who has a provider's key tested."""

import asyncio

import pytest
from pydantic import SecretStr

from photochanger.domain.key_test import KeyVerdict
from photochanger.infrastructure.key_test_repository import KeyTestRepository
from photochanger.provider_worker import key_tests
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.key_tests import CheckKey, KeyTests
from photochanger.provider_worker.provider_key import ProviderKey

KEY = "a-key-of-twenty-chars"


class Mailbox(KeyTestRepository):
    def __init__(self) -> None:
        self.asked: list[str] = ["1"]
        self.said: list[tuple[str, KeyVerdict, str, str]] = []

    async def take(self, provider: str) -> str | None:
        return self.asked.pop() if self.asked else None

    async def answer(self, provider: str, test_id: str, verdict: KeyVerdict, *, detail: str, last4: str) -> None:
        self.said.append((test_id, verdict, detail, last4))


def key(text: str = KEY) -> ProviderKey:
    return ProviderKey("gemini", environment_key=SecretStr(text), sealer=None)


async def said(check: CheckKey | None, of: ProviderKey | None = None) -> tuple[str, KeyVerdict, str, str]:
    mailbox = Mailbox()
    tests = KeyTests("gemini", of or key(), check, mailbox)
    await tests.look()
    await tests.look()
    (only,) = mailbox.said
    return only


def failing(kind: FailureKind) -> CheckKey:
    async def check(_key: SecretStr) -> None:
        raise ProviderFailure(kind, "its words")

    return check


async def test_a_key_that_the_provider_takes_is_accepted_and_it_was_the_one_in_force() -> None:
    asked: list[str] = []

    async def check(key: SecretStr) -> None:
        asked.append(key.get_secret_value())

    assert await said(check) == ("1", KeyVerdict.ACCEPTED, "", "hars")
    assert asked == [KEY]


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        (FailureKind.AUTH, KeyVerdict.REFUSED),
        (FailureKind.OVERLOADED, KeyVerdict.UNKNOWN),
        (FailureKind.TRANSPORT, KeyVerdict.UNKNOWN),
        (FailureKind.QUOTA, KeyVerdict.UNKNOWN),
    ],
)
async def test_only_a_matter_of_the_key_is_held_against_it(kind: FailureKind, verdict: KeyVerdict) -> None:
    assert await said(failing(kind)) == ("1", verdict, "its words", "hars")


async def test_a_provider_that_hangs_has_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_tests, "CHECK_SECONDS", 0.05)

    async def hang(_key: SecretStr) -> None:
        await asyncio.sleep(30)

    assert await said(hang) == ("1", KeyVerdict.UNKNOWN, "no answer in 0.05 s", "hars")


async def test_without_a_key_nobody_is_asked() -> None:
    assert await said(failing(FailureKind.AUTH), key("")) == ("1", KeyVerdict.NO_KEY, "", "")


async def test_a_provider_that_cannot_be_asked_for_free_is_not_asked() -> None:
    assert await said(None) == ("1", KeyVerdict.NOT_TESTABLE, "", "")


async def test_nothing_is_tested_that_nobody_asked_for() -> None:
    mailbox = Mailbox()
    mailbox.asked.clear()

    await KeyTests("gemini", key(), failing(FailureKind.AUTH), mailbox).look()

    assert mailbox.said == []
