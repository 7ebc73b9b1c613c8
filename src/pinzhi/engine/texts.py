"""A text in the two languages of the platform."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One meaning in Chinese (zh-Hans) and English; both are always given."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the text for a language tag such as ``zh-hans``, ``zh`` or ``en-gb``; Chinese is the default."""
        return self.en if language.lower().startswith("en") else self.zh

    def filled(self, **facts: object) -> "Text":
        """Return both languages with ``{name}`` places filled from the facts."""
        return Text(self.zh.format(**facts), self.en.format(**facts))

    def __str__(self) -> str:
        return self.zh
