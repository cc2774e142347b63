"""Server-sent events as a browser reads them."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PATH = "/api/v1/events"


@dataclass
class Stream:
    """What came so far: `events` as pairs of name and data, comments apart."""

    answer: aiohttp.ClientResponse
    last_id: str | None = None
    comments: int = 0
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def next(self, *, seconds: float = 10) -> tuple[str, dict[str, Any]]:
        """Give the next event."""
        async with asyncio.timeout(seconds):
            name = ""
            while True:
                line = (await self.answer.content.readline()).decode()
                if not line:
                    raise ConnectionResetError("the stream has ended")
                key, _, value = line.rstrip("\n").partition(": ")
                if key == "id":
                    self.last_id = value
                elif key == "event":
                    name = value
                elif key == "data":
                    self.events.append((name, json.loads(value)))
                    await self.answer.content.readline()
                    return self.events[-1]
                elif line.startswith(":"):
                    self.comments += 1

    async def until(self, kind: str, *, seconds: float = 10, **data: object) -> dict[str, Any]:
        """Give the data of the next event of the kind that has these."""
        async with asyncio.timeout(seconds):
            while True:
                name, found = await self.next(seconds=seconds)
                if name == kind and data.items() <= found.items():
                    return found

    async def has_ended(self, *, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while await self.answer.content.readline():
                    pass
        except TimeoutError:
            return False
        except aiohttp.ClientError:
            return True
        return True


@asynccontextmanager
async def watching(
    http: aiohttp.ClientSession, query: str = "", *, last_event_id: str | None = None
) -> AsyncIterator[Stream]:
    """Open a stream; the greeting is read."""
    headers: Mapping[str, str] = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
    async with http.get(f"{PATH}{query}", headers=headers, timeout=aiohttp.ClientTimeout(total=None)) as answer:
        assert answer.status == 200, await answer.text()
        stream = Stream(answer)
        await stream.next()
        yield stream
