"""Texts, dates and counts as the reader of this request reads them."""

from datetime import date

from django.utils import formats
from django.utils.translation import get_language

from pinzhi.engine.texts import Text


def in_english() -> bool:
    """Say whether the reader has chosen English."""
    return (get_language() or "").startswith("en")


def said(text: Text) -> str:
    """Return a text in the reader's language."""
    return text.en if in_english() else text.zh


def counted(number: int) -> str:
    """Return a count with commas between thousands, as official tables print it in both languages: 12,667."""
    return f"{number:,}"


def day_in_text(day: date) -> str:
    """Return a day without its year, for running text: 1 月 4 日, 4 January."""
    return formats.date_format(day, "j F") if in_english() else f"{day.month} 月 {day.day} 日"


def full_day(day: date | None) -> str:
    """Return a day with its year, for running text: 2024 年 1 月 4 日, 4 January 2024; empty for None."""
    if day is None:
        return ""
    return formats.date_format(day, "j F Y") if in_english() else f"{day.year} 年 {day_in_text(day)}"


def dated(day: date | None, precision: str = "d") -> str:
    """Return a day as tables print it, no finer than it is known: 2024-01-04, 2024-01, 2024; empty for None."""
    if day is None:
        return ""
    return {"y": f"{day:%Y}", "m": f"{day:%Y-%m}"}.get(precision, f"{day:%Y-%m-%d}")
