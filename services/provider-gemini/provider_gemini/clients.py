"""The Gemini client of the key in force; the one of a key before is closed when its last call is over."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from google import genai
from pydantic import SecretStr

from provider_gemini.client import gemini_client


@dataclass
class _Open:
    """A client and how many calls use it."""

    key: str
    client: genai.Client
    stack: AsyncExitStack
    users: int


class GeminiClients:
    """`async with GeminiClients(base_url) as clients`: each call takes its client by key."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._current: _Open | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        current, self._current = self._current, None
        if current is not None:
            await current.stack.aclose()

    @asynccontextmanager
    async def of(self, key: SecretStr) -> AsyncIterator[genai.Client]:
        """Give the client for this key; it stays open until the block ends, whatever key comes meanwhile."""
        used = await self._take(key.get_secret_value())
        try:
            yield used.client
        finally:
            used.users -= 1
            if used is not self._current and used.users == 0:
                await used.stack.aclose()

    async def _take(self, key: str) -> _Open:
        before = self._current
        if before is not None and before.key == key:
            before.users += 1
            return before
        stack = AsyncExitStack()
        # nothing in here waits: two calls at once never open two clients for one key
        client = await stack.enter_async_context(gemini_client(SecretStr(key), self.base_url))
        self._current = opened = _Open(key, client, stack, users=1)
        if before is not None and before.users == 0:
            await before.stack.aclose()
        return opened
