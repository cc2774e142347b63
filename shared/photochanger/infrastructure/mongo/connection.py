"""The connection to MongoDB: Motor, with every wait bounded."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from motor.frameworks import asyncio as motor_threads
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import SecretStr

from photochanger.infrastructure.cached_check import CachedCheck
from photochanger.infrastructure.mongo.errors import DatabaseUnavailable, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorDatabase

#: Calls to the database at once in one process; Motor's own 5 a core would queue them while the database hangs.
THREADS = 64


class Mongo:
    """An open client; `database` is the one its URL names."""

    def __init__(self, client: "AsyncIOMotorClient[dict[str, Any]]") -> None:
        self.database: AsyncIOMotorDatabase[dict[str, Any]] = client.get_default_database()
        self._check = CachedCheck(self._answers, expected=DatabaseUnavailable)

    async def ping(self) -> str | None:
        """None when a primary answers, else the reason; asked at most every 5 s, while it fails every second."""
        return await self._check()

    async def now(self) -> datetime:
        """The database's time, aware, in UTC.

        Raises:
            DatabaseUnavailable: it does not answer.
        """
        with translated():
            answer = await self.database.command("hello", codec_options=self.database.codec_options)
        now: datetime = answer["localTime"]
        return now

    async def _answers(self) -> None:
        with translated():
            await self.database.command("ping")


@asynccontextmanager
async def connect(url: SecretStr, *, timeout_ms: int) -> AsyncIterator[Mongo]:
    """Gives a client at once, also while no server is there; every call ends within `timeout_ms`.

    Writes are for a majority, never with an explicit `j` (`j: false` costs 100 ms). Times come back aware, in UTC.
    """
    _allow_threads()
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        url.get_secret_value(),
        tz_aware=True,
        w="majority",
        retryWrites=True,
        timeoutMS=timeout_ms,
        connectTimeoutMS=2_000,
        # a call that fails asks at once; the steady question is for a server that went silent
        heartbeatFrequencyMS=2_000,
        # a stream of heartbeats needs a second connection and a second thread, in every process
        serverMonitoringMode="poll",
        maxPoolSize=THREADS,
        appname="photochanger",
    )
    try:
        yield Mongo(client)
    finally:
        client.close()


def _allow_threads() -> None:
    if motor_threads.max_workers < THREADS:
        motor_threads.max_workers = THREADS
        # the public way is an environment variable, read at import
        motor_threads._reset_global_executor()  # type: ignore[no-untyped-call] # noqa: SLF001 - see above
