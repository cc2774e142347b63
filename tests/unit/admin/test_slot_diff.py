"""What differs between two versions of a slot."""

from typing import Any

import pytest

from admin_api.slots.slot_diff import ChangeKind, slot_changes
from tests.job_rows import new_slot


def told(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, Any, Any]]:
    changes = slot_changes(new_slot(**before), new_slot(**after))
    return [(change.pointer, change.kind.value, change.before, change.after) for change in changes]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({}, {}, []),
        ({}, {"name": "Other"}, [("/name", "changed", "Demo", "Other")]),
        ({"params": {"a/b~c": 1}}, {"params": {"a/b~c": 2}}, [("/params/a~1b~0c", "changed", 1, 2)]),
        ({"params": {"a": 1}}, {"params": {"a": True}}, [("/params/a", "changed", 1, True)]),
        ({"params": {"a": [1, 2]}}, {"params": {"a": [1]}}, [("/params/a/1", "removed", 2, None)]),
        ({"params": {"a": {}}}, {"params": {"a": []}}, [("/params/a", "changed", {}, [])]),
        ({"params": {"a": None}}, {"params": {}}, [("/params/a", "removed", None, None)]),
        ({}, {"opens_at": "2026-11-28T20:00:00Z"}, [("/opens_at", "changed", None, "2026-11-28T20:00:00Z")]),
        ({"limits": {"concurrency": 2}}, {"limits": {}}, [("/limits/concurrency", "changed", 2, None)]),
    ],
)
def test_each_difference_is_told_once_by_its_pointer(
    before: dict[str, Any], after: dict[str, Any], changes: list[tuple[str, str, Any, Any]]
) -> None:
    assert told(before, after) == changes


def test_who_saved_it_and_when_is_no_difference() -> None:
    assert told({"version": 1, "author": "a", "comment": "x"}, {"version": 9, "author": "b", "comment": "y"}) == []


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [(None, "aa", ChangeKind.ADDED), ("aa", None, ChangeKind.REMOVED), ("aa", "bb", ChangeKind.CHANGED)],
)
def test_of_a_password_it_is_told_only_that_it_differs(before: str | None, after: str | None, kind: ChangeKind) -> None:
    [change] = slot_changes(*(new_slot(ingest_password_verifier=verifier) for verifier in (before, after)))

    assert (change.pointer, change.kind, change.is_secret) == ("/ingest_password", kind, True)
    assert (change.before, change.after) == (None, None)
