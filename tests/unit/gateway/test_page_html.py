"""The guest page is safe to show: no script, nothing from elsewhere, everything escaped."""

import base64
import hashlib
import re
from datetime import UTC, datetime

from ingest_gateway.page_html import CONTENT_SECURITY_POLICY, note_page, picture_page
from ingest_gateway.page_words import ENGLISH, RUSSIAN
from photochanger.domain.public_link import PublicResult

PUBLIC_ID = "a" * 32
RESULT = PublicResult(
    job_id="job",
    key="key",
    mime_type="image/jpeg",
    size_bytes=5,
    width=1024,
    height=768,
    sha256="ab" * 32,
    expires_at=datetime(2026, 11, 27, 16, 1, tzinfo=UTC),
    is_expired=False,
    left_ms=3_600_000,
)


def page(base_url: str = "https://photos.example.org") -> str:
    return picture_page(RUSSIAN, RESULT, PUBLIC_ID, public_base_url=base_url)


def test_the_policy_allows_this_style_our_pictures_and_nothing_else() -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", page(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert (
        f"default-src 'none'; img-src 'self'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ) == CONTENT_SECURITY_POLICY


def test_there_is_no_script_and_no_inline_style() -> None:
    assert re.findall(r"<script|\sstyle=|\son\w+=|javascript:", page()) == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    loaded = re.findall(r'(?:src|srcset)="([^"]*)"', page())

    assert loaded
    assert [address for address in loaded if not address.startswith(f"../{PUBLIC_ID}")] == []


def test_an_address_with_markup_in_it_stays_text() -> None:
    assert "<b>" not in page('https://photos.example.org/"><b>')


def test_the_page_names_its_time_and_language() -> None:
    assert '<html lang="ru">' in page()
    assert '<time class="soft" datetime="2026-11-27T16:01:00.000Z">до 27 ноября, 16:01 UTC</time>' in page()


def test_a_note_without_use_in_trying_again_offers_none() -> None:
    assert "href" not in note_page(ENGLISH, "Gone", "It is <gone>.")
    assert "&lt;gone&gt;" in note_page(ENGLISH, "Gone", "It is <gone>.")
