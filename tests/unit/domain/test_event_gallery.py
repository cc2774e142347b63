"""Passcodes and passes of galleries."""

from datetime import UTC, datetime

import pytest

from photochanger.domain.event_gallery import (
    EventGallery,
    gallery_pass,
    pass_is_valid,
    passcode_matches,
    passcode_verifier,
)

KEY, OLD_KEY = "k" * 32, "o" * 32
NOW = datetime(2026, 11, 28, 20, tzinfo=UTC)


def gallery(name: str = "a", passcode: str | None = "sesame open", *, key: str = KEY) -> EventGallery:
    verifier = None if passcode is None else passcode_verifier(passcode, name, secret_key=key)
    return EventGallery(
        id=name,
        title="",
        slot_ids=("demo",),
        since=NOW,
        opened_at=NOW,
        closes_at=NOW,
        opened_by="admin",
        passcode_verifier=verifier,
        is_open=True,
        left_ms=1,
    )


@pytest.mark.parametrize(
    ("given", "matches"),
    [
        ("sesame open", True),
        (" sesame open ", True),
        ("sesame", False),
        ("", False),
        ("Sesame open", False),
        ("\udcff", False),
    ],
)
def test_only_the_passcode_itself_matches(given: str, matches: bool) -> None:
    assert passcode_matches(given, gallery(), secret_keys=[KEY]) is matches


def test_a_gallery_without_a_passcode_admits_everybody() -> None:
    assert passcode_matches("", gallery(passcode=None), secret_keys=[KEY])


def test_a_passcode_outlives_the_replacement_of_the_secret_key() -> None:
    old = gallery(key=OLD_KEY)

    assert passcode_matches("sesame open", old, secret_keys=[KEY, OLD_KEY])
    assert pass_is_valid(gallery_pass(old, secret_key=OLD_KEY), old, secret_keys=[KEY, OLD_KEY])
    assert not passcode_matches("sesame open", old, secret_keys=[KEY])


def test_a_pass_is_for_one_gallery_and_one_passcode() -> None:
    own = gallery_pass(gallery(), secret_key=KEY)

    assert pass_is_valid(own, gallery(), secret_keys=[KEY])
    assert not pass_is_valid(own, gallery("b"), secret_keys=[KEY])
    assert not pass_is_valid(own, gallery(passcode="another code"), secret_keys=[KEY])
    assert not pass_is_valid("", gallery(), secret_keys=[KEY])
    assert not pass_is_valid("\udcffü", gallery(), secret_keys=[KEY])
