"""A call that waits for Gemini holds no photo: 64 of them at once held 450 MB."""

import asyncio
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from photochanger.domain.photo import PictureType
from photochanger.domain.slot import Operation
from photochanger.provider_worker.ports import PHOTO_ROLE, InputPicture, ProviderRequest
from provider_gemini.adapter import GeminiAdapter
from provider_gemini.clients import GeminiClients
from sandbox.app import running_sandbox
from sandbox.settings import SandboxSettings
from tests.booth_pictures import jpeg_photograph
from tests.eventually import eventually
from tests.provider_images import CountingPlace, GivenImages, guest_photo


@dataclass(frozen=True)
class FetchedImages(GivenImages):
    """Makes a new picture of the same bytes each time, as the store does."""

    async def photo(self) -> InputPicture:
        return InputPicture(PHOTO_ROLE, PictureType.JPEG, self.guest.data)


async def the_key() -> SecretStr:
    return SecretStr("key")


async def test_a_call_that_waits_for_its_answer_holds_no_photo() -> None:
    settings = SandboxSettings(sandbox_port=0, metrics_port=0)
    photo = jpeg_photograph(side=2_000)
    images = FetchedImages(guest_photo(photo))
    holders = sys.getrefcount(photo)
    request = ProviderRequest(
        Operation.IMAGE_EDIT, {"prompt": "Paint it [sandbox:hang]"}, images, CountingPlace(), seconds_left=10
    )
    async with running_sandbox(settings) as sandbox, GeminiClients(sandbox.url) as clients:
        adapter = GeminiAdapter(clients, key=the_key, now=lambda: datetime.now(UTC))

        call = asyncio.create_task(adapter.call(request))
        await eventually(lambda: sys.getrefcount(photo) > holders)
        await eventually(lambda: sys.getrefcount(photo) == holders)

        assert not call.done()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
