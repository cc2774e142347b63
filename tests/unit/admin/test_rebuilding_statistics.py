"""Whoever rebuilds the sums waits for another who sums up, but not for ever."""

import pytest

from admin_api.rebuild_statistics import patiently


async def test_after_its_time_the_command_gives_up_and_has_said_why_it_waited(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def another_is_at_it() -> None:
        return None

    assert await patiently(another_is_at_it, seconds=0) is None
    assert "another process is summing up just now: waiting for it" in capsys.readouterr().err


async def test_what_is_free_is_rebuilt_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    async def nobody_else() -> int:
        return 7

    assert await patiently(nobody_else, seconds=0) == 7
    assert capsys.readouterr().err == ""
