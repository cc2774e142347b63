"""The guest page speaks the guest's language and counts as it does."""

import pytest

from ingest_gateway.page_words import ENGLISH, RUSSIAN, PageWords, time_left, words_for

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", RUSSIAN),
        ("en-US,en;q=0.9,ru;q=0.8", ENGLISH),
        ("en;q=0.2, RU;q=0.7", RUSSIAN),
        ("de-DE,de;q=0.9,ru;q=0.3", RUSSIAN),
        ("de", ENGLISH),
        ("*", ENGLISH),
        ("ru;q=0", ENGLISH),
        ("ru;q=nonsense, en;q=0.1", ENGLISH),
        ("ru;q=nan", ENGLISH),
        ("", ENGLISH),
        (None, ENGLISH),
        ("<script>,ru;q=inf", ENGLISH),
    ],
)
def test_the_language_is_what_the_browser_wants_most(header: str | None, words: PageWords) -> None:
    assert words_for(header) is words


@pytest.mark.parametrize(
    ("left_ms", "russian", "english"),
    [
        (2 * DAY + 23 * HOUR + 59 * MINUTE, "2 дня 23 часа", "2 days 23 hours"),
        (DAY, "1 день", "1 day"),
        (5 * DAY + HOUR, "5 дней 1 час", "5 days 1 hour"),
        (21 * HOUR + 12 * MINUTE, "21 час 12 минут", "21 hours 12 minutes"),
        (11 * HOUR + 22 * MINUTE, "11 часов 22 минуты", "11 hours 22 minutes"),
        (MINUTE, "1 минуту", "1 minute"),
    ],
)
def test_the_time_left_is_said_in_its_two_largest_units(left_ms: int, russian: str, english: str) -> None:
    assert time_left(RUSSIAN, left_ms) == f"Хранится ещё {russian}"
    assert time_left(ENGLISH, left_ms) == f"Here for another {english}"


def test_the_last_minute_is_not_counted() -> None:
    assert time_left(ENGLISH, 59_999) == "Here for less than a minute"
