"""Answers an administrator's "test this key" with the key in force, by asking the provider something harmless."""

import asyncio
from collections.abc import Awaitable, Callable

from pydantic import SecretStr

from photochanger.domain.key_test import KeyVerdict, last4_of
from photochanger.infrastructure.key_test_repository import KeyTestRepository
from photochanger.observability import get_logger
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.provider_key import ProviderKey

log = get_logger(__name__)

#: How often a service looks whether a test is asked for.
LOOK_SECONDS = 2.0
#: A provider that takes longer has told nothing.
CHECK_SECONDS = 8.0

#: Asks the provider with this key for what costs nothing and makes no picture; a `ProviderFailure` says why not.
CheckKey = Callable[[SecretStr], Awaitable[None]]


class KeyTests:
    """`key` None: the provider needs none; `check` None: it has nothing that could be asked for free."""

    def __init__(
        self, provider: str, key: ProviderKey | None, check: CheckKey | None, tests: KeyTestRepository
    ) -> None:
        self._provider, self._key, self._check, self._tests = provider, key, check, tests

    async def look(self) -> None:
        """Make the test that was asked for, if there is one. Raises `DatabaseUnavailable`."""
        test_id = await self._tests.take(self._provider)
        if test_id is None:
            return
        verdict, detail, last4 = await self._tested()
        log.info("provider_key_tested", provider=self._provider, verdict=verdict, detail=detail)
        await self._tests.answer(self._provider, test_id, verdict, detail=detail, last4=last4)

    async def _tested(self) -> tuple[KeyVerdict, str, str]:
        if self._key is None or self._check is None:
            return KeyVerdict.NOT_TESTABLE, "", ""
        self._key.look_again()
        if not await self._key.is_set():
            return KeyVerdict.NO_KEY, "", ""
        key = await self._key.current()
        last4 = last4_of(key)
        try:
            async with asyncio.timeout(CHECK_SECONDS) as limit:
                await self._check(key)
        except ProviderFailure as failure:
            is_about_the_key = failure.kind is FailureKind.AUTH
            return (KeyVerdict.REFUSED if is_about_the_key else KeyVerdict.UNKNOWN), failure.detail, last4
        except TimeoutError:
            if not limit.expired():
                raise
            return KeyVerdict.UNKNOWN, f"no answer in {CHECK_SECONDS:g} s", last4
        return KeyVerdict.ACCEPTED, "", last4
