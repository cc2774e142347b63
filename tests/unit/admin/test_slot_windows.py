import pytest
from pydantic import ValidationError

from admin_api.slots.slot_models import SlotChange, SlotSettings
from photochanger.domain.slot import Operation


@pytest.mark.parametrize("seconds", [3, 9.9, 60.1])
def test_an_administrator_sets_no_window_outside_10_to_60_seconds(seconds: float) -> None:
    with pytest.raises(ValidationError):
        SlotChange(sync_response_seconds=seconds)
    with pytest.raises(ValidationError):
        SlotSettings(name="n", provider="gemini", operation=Operation.IMAGE_EDIT, sync_response_seconds=seconds)
