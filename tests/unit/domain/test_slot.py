"""What a slot may hold."""

import pytest
from pydantic import ValidationError

from photochanger.domain.slot import Operation, Route, Slot


def slot(**changes: object) -> Slot:
    fields: dict[str, object] = {
        "id": "wedding",
        "name": "Wedding",
        "provider": "gemini",
        "operation": "style_transfer",
        "params": {"prompt": "oil painting"},
    }
    return Slot.model_validate(fields | changes)


def test_the_routes_of_a_slot_are_its_own_then_its_fallbacks_in_order() -> None:
    fallback = {"provider": "turbotext", "operation": "image_edit", "params": {}}

    routes = slot(fallbacks=[fallback]).routes

    assert routes == (
        Route(provider="gemini", operation=Operation.STYLE_TRANSFER, params={"prompt": "oil painting"}),
        Route(provider="turbotext", operation=Operation.IMAGE_EDIT),
    )


def test_a_snapshot_knows_the_version_it_was_taken_of() -> None:
    assert slot(version=7).snapshot().version == 7


@pytest.mark.parametrize("bad", ["", "Wedding", "a/b", "-a", "a-", "a" * 65, "ä", "$slot"])
def test_a_slot_id_is_a_slug(bad: str) -> None:
    with pytest.raises(ValidationError):
        slot(id=bad)


@pytest.mark.parametrize("seconds", [2.9, 60.1])
def test_a_window_that_no_stack_could_grant_is_refused(seconds: float) -> None:
    with pytest.raises(ValidationError):
        slot(sync_response_seconds=seconds)


def test_no_slot_takes_more_than_50_megabytes() -> None:
    with pytest.raises(ValidationError):
        slot(max_upload_bytes=50_000_001)
