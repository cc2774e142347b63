import asyncio
import json

import pytest

from photochanger.background import Background, running
from photochanger.observability import Telemetry, configure_logging


@pytest.fixture
def telemetry() -> Telemetry:
    configure_logging("tests", "INFO")
    return Telemetry("tests")


def swallowed(telemetry: Telemetry, where: str) -> bool:
    return f'photochanger_background_errors_total{{where="{where}"}} 1.0' in telemetry.render().decode()


async def fail() -> None:
    raise ValueError("boom")


async def test_work_is_finished_before_the_block_is_left(telemetry: Telemetry) -> None:
    done: list[int] = []

    async def work() -> None:
        await asyncio.sleep(0.02)
        done.append(1)

    async with Background(telemetry) as background:
        background.start(work(), name="work", timeout_seconds=1)

    assert done == [1]


async def test_an_error_is_logged_counted_and_stops_nothing_else(
    telemetry: Telemetry, capsys: pytest.CaptureFixture[str]
) -> None:
    done = asyncio.Event()

    async def work() -> None:
        done.set()

    async with Background(telemetry) as background:
        background.start(fail(), name="wake_gateway", timeout_seconds=1)
        await asyncio.sleep(0.01)
        background.start(work(), name="work", timeout_seconds=1)

    assert done.is_set()
    assert swallowed(telemetry, "wake_gateway")
    assert json.loads(capsys.readouterr().out)["where"] == "wake_gateway"


async def test_work_past_its_deadline_is_ended_and_counted(telemetry: Telemetry) -> None:
    async with Background(telemetry) as background:
        background.start(asyncio.sleep(60), name="slow", timeout_seconds=0.01)

    assert swallowed(telemetry, "slow")


async def test_work_that_outlasts_the_close_is_cancelled_and_counted(telemetry: Telemetry) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()

    async with Background(telemetry, close_seconds=0.05) as background:
        background.start(asyncio.sleep(60), name="slow", timeout_seconds=60)

    assert loop.time() - began < 1
    assert swallowed(telemetry, "slow")


async def test_work_started_after_the_close_is_refused_and_counted(telemetry: Telemetry) -> None:
    async with Background(telemetry) as background:
        pass

    background.start(asyncio.sleep(0), name="late", timeout_seconds=1)

    assert swallowed(telemetry, "late")


async def test_an_error_of_the_block_comes_out_as_it_is(telemetry: Telemetry) -> None:
    with pytest.raises(KeyError):
        async with Background(telemetry):
            raise KeyError("block")


async def test_a_companion_ends_with_its_block() -> None:
    ended = asyncio.Event()

    async def companion() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async def block() -> None:
        async with running(companion(), name="companion"):
            await asyncio.sleep(0)
            raise KeyError("block")

    with pytest.raises(KeyError):
        await block()

    assert ended.is_set()


async def test_a_companion_that_crashes_ends_its_block() -> None:
    with pytest.raises(ExceptionGroup) as crash:
        async with running(fail(), name="companion"):
            await asyncio.sleep(60)

    assert crash.group_contains(ValueError, match="boom")
