"""Why a message died: the broker's word for it, and where that says too little the message itself."""

from photochanger import topology
from photochanger.domain.dead_letter import DeathReason
from photochanger.infrastructure.broker_messages import Delivery
from photochanger.messages import Message, PhotoOutcome, PhotoSubmitted, PhotoTask, UnreadableMessage, decode

_TYPE_OF_QUEUE: dict[str, type[Message]] = {
    topology.SUBMISSIONS.name: PhotoSubmitted,
    topology.OUTCOMES.name: PhotoOutcome,
}


def death_reason(delivery: Delivery) -> DeathReason:
    """Tell a message that nobody can read from one whose handler refused it: to the broker both were rejected."""
    reason = DeathReason.named(delivery.death_reason)
    if reason is DeathReason.REJECTED and not _is_readable(delivery):
        return DeathReason.UNREADABLE
    return reason


def _is_readable(delivery: Delivery) -> bool:
    try:
        decode(_TYPE_OF_QUEUE.get(delivery.death_queue or "", PhotoTask), delivery.body)
    except UnreadableMessage:
        return False
    return True
