"""Tells the administrators' side whether the provider can be called at all."""

from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.provider_worker.provider_key import ProviderKey

#: What an administrator sets is known this long after it is in force.
NOTICE_SECONDS = 2.0


class KeyNotice:
    """Says in the provider's row whether there is a key, never the key. `key` None: the provider needs none."""

    def __init__(self, provider: str, key: ProviderKey | None, providers: ProviderRepository) -> None:
        self._provider, self._key, self._providers = provider, key, providers
        self._said: bool | None = None

    async def say(self) -> None:
        """Write it if it is not what was written last.

        Raises:
            DatabaseUnavailable: the next call writes it.
        """
        has_key = self._key is None or await self._key.is_set()
        if has_key != self._said:
            await self._providers.note_key(self._provider, has_key=has_key)
            self._said = has_key
