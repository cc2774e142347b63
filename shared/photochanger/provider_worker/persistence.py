"""A write that must not be given up while it can still matter."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from photochanger.infrastructure.mongo import DatabaseUnavailable

PAUSE_SECONDS = 0.2

T = TypeVar("T")


async def until_written(write: Callable[[], Awaitable[T]], *, give_up_at: float) -> T:
    """Repeat a repeatable write while the database is silent, until `give_up_at` on the loop's clock.

    Raises:
        DatabaseUnavailable: it stayed silent.
    """
    while True:
        try:
            return await write()
        except DatabaseUnavailable:
            if asyncio.get_running_loop().time() + PAUSE_SECONDS >= give_up_at:
                raise
        await asyncio.sleep(PAUSE_SECONDS)
