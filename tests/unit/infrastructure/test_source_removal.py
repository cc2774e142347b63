"""Photos of ended jobs go together, and none is forgotten."""

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from photochanger.infrastructure.media_store import Bucket, MediaStore, StoreUnavailable
from photochanger.infrastructure.source_removal import SourceRemoval


class Store:
    """Remembers which keys were removed together."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.is_down = False

    async def delete_all(self, bucket: Bucket, keys: Sequence[str]) -> None:
        assert bucket is Bucket.SOURCES
        if self.is_down:
            raise StoreUnavailable("down")
        self.calls.append(list(keys))


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def removal(store: Store) -> SourceRemoval:
    return SourceRemoval(cast("MediaStore", store))


async def test_those_who_come_together_go_in_one_call(store: Store, removal: SourceRemoval) -> None:
    await asyncio.gather(*(removal.remove(key) for key in ("a", "b", "c")))

    assert store.calls == [["a", "b", "c"]]


async def test_who_comes_after_the_call_gets_one_of_its_own(store: Store, removal: SourceRemoval) -> None:
    await removal.remove("a")
    await removal.remove("b")

    assert store.calls == [["a"], ["b"]]


async def test_a_store_that_was_down_or_a_cancelled_caller_stops_no_later_removal(
    store: Store, removal: SourceRemoval
) -> None:
    store.is_down = True
    with pytest.raises(StoreUnavailable):
        await removal.remove("a")
    store.is_down = False
    cancelled = asyncio.ensure_future(removal.remove("b"))
    await asyncio.sleep(0)
    cancelled.cancel()
    await asyncio.wait([cancelled])

    await removal.remove("c")

    assert store.calls == [["c"]]
