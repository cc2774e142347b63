"""The gallery's page is safe to show: no script, nothing from elsewhere, everything escaped, in both languages."""

import base64
import hashlib
import re
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from ingest_gateway.gallery_html import POLICY, pictures_page, refusal_page
from ingest_gateway.gallery_words import ENGLISH, RUSSIAN, GalleryWords, gallery_words_for
from photochanger.domain.event_gallery import EventGallery
from photochanger.domain.failure import ProblemCode
from photochanger.infrastructure.gallery_pictures import GalleryPicture

NOW = datetime(2026, 11, 28, 20, 30, tzinfo=UTC)
GALLERY = EventGallery(
    id="a" * 32,
    title='<script>"Anna" & Boris',
    slot_ids=("demo",),
    since=NOW,
    opened_at=NOW,
    closes_at=NOW,
    opened_by="admin",
    is_open=True,
    left_ms=1,
)
PICTURES = [
    GalleryPicture(public_id="b" * 32, taken_at=NOW, expires_at=NOW, mime_type="image/jpeg", width=600, height=400)
] * 20


def page(words: GalleryWords = ENGLISH, *, next_cursor: str | None = None, is_first: bool = True) -> str:
    return pictures_page(words, GALLERY, PICTURES, next_cursor=next_cursor, is_first=is_first, is_live=is_first)


def test_the_policy_allows_this_style_our_pictures_the_form_and_nothing_else() -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", page(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert (
        f"default-src 'none'; img-src 'self'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ) == POLICY


def test_a_title_is_text() -> None:
    assert "<script" not in page()
    assert "&lt;script&gt;&quot;Anna&quot; &amp; Boris" in page()


def test_every_picture_has_a_text_a_size_and_its_page_and_only_the_first_are_fetched_at_once() -> None:
    text = page()

    assert text.count('alt="Picture of 20:30 UTC"') == len(PICTURES)
    assert text.count('width="600" height="400"') == len(PICTURES)
    assert text.count(f'href="../results/{"b" * 32}/page"') == len(PICTURES)
    assert text.count('loading="lazy"') == len(PICTURES) - 12


def test_only_the_newest_page_renews_itself_and_older_ones_lead_back_to_it() -> None:
    older = page(next_cursor="c" * 32, is_first=False)

    assert 'http-equiv="refresh"' in page()
    assert 'http-equiv="refresh"' not in older
    assert f'href="{"a" * 32}?cursor={"c" * 32}"' in older
    assert ENGLISH.newest in older


@pytest.mark.parametrize("words", [ENGLISH, RUSSIAN])
@pytest.mark.parametrize(
    "code",
    [
        ProblemCode.GALLERY_CLOSED,
        ProblemCode.GALLERY_NOT_FOUND,
        ProblemCode.RATE_LIMITED,
        ProblemCode.PASSCODE_REQUIRED,
        ProblemCode.STORAGE_UNAVAILABLE,
    ],
)
def test_a_refusal_is_a_page_in_the_guests_language(words: GalleryWords, code: ProblemCode) -> None:
    text = refusal_page(words, code, is_try=False)

    assert f'<html lang="{words.language}">' in text
    assert ("<form" in text) == (code is ProblemCode.PASSCODE_REQUIRED)


def test_a_wrong_passcode_is_told_from_none() -> None:
    pages = [refusal_page(ENGLISH, ProblemCode.PASSCODE_REQUIRED, is_try=is_try) for is_try in (False, True)]

    assert [ENGLISH.passcode_wrong in text for text in pages] == [False, True]


def test_every_word_has_its_russian() -> None:
    for field in fields(GalleryWords):
        english, russian = getattr(ENGLISH, field.name), getattr(RUSSIAN, field.name)
        assert english != russian, field.name
        assert re.findall(r"{\w+}", english) == re.findall(r"{\w+}", russian), field.name


@pytest.mark.parametrize(("asked", "words"), [("ru-RU", RUSSIAN), ("de", ENGLISH), (None, ENGLISH)])
def test_the_language_is_the_guest_pages(asked: str | None, words: GalleryWords) -> None:
    assert gallery_words_for(asked) is words
