"""Rows and requests that cannot be read are named by their fields, never by their values."""

import pytest
from pydantic import BaseModel, ValidationError

from admin_api.rest.endpoint import RequestModel
from photochanger.domain.job import Job
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import Route, Slot
from photochanger.domain.user import User


@pytest.mark.parametrize("model", [Slot, Route, Job, PlatformSettings, User, RequestModel])
def test_what_cannot_be_read_is_not_repeated(model: type[BaseModel]) -> None:
    fields = dict.fromkeys(model.model_fields, "canary") | {"unknown": "canary", "_id": "canary"}

    with pytest.raises(ValidationError) as caught:
        model.model_validate(fields)

    assert "canary" not in str(caught.value)
