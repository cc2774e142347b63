"""The guide names what is on the pages, in the words of the pages."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.house.workspace import ROOT

GUIDE = ROOT / "docs" / "guide"
TEXTS = ROOT / "web" / "src" / "i18n"
MAX_PICTURE_BYTES = 150_000
#: Both say that something is called so on the page.
QUOTES = {"en": r"“([^”]+)”", "ru": r"«([^»]+)»"}
PAGES = sorted(GUIDE.glob("*/*.md"))

by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(GUIDE)))


def words_of(texts: dict[str, object]) -> Iterator[str]:
    for value in texts.values():
        if isinstance(value, dict):
            yield from words_of(value)
        else:
            yield str(value)


def patterns(language: str) -> list[re.Pattern[str]]:
    """Give each text of the pages as a pattern: a name or number may stand where it has a `{{value}}`."""
    all_words = [
        words for file in sorted((TEXTS / language).glob("*.json")) for words in words_of(json.loads(file.read_text()))
    ]
    said = [words for words in all_words if re.search(r"\w", re.sub(r"\{\{\w+\}\}", "", words))]
    return [re.compile(r".+".join(re.escape(part) for part in re.split(r"\{\{\w+\}\}", words))) for words in said]


@by_page
def test_every_word_of_a_page_is_there_as_the_guide_has_it(page: Path) -> None:
    language = page.parent.name
    text = page.read_text()
    known = patterns(language)

    named = re.findall(r"\*\*([^*]+)\*\*", text) + re.findall(QUOTES[language], text)
    unknown = [
        name for name in (" ".join(each.split()) for each in named) if not any(one.fullmatch(name) for one in known)
    ]

    assert named
    assert unknown == []


@by_page
def test_every_picture_and_link_of_the_guide_is_there(page: Path) -> None:
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)]+)\)", page.read_text())]

    assert [target for target in targets if not (page.parent / target).resolve().exists()] == []


def test_the_guide_says_the_same_in_both_languages() -> None:
    def headings(page: Path) -> list[str]:
        return re.findall(r"^#+", page.read_text(), flags=re.MULTILINE)

    def pictures(page: Path) -> list[str]:
        return re.findall(r"pictures/\w\w-([\w-]+)\.webp", page.read_text())

    english, russian = sorted((GUIDE / "en").glob("*.md")), sorted((GUIDE / "ru").glob("*.md"))
    assert [page.name for page in english] == [page.name for page in russian]
    assert [(headings(page), pictures(page)) for page in english] == [
        (headings(page), pictures(page)) for page in russian
    ]


def test_every_picture_is_shown_and_small() -> None:
    texts = "".join(page.read_text() for page in PAGES)
    pictures = sorted((GUIDE / "pictures").glob("*"))

    assert [file.name for file in pictures if file.name not in texts] == []
    assert {file.name: file.stat().st_size for file in pictures if file.stat().st_size > MAX_PICTURE_BYTES} == {}
