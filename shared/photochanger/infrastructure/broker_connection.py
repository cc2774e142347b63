"""One AMQP connection that never hangs, and the supervisor that keeps replacing it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, NoReturn

from aio_pika.abc import AbstractChannel
from aio_pika.connection import Connection, make_url
from aio_pika.exceptions import CONNECTION_EXCEPTIONS
from pydantic import SecretStr

from photochanger.observability import Telemetry, get_logger

CONNECT_SECONDS = 5.0
HEARTBEAT_SECONDS = 10
#: One question to a broker that is alive.
CALL_SECONDS = 2.0
CLOSE_SECONDS = 1.0
FIRST_DELAY_SECONDS = 0.2
LONGEST_DELAY_SECONDS = 5.0

log = get_logger(__name__)


class BrokerUnavailable(Exception):
    """The broker refused, hung up or did not answer; what was asked may have happened or not."""


class _Wire:
    """The socket factory of one connection; remembers the socket so that it can be dropped without asking."""

    def __init__(self) -> None:
        self._writer: asyncio.StreamWriter | None = None

    async def create(
        self, url: Any, *, ssl_context_provider: Any, **options: Any
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        ssl = await ssl_context_provider.get_context() if url.scheme == "amqps" else None
        reader, writer = await asyncio.open_connection(url.host, url.port, ssl=ssl, **options)
        self._writer = writer
        return reader, writer

    def abort(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()


class _Connection(Connection):
    """aio-pika's plain connection on our wire."""

    def __init__(self, url: Any, **options: Any) -> None:
        super().__init__(url, **options)
        self.wire = _Wire()
        self.kwargs["transport_factory"] = self.wire

    def __del__(self) -> None:
        """Nothing: aio-pika's would start a task on a loop that may be gone, and we always close."""


class LiveConnection:
    """An open connection; every call to the broker goes through `operation`."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._lost = asyncio.Event()
        connection.close_callbacks.add(self._on_close)

    def _on_close(self, *_: object) -> None:
        self._lost.set()

    @classmethod
    async def open(cls, url: SecretStr, *, name: str) -> "LiveConnection":
        """A connection, within `CONNECT_SECONDS`.

        Raises:
            BrokerUnavailable: nobody there, no answer, or not let in.
        """
        address = make_url(url.get_secret_value()).update_query(heartbeat=str(HEARTBEAT_SECONDS), name=name)
        connection = _Connection(address)
        try:
            async with bounded_call(CONNECT_SECONDS, connection.wire.abort):
                await connection.connect()
        except BaseException:
            connection.wire.abort()
            raise
        return cls(connection)

    @property
    def is_blocked(self) -> bool:
        """The broker told this connection that it takes no messages now."""
        if self._connection.transport is None:
            return False
        # aiormq keeps the flag private; its `ready()` suspends exactly while blocked
        waiting = self._connection.transport.ready().__await__()
        try:
            next(waiting)
        except StopIteration:
            return False
        waiting.close()
        return True

    async def unblocked(self) -> None:
        """Waits until the broker takes messages."""
        if self._connection.transport is not None:
            await self._connection.transport.ready()

    @property
    def is_lost(self) -> bool:
        return self._lost.is_set()

    @asynccontextmanager
    async def operation(self, seconds: float = CALL_SECONDS) -> AsyncIterator[None]:
        """Bounds what is awaited inside and translates its errors.

        Raises:
            BrokerUnavailable: it failed or took too long.
        """
        async with bounded_call(seconds, self.abort):
            yield

    async def open_channel(self, *, confirms: bool) -> AbstractChannel:
        async with self.operation():
            channel = self._connection.channel(publisher_confirms=confirms, on_return_raises=confirms)
            await channel.initialize()
        return channel

    async def close_channel(self, channel: AbstractChannel) -> None:
        if not channel.is_closed:
            async with self.operation():
                await channel.close()

    async def raise_when_lost(self) -> NoReturn:
        await self._lost.wait()
        raise BrokerUnavailable("the connection was lost")

    def abort(self) -> None:
        """Drops the socket now."""
        self._connection.wire.abort()

    async def close(self) -> None:
        with suppress(BrokerUnavailable):
            async with self.operation(CLOSE_SECONDS):
                await self._connection.close()
        self.abort()


@asynccontextmanager
async def bounded_call(seconds: float, hang_up: Callable[[], None]) -> AsyncIterator[None]:
    """A call into aio-pika that ends: by itself, cancelled after `seconds`, or because the socket is dropped.

    aiormq sends a frame while it is being cancelled, and waits for ever when its write queue is full: hence `hang_up`.

    Raises:
        BrokerUnavailable: it failed or took too long.
    """
    last_resort = asyncio.get_running_loop().call_later(seconds + 0.5, hang_up)
    try:
        async with asyncio.timeout(seconds):
            yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        # aiormq ends what waits on a closed connection with CancelledError: not our cancellation
        raise BrokerUnavailable("the connection was closed") from error
    except (TimeoutError, *CONNECTION_EXCEPTIONS) as error:
        raise BrokerUnavailable(f"{type(error).__name__}: {error}") from error
    except Exception as error:
        if type(error) is not Exception:
            raise
        # aiormq ends what waits on a closed channel with a bare Exception
        raise BrokerUnavailable("the channel was closed") from error
    finally:
        last_resort.cancel()


class ConnectionSupervisor:
    """Keeps one connection: connect, `prepare` it, `watch` it until it fails, again after a jittered pause."""

    def __init__(
        self,
        url: SecretStr,
        *,
        name: str,
        prepare: Callable[[LiveConnection], Awaitable[None]],
        watch: Callable[[LiveConnection], Awaitable[None]],
        random: Callable[[], float],
        telemetry: Telemetry,
    ) -> None:
        self._url = url
        self._name = name
        self._prepare = prepare
        self._watch = watch
        self._random = random
        self._telemetry = telemetry
        self._failures = 0
        self._has_ended = False
        #: The prepared connection, while there is one.
        self.current: LiveConnection | None = None

    def end(self) -> None:
        """Let no further connection be made; the task that runs `run` is to be cancelled as well.

        Before Python 3.13 a task group loses a cancellation that comes while one of its children fails.
        """
        self._has_ended = True

    async def run(self) -> None:
        """Return only after `end`."""
        while not self._has_ended:
            try:
                await self._live_once()
            except BrokerUnavailable as error:
                log.warning("broker_connection_lost", connection=self._name, reason=str(error), next="connect again")
            except Exception as error:  # noqa: BLE001  the loop's edge: a defect must not end publishing for good
                self._telemetry.swallow("broker_connection", error, connection=self._name, next="connect again")
            self._telemetry.metrics.amqp_reconnects.add(1, {"connection": self._name})
            await asyncio.sleep(self._delay_seconds())

    def _delay_seconds(self) -> float:
        longest = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0**self._failures)
        self._failures = min(self._failures + 1, 10)
        return longest * self._random()

    async def _live_once(self) -> None:
        connection = await LiveConnection.open(self._url, name=self._name)
        try:
            await self._prepare(connection)
            self._failures = 0
            self.current = connection
            log.info("broker_connected", connection=self._name)
            await self._watch_until_lost(connection)
        finally:
            self.current = None
            await connection.close()

    async def _watch_until_lost(self, connection: LiveConnection) -> None:
        reason = ""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(connection.raise_when_lost())
                tasks.create_task(_run(self._watch, connection))
        except* BrokerUnavailable as group:
            reason = str(group.exceptions[0])
        raise BrokerUnavailable(reason)


async def _run(watch: Callable[[LiveConnection], Awaitable[None]], connection: LiveConnection) -> None:
    await watch(connection)
