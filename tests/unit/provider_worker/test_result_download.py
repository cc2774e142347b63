"""Fetching a result: to the checked address, under the host's name, no further than allowed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiohttp import web

from photochanger.provider_worker import answer_places, result_download
from photochanger.provider_worker.failures import FailureKind
from photochanger.provider_worker.result_download import MAX_PICTURE_BYTES
from tests.small_internet import ALSO_PUBLIC, CDN, KEY, LINK, OWN, PUBLIC, Serve, SmallInternet, small_internet


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[SmallInternet]:
    async with small_internet(tmp_path) as world:
        yield world


def redirecting(*links: str) -> Serve:
    left = list(links)

    async def serve(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": left.pop(0)}) if left else web.Response(body=b"ok")

    return serve


def answering(status: int = 200, **headers: str) -> Serve:
    async def serve(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return serve


def streaming(*pieces: bytes, pause_seconds: float = 0.0) -> Serve:
    async def serve(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for piece in pieces:
            await response.write(piece)
            await asyncio.sleep(pause_seconds)
        return response

    return serve


async def test_the_checked_address_is_connected_to_under_the_hosts_name(world: SmallInternet) -> None:
    assert await world.fetch() == b"picture"
    ((path, headers),) = world.requests
    assert (path, headers["Host"], world.connected) == ("/download.php?f=1.png", OWN, [PUBLIC])
    assert headers["Accept-Encoding"] == "identity"
    assert world.place.taken > 0


async def test_a_server_without_a_certificate_for_the_hosts_name_gives_nothing(tmp_path: Path) -> None:
    async with small_internet(tmp_path, names=("somebody.example",)) as world:
        assert (await world.failure()).kind is FailureKind.TRANSPORT
        assert world.requests == []


async def test_a_name_is_resolved_once_so_that_a_second_answer_changes_nothing(world: SmallInternet) -> None:
    world.moves(OWN, (PUBLIC,), ("127.0.0.1",))

    await world.fetch()

    assert (world.resolved, world.connected) == ([OWN], [PUBLIC])


async def test_an_address_that_is_down_leaves_the_next_one(world: SmallInternet) -> None:
    world.moves(OWN, (PUBLIC, ALSO_PUBLIC))
    world.down.add(PUBLIC)

    assert await world.fetch() == b"picture"
    assert world.connected == [PUBLIC, ALSO_PUBLIC]


async def test_a_link_keeps_what_is_encoded_in_it_and_encodes_the_rest(world: SmallInternet) -> None:
    await world.fetch(f"https://{OWN}/a%2Fb c/имя.png?sig=x%2By%3D&q=a+b")

    assert world.requests[0][0] == "/a%2Fb%20c/%D0%B8%D0%BC%D1%8F.png?sig=x%2By%3D&q=a+b"


async def test_two_redirects_are_followed_and_each_is_checked(world: SmallInternet) -> None:
    world.serve = redirecting("/b.png", f"https://{CDN}/c.png")

    assert await world.fetch() == b"ok"
    assert world.resolved == [OWN, OWN, CDN]


async def test_a_third_redirect_is_too_many(world: SmallInternet) -> None:
    world.serve = redirecting("/b", "/c", "/d")

    assert (await world.failure()).kind is FailureKind.UNSAFE_LINK


async def test_the_key_goes_to_the_providers_own_host_and_not_along_a_redirect(world: SmallInternet) -> None:
    world.serve = redirecting(f"https://{CDN}/c.png")

    await world.fetch()

    (_, own), (_, other) = world.requests
    assert KEY in own["Authorization"]
    assert "Authorization" not in other


async def test_a_picture_said_to_be_too_long_is_not_read(world: SmallInternet) -> None:
    world.serve = answering(Content_Length=str(MAX_PICTURE_BYTES + 1))

    assert (await world.failure()).kind is FailureKind.BAD_PICTURE
    assert world.place.taken == 0


async def test_a_picture_that_turns_out_too_long_is_not_read_to_its_end(
    world: SmallInternet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_download, "MAX_PICTURE_BYTES", 3)
    world.serve = streaming(b"xx", b"xx", b"xx")

    assert (await world.failure()).kind is FailureKind.BAD_PICTURE
    assert world.place.given_back == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, FailureKind.NO_IMAGE),
        (410, FailureKind.NO_IMAGE),
        (403, FailureKind.NO_IMAGE),
        (429, FailureKind.QUOTA),
        (408, FailureKind.TIMEOUT),
        (500, FailureKind.OVERLOADED),
        (503, FailureKind.OVERLOADED),
        (304, FailureKind.OVERLOADED),
        (302, FailureKind.OVERLOADED),
    ],
)
async def test_a_status_without_a_picture_has_its_kind(world: SmallInternet, status: int, kind: FailureKind) -> None:
    world.serve = answering(status)

    assert (await world.failure()).kind is kind


@pytest.mark.parametrize(("header", "seconds"), [("30", 30.0), ("soon", None), ("-1", None), ("9" * 400, None)])
async def test_a_wait_that_the_server_asks_for_is_a_number_of_seconds(
    world: SmallInternet, header: str, seconds: float | None
) -> None:
    world.serve = answering(503, Retry_After=header)

    assert (await world.failure()).retry_after_seconds == seconds


async def test_a_server_that_falls_silent_is_a_time_out(world: SmallInternet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.download._http, "_timeout", result_download.patience(silence_seconds=0.2))
    world.serve = streaming(b"pic", pause_seconds=1.0)

    assert (await world.failure()).kind is FailureKind.TIMEOUT


async def test_a_server_that_drops_the_connection_is_trouble_on_the_way(world: SmallInternet) -> None:
    async def serve(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    world.serve = serve

    assert (await world.failure()).kind is FailureKind.TRANSPORT


async def test_nobody_listening_is_trouble_on_the_way(world: SmallInternet) -> None:
    world.down.add(PUBLIC)

    assert (await world.failure()).kind is FailureKind.TRANSPORT


async def test_a_name_that_nobody_knows_is_trouble_on_the_way(
    world: SmallInternet, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unknown(_host: str, _port: int) -> Sequence[str]:
        raise OSError("unknown name")

    monkeypatch.setattr(world.download._check, "_resolve", unknown)

    assert (await world.failure(LINK)).kind is FailureKind.TRANSPORT


async def test_a_dripping_picture_lets_others_have_the_place(
    world: SmallInternet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_places, "PATIENCE_SECONDS", 0.01)
    world.serve = streaming(b"pic", b"ture", pause_seconds=0.05)

    assert await world.fetch() == b"picture"
    assert (world.place.given_back, world.place.taken) == (1, 2)
