"""What the guest page says, in the guest's language."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

_MINUTE_MS, _HOUR_MS, _DAY_MS = 60_000, 3_600_000, 86_400_000


@dataclass(frozen=True)
class PageWords:
    """`units` are day, hour, minute, each in the forms its language counts with."""

    language: str
    title: str
    picture: str
    save: str
    save_hint: str
    share: str
    qr: str
    link: str
    left: str
    until: str
    last_minute: str
    months: tuple[str, ...]
    units: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    missing_title: str
    missing: str
    gone_title: str
    gone: str
    trouble_title: str
    trouble: str
    again: str


ENGLISH = PageWords(
    language="en",
    title="Your picture",
    picture="Your finished picture",
    save="Save the picture",
    save_hint="Or simply press and hold the picture.",
    share="Share it",
    qr="QR code of this page",
    link="Point another phone's camera at the code, or pass on this link:",
    left="Here for another {left}",
    until="until {day} {month}, {time} UTC",
    last_minute="Here for less than a minute",
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    units=(("day", "days"), ("hour", "hours"), ("minute", "minutes")),
    missing_title="No picture here",
    missing="There is no picture under this link. Perhaps the address was cut short: scan the QR code once more.",
    gone_title="This picture is gone",
    gone="It was kept for its time and has been deleted since.",
    trouble_title="One moment, please",
    trouble="The picture cannot be shown right now. It has not been deleted; try again in a moment.",
    again="Try again",
)  # fmt: skip

RUSSIAN = PageWords(
    language="ru",
    title="Ваше фото",
    picture="Ваше готовое фото",
    save="Сохранить фото",
    save_hint="Или просто нажмите на фото и удерживайте.",
    share="Поделиться",
    qr="QR-код этой страницы",
    link="Наведите на код камеру другого телефона или отправьте ссылку:",
    left="Хранится ещё {left}",
    until="до {day} {month}, {time} UTC",
    last_minute="Хранится меньше минуты",
    months=(
        "января", "февраля", "марта", "апреля", "мая", "июня",
        "июля", "августа", "сентября", "октября", "ноября", "декабря",
    ),
    units=(("день", "дня", "дней"), ("час", "часа", "часов"), ("минуту", "минуты", "минут")),
    missing_title="Здесь нет фото",
    missing="По этой ссылке фото нет. Возможно, адрес скопирован не полностью: отсканируйте QR-код ещё раз.",
    gone_title="Фото уже удалено",
    gone="Срок хранения истёк, и фото было удалено.",
    trouble_title="Одну минуту",
    trouble="Сейчас фото показать не удаётся. Оно не удалено, попробуйте ещё раз через минуту.",
    again="Попробовать ещё раз",
)  # fmt: skip


def words_for(accept_language: str | None) -> PageWords:
    """Russian or English, whichever the browser wants more; English when it names neither."""
    best, best_weight = ENGLISH, 0.0
    for entry in (accept_language or "").split(","):
        tag, _, parameter = entry.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        words = {"ru": RUSSIAN, "en": ENGLISH}.get(language)
        weight = _weight(parameter)
        if words is not None and weight > best_weight:
            best, best_weight = words, weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if math.isfinite(weight) else 0.0


def time_left(words: PageWords, left_ms: int) -> str:
    """Say how long the picture stays, in its two largest units."""
    days, rest = divmod(max(0, left_ms), _DAY_MS)
    hours, rest = divmod(rest, _HOUR_MS)
    counts = ((days, words.units[0]), (hours, words.units[1]), (rest // _MINUTE_MS, words.units[2]))
    said = [f"{count} {_form(count, forms)}" for count, forms in (counts[:2] if days else counts[1:]) if count]
    return words.left.format(left=" ".join(said)) if said else words.last_minute


def until(words: PageWords, moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return words.until.format(day=utc.day, month=words.months[utc.month - 1], time=f"{utc:%H:%M}")


def _form(count: int, forms: tuple[str, ...]) -> str:
    """Pick the word's form: two in English; in Russian for 1, 2 to 4, and 5 to 20, by the last digits."""
    if len(forms) == 2:
        return forms[0] if count == 1 else forms[1]
    if count % 10 == 1 and count % 100 != 11:
        return forms[0]
    return forms[1] if count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14} else forms[2]
