"""How long a message that fails is kept from its handler."""

from photochanger.infrastructure.broker_handler import LONGEST_PAUSE_SECONDS, requeue_pause
from photochanger.topology import DELIVERY_LIMIT


def test_the_first_try_again_comes_soon() -> None:
    assert requeue_pause(0) == 0.5


def test_no_pause_keeps_a_prefetch_slot_for_long() -> None:
    assert requeue_pause(10_000) == LONGEST_PAUSE_SECONDS


def test_a_message_outlives_a_restart_of_the_database() -> None:
    assert sum(requeue_pause(failed) for failed in range(DELIVERY_LIMIT)) > 60
