"""Waits for what happens in the background."""

import asyncio
import time
from collections.abc import Callable


async def eventually(condition: Callable[[], object], *, seconds: float = 15.0) -> float:
    """Seconds until the condition held; an AssertionError when it did not in time."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"not within {seconds} s"
        await asyncio.sleep(0.01)
    return time.monotonic() - started
