import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from photochanger.infrastructure.media_store import Bucket, MediaStore, StoreUnavailable

PAUSE_SECONDS = 1.5

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def take_late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reads nothing at first, then the whole body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await asyncio.sleep(PAUSE_SECONDS)
    await reader.readexactly(length)
    writer.write(b'HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Length: 0\r\n\r\n')
    writer.close()


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers with a byte now and then, for ever."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await asyncio.sleep(0.1)


@asynccontextmanager
async def connected_to(behaviour: Behaviour) -> AsyncIterator[MediaStore]:
    server = await asyncio.start_server(behaviour, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with (
        server,
        MediaStore(f"http://127.0.0.1:{port}", SecretStr("a"), SecretStr("b"), threads=1) as store,
    ):
        yield store
    await asyncio.sleep(0.2)


async def test_a_body_has_more_time_than_a_connect() -> None:
    async with connected_to(take_late) as store:
        began = time.monotonic()

        await store.put(Bucket.SOURCES, "job/source", b"x" * 20_000_000, content_type="image/jpeg")

    assert time.monotonic() - began > PAUSE_SECONDS


async def test_an_answer_that_drips_holds_its_thread_no_longer_than_its_caller_waits() -> None:
    async with connected_to(drip) as store:
        with pytest.raises(StoreUnavailable):
            await store.get(Bucket.RESULTS, "a/1", timeout_seconds=0.5)

        async with asyncio.timeout(1):
            await asyncio.wrap_future(store._threads.submit(threading.get_ident))


async def cut_short(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Promises more than it sends."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf a picture")
    writer.close()


async def test_a_picture_cut_short_is_no_picture() -> None:
    async with connected_to(cut_short) as store:
        with pytest.raises(StoreUnavailable):
            await store.get(Bucket.RESULTS, "a/1")
