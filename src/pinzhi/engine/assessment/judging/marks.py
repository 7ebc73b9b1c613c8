"""Marks of judges as they came in, and as a table of entries and judges with gaps."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pinzhi.engine.assessment.judging.results import digest_of
from pinzhi.engine.errors import BadInput

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mark:
    """What one judge gave one entry."""

    entry: str
    judge: str
    score: Decimal


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks of a round in the order of entry and judge; ``of`` and ``table`` look at them from two sides."""

    marks: tuple[Mark, ...]
    entries: tuple[str, ...]
    judges: tuple[str, ...]

    def of(self) -> dict[str, tuple[Mark, ...]]:
        """Return the marks of each entry."""
        found: dict[str, list[Mark]] = {entry: [] for entry in self.entries}
        for mark in self.marks:
            found[mark.entry].append(mark)
        return {entry: tuple(marks) for entry, marks in found.items()}

    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Table]:
        """Return the marks as three columns: place of entry, place of judge, score."""
        entry = {name: place for place, name in enumerate(self.entries)}
        judge = {name: place for place, name in enumerate(self.judges)}
        return (
            np.array([entry[mark.entry] for mark in self.marks], dtype=np.int64),
            np.array([judge[mark.judge] for mark in self.marks], dtype=np.int64),
            np.array([float(mark.score) for mark in self.marks]),
        )

    def table(self) -> Table:
        """Return entries by judges, not-a-number where a judge gave no mark."""
        entry, judge, score = self.places()
        table = np.full((len(self.entries), len(self.judges)), np.nan)
        table[entry, judge] = score
        return table

    def digest(self) -> str:
        """Return the SHA-256 of the marks, the same for any order of the input."""
        return digest_of([(mark.entry, mark.judge, str(mark.score)) for mark in self.marks])


def make_marks(marks: Iterable[Mark]) -> Marks:
    """Put marks in order; refuse a second mark by the same judge for the same entry, and a mark that is no number."""
    ordered = tuple(sorted(marks, key=lambda mark: (mark.entry, mark.judge)))
    for before, mark in pairwise(ordered):
        if (before.entry, before.judge) == (mark.entry, mark.judge):
            raise BadInput(
                "judging.mark.doubled",
                "评委“{judge}”给“{entry}”打了两次分。请只保留一次。",
                "The judge “{judge}” marked “{entry}” twice. Keep one mark.",
                entry=mark.entry,
                judge=mark.judge,
            )
    for mark in ordered:
        if not mark.score.is_finite():
            raise BadInput(
                "judging.mark.number",
                "评委“{judge}”给“{entry}”的分数不是数。没有打分就不要写这一行。",
                "The mark of “{judge}” for “{entry}” is not a number. Leave the row out where there is no mark.",
                entry=mark.entry,
                judge=mark.judge,
            )
    if not ordered:
        raise BadInput("judging.mark.none", "没有分数。至少要有一行。", "There are no marks. Give one row at least.")
    return Marks(
        ordered, tuple(sorted({mark.entry for mark in ordered})), tuple(sorted({mark.judge for mark in ordered}))
    )
