"""What an event's gallery says, in the guest's language."""

from dataclasses import dataclass
from types import MappingProxyType

from ingest_gateway.page_words import words_for


@dataclass(frozen=True)
class GalleryWords:
    language: str
    title: str
    picture: str
    empty: str
    open_until: str
    older: str
    newest: str
    live_on: str
    live_off: str
    closed_title: str
    closed: str
    missing_title: str
    missing: str
    passcode_title: str
    passcode: str
    passcode_wrong: str
    enter: str
    busy_title: str
    busy: str
    trouble_title: str
    trouble: str
    again: str


ENGLISH = GalleryWords(
    language="en",
    title="Pictures of this evening",
    picture="Picture of {time} UTC",
    empty="There are no pictures yet. The first ones appear here by themselves.",
    open_until="Open until {time} UTC",
    older="Older pictures",
    newest="To the newest pictures",
    live_on="New pictures appear by themselves. Stop that",
    live_off="Let new pictures appear by themselves",
    closed_title="This gallery is closed",
    closed="Links and QR codes of single pictures still work. Ask your hosts to open the gallery again.",
    missing_title="No gallery here",
    missing="There is no gallery under this link. Perhaps the address was cut short: scan the QR code once more.",
    passcode_title="The passcode, please",
    passcode="Your hosts know it.",
    passcode_wrong="That was not it. Try again.",
    enter="Show the pictures",
    busy_title="One moment, please",
    busy="There were too many requests. Try again in a minute.",
    trouble_title="One moment, please",
    trouble="The pictures cannot be shown right now. Nothing is lost; try again in a moment.",
    again="Try again",
)

RUSSIAN = GalleryWords(
    language="ru",
    title="Фото этого вечера",
    picture="Фото, {time} UTC",
    empty="Фото пока нет. Первые появятся здесь сами.",
    open_until="Открыто до {time} UTC",
    older="Более ранние фото",
    newest="Самые новые фото",
    live_on="Новые фото появляются сами. Остановить",
    live_off="Показывать новые фото сразу",
    closed_title="Галерея закрыта",
    closed="Ссылки и QR-коды отдельных фото работают. Попросите организаторов открыть галерею ещё раз.",
    missing_title="Здесь нет галереи",
    missing="По этой ссылке галереи нет. Возможно, адрес скопирован не полностью: отсканируйте QR-код ещё раз.",
    passcode_title="Введите код",
    passcode="Код известен организаторам.",
    passcode_wrong="Код не подошёл. Попробуйте ещё раз.",
    enter="Показать фото",
    busy_title="Одну минуту",
    busy="Слишком много запросов. Попробуйте ещё раз через минуту.",
    trouble_title="Одну минуту",
    trouble="Сейчас фото показать не удаётся. Ничего не пропало, попробуйте ещё раз через минуту.",
    again="Попробовать ещё раз",
)

_WORDS = MappingProxyType({words.language: words for words in (ENGLISH, RUSSIAN)})


def gallery_words_for(accept_language: str | None) -> GalleryWords:
    """Give the words in the language that the guest page of a picture would have."""
    return _WORDS[words_for(accept_language).language]
