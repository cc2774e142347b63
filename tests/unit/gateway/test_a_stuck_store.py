"""A guest is not kept waiting by a store that never answers."""

import asyncio
import time
from typing import cast

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from ingest_gateway import guest_page
from ingest_gateway.find_result import ResultFinder
from ingest_gateway.finished_picture import Pictures
from ingest_gateway.guest_page import GuestPage
from ingest_gateway.link_misses import LinkMisses
from photochanger.domain.public_link import PublicResult
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_store import MediaStore
from tests.unit.gateway.test_page_html import PUBLIC_ID, RESULT


class Found(ResultFinder):
    def __init__(self) -> None:
        super().__init__(cast("JobUpkeep", None), cast("LinkMisses", None))

    async def find(self, request: web.Request) -> tuple[PublicResult, str]:
        assert request.match_info["public_id"] == PUBLIC_ID
        return RESULT, "key"


class Stuck(Pictures):
    def __init__(self) -> None:
        super().__init__(cast("MediaStore", None), clock=time.monotonic)

    async def part(self, key: str, *, offset: int, length: int) -> bytes:
        await asyncio.Event().wait()
        raise AssertionError(key, offset, length)


async def test_the_page_asks_to_try_again_when_the_picture_cannot_be_read_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guest_page, "ANSWER_SECONDS", 0.01)
    request = make_mocked_request("GET", f"/public/results/{PUBLIC_ID}/page", match_info={"public_id": PUBLIC_ID})
    page = GuestPage(Found(), Stuck(), public_base_url="https://photos.example")

    async with asyncio.timeout(5):
        answer = await page.handle(request)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
