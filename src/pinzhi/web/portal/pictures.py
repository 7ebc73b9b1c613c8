"""Small pictures beside figures: shapes worked out here, drawn as SVG by parts/picture.html.

Coordinates are in a box of 260 × 46; paints are classes of base.css, because no style attribute is allowed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 260, 46
FULL = 240  # length of the longest bar; leaves room for a mark at its end
SERIES = ("fill-sea", "fill-sea5", "fill-sea3", "fill-sea2")
LARGEST_COUNTED = 120  # more than this nobody counts dot by dot


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    paint: str


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    paint: str


@dataclass(frozen=True, slots=True)
class Word:
    x: float
    y: float
    text: str
    paint: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture; the number beside it says the same, so it needs only a short label."""

    label: str
    rects: list[Rect] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)


def dots(label: str, groups: Sequence[int]) -> Drawing:
    """Draw one dot for each thing, in columns of four, a gap between groups; the last group is darker."""
    drawn, x = [], 0
    for place, size in enumerate(groups):
        paint = "fill-sea" if place == len(groups) - 1 else "fill-sea5"
        drawn += [Dot(x + 4 + i // 4 * 10, 40 - i % 4 * 10, paint) for i in range(size)]
        x += -(-size // 4) * 10 + 11
    return Drawing(label, dots=drawn)


def grid(label: str, part: int, whole: int) -> Drawing:
    """Draw ``whole`` squares in three rows, ``part`` of them filled from below."""
    across = -(-whole // 3)
    pitch = min(16.0, FULL / across)
    paints = ["fill-sea"] * part + ["fill-page line-rule2"] * (whole - part)
    return Drawing(
        label,
        rects=[Rect(i % across * pitch, (2 - i // across) * 15 + 1, pitch - 3, 12, p) for i, p in enumerate(paints)],
    )


def letters(label: str, letter: str, times: int) -> Drawing:
    """Draw one letter for each time."""
    return Drawing(label, words=[Word(i * 34, 38, letter, "serif letter") for i in range(times)])


def share(label: str, share_of_one: float) -> Drawing:
    """Draw a part of a whole bar, with a mark at the whole."""
    rects = [
        Rect(0, 26, FULL, 12, "fill-sand"),
        Rect(0, 26, round(share_of_one * FULL, 1), 12, "fill-sea"),
        Rect(FULL, 20, 1, 22, "fill-ink3"),
    ]
    return Drawing(label, rects=rects, words=[Word(FULL, 15, "100%", "end")])


def bars(label: str, amounts: Sequence[float]) -> Drawing:
    """Draw amounts under each other, against the largest."""
    most = max(amounts, default=0) or 1
    thick = 12 if len(amounts) < 3 else 9
    pitch = HEIGHT // max(len(amounts), 1)
    rects = [
        Rect(0, i * pitch + (pitch - thick) // 2, round(a / most * FULL, 1), thick, SERIES[min(i * 2, 3)])
        for i, a in enumerate(amounts)
    ]
    return Drawing(label, rects=rects)


def stack(label: str, parts: Sequence[tuple[str, float]]) -> Drawing:
    """Draw the parts of a sum side by side, named above where there is room; two parts take two colours."""
    whole = sum(amount for _, amount in parts) or 1
    paints = ("fill-sea", "fill-c2") if len(parts) == 2 else SERIES
    rects, words, x = [], [], 0.0
    for (name, amount), paint in zip(parts, paints, strict=False):
        width = amount / whole * FULL
        rects.append(Rect(round(x, 1), 20, round(max(width - 2, 1), 1), 20, paint))
        if _length(name) < width:
            words.append(Word(round(x, 1), 13, name))
        x += width
    return Drawing(label, rects=rects, words=words)


def _length(name: str) -> float:
    """Estimate how long a name is drawn: Han characters are square, Latin letters about half."""
    return sum(7.5 if character.isascii() else 13.5 for character in name)
