"""Fetching a result: to the checked address, under the host's name, no further than allowed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import httpx
import pytest
from pydantic import SecretStr

from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from provider_turbotext import download
from provider_turbotext.download import MAX_PICTURE_BYTES, Download
from provider_turbotext.safe_target import TargetCheck
from tests.provider_images import CountingPlace

KEY = "canary-key"


async def current_key() -> SecretStr:
    return SecretStr(KEY)


PUBLIC = "93.184.216.34"
LINK = "https://www.turbotext.ru/download.php?f=1.png"


class Body(httpx.AsyncByteStream):
    """Comes in pieces, with a pause between them."""

    def __init__(self, *pieces: bytes, pause_seconds: float = 0.0) -> None:
        self._pieces = pieces
        self._pause_seconds = pause_seconds

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
            await asyncio.sleep(self._pause_seconds)


class Fetching:
    """A `Download` on a wire that answers with `answer`; the resolver gives `answers` in turn, the last one again."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response], *answers: Sequence[str]) -> None:
        self.asked: list[str] = []
        self.requests: list[httpx.Request] = []
        self.place = CountingPlace()
        self._answer = answer
        self._answers = list(answers) or [(PUBLIC,)]

    async def fetch(self, url: str = LINK) -> bytes:
        check = TargetCheck("https://www.turbotext.ru", ("turbotext.ru",), self._resolve)
        async with httpx.AsyncClient(transport=httpx.MockTransport(self._serve)) as client:
            return await Download(client, check, current_key).fetch(url, self.place)

    async def failure(self, url: str = LINK) -> ProviderFailure:
        with pytest.raises(ProviderFailure) as caught:
            await self.fetch(url)
        return caught.value

    async def _resolve(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def _serve(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answer(request)


def picture(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, stream=Body(b"picture"))


def redirect_to(*links: str) -> Callable[[httpx.Request], httpx.Response]:
    left = list(links)

    def answer(_request: httpx.Request) -> httpx.Response:
        return (
            httpx.Response(302, headers={"location": left.pop(0)}) if left else httpx.Response(200, stream=Body(b"ok"))
        )

    return answer


async def test_the_checked_address_is_connected_to_under_the_hosts_name() -> None:
    fetching = Fetching(picture)

    assert await fetching.fetch() == b"picture"
    (request,) = fetching.requests
    assert str(request.url) == f"https://{PUBLIC}/download.php?f=1.png"
    assert request.headers["host"] == "www.turbotext.ru"
    assert request.extensions["sni_hostname"] == "www.turbotext.ru"
    assert fetching.place.taken > 0


async def test_a_name_is_resolved_once_so_that_a_second_answer_changes_nothing() -> None:
    fetching = Fetching(picture, (PUBLIC,), ("127.0.0.1",))

    await fetching.fetch()

    assert fetching.asked == ["www.turbotext.ru"]
    assert fetching.requests[0].url.host == PUBLIC


async def test_an_address_that_is_down_leaves_the_next_one() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == PUBLIC:
            raise httpx.ConnectError("down")
        return httpx.Response(200, stream=Body(b"picture"))

    assert await Fetching(answer, (PUBLIC, "2606:4700::1111")).fetch() == b"picture"


async def test_two_redirects_are_followed_and_each_is_checked() -> None:
    fetching = Fetching(redirect_to("/b.png", "https://cdn.turbotext.ru/c.png"))

    assert await fetching.fetch() == b"ok"
    assert fetching.asked == ["www.turbotext.ru", "www.turbotext.ru", "cdn.turbotext.ru"]


async def test_a_third_redirect_is_too_many() -> None:
    failure = await Fetching(redirect_to("/b", "/c", "/d")).failure()

    assert failure.kind is FailureKind.UNSAFE_LINK


@pytest.mark.parametrize(
    "link", ["http://www.turbotext.ru/", "https://evil.example/", "https://169.254.169.254/", "http://[", "//x@y/"]
)
async def test_a_redirect_leads_to_no_place_that_a_link_may_not(link: str) -> None:
    fetching = Fetching(redirect_to(link))

    assert (await fetching.failure()).kind is FailureKind.UNSAFE_LINK
    assert len(fetching.requests) == 1


async def test_a_redirect_to_a_host_that_moved_inside_is_not_followed() -> None:
    fetching = Fetching(redirect_to("https://cdn.turbotext.ru/"), (PUBLIC,), ("10.0.0.5",))

    assert (await fetching.failure()).kind is FailureKind.UNSAFE_LINK
    assert len(fetching.requests) == 1


async def test_the_key_goes_to_the_providers_own_host_and_not_along_a_redirect() -> None:
    fetching = Fetching(redirect_to("https://cdn.turbotext.ru/c.png"))

    await fetching.fetch()

    own, other = fetching.requests
    assert KEY in own.headers["authorization"]
    assert "authorization" not in other.headers


async def test_a_picture_said_to_be_too_long_is_not_read() -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-length": str(MAX_PICTURE_BYTES + 1)}, content=b"")

    fetching = Fetching(answer)

    assert (await fetching.failure()).kind is FailureKind.BAD_PICTURE
    assert fetching.place.taken == 0


async def test_a_picture_that_turns_out_too_long_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MAX_PICTURE_BYTES", 3)

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Body(b"xx", b"xx", b"xx"))

    fetching = Fetching(answer)

    assert (await fetching.failure()).kind is FailureKind.BAD_PICTURE
    assert fetching.place.given_back == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, FailureKind.NO_IMAGE),
        (410, FailureKind.NO_IMAGE),
        (403, FailureKind.NO_IMAGE),
        (429, FailureKind.QUOTA),
        (500, FailureKind.OVERLOADED),
        (503, FailureKind.OVERLOADED),
        (304, FailureKind.OVERLOADED),
    ],
)
async def test_a_status_without_a_picture_has_its_kind(status: int, kind: FailureKind) -> None:
    assert (await Fetching(lambda _: httpx.Response(status)).failure()).kind is kind


@pytest.mark.parametrize(("header", "seconds"), [("30", 30.0), ("soon", None), ("-1", None), ("9" * 400, None)])
async def test_a_wait_that_the_server_asks_for_is_a_number_of_seconds(header: str, seconds: float | None) -> None:
    fetching = Fetching(lambda _: httpx.Response(503, headers={"Retry-After": header}))

    assert (await fetching.failure()).retry_after_seconds == seconds


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ReadTimeout("slow"), FailureKind.TIMEOUT),
        (httpx.ConnectTimeout("slow"), FailureKind.TRANSPORT),
        (httpx.RemoteProtocolError("dropped"), FailureKind.TRANSPORT),
        (httpx.ConnectError("refused"), FailureKind.TRANSPORT),
    ],
)
async def test_a_broken_way_has_its_kind(error: httpx.HTTPError, kind: FailureKind) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        raise error

    assert (await Fetching(answer).failure()).kind is kind


async def test_a_name_that_nobody_knows_is_trouble_on_the_way() -> None:
    async def resolver(_host: str, _port: int) -> Sequence[str]:
        raise OSError("unknown name")

    check = TargetCheck("https://www.turbotext.ru", ("turbotext.ru",), resolver)
    async with httpx.AsyncClient() as client:
        with pytest.raises(ProviderFailure) as caught:
            await Download(client, check, current_key).fetch(LINK, CountingPlace())

    assert caught.value.kind is FailureKind.TRANSPORT


async def test_a_dripping_picture_lets_others_have_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "PATIENCE_SECONDS", 0.01)

    dripping = Body(b"pic", b"ture", pause_seconds=0.05)

    fetching = Fetching(lambda _: httpx.Response(200, stream=dripping))

    assert await fetching.fetch() == b"picture"
    assert (fetching.place.given_back, fetching.place.taken) == (1, 2)
