"""Slots that take photos only while their event lasts."""

from datetime import datetime, timedelta

from ingest_gateway.answer import rfc3339
from ingest_gateway.refusal import Refusal
from photochanger.domain.failure import ProblemCode
from photochanger.domain.slot import Slot, SlotState

#: Who comes so much too early is told when to come again.
RETRY_WITHIN = timedelta(days=1)


def check_event_window(slot: Slot, now: datetime) -> None:
    """Let a photo pass that comes while the event lasts; `now` is the database's time.

    Raises:
        Refusal: it has not begun (`Retry-After` when it does within a day) or is over.
    """
    times = {"opens_at": slot.opens_at, "closes_at": slot.closes_at}
    details = {name: None if moment is None else rfc3339(moment) for name, moment in times.items()}
    state = slot.state(now)
    if state is SlotState.OVER:
        raise Refusal(ProblemCode.SLOT_CLOSED, "this slot's event is over", details=details, reason=state)
    if state is SlotState.NOT_YET_OPEN and slot.opens_at is not None:
        wait = slot.opens_at - now
        raise Refusal(
            ProblemCode.SLOT_CLOSED,
            f"this slot's event begins at {details['opens_at']}",
            retry_after_seconds=wait.total_seconds() if wait <= RETRY_WITHIN else None,
            details=details,
            reason=state,
        )
