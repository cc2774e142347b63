"""Ranges and validators of a public link."""

import pytest

from ingest_gateway.byte_range import ByteRange, RangeNotSatisfiable, etag_matches, requested_range


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        (None, None),
        ("bytes=0-9", ByteRange(0, 10)),
        ("bytes=90-", ByteRange(90, 10)),
        ("bytes=-7", ByteRange(93, 7)),
        ("bytes=-700", ByteRange(0, 100)),
        ("bytes=95-200", ByteRange(95, 5)),
        ("bytes=0-0", ByteRange(0, 1)),
        ("bytes=0-1,5-6", None),
        ("bytes=9-3", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("items=0-9", None),
        ("bytes=" + "9" * 40 + "-", None),
        ("bytes=٣-٤", None),
    ],
)
def test_one_range_is_understood_and_nonsense_means_the_whole(header: str | None, asked: ByteRange | None) -> None:
    assert requested_range(header, 100) == asked


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=200-300", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(RangeNotSatisfiable):
        requested_range(header, 100)


def test_a_range_names_itself() -> None:
    assert ByteRange(10, 5).content_range(100) == "bytes 10-14/100"


@pytest.mark.parametrize(
    ("header", "weakly", "matches"),
    [
        ('"a"', True, True),
        ('"b", "a"', True, True),
        ('W/"a"', True, True),
        ('W/"a"', False, False),
        ("*", True, True),
        ('"b"', True, False),
        ("a", True, False),
        ("", True, False),
    ],
)
def test_a_validator_matches_by_the_rules_of_its_header(header: str, weakly: bool, matches: bool) -> None:
    assert etag_matches(header, '"a"', weakly=weakly) is matches
