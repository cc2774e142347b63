"""What is read while photos are in work, and that nothing is without them."""

import asyncio

import pytest

from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.provider_worker.while_used import LASTS_SECONDS, OLD_SECONDS, WhileUsed


class Book:
    """Counts how often it was read; fails or hangs when told to."""

    def __init__(self) -> None:
        self.reads, self.now = 0, 1_000.0
        self.is_silent = self.hangs = False
        self.known = WhileUsed(self.read, clock=lambda: self.now)

    async def read(self) -> None:
        self.reads += 1
        if self.is_silent:
            raise DatabaseUnavailable("silent")
        await asyncio.sleep(60 if self.hangs else 0)


async def test_a_process_without_photos_reads_nothing() -> None:
    book = Book()

    await book.known.refresh()

    assert book.reads == 0


async def test_the_first_photo_after_a_pause_reads_and_those_that_come_with_it_wait_for_that() -> None:
    book = Book()

    async def photo() -> int:
        async with book.known.in_use():
            return book.reads

    assert await asyncio.gather(*(photo() for _ in range(10))) == [1] * 10
    book.now += OLD_SECONDS + 0.1
    assert await photo() == 2


async def test_while_a_photo_is_in_work_and_a_while_after_it_is_read_again() -> None:
    book = Book()
    async with book.known.in_use():
        book.now += 2 * LASTS_SECONDS
        await book.known.refresh()
    book.now += LASTS_SECONDS - 1
    await book.known.refresh()
    book.now += 2
    await book.known.refresh()

    assert book.reads == 3


async def test_what_was_read_beside_the_photos_is_not_read_by_them() -> None:
    book = Book()
    for _ in range(20):
        async with book.known.in_use():
            book.now += 1
        await book.known.refresh()

    assert book.reads == 1 + 20


@pytest.mark.parametrize("fault", ["is_silent", "hangs"])
async def test_a_silent_database_keeps_no_photo_and_is_not_asked_by_each(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photochanger.provider_worker.while_used.LONGEST_READING_SECONDS", 0.01)
    book = Book()
    setattr(book, fault, True)

    for _ in range(5):
        async with book.known.in_use():
            pass
    assert book.reads == 1

    book.now += OLD_SECONDS + 0.1
    async with book.known.in_use():
        assert book.reads == 2
