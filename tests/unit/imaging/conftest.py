"""One decoder for all tests of a module."""

from collections.abc import AsyncIterator

import pytest_asyncio

from photochanger.imaging.guarded_decode import GuardedDecoder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def decoder() -> AsyncIterator[GuardedDecoder]:
    async with GuardedDecoder() as guarded:
        yield guarded
