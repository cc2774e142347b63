"""At most a few answers at once between "read answer" and "row written".

Without the bound, answers that come together are all read first: measured 9 GB for 2,000 (one worker), and most late.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from photochanger.provider_worker.ports import AnswerPlace

#: Who reads slower than this lets others have the place, so that a few dripping answers do not stop all others.
PATIENCE_SECONDS = 2.0


@asynccontextmanager
async def reading_at(place: AnswerPlace) -> AsyncIterator[None]:
    """Read an answer's body within the block with `place` held, as long as it comes fast; after the block too."""
    await place.take()
    patience = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, place.give_back)
    try:
        yield
    except BaseException:
        place.give_back()
        raise
    finally:
        patience.cancel()
    await place.take()


class HeldPlace:
    """One attempt's place: taken and given back any number of times."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._is_held = False

    async def take(self) -> None:
        if not self._is_held:
            await self._places.acquire()
            self._is_held = True

    def give_back(self) -> None:
        if self._is_held:
            self._is_held = False
            self._places.release()


class AnswerPlaces:
    """The process's places; answers that wait for one stay unread in their sockets."""

    def __init__(self, count: int) -> None:
        self._places = asyncio.Semaphore(count)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[HeldPlace]:
        """Give an attempt its place, not yet taken; at the end it is free again."""
        place = HeldPlace(self._places)
        try:
            yield place
        finally:
            place.give_back()
