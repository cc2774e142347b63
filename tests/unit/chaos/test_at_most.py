import asyncio

import pytest

from tests.chaos.__main__ import within
from tests.chaos.run import Played


async def _for_ever() -> list[Played]:
    await asyncio.sleep(60)
    return []


async def _too_late_by_itself() -> list[Played]:
    raise TimeoutError


async def test_a_run_that_takes_too_long_fails() -> None:
    with pytest.raises(SystemExit, match="not over after 0 s"):
        await within(0.01, _for_ever())


async def test_a_time_out_inside_the_run_is_not_taken_for_the_run_s() -> None:
    with pytest.raises(TimeoutError):
        await within(30, _too_late_by_itself())
