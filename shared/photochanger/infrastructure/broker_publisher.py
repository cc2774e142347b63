"""Publishes on a channel with confirms, hints on one without, and throws both away as soon as an answer is missing."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import DeliveryError, PublishError
from opentelemetry import propagate

from photochanger.infrastructure.broker_connection import CALL_SECONDS, BrokerUnavailable, LiveConnection
from photochanger.infrastructure.broker_messages import OutgoingMessage, PublishOutcome
from photochanger.infrastructure.broker_topology import declare_topology
from photochanger.topology import JOBS_EXCHANGE, Queue

#: A publish that finds the channel being replaced waits this long for the new one.
_REPLACEMENT_SECONDS = 0.5

#: Routed nowhere: its confirm is the answer of a broker that takes messages. Not mandatory: it need not come back too.
_PROBE = OutgoingMessage(JOBS_EXCHANGE, "probe.nobody", b"")


@dataclass(frozen=True)
class _Channels:
    """Of one connection: a hint is not worth a confirm, which costs both sides as much as the message."""

    confirmed: AbstractChannel
    hints: AbstractChannel


class Publisher:
    """The publishing side of one connection, asked for a sign of life when it answered no publish for so long."""

    def __init__(self, queues: Iterable[Queue], *, probe_seconds: float) -> None:
        self._queues = queues
        self._probe_seconds = probe_seconds
        self._connection: LiveConnection | None = None
        self._channels: _Channels | None = None
        self._opened = asyncio.Event()
        self._discarded = asyncio.Event()
        self._retired: list[_Channels] = []
        self._quiet_since = 0.0

    @property
    def is_connected(self) -> bool:
        return self._connection is not None and not self._connection.is_lost

    @property
    def is_blocked(self) -> bool:
        return self._connection is not None and self._connection.is_blocked

    async def prepare(self, connection: LiveConnection) -> None:
        confirmed = await connection.open_channel(confirms=True)
        await declare_topology(connection, confirmed, self._queues)
        hints = await connection.open_channel(confirms=False)
        self._connection, self._channels = connection, _Channels(confirmed, hints)
        self._opened.set()
        self._discarded.clear()
        self._quiet_since = _now()

    async def watch(self, connection: LiveConnection) -> None:
        """Replaces discarded channels and asks the broker for a sign of life, where no publish got one anyway.

        A broker out of memory tells a connection only when it publishes; a frozen one not at all.

        Raises:
            BrokerUnavailable: the connection is of no use any more.
        """
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(self._quiet_since + self._probe_seconds):
                        await self._discarded.wait()
                await connection.unblocked()
                if self._discarded.is_set():
                    await self.prepare(connection)
                elif self._retired or _now() >= self._quiet_since + self._probe_seconds:
                    await self._probe(connection)
        finally:
            self._connection = self._channels = None
            self._opened.clear()
            self._retired.clear()

    async def _probe(self, connection: LiveConnection) -> None:
        retired, self._retired = self._retired, []
        self._quiet_since = _now()
        outcome = await self.publish(_PROBE, timeout_seconds=CALL_SECONDS, mandatory=False)
        if connection.is_blocked:
            return
        if outcome is PublishOutcome.UNKNOWN:
            raise BrokerUnavailable("no answer to a probe")
        for channels in retired:
            await connection.close_channel(channels.confirmed)
            await connection.close_channel(channels.hints)

    async def publish(
        self, message: OutgoingMessage, *, timeout_seconds: float, mandatory: bool = True
    ) -> PublishOutcome:
        connection = self._connection
        if connection is None or connection.is_lost or connection.is_blocked:
            return PublishOutcome.UNKNOWN
        if not self._opened.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(_REPLACEMENT_SECONDS):
                    await self._opened.wait()
        channels = self._channels
        if channels is None:
            return PublishOutcome.UNKNOWN
        try:
            async with connection.operation(timeout_seconds):
                if message.is_hint:
                    await _send_hint(channels.hints, message)
                    return PublishOutcome.SENT
                outcome = await _send(channels.confirmed, message, mandatory=mandatory)
        except BrokerUnavailable:
            self._discard(channels)
            return PublishOutcome.UNKNOWN
        except asyncio.CancelledError:
            self._discard(channels)
            raise
        self._quiet_since = _now()
        return outcome

    def _discard(self, channels: _Channels) -> None:
        """No new publish uses them; those under way still get their confirms, so they are closed at a later probe."""
        if self._channels is channels:
            self._retired.append(channels)
            self._channels = None
            self._opened.clear()
            self._discarded.set()


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _send(channel: AbstractChannel, message: OutgoingMessage, *, mandatory: bool) -> PublishOutcome:
    exchange = await channel.get_exchange(message.exchange, ensure=False)
    try:
        await exchange.publish(_encode(message), message.routing_key, mandatory=mandatory)
    except PublishError:
        return PublishOutcome.UNROUTABLE
    except DeliveryError:
        return PublishOutcome.REJECTED
    return PublishOutcome.CONFIRMED


async def _send_hint(channel: AbstractChannel, message: OutgoingMessage) -> None:
    exchange = await channel.get_exchange(message.exchange, ensure=False)
    await exchange.publish(_encode(message), message.routing_key, mandatory=False)


def _encode(message: OutgoingMessage) -> Message:
    headers = dict(message.headers)
    propagate.inject(headers)
    left = message.expiration_seconds
    return Message(
        message.body,
        headers={**headers},
        content_type="application/json",
        delivery_mode=DeliveryMode.NOT_PERSISTENT if message.is_hint else DeliveryMode.PERSISTENT,
        correlation_id=message.correlation_id,
        reply_to=message.reply_to,
        # the broker refuses a negative one by closing the channel
        expiration=None if left is None else max(left, 0.001),
    )
