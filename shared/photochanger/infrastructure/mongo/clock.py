"""The database's clock, so that no machine's own decides what is over."""

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from photochanger.background import running
from photochanger.infrastructure.mongo.connection import Mongo
from photochanger.infrastructure.mongo.errors import DatabaseUnavailable, translated

SAMPLE_SECONDS = 5.0
RETRY_SECONDS = 1.0


class DatabaseClock:
    """`async with DatabaseClock(mongo) as clock`: samples the server's time beside the block, every 5 s."""

    def __init__(self, mongo: Mongo) -> None:
        self._database = mongo.database
        self._stack = AsyncExitStack()
        self._sampled: tuple[datetime, float] | None = None

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(running(self._keep_sampling(), name="database_clock"))
        return self

    async def __aexit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(error_type, error, traceback)

    def now(self) -> datetime:
        """The database's time, aware, in UTC; between samples it runs on the monotonic clock.

        Raises:
            DatabaseUnavailable: the database has not answered once yet.
        """
        if self._sampled is None:
            raise DatabaseUnavailable("the database's clock is not known yet")
        server_time, at = self._sampled
        return server_time + timedelta(seconds=time.monotonic() - at)

    async def sample(self) -> None:
        """Reads the server's time, taken to be that of the middle of the call.

        Raises:
            DatabaseUnavailable: it keeps running on the last sample.
        """
        sent = time.monotonic()
        with translated():
            answer = await self._database.command("hello", codec_options=self._database.codec_options)
        self._sampled = answer["localTime"], (sent + time.monotonic()) / 2

    async def _keep_sampling(self) -> None:
        while True:
            try:
                await self.sample()
            except DatabaseUnavailable:
                await asyncio.sleep(RETRY_SECONDS)
            else:
                await asyncio.sleep(SAMPLE_SECONDS)
