"""Small pictures of figures in a bulletin: dots where they can be counted, columns for places, bars for the rest."""

from dataclasses import dataclass
from fractions import Fraction

from pinzhi.engine.publishing.frozen import FrozenFigure, FrozenTable
from pinzhi.web.language import said

DRAWER = 376  # width of a drawer's picture
ARTICLE = 656
NARROW = 344  # of a phone
_DOT, _STACK, _GAP = 12, 5, 24
_MOST_DOTS, _MOST_COLUMNS, _TALLEST = 25, 16, 8
_LABEL = 4  # letters of a name under a column, twice as many in Latin script


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot (``r`` set) or a box of a picture."""

    x: float
    y: float
    width: float = 0
    height: float = 0
    r: float = 0
    paint: str = "part"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a picture: ``anchor`` start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    here: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its table: rows of name, number and whether it is the one meant; None where it was withheld."""

    width: int
    height: int
    marks: tuple[Mark, ...]
    words: tuple[Word, ...]
    label: str
    rows: tuple[tuple[str, str | None, bool], ...]


def picture_of(figure: FrozenFigure, table: FrozenTable, width: int) -> Picture:
    """Draw a table of a figure."""
    rows = tuple((said(row.name) or row.name.zh, figure.row_words(row), row.code == table.here) for row in table.rows)
    numbers = [Fraction(row.number or 0) for row in table.rows]
    label = f"{said(figure.title)}: {said(table.title)}"
    whole = all(number.denominator == 1 and number >= 0 for number in numbers)
    short = all(_width_of(name) <= _LABEL for name, _, _ in rows)
    if whole and short and max(numbers, default=0) <= _MOST_DOTS and _dots_width(numbers) <= width:
        return _dots(rows, numbers, label)
    if short and len(rows) <= _MOST_COLUMNS and len(rows) * 40 <= width:
        return _columns(rows, numbers, label, width)
    return _bars(rows, numbers, label, width)


def _dots_width(numbers: list[Fraction]) -> int:
    return sum(max(24, _DOT * -(-int(number) // _STACK)) + _GAP for number in numbers)


def _dots(rows: tuple[tuple[str, str | None, bool], ...], numbers: list[Fraction], label: str) -> Picture:
    """Draw a dot for each of what is counted, in stacks of five, a group for each row."""
    marks, words, x = [], [], 0
    largest = max(numbers, default=Fraction(0))
    for (name, _, here), number in zip(rows, numbers, strict=True):
        meant = here or number == largest
        marks += [
            Mark(x + 5 + _DOT * (one // _STACK), 56 - _DOT * (one % _STACK), r=4.4, paint="here" if meant else "part")
            for one in range(int(number))
        ]
        words.append(Word(x, 78, name, here=here))
        x += max(24, _DOT * -(-int(number) // _STACK)) + _GAP
    return Picture(max(x, 40), 86, tuple(marks), tuple(words), label, rows)


def _columns(
    rows: tuple[tuple[str, str | None, bool], ...], numbers: list[Fraction], label: str, width: int
) -> Picture:
    """Draw a column for each row; small whole numbers as boxes that can be counted."""
    pitch, top = width / len(rows), max([*numbers, Fraction(1)])
    boxes = top <= _TALLEST and all(number.denominator == 1 for number in numbers)
    unit, thick = (min(20.0, 76 / float(top)), min(28.0, width / len(rows) - 12))
    marks, words = [], []
    for place, ((name, shown, here), number) in enumerate(zip(rows, numbers, strict=True)):
        middle, paint = place * pitch + pitch / 2, "here" if here else "light"
        if boxes:
            marks += [
                Mark(middle - thick / 2, 80 - unit * (one + 1) + 2, thick, unit - 2, paint=paint)
                for one in range(int(number))
            ]
        else:
            height = 66 * float(number / top)
            marks.append(Mark(middle - thick / 2, 80 - height, thick, height, paint=paint))
            words.append(Word(middle, 76 - height, shown or "", "middle", here))
        marks.append(Mark(middle - thick / 2, 80, thick, 1, paint="line"))
        words.append(Word(middle, 98, name, "middle", here))
    return Picture(width, 104, tuple(marks), tuple(words), label, rows)


def _bars(rows: tuple[tuple[str, str | None, bool], ...], numbers: list[Fraction], label: str, width: int) -> Picture:
    """Draw a bar for each row, its name before it and its number behind."""
    shown, top = rows[:_MOST_COLUMNS], max([*numbers, Fraction(1)])
    left = min(width * 0.45, 14 * max((_width_of(name) for name, _, _ in shown), default=1) + 10)
    room = width - left - 56
    marks, words = [], []
    for place, (name, number, here) in enumerate(shown):
        y, paint = place * 24, "here" if here else "light"
        marks.append(Mark(left, y + 5, max(1.0, room * float(numbers[place] / top)), 12, paint=paint))
        words.append(Word(0, y + 16, _cut(name, left), here=here))
        end = left + room * float(numbers[place] / top) + 6
        words.append(Word(end, y + 16, number if number is not None else "—", here=here))
    return Picture(width, 24 * len(shown), tuple(marks), tuple(words), label, rows)


def _width_of(name: str) -> float:
    """Return how wide a name is in squares of a Chinese character."""
    return sum(1 if ord(letter) > 0x2E7F else 0.55 for letter in name)


def _cut(name: str, room: float) -> str:
    if 14 * _width_of(name) <= room - 6:
        return name
    held = ""
    for letter in name:
        if 14 * _width_of(held + letter + "…") > room - 6:
            break
        held += letter
    return held + "…"


@dataclass(frozen=True, slots=True)
class Square:
    """A figure in the strip of all figures of a bulletin."""

    x: float
    y: float
    paint: str


def strip(outcomes: list[str], per_row: int = 23) -> tuple[tuple[Square, ...], int]:
    """Return a square for each figure (``same``, ``differs`` or ``open``) and the height of the strip."""
    squares = tuple(
        Square((place % per_row) * 16.3, (place // per_row) * 18, paint) for place, paint in enumerate(outcomes)
    )
    return squares, 18 * max(1, -(-len(outcomes) // per_row))
