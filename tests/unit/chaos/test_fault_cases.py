from dataclasses import replace
from typing import Any

import pytest

from tests.chaos.fault_cases import not_refused
from tests.unit.chaos.histories import A_BOOTH, GOOD, after

REFUSED: dict[str, Any] = {"status": 503, "code": "queue_unavailable", "job_id": None, "total_seconds": 0.01}


def told(sent_after: float, **changes: Any) -> list[str]:
    history = replace(GOOD, booths=(replace(A_BOOTH, sent_at=after(sent_after), **changes),))
    found = not_refused(history, "queue_unavailable", since=after(2), until=after(6))
    return [violation.invariant for violation in found]


def test_who_posts_while_nothing_is_taken_is_told_so_at_once() -> None:
    assert told(3, **REFUSED) == []
    assert told(3) == ["I9"]
    assert told(3, **REFUSED | {"total_seconds": 1.5}) == ["I9"]
    assert told(3, **REFUSED | {"code": "storage_unavailable"}) == ["I9"]


@pytest.mark.parametrize("sent_after", [1.5, 5.5])
def test_who_posts_before_it_is_known_or_near_its_end_may_be_let_in(sent_after: float) -> None:
    assert told(sent_after) == []
