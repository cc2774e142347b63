"""Wakes the gateway process that waits for a job: a hint, at most once; the row is the truth."""

from collections.abc import Callable
from uuid import uuid4

from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import OutgoingMessage
from photochanger.messages import JobEnded, UnreadableMessage, decode
from photochanger.observability import get_logger
from photochanger.topology import reply_queue_name

#: A hint that nobody took in this time is of no use: by then the gateway has looked at the row.
_HINT_SECONDS = 30.0

log = get_logger(__name__)


class ReplyQueue:
    """The process's exclusive queue, under a new name at every connect."""

    def __init__(self, broker: Broker) -> None:
        self._name: str | None = None
        self._callbacks: list[Callable[[JobEnded], None]] = []
        broker.listen(
            "reply queue", new_name=lambda: reply_queue_name(uuid4().hex), opened=self._opened, heard=self._heard
        )

    @property
    def name(self) -> str | None:
        """What to send as `reply_to`; a name that went with its connection only loses the hint."""
        return self._name

    def on_message(self, callback: Callable[[JobEnded], None]) -> None:
        """Calls back for each hint; must not block."""
        self._callbacks.append(callback)

    def _opened(self, name: str) -> None:
        self._name = name

    def _heard(self, body: bytes) -> None:
        try:
            ended = decode(JobEnded, body)
        except UnreadableMessage as error:
            log.warning("reply_unreadable", reason=str(error), next="the row is looked at anyway")
            return
        for callback in self._callbacks:
            callback(ended)


async def wake(broker: Broker, reply_to: str | None, ended: JobEnded) -> None:
    """Sends the hint; a queue that is gone, or a broker that is, is no error."""
    if reply_to is not None:
        hint = OutgoingMessage(
            "", reply_to, ended.encode(), correlation_id=ended.job_id, expiration_seconds=_HINT_SECONDS, is_hint=True
        )
        await broker.publish(hint)
