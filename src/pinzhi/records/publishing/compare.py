"""Hold figures against what somebody else wrote down of them, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pinzhi.engine.publishing.expectations import Expectation
from pinzhi.records.journal.queries import entries_about
from pinzhi.records.publishing.definitions import figures
from pinzhi.records.publishing.queries.values import Value, figure_values
from pinzhi.records.publishing.times import AsOf

Verdict = Literal["equal", "differs", "none", "unknown", "larger"]


@dataclass(frozen=True, slots=True)
class Row:
    """An expectation and what came out.

    ``verdict`` is equal, differs, none (there is a figure and it has no value), unknown (there is no such figure) or
    larger (the figure differs, and the row says that only a larger demonstration has the records for it).
    """

    expected: Expectation
    on: date
    value: Value | None
    verdict: Verdict

    @property
    def is_fault(self) -> bool:
        """Whether the row is not as it should be."""
        return self.verdict not in ("equal", "larger")


def compare(rows: Sequence[Expectation], *, on: date, known: datetime | None = None) -> tuple[Row, ...]:
    """Return what became of each row; figures are taken on its own day, else on ``on``."""
    days = dict.fromkeys(row.on or on for row in rows)
    values = {day: _values([row.figure for row in rows if (row.on or on) == day], AsOf(day, known)) for day in days}
    return tuple(_row(row, row.on or on, values[row.on or on].get(row.figure)) for row in rows)


def _values(ids: Sequence[str], at: AsOf) -> dict[str, Value]:
    """Return the figures that there are, all together."""
    return figure_values([one for one in ids if one in figures(at.on)], at)


def _row(expected: Expectation, on: date, value: Value | None) -> Row:
    if value is None:
        return Row(expected, on, None, "unknown")
    if value.number is None:
        return Row(expected, on, value, "none")
    if expected.met_by(value.number):
        return Row(expected, on, value, "equal")
    return Row(expected, on, value, "larger" if _asks_for_more(expected.size) else "differs")


def _asks_for_more(size: str) -> bool:
    """Tell whether a row wants a demonstration that is not loaded here."""
    return bool(size) and not entries_about("demo", size).filter(action="demo.load").exists()
