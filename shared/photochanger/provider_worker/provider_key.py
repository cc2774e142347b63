"""The provider's API key in force: an administrator's, else the environment's."""

import time
from collections.abc import Awaitable, Callable

from pydantic import SecretStr

from photochanger.infrastructure.fresh_copies import FreshCopies
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.infrastructure.provider_key_repository import StoredProviderKey, sealing_place
from photochanger.infrastructure.sealing import CannotUnseal, Sealer
from photochanger.observability import get_logger
from photochanger.provider_worker.failures import FailureKind, ProviderFailure

log = get_logger(__name__)

#: Gives the stored key of a provider; may raise `DatabaseUnavailable`.
ReadKey = Callable[[str], Awaitable[StoredProviderKey | None]]


class ProviderKey:
    """What an administrator sets is in force within a second; while the database is silent the last known key is.

    Until `read_from` was called it is the environment's key, which may be empty: then there is none yet.

    Args:
        sealer: None: keys set through the API cannot be read here; each reading says so in the log.
    """

    def __init__(self, provider: str, *, environment_key: SecretStr, sealer: Sealer | None) -> None:
        self._provider = provider
        self._environment_key = environment_key
        self._sealer = sealer
        self._copies: FreshCopies[SecretStr] | None = None
        self._last = environment_key

    def read_from(self, read: ReadKey, *, clock: Callable[[], float] = time.monotonic) -> None:
        """From now on look at the stored key, at most once a second."""

        async def read_and_open(provider: str) -> SecretStr:
            return self._opened(await read(provider))

        self._copies = FreshCopies(read_and_open, clock=clock)

    async def current(self) -> SecretStr:
        """Give the key to make a call with.

        Raises:
            ProviderFailure: there is none.
        """
        key = await self._in_force()
        if not key.get_secret_value():
            raise ProviderFailure(FailureKind.AUTH, "this provider has no API key yet")
        return key

    async def is_set(self) -> bool:
        return bool((await self._in_force()).get_secret_value())

    def look_again(self) -> None:
        """Take the next key from the database, however fresh the copy is."""
        if self._copies is not None:
            self._copies.forget(self._provider)

    async def _in_force(self) -> SecretStr:
        if self._copies is not None:
            try:
                self._last = await self._copies.get(self._provider)
            except DatabaseUnavailable as error:
                log.warning("provider_key_not_read", error=repr(error), next="the last known key serves")
        return self._last

    def _opened(self, stored: StoredProviderKey | None) -> SecretStr:
        if stored is None:
            return self._environment_key
        if self._sealer is None:
            log.error("provider_key_cannot_be_opened", error="no PHOTOCHANGER_SECRET_KEY", next="environment's key")
            return self._environment_key
        try:
            return self._sealer.unseal(stored.sealed, place=sealing_place(self._provider))
        except CannotUnseal as error:
            log.error("provider_key_cannot_be_opened", error=str(error), next="environment's key")  # noqa: TRY400 - no trace needed
            return self._environment_key
