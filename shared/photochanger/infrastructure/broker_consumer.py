"""Consumes on one connection: starts every subscription and replaces those that the broker lost."""

import asyncio
from contextlib import suppress
from itertools import count

from photochanger.infrastructure.broker_connection import BrokerUnavailable, LiveConnection
from photochanger.infrastructure.broker_subscription import Subscription
from photochanger.observability import Metrics, get_logger

#: The library's own list costs nothing to look at: a consumer that the broker cancelled is replaced in a second.
LOOK_SECONDS = 1.0
#: So many looks later the broker is asked too: a lost consumer is noticed within 20 s, whoever lost it.
LOOKS_PER_QUESTION = 12

log = get_logger(__name__)


class Consumer:
    """The consuming side of one connection."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._subscriptions: list[Subscription] = []
        self._look_now = asyncio.Event()

    def add(self, subscription: Subscription) -> None:
        self._subscriptions.append(subscription)
        self._look_now.set()

    def missing(self) -> tuple[str, ...]:
        """Subscriptions without a consumer."""
        return tuple(s.label for s in self._subscriptions if not s.is_running and not s.is_stopped)

    async def prepare(self, connection: LiveConnection) -> None:
        for subscription in self._subscriptions:
            subscription.forget()
        await self._keep_all(connection, ask=False)

    async def watch(self, connection: LiveConnection) -> None:
        """Looks after every consumer while the connection lives.

        Raises:
            BrokerUnavailable: the connection is of no use any more.
        """
        try:
            for look in count(1):
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._look_now.wait()
                self._look_now.clear()
                await self._keep_all(connection, ask=look % LOOKS_PER_QUESTION == 0)
        finally:
            for subscription in self._subscriptions:
                subscription.forget()

    async def _keep_all(self, connection: LiveConnection, *, ask: bool) -> None:
        """A queue that cannot be consumed must not stop the others; when none can, it is the connection."""
        wanted = [s for s in self._subscriptions if not s.is_stopped]
        failures: list[BrokerUnavailable] = []
        for subscription in wanted:
            try:
                await self._keep(subscription, connection, ask=ask)
            except BrokerUnavailable as error:
                failures.append(error)
                log.warning("broker_consumer_failed", queue=subscription.label, reason=str(error), next="try again")
        if failures and (connection.is_lost or len(failures) == len(wanted)):
            raise failures[0]

    async def _keep(self, subscription: Subscription, connection: LiveConnection, *, ask: bool) -> None:
        was_running = subscription.is_running
        if await subscription.look() and (not ask or await subscription.ask(connection)):
            return
        await subscription.start(connection, on_close=self._look_now.set)
        if was_running:
            self._metrics.amqp_consumers_lost.add(1, {"queue": subscription.label})
            log.warning("broker_consumer_lost", queue=subscription.label, next="replaced")
