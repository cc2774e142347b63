"""The contract test kit: every provider service over HTTP against the sandbox, one test a case."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from photochanger.domain.photo import PictureType
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import PHOTO_ROLE
from sandbox.app import running_sandbox
from sandbox.settings import SandboxSettings
from tests.booth_pictures import jpeg_photograph
from tests.contract import provider_kit as kit
from tests.contract.provider_kit import Case, End, Provider, Wire
from tests.contract.provider_wires import PROVIDERS
from tests.provider_images import GivenImages, guest_photo

PHOTO = guest_photo(jpeg_photograph(side=256))
FAILURES = tuple(case for case in kit.CASES if isinstance(case.end, FailureKind))


@asynccontextmanager
async def linked_photo() -> AsyncIterator[GivenImages]:
    """The photo, also behind a link as our gateway gives it."""

    async def give(_: web.Request) -> web.Response:
        return web.Response(body=PHOTO.data, content_type=PHOTO.type.value)

    app = web.Application()
    app.router.add_get(f"/public/media/{PHOTO_ROLE}", give)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield GivenImages(PHOTO, base_url=f"http://127.0.0.1:{runner.addresses[0][1]}/public/media")
    finally:
        await runner.cleanup()


@pytest.fixture(params=PROVIDERS, ids=lambda provider: provider.name)
async def wire(request: pytest.FixtureRequest) -> AsyncIterator[Wire]:
    provider: Provider = request.param
    settings = SandboxSettings(
        sandbox_port=0, metrics_port=0, sandbox_latency_seconds=0, sandbox_latency_jitter_seconds=0
    )
    async with (
        linked_photo() as images,
        running_sandbox(settings) as sandbox,
        provider.open_adapter(sandbox.url) as adapter,
    ):
        yield Wire(provider, adapter, sandbox.url, images)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_every_case_is_tried_on_every_provider(provider: Provider) -> None:
    assert set(provider.behaviours) == set(kit.CASES)


async def test_a_picture_comes_back_once_it_is_read_at_a_place(wire: Wire) -> None:
    picture = await wire.picture()

    assert picture.type is PictureType.JPEG
    assert min(picture.width, picture.height) > 200
    assert wire.place.taken >= 1
    [call] = await wire.calls()
    assert call["key_last4"] == kit.KEY[-4:]


async def test_the_providers_own_reference_is_told_for_its_support(wire: Wire) -> None:
    assert (await wire.call(kit.PROMPT)).reference


async def test_a_slow_picture_is_waited_for(wire: Wire) -> None:
    started = time.monotonic()

    await wire.picture(kit.SLOW)

    assert time.monotonic() - started >= 1


async def test_what_type_a_picture_says_it_is_of_is_not_believed(wire: Wire) -> None:
    assert (await wire.picture(kit.OTHER_TYPE)).width > 200


@pytest.mark.parametrize("case", FAILURES, ids=lambda case: case.name)
async def test_each_failure_has_its_kind_and_costs_one_call(wire: Wire, case: Case) -> None:
    failure = await wire.failure(case)

    assert failure.kind is case.end
    assert len(await wire.calls()) == 1


async def test_a_delay_is_taken_from_the_provider_and_never_made_up(wire: Wire) -> None:
    asked, silent = await wire.failure(kit.RATE_LIMIT), await wire.failure(kit.SILENT_RATE_LIMIT)

    assert (asked.retry_after_seconds, silent.retry_after_seconds) == (3, None)


@pytest.mark.parametrize("case", [case for case in kit.CASES if case.end is End.CUT], ids=lambda case: case.name)
async def test_what_never_ends_is_cut_and_the_next_call_comes_through(wire: Wire, case: Case) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await wire.picture(case)

    assert (await wire.picture()).width > 200


async def test_an_answer_drop_by_drop_lets_others_read_meanwhile(wire: Wire) -> None:
    dripping = asyncio.create_task(wire.picture(kit.DRIP))

    try:
        async with asyncio.timeout(9):
            while wire.place.given_back == 0:
                await asyncio.sleep(0.05)
        assert not dripping.done()
    finally:
        dripping.cancel()
        await asyncio.wait([dripping])


async def test_a_provider_that_outlives_all_its_time_is_a_timeout(wire: Wire) -> None:
    with pytest.raises(ProviderFailure) as caught:
        async with asyncio.timeout(5):
            await wire.call(f"{kit.PROMPT} [sandbox:{wire.provider.behaviours[kit.HANG]}]", seconds=-1.5)

    assert caught.value.kind is FailureKind.TIMEOUT


async def test_an_answer_far_too_long_is_not_read_to_its_end(wire: Wire) -> None:
    with pytest.raises(ProviderFailure) as caught:
        await wire.call(f"{kit.PROMPT} [sandbox:{wire.provider.behaviours[kit.HUGE]}]")

    assert caught.value.kind is FailureKind.BAD_PICTURE


async def test_nobody_listening_is_trouble_on_the_way(wire: Wire) -> None:
    async with wire.provider.open_adapter("http://127.0.0.1:9") as adapter:
        failure = await Wire(wire.provider, adapter, "", wire.images).failure(kit.SUCCESS)

    assert failure.kind is FailureKind.TRANSPORT


async def test_an_api_that_sends_us_elsewhere_is_not_followed_with_the_key(wire: Wire) -> None:
    seen: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(status=307, headers={"Location": f"{wire.url}{request.path}"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    async with wire.provider.open_adapter(url) as adapter:
        failure = await Wire(wire.provider, adapter, wire.url, wire.images).failure(kit.SUCCESS)
    await runner.cleanup()

    assert failure.kind in {FailureKind.GARBAGE, FailureKind.OVERLOADED}
    assert len(seen) == 1
    assert await wire.calls() == []


async def test_parameters_that_the_provider_does_not_take_never_leave_the_process(wire: Wire) -> None:
    with pytest.raises(ProviderFailure, match="no_such_parameter") as caught:
        await wire.call(kit.PROMPT, no_such_parameter=1)

    assert caught.value.kind is FailureKind.BAD_REQUEST
    assert await wire.calls() == []
