"""The ring that everybody who watches reads from."""

import asyncio
from datetime import UTC, datetime

import pytest

from admin_api.operations.live.live_feed import LiveFeed, LiveKind, TooFarBehind

AT = datetime(2026, 11, 28, 20, 15, tzinfo=UTC)


def a_feed(*, kept: int = 3, events: int = 0) -> LiveFeed:
    feed = LiveFeed("abc", lambda: AT, kept=kept)
    for number in range(events):
        feed.add(LiveKind.JOB, {"job_id": str(number)}, slot_id="demo")
    return feed


def numbers(feed: LiveFeed, after: int) -> list[int]:
    return [event.n for event in feed.after(after)]


def test_ids_count_up_and_everything_after_one_is_given_in_order() -> None:
    feed = a_feed(kept=10, events=4)

    assert (numbers(feed, 0), numbers(feed, 2), numbers(feed, 4)) == ([1, 2, 3, 4], [3, 4], [])


def test_an_event_is_sent_as_the_standard_has_it() -> None:
    [event] = a_feed(events=1).after(0)

    said = b'id: abc-1\nevent: job\ndata: {"at":"2026-11-28T20:15:00+00:00","job_id":"0"}\n\n'
    assert event.message == said


def test_no_text_of_an_event_can_begin_another_one() -> None:
    feed = a_feed()
    feed.add(LiveKind.PROVIDER, {"detail": "why\n\nevent: job\ndata: {}"})

    [event] = feed.after(0)
    assert event.message.count(b"\n\n") == 1


def test_only_so_many_are_kept_and_who_needs_more_is_told() -> None:
    feed = a_feed(kept=3, events=5)

    assert numbers(feed, 2) == [3, 4, 5]
    with pytest.raises(TooFarBehind):
        feed.after(1)


@pytest.mark.parametrize(
    ("event_id", "place"),
    [
        ("abc-5", 5),
        ("abc-2", 2),
        ("abc-1", None),  # what followed it is gone
        ("abc-6", None),  # never given
        ("def-5", None),  # another process's
        ("abc-", None),
        ("", None),
        ("abc-x", None),
        ("abc-\u0665", None),
        (f"abc-{'9' * 5_000}", None),
    ],
)
def test_a_last_event_id_is_gone_on_from_only_if_nothing_is_missing(event_id: str, place: int | None) -> None:
    assert a_feed(kept=3, events=5).place_of(event_id) == place


async def test_who_waits_is_woken_by_the_next_event() -> None:
    feed = a_feed()

    waiting = asyncio.ensure_future(feed.wait(0, seconds=60))
    await asyncio.sleep(0)
    feed.add(LiveKind.JOB, {})

    await asyncio.wait_for(waiting, 5)


async def test_who_waits_for_nothing_goes_on_when_the_time_is_over() -> None:
    await a_feed().wait(0, seconds=0)
