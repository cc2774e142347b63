import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Protocol

import pytest
from aiohttp import web

from photochanger.domain.failure import PROBLEMS, ProblemCode
from photochanger.infrastructure.http_server import (
    Limits,
    answer_expectation_by_hand,
    http_server,
    problem_response,
    request_started,
    send_continue,
)

HEAD_SECONDS = 0.4


class Booth:
    """A raw socket that speaks whatever the test writes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def everything(self) -> bytes:
        async with asyncio.timeout(5):
            return await self.reader.read()

    async def head(self) -> bytes:
        async with asyncio.timeout(5):
            return await self.reader.readuntil(b"\r\n\r\n")

    def hang_up(self) -> None:
        self.writer.transport.abort()


class Connect(Protocol):
    async def __call__(self) -> Booth: ...


class Site:
    """The application under test and what its handlers saw."""

    def __init__(self) -> None:
        self.app = web.Application()
        self.app.add_routes(
            [
                web.get("/", self.hello),
                web.get("/crash", self.crash),
                web.get("/overdue", self.overdue),
                web.get("/wait", self.wait),
                web.get("/started", self.started),
                web.get("/large", self.large),
            ]
        )
        self.app.router.add_post("/refuse", self.refuse, expect_handler=answer_expectation_by_hand)
        self.app.router.add_post("/take", self.take, expect_handler=answer_expectation_by_hand)
        self.waiting = 0
        self.finished = 0
        self.release = asyncio.Event()

    async def hello(self, _request: web.Request) -> web.Response:
        return web.Response(text="hello")

    async def crash(self, _request: web.Request) -> web.Response:
        raise ValueError("boom")

    async def overdue(self, _request: web.Request) -> web.Response:
        raise TimeoutError

    async def wait(self, _request: web.Request) -> web.Response:
        self.waiting += 1
        await self.release.wait()
        self.finished += 1
        return web.Response(text="waited")

    async def large(self, _request: web.Request) -> web.Response:
        self.finished += 1
        return web.Response(body=b"x" * 50_000_000)

    async def started(self, request: web.Request) -> web.Response:
        return web.json_response({"age": time.monotonic() - request_started(request)})

    async def refuse(self, _request: web.Request) -> web.Response:
        return problem_response(PROBLEMS[ProblemCode.SLOT_NOT_FOUND], detail="No such slot.")

    async def take(self, request: web.Request) -> web.Response:
        await send_continue(request)
        return web.Response(text=str(len(await request.read())))


@asynccontextmanager
async def connected(site: Site, *, drain_seconds: float = 2.0) -> AsyncIterator[Connect]:
    async with http_server(
        site.app, "127.0.0.1", 0, drain_seconds=drain_seconds, limits=Limits(head=HEAD_SECONDS, answer=1.0)
    ) as port:
        booths: list[Booth] = []

        async def connect() -> Booth:
            booths.append(Booth(*await asyncio.open_connection("127.0.0.1", port)))
            return booths[-1]

        yield connect
    for booth in booths:
        booth.hang_up()
    await asyncio.sleep(0.01)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
async def connect(site: Site) -> AsyncIterator[Connect]:
    async with connected(site) as connect:
        yield connect
        site.release.set()


async def test_a_silent_connection_is_closed(connect: Connect) -> None:
    booth = await connect()

    began = time.monotonic()
    answer = await booth.everything()

    assert answer == b""
    assert HEAD_SECONDS * 0.9 < time.monotonic() - began < HEAD_SECONDS + 0.5


async def test_a_head_that_drips_is_answered_408_however_steadily(connect: Connect) -> None:
    booth = await connect()

    began = time.monotonic()
    for byte in b"GET / HTTP/1.1\r\nHost: booth\r\nX-Long: ":
        if booth.reader.at_eof() or time.monotonic() - began > HEAD_SECONDS:
            break
        await booth.send(bytes([byte]))
        await asyncio.sleep(0.05)
    answer = await booth.everything()

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "upload_too_slow"
    assert time.monotonic() - began < HEAD_SECONDS + 0.5


async def test_a_second_request_s_head_is_bounded_too(connect: Connect) -> None:
    booth = await connect()
    await booth.send(b"GET / HTTP/1.1\r\nHost: booth\r\n\r\n")
    await booth.head()
    await booth.reader.readexactly(len(b"hello"))

    await asyncio.sleep(HEAD_SECONDS * 1.5)
    await booth.send(b"GET / HT")
    answer = await booth.everything()

    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_a_slow_body_and_a_slow_handler_are_not_the_head_s_business(connect: Connect, site: Site) -> None:
    booth = await connect()

    await booth.send(b"POST /take HTTP/1.1\r\nHost: booth\r\nContent-Length: 2\r\n\r\na")
    await asyncio.sleep(HEAD_SECONDS * 2)
    await booth.send(b"b")

    assert (await booth.head()).startswith(b"HTTP/1.1 200 ")


async def test_the_clock_starts_at_the_first_byte_not_at_the_head_s_end(connect: Connect) -> None:
    booth = await connect()
    await asyncio.sleep(0.2)

    began = time.monotonic()
    await booth.send(b"GET /started HT")
    await asyncio.sleep(0.15)
    await booth.send(b"TP/1.1\r\nHost: booth\r\nConnection: close\r\n\r\n")
    answer = await booth.everything()

    age = json.loads(answer.partition(b"\r\n\r\n")[2])["age"]
    assert 0.14 < age < time.monotonic() - began


async def test_each_request_of_a_connection_has_its_own_first_byte(connect: Connect) -> None:
    booth = await connect()
    request = b"GET /started HTTP/1.1\r\nHost: booth\r\n\r\n"

    for pause in (0.0, 0.3):
        await asyncio.sleep(pause)
        began = time.monotonic()
        await booth.send(request)
        length = int((await booth.head()).lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        age = json.loads(await booth.reader.readexactly(length))["age"]

        assert age < time.monotonic() - began


async def test_a_refused_upload_is_not_asked_to_continue(connect: Connect) -> None:
    booth = await connect()

    await booth.send(b"POST /refuse HTTP/1.1\r\nHost: booth\r\nContent-Length: 3000000\r\nExpect: 100-continue\r\n\r\n")
    head = await booth.head()

    assert head.startswith(b"HTTP/1.1 404 ")
    assert b"connection: close" in head.lower()


async def test_a_wanted_upload_is_asked_to_continue_once(connect: Connect) -> None:
    booth = await connect()

    await booth.send(
        b"POST /take HTTP/1.1\r\nHost: booth\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    assert await booth.head() == b"HTTP/1.1 100 Continue\r\n\r\n"
    await booth.send(b"abc")

    answer = await booth.everything()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"3")


async def test_a_refusal_can_be_read_by_a_client_that_only_reads_after_sending_all(connect: Connect) -> None:
    booth = await connect()
    body = b"x" * 3_000_000

    await booth.send(b"POST /refuse HTTP/1.1\r\nHost: booth\r\nContent-Length: %d\r\n\r\n" % len(body))
    await booth.send(body)
    answer = await booth.everything()

    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"slot_not_found" in answer


@pytest.mark.parametrize("path", [b"/crash", b"/overdue"])
async def test_a_defect_is_a_500_problem_and_never_a_504(path: bytes, connect: Connect) -> None:
    booth = await connect()

    await booth.send(b"GET " + path + b" HTTP/1.1\r\nHost: booth\r\n\r\n")
    answer = await booth.everything()

    assert answer.startswith(b"HTTP/1.1 500 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "internal"
    assert b"boom" not in answer


async def test_what_is_no_http_is_a_400_problem(connect: Connect) -> None:
    booth = await connect()

    await booth.send(b"\x16\x03\x01 this is TLS\r\n\r\n")
    answer = await booth.everything()

    assert answer.startswith(b"HTTP/1.0 400 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "invalid_request"
    assert b"aiohttp" not in answer


async def test_no_answer_names_the_software(connect: Connect) -> None:
    booth = await connect()

    await booth.send(b"GET / HTTP/1.1\r\nHost: booth\r\n\r\n")

    assert b"server:" not in (await booth.head()).lower()


async def test_a_handler_goes_on_when_its_client_hangs_up(connect: Connect, site: Site) -> None:
    booth = await connect()
    await booth.send(b"GET /wait HTTP/1.1\r\nHost: booth\r\n\r\n")
    async with asyncio.timeout(2):
        while not site.waiting:
            await asyncio.sleep(0.01)

    booth.hang_up()
    await asyncio.sleep(0.1)
    site.release.set()
    await asyncio.sleep(0.1)

    assert site.finished == 1


async def test_a_thousand_requests_wait_at_once(connect: Connect, site: Site) -> None:
    booths = []
    for _ in range(1_200):
        booths.append(booth := await connect())
        await booth.send(b"GET /wait HTTP/1.1\r\nHost: booth\r\nConnection: close\r\n\r\n")
    async with asyncio.timeout(10):
        while site.waiting < len(booths):
            await asyncio.sleep(0.02)

    site.release.set()
    answers = await asyncio.gather(*(booth.everything() for booth in booths))

    assert all(answer.endswith(b"waited") for answer in answers)


async def test_a_client_that_does_not_read_its_answer_is_cut_off(connect: Connect, site: Site) -> None:
    booth = await connect()
    await booth.send(b"GET /large HTTP/1.1\r\nHost: booth\r\n\r\n")

    await asyncio.sleep(1.5)

    received = 0
    with suppress(ConnectionResetError):
        while chunk := await booth.reader.read(2**20):
            received += len(chunk)
    assert site.finished == 1
    assert received < 50_000_000


async def test_a_drain_lets_an_upload_finish_and_takes_no_other(site: Site) -> None:
    async with AsyncExitStack() as server:
        connect = await server.enter_async_context(connected(site))
        idle, booth = await connect(), await connect()
        await booth.send(b"POST /take HTTP/1.1\r\nHost: booth\r\nContent-Length: 6\r\n\r\nabc")
        await asyncio.sleep(0.05)

        async with asyncio.TaskGroup() as group:
            stopping = group.create_task(server.aclose())
            assert await idle.everything() == b""
            with pytest.raises(ConnectionRefusedError):
                await connect()
            await asyncio.sleep(0.2)
            assert not stopping.done()
            await booth.send(b"def")
            answer = await booth.everything()

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"6")


async def test_a_drain_serves_whoever_has_just_connected(site: Site) -> None:
    async with AsyncExitStack() as server:
        connect = await server.enter_async_context(connected(site))
        early = await connect()
        host, port = early.writer.get_extra_info("peername")
        with socket.create_connection((host, port)) as unseen:  # the kernel has it, the loop has not looked yet

            async def send() -> list[bytes]:
                await asyncio.sleep(0.2)
                await early.send(b"GET / HTTP/1.1\r\nHost: booth\r\n\r\n")
                unseen.sendall(b"GET / HTTP/1.1\r\nHost: booth\r\n\r\n")
                return [await early.everything(), await asyncio.to_thread(unseen.recv, 1024)]

            async with asyncio.TaskGroup() as group:
                sending = group.create_task(send())
                await server.aclose()

    assert [answer.partition(b"\r\n")[0] for answer in sending.result()] == [b"HTTP/1.1 200 OK"] * 2


async def test_a_drain_waits_for_the_rest_of_a_head_on_a_kept_connection(site: Site) -> None:
    async with AsyncExitStack() as server:
        connect = await server.enter_async_context(connected(site))
        booth, resting = await connect(), await connect()
        for each in (booth, resting):
            await each.send(b"GET / HTTP/1.1\r\nHost: booth\r\n\r\n")
            await each.head()
            assert await each.reader.readexactly(5) == b"hello"
        await booth.send(b"GET / HTTP/1.1\r\n")
        await asyncio.sleep(0.05)

        async with asyncio.TaskGroup() as group:
            group.create_task(server.aclose())
            assert await resting.everything() == b""
            await booth.send(b"Host: booth\r\n\r\n")
            answer = await booth.everything()

    assert answer.startswith(b"HTTP/1.1 200 ")


async def test_a_drain_gives_up_after_its_time(site: Site) -> None:
    async with AsyncExitStack() as server:
        connect = await server.enter_async_context(connected(site, drain_seconds=0.2))
        booth = await connect()
        await booth.send(b"GET /wait HTTP/1.1\r\nHost: booth\r\n\r\n")
        await asyncio.sleep(0.05)
        began = time.monotonic()

        await server.aclose()

        assert 0.2 < time.monotonic() - began < 2
