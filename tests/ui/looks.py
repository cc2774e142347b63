"""How a person sees the UI."""

import os
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "ru"]
Theme = Literal["light", "dark"]
LANGUAGES: tuple[Language, ...] = ("en", "ru")
THEMES: tuple[Theme, ...] = ("light", "dark")

#: A window's height by its width, in CSS pixels: a phone, a tablet, a notebook.
HEIGHTS = {360: 740, 768: 1024, 1440: 900}


@dataclass(frozen=True)
class Look:
    """Language, theme, and the window's width in CSS pixels."""

    language: Language = "en"
    theme: Theme = "light"
    width: int = 1440

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}"


_EVERY = tuple(Look(language, theme, width) for language in LANGUAGES for theme in THEMES for width in HEIGHTS)
#: What every page is held to: all of them by `make e2e`, the two that differ most where time is short.
LOOKS = _EVERY if os.environ.get("UI_LOOKS") == "every" else (Look("en", "light", 1440), Look("ru", "dark", 360))
