"""What is special to Turbotext over HTTP: on the sandbox, and on a fake where a test asks what was sent."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web
from PIL import Image
from pydantic import JsonValue, SecretStr

from photochanger.domain.slot import Operation
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import InputPicture, ProviderAnswer, ProviderRequest
from provider_turbotext.adapter import Pace, TurbotextAdapter, turbotext_adapter
from sandbox.app import running_sandbox
from sandbox.settings import SandboxSettings
from tests.booth_pictures import jpeg_photograph
from tests.provider_images import CountingPlace, GivenImages, guest_photo
from tests.turbotext_fake import PICTURE, FakeTurbotext, fake_turbotext

KEY = SecretStr("canary-key-0123456789")


async def current_key() -> SecretStr:
    return KEY


QUICK = Pace(first=0.02, longest=0.05)
LOOPBACK_HOSTS = ("turbotext.ru",)


class Wire:
    """The adapter, and our own gateway's place taken by a server that has the pictures."""

    def __init__(self, adapter: TurbotextAdapter, images: GivenImages, url: str) -> None:
        self.adapter, self.images, self.url = adapter, images, url
        self.place = CountingPlace()
        self.kept: list[str] = []

    async def call(self, operation: Operation = Operation.IMAGE_EDIT, **params: JsonValue) -> ProviderAnswer:
        return await self.resume(None, operation, params)

    async def resume(self, reference: str | None, operation: Operation, params: dict[str, JsonValue]) -> ProviderAnswer:
        async def keep(queue_id: str) -> None:
            self.kept.append(queue_id)

        request = ProviderRequest(
            operation, params, self.images, self.place, 20, reference=reference, keep_reference=keep
        )
        async with asyncio.timeout(20):
            return await self.adapter.call(request)

    async def failure(self, prompt: str) -> ProviderFailure:
        with pytest.raises(ProviderFailure) as caught:
            await self.call(prompt=prompt)
        assert KEY.get_secret_value() not in caught.value.detail
        assert "Paint it" not in caught.value.detail
        assert len(caught.value.detail) <= 300
        return caught.value

    async def logged(self) -> list[dict[str, object]]:
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/control/calls") as response:
            found: list[dict[str, object]] = (await response.json())["calls"]
            return found


PHOTO = guest_photo(jpeg_photograph(side=512))
STYLE = InputPicture("style", PHOTO.type, jpeg_photograph("coffee.png", side=256))
FACE = InputPicture("face", PHOTO.type, jpeg_photograph("rocket.jpg", side=256))


@pytest.fixture
async def images() -> AsyncIterator[GivenImages]:
    """The links of our gateway, each with its picture."""
    pictures = {picture.role: picture for picture in (PHOTO, STYLE, FACE)}

    async def give(request: web.Request) -> web.Response:
        picture = pictures[request.match_info["role"]]
        return web.Response(body=picture.data, content_type=picture.type.value)

    app = web.Application()
    app.router.add_get("/public/media/{role}", give)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield GivenImages(PHOTO, (STYLE, FACE), f"http://127.0.0.1:{runner.addresses[0][1]}/public/media")
    await runner.cleanup()


@pytest.fixture
async def sandbox(images: GivenImages) -> AsyncIterator[Wire]:
    settings = SandboxSettings(
        sandbox_port=0, metrics_port=0, sandbox_latency_seconds=0, sandbox_latency_jitter_seconds=0
    )
    async with (
        running_sandbox(settings) as running,
        turbotext_adapter(current_key, running.url, result_hosts=LOOPBACK_HOSTS, pace=QUICK) as adapter,
    ):
        yield Wire(adapter, images, running.url)


@pytest.fixture
async def fake() -> AsyncIterator[FakeTurbotext]:
    async with fake_turbotext() as running:
        yield running


@pytest.fixture
async def wire(fake: FakeTurbotext) -> AsyncIterator[Wire]:
    async with turbotext_adapter(current_key, fake.url, result_hosts=LOOPBACK_HOSTS, pace=QUICK) as adapter:
        yield Wire(adapter, GivenImages(PHOTO, (STYLE, FACE)), fake.url)


def _format(data: bytes) -> str | None:
    with Image.open(BytesIO(data)) as picture:
        picture.load()
        return picture.format


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        (Operation.IMAGE_EDIT, {"prompt": "Paint it"}),
        (Operation.STYLE_TRANSFER, {}),
        (Operation.IDENTITY_TRANSFER, {"face_restore": True}),
    ],
)
async def test_each_operation_brings_a_picture_back(
    sandbox: Wire, operation: Operation, params: dict[str, JsonValue]
) -> None:
    answer = await sandbox.call(operation, **params)

    assert _format(answer.data) in {"PNG", "JPEG"}
    assert sandbox.kept == [answer.reference]
    assert sandbox.place.taken > 0
    (call,) = await sandbox.logged()
    assert call["creates"] == 1


@pytest.mark.parametrize("behaviour", ["nested_result", "with_limits", "values_as_strings", "slow=1"])
async def test_a_picture_told_of_in_another_way_is_taken(sandbox: Wire, behaviour: str) -> None:
    answer = await sandbox.call(prompt=f"Paint it [sandbox:{behaviour}]")

    assert _format(answer.data)
    assert (answer.usage.images, answer.usage.credits_left) == (1, 123 if behaviour == "with_limits" else None)


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        ("credits_depleted", FailureKind.AUTH),
        ("result_404", FailureKind.NO_IMAGE),
        ("result_redirect_internal", FailureKind.UNSAFE_LINK),
    ],
)
async def test_each_end_without_a_picture_has_its_kind(sandbox: Wire, behaviour: str, kind: FailureKind) -> None:
    assert (await sandbox.failure(f"Paint it [sandbox:{behaviour}]")).kind is kind


async def test_a_page_instead_of_a_picture_is_not_the_adapters_to_judge(sandbox: Wire) -> None:
    answer = await sandbox.call(prompt="Paint it [sandbox:result_html]")

    assert answer.data.startswith(b"<!doctype html>")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (lambda: web.Response(status=500), FailureKind.OVERLOADED),
        (lambda: web.Response(status=404), FailureKind.OVERLOADED),
        (lambda: web.Response(status=302, headers={"Location": "http://evil.example/"}), FailureKind.OVERLOADED),
        (lambda: web.Response(status=429, headers={"Retry-After": "3"}), FailureKind.QUOTA),
        (lambda: web.Response(status=504), FailureKind.TIMEOUT),
        (lambda: web.Response(status=401), FailureKind.AUTH),
        (lambda: web.Response(text="<html>"), FailureKind.GARBAGE),
        (lambda: web.Response(body=b"x" * (2**20 + 1)), FailureKind.GARBAGE),
    ],
)
async def test_a_queue_that_does_not_take_the_work_is_asked_once(
    wire: Wire, fake: FakeTurbotext, answer: Callable[[], web.Response], kind: FailureKind
) -> None:
    fake.created.append(answer())

    assert (await wire.failure("Paint it")).kind is kind
    assert len(fake.queued) == 1
    assert wire.kept == []


async def test_what_is_queued_is_asked_for_through_every_trouble_and_never_queued_again(
    wire: Wire, fake: FakeTurbotext
) -> None:
    fake.polls.extend(
        [
            {"action": "reconnect"},
            web.Response(status=503),
            web.Response(status=429),
            web.Response(text="<html>"),
            {"success": False, "action": "reconnect"},
        ]
    )
    fake.downloads.append(web.Response(status=502))

    answer = await wire.call(prompt="Paint it")

    assert (answer.data, answer.reference) == (PICTURE, "4711")
    assert len(fake.queued) == 1
    assert [form["queueid"] for form in fake.forms if form["do"] == "get_result"] == ["4711"] * 6


@pytest.mark.parametrize(("retry_after", "is_waited_for"), [("1", True), ("600", False), ("soon", False)])
async def test_a_pause_that_is_asked_for_is_made_if_it_fits_into_the_window(
    wire: Wire, fake: FakeTurbotext, retry_after: str, is_waited_for: bool
) -> None:
    fake.polls.append(web.Response(status=429, headers={"Retry-After": retry_after}))
    started = time.monotonic()

    answer = await wire.call(prompt="Paint it")

    assert answer.data == PICTURE
    assert (time.monotonic() - started >= 1) is is_waited_for


async def test_the_reference_is_kept_before_the_first_poll(wire: Wire, fake: FakeTurbotext) -> None:
    fake.is_ready.clear()
    calling = asyncio.create_task(wire.call(prompt="Paint it"))
    async with asyncio.timeout(5):
        while len(fake.forms) < 2:
            await asyncio.sleep(0.01)

    assert wire.kept == ["4711"]

    fake.is_ready.set()
    assert (await calling).reference == "4711"


async def test_a_resumed_call_queues_nothing_and_mints_no_link(wire: Wire, fake: FakeTurbotext) -> None:
    answer = await wire.resume("99", Operation.IMAGE_EDIT, {"prompt": "Paint it"})

    assert (answer.data, answer.reference) == (PICTURE, "99")
    assert [(form["method"], form["do"], form["queueid"]) for form in fake.forms] == [
        ("generate_image2image", "get_result", "99")
    ]


async def test_a_cancelled_call_stops_polling(wire: Wire, fake: FakeTurbotext) -> None:
    fake.is_ready.clear()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await wire.call(prompt="Paint it")

    seen = len(fake.forms)
    await asyncio.sleep(0.2)
    assert len(fake.forms) == seen > 2


async def test_a_result_on_a_host_that_is_not_turbotexts_is_not_fetched_and_not_shown_the_key(
    wire: Wire, fake: FakeTurbotext
) -> None:
    async with fake_turbotext() as stranger:
        fake.result = {"data": {"image": [f"{stranger.url}/download.php"]}}

        failure = await wire.failure("Paint it")

        assert failure.kind is FailureKind.UNSAFE_LINK
        assert stranger.keys == []


async def test_what_was_made_and_cannot_be_fetched_was_used_all_the_same(wire: Wire, fake: FakeTurbotext) -> None:
    fake.result["limits"] = {"foto_limit": "6"}
    fake.downloads.append(web.Response(status=404))

    failure = await wire.failure("Paint it")

    assert (failure.kind, failure.reference) == (FailureKind.NO_IMAGE, "4711")
    assert (failure.usage.images, failure.usage.credits_left) == (1, 6)


async def test_a_key_is_tested_by_a_question_that_makes_no_photo(sandbox: Wire) -> None:
    async with asyncio.timeout(5):
        await sandbox.adapter.check_key(SecretStr("another-key-0123456789"))

    (call,) = await sandbox.logged()
    assert (call["method"], call["inputs"], call["key_last4"]) == ("available_api", [], "6789")


async def test_a_key_that_is_tested_is_the_given_one_and_is_asked_about_until_there_is_an_answer(
    wire: Wire, fake: FakeTurbotext
) -> None:
    fake.polls.extend([{"action": "reconnect"}, web.Response(status=503), {"success": False, "action": "reconnect"}])

    await wire.adapter.check_key(SecretStr("another-key"))

    assert [(form["method"], form["do"]) for form in fake.forms] == [
        ("available_api", "create_queue"),
        *[("available_api", "get_result")] * 4,
    ]
    assert set(fake.keys) == {"Bearer another-key"}


async def test_a_wrong_key_says_so_when_it_is_tested(sandbox: Wire) -> None:
    with pytest.raises(ProviderFailure) as caught:
        await sandbox.adapter.check_key(SecretStr("wrong-key-0123456789"))

    assert caught.value.kind is FailureKind.AUTH


async def test_parameters_that_are_wrong_cost_nothing(wire: Wire, fake: FakeTurbotext) -> None:
    with pytest.raises(ProviderFailure) as caught:
        await wire.call(prompt="Paint it", strength=99)

    assert caught.value.kind is FailureKind.BAD_REQUEST
    assert fake.forms == []
