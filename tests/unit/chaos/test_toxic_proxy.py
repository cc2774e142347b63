import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from deploy.local.part import LOOPBACK
from deploy.local.ports import free_port_block
from tests.chaos.toxic_proxy import HEALTHY, Toxic, ToxicProxy
from tests.eventually import eventually

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def a_proxy() -> AsyncIterator[tuple[ToxicProxy, int]]:
    """Before a server that gives back what it gets."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1_000):
            writer.write(data)
        writer.close()

    port = free_port_block(2)
    async with await asyncio.start_server(echo, LOOPBACK, port), ToxicProxy(port + 1, port).serving() as proxy:
        yield proxy, port + 1


@pytest.fixture
async def proxied() -> AsyncIterator[tuple[ToxicProxy, Line]]:
    async with a_proxy() as (proxy, port):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        yield proxy, (reader, writer)
        writer.close()


async def say(line: Line, data: bytes) -> bytes:
    line[1].write(data)
    return await line[0].readexactly(len(data))


async def test_healthy_it_passes_everything_on(proxied: tuple[ToxicProxy, Line]) -> None:
    _, line = proxied

    assert await say(line, b"x" * 100_000) == b"x" * 100_000


@pytest.mark.parametrize("toxic", [Toxic(is_frozen=True), Toxic(is_half_open=True)])
async def test_frozen_nothing_comes_back_until_it_is_healthy_again(
    proxied: tuple[ToxicProxy, Line], toxic: Toxic
) -> None:
    proxy, line = proxied
    assert await say(line, b"before") == b"before"

    proxy.toxic = toxic
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await say(line, b"while")
    proxy.toxic = HEALTHY

    assert await line[0].readexactly(5) == b"while"


async def test_open_connections_are_reset_and_new_ones_pass(proxied: tuple[ToxicProxy, Line]) -> None:
    proxy, line = proxied
    assert await say(line, b"before") == b"before"

    proxy.reset_all()

    with pytest.raises(ConnectionResetError):
        await line[0].readexactly(1)
    await eventually(lambda: proxy.connections == 0)


async def test_an_answer_is_cut_after_so_many_bytes(proxied: tuple[ToxicProxy, Line]) -> None:
    proxy, (reader, writer) = proxied
    proxy.toxic = Toxic(reset_after_bytes=4)

    writer.write(b"abcdefgh")

    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await reader.readexactly(8)


async def test_it_can_answer_in_the_server_s_place(proxied: tuple[ToxicProxy, Line]) -> None:
    proxy, (reader, writer) = proxied
    proxy.toxic = Toxic(instead=b"no")

    writer.write(b"please")

    assert await reader.read() == b"no"


async def test_a_server_that_is_gone_is_a_reset() -> None:
    port = free_port_block(2)
    async with ToxicProxy(port + 1, port).serving():
        reader, writer = await asyncio.open_connection(LOOPBACK, port + 1)
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)
        writer.close()
