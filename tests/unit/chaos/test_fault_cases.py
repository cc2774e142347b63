from dataclasses import replace
from typing import Any

import pytest

from tests.chaos.fault_cases import lost_photos, not_refused
from tests.chaos.kill_matrix import LONG_WINDOW, SHORT_WINDOW
from tests.unit.chaos.histories import A_BOOTH

REFUSED: dict[str, Any] = {"status": 503, "code": "queue_unavailable", "job_id": None, "total_seconds": 0.01}


def test_who_posts_while_nothing_is_taken_is_told_so_at_once() -> None:
    assert not_refused(replace(A_BOOTH, **REFUSED), "queue_unavailable") == []


@pytest.mark.parametrize(
    "changes", [{}, REFUSED | {"total_seconds": 1.5}, REFUSED | {"code": "storage_unavailable"}], ids=str
)
def test_to_be_kept_waiting_or_told_something_else_is_a_violation(changes: dict[str, Any]) -> None:
    [violation] = not_refused(replace(A_BOOTH, **changes), "queue_unavailable")

    assert violation.invariant == "I9"


def test_a_photo_that_was_let_in_and_had_its_time_is_lost_when_it_is_no_picture() -> None:
    good = replace(A_BOOTH, window_seconds=LONG_WINDOW)
    lost = replace(good, request_id="photo-2", status=504)
    hurried = replace(A_BOOTH, window_seconds=SHORT_WINDOW, status=504)
    never_in = replace(good, status=0, was_refused=True)

    assert [violation.subject for violation in lost_photos([good, lost, hurried, never_in])] == ["photo-2"]
