"""The picture of an instrument: one row for each section, one bar for each item, as wide as its points."""

from dataclasses import dataclass
from decimal import Decimal

from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.texts import Text

WIDTH, HEIGHT, GAP = 720, 28, 2
_HAN, _LATIN, _MARGIN = 13.5, 7.5, 14.0  # widths of letters, and what a word leaves free at both ends


@dataclass(frozen=True, slots=True)
class Bar:
    """An item: where it stands, its paint, and its words where they fit."""

    x: float
    width: float
    paint: str
    text_paint: str
    word: Text


@dataclass(frozen=True, slots=True)
class Row:
    """A section with its points and the bars of its items."""

    code: str
    title: Text
    points: Decimal
    bars: tuple[Bar, ...]


def criteria(instrument: Instrument) -> tuple[Row, ...]:
    """Return the rows of the lowest sections that hold items worth something; none without sections."""
    worth = {
        section.code: sum((item.worth for item in instrument.item if item.section == section.code), Decimal(0))
        for section in instrument.section
    }
    most = max(worth.values(), default=Decimal(0))
    return tuple(
        Row(section.code, section.title, worth[section.code], _bars(instrument, section.code, most))
        for section in instrument.section
        if worth[section.code]
    )


def _bars(instrument: Instrument, section: str, most: Decimal) -> tuple[Bar, ...]:
    bars, x = [], 0.0
    for item in instrument.item:
        if item.section != section or not item.worth:
            continue
        width = float(item.worth / most * WIDTH)
        is_result = item.kind == "points" and item.measures == "result"
        words = (
            _fitting(f"{item.title.zh} {item.worth}", item.worth, width),
            _fitting(f"{item.title.en} {item.worth}", item.worth, width),
        )
        bars.append(
            Bar(
                round(x, 1),
                round(max(width - GAP, 1), 1),
                "fill-c2" if is_result else "fill-sea",
                "on-result" if is_result else "on-process",
                Text(*words),
            )
        )
        x += width
    return tuple(bars)


def _fitting(words: str, points: Decimal, width: float) -> str:
    """Return the words if they fit, else the points alone, else nothing."""
    for one in (words, str(points)):
        if sum(_LATIN if letter.isascii() else _HAN for letter in one) + _MARGIN <= width:
            return one
    return ""
