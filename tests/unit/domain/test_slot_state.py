"""When a slot takes photos."""

from datetime import UTC, datetime, timedelta

import pytest

from photochanger.domain.slot import SlotState
from tests.job_rows import new_slot

NOW = datetime(2026, 11, 28, 20, tzinfo=UTC)
LITTLE = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("opens", "closes", "state"),
    [
        (None, None, SlotState.OPEN),
        (NOW, None, SlotState.OPEN),
        (NOW + LITTLE, None, SlotState.NOT_YET_OPEN),
        (None, NOW + LITTLE, SlotState.OPEN),
        (None, NOW, SlotState.OVER),
        (NOW - LITTLE, NOW + LITTLE, SlotState.OPEN),
        (NOW + LITTLE, NOW + 2 * LITTLE, SlotState.NOT_YET_OPEN),
        (NOW - 2 * LITTLE, NOW - LITTLE, SlotState.OVER),
    ],
)
def test_an_event_begins_with_its_first_moment_and_ends_before_its_last(
    opens: datetime | None, closes: datetime | None, state: SlotState
) -> None:
    assert new_slot(opens_at=opens, closes_at=closes).state(NOW) is state


def test_a_disabled_slot_is_disabled_whatever_its_event_says() -> None:
    slot = new_slot(is_active=False, opens_at=NOW - LITTLE, closes_at=NOW + LITTLE)

    assert slot.state(NOW) is SlotState.DISABLED
