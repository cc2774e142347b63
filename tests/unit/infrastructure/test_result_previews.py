"""Previews are made once, kept, and missed rather than invented."""

import asyncio

import pytest

from photochanger.infrastructure.media_keys import PreviewSize
from photochanger.infrastructure.media_store import Bucket, MediaStore, ObjectMissing, StoreUnavailable
from photochanger.infrastructure.result_previews import ResultPreviews

KEY = "2026/01/02/job/1"


class StoreInMemory(MediaStore):
    def __init__(self) -> None:
        self.objects = {KEY: b"result"}
        self.takes_nothing = False

    async def get(
        self, bucket: Bucket, key: str, *, offset: int = 0, length: int | None = None, timeout_seconds: float = 5.0
    ) -> bytes:
        await asyncio.sleep(0)
        if key not in self.objects:
            raise ObjectMissing(key)
        return self.objects[key]

    async def put(self, bucket: Bucket, key: str, data: bytes, **_: object) -> None:
        if self.takes_nothing:
            raise StoreUnavailable("full")
        self.objects[key] = data


class Maker:
    def __init__(self) -> None:
        self.made: list[int] = []

    async def __call__(self, data: bytes, max_side: int) -> bytes:
        self.made.append(max_side)
        await asyncio.sleep(0.01)
        return data + f" at {max_side}".encode()


async def test_viewers_who_come_together_share_one_making_and_later_ones_the_kept_copy() -> None:
    store, maker = StoreInMemory(), Maker()
    previews = ResultPreviews(store, maker)

    first = await asyncio.gather(*(previews.get(KEY, PreviewSize.PREVIEW) for _ in range(20)))
    later = await previews.get(KEY, PreviewSize.PREVIEW)

    assert set(first) | {later} == {(b"result at 512", "image/jpeg")}
    assert maker.made == [512]
    assert store.objects[f"{KEY}.512"] == b"result at 512"


async def test_each_size_is_a_copy_of_its_own() -> None:
    previews = ResultPreviews(StoreInMemory(), Maker())

    assert [(await previews.get(KEY, size)).data for size in PreviewSize] == [b"result at 512", b"result at 160"]


async def test_a_result_that_is_gone_has_no_preview() -> None:
    with pytest.raises(ObjectMissing):
        await ResultPreviews(StoreInMemory(), Maker()).get("gone", PreviewSize.PREVIEW)


async def test_a_store_that_takes_nothing_costs_the_copy_not_the_view() -> None:
    store = StoreInMemory()
    store.takes_nothing = True

    assert (await ResultPreviews(store, Maker()).get(KEY, PreviewSize.THUMBNAIL)).data == b"result at 160"


async def test_a_viewer_who_leaves_does_not_spoil_it_for_the_next() -> None:
    previews = ResultPreviews(StoreInMemory(), Maker())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.003):
            await previews.get(KEY, PreviewSize.PREVIEW)

    assert (await previews.get(KEY, PreviewSize.PREVIEW)).data == b"result at 512"
