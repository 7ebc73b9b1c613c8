"""Which lines wait to be sealed, also those whose transaction ended after lines with higher numbers were sealed."""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from pinzhi.engine.journal.lines import Line
from pinzhi.records.journal.models import Entry, Leaf, Progress
from pinzhi.records.journal.storage import at_column, line_columns, line_of, moment_of

_GAP_S = 60.0  # a gap is watched at least so long: an id is taken a moment before its transaction gets a number
_MOST_GAPS = 500
_AT_ONCE = 500

Gap = tuple[int, int, int, float]


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it waits."""

    entry: int
    line: Line
    tag: bytes


@dataclass(frozen=True, slots=True)
class Pending:
    """Lines that wait, in their order, and what to remember once they are sealed."""

    rows: tuple[Row, ...]
    is_more: bool
    last_entry_id: int
    gaps: tuple[Gap, ...]
    before: tuple[int, tuple[Gap, ...]]

    def remember(self) -> None:
        """Write down how far sealing has come."""
        if (self.last_entry_id, self.gaps) == self.before:
            return
        Progress.objects.update_or_create(
            pk=1, defaults={"last_entry_id": self.last_entry_id, "gaps": [list(gap) for gap in self.gaps]}
        )


def progress() -> tuple[int, tuple[Gap, ...]]:
    """Return the highest id dealt with, and the gaps below it."""
    row = Progress.objects.filter(pk=1).first()
    return (row.last_entry_id, tuple(tuple(gap) for gap in row.gaps)) if row else (0, ())


def is_any() -> bool:
    """Tell whether something may wait; a quick look before anything is locked."""
    last, gaps = progress()
    return bool(gaps) or Entry.objects.filter(pk__gt=last).exists()


def take(at_most: int) -> Pending:
    """Return the lines to seal next: those in gaps, then those after the last one, so many at most."""
    last, gaps = progress()
    oldest = _oldest_running()
    late = _rows(f"({_in_gaps(gaps)})", [edge for gap in gaps for edge in gap[:2]], _MOST_GAPS * 100) if gaps else []
    new = _rows("e.id > %s", [last], at_most)
    highest = new[-1].entry if new else last
    limit = _next_transaction()
    closed = _still_open(gaps, {row.entry for row in late}, oldest)
    opened = _gaps_between(last, [row.entry for row in new], limit)
    kept = sorted([*closed, *opened])[-_MOST_GAPS:]
    return Pending((*_unsealed(late), *_unsealed(new)), len(new) == at_most, highest, tuple(kept), (last, gaps))


def _unsealed(rows: list[Row]) -> list[Row]:
    """Return the rows without those that are sealed, as some may be after a restore."""
    if not rows:
        return rows
    sealed = set(
        Leaf.objects.filter(entry_id__gte=rows[0].entry, entry_id__lte=rows[-1].entry).values_list(
            "entry_id", flat=True
        )
    )
    return [row for row in rows if row.entry not in sealed] if sealed else rows


def these(entries: Sequence[int]) -> tuple[Row, ...]:
    """Return lines by their ids."""
    rows: list[Row] = []
    for start in range(0, len(entries), _AT_ONCE):
        some = entries[start : start + _AT_ONCE]
        rows += _rows(f"e.id IN ({', '.join(['%s'] * len(some))})", some, len(some))
    return tuple(rows)


def strays() -> tuple[int, ...]:
    """Return the ids of unsealed lines that nothing above will come back to, oldest first."""
    last, gaps = progress()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id FROM journal_entry e LEFT JOIN journal_leaf l ON l.entry_id = e.id"
            " WHERE l.entry_id IS NULL AND e.id <= %s ORDER BY e.id",
            [last],
        )
        found = [row[0] for row in cursor.fetchall()]
    return tuple(entry for entry in found if not any(first <= entry <= end for first, end, _, _ in gaps))


def copies(rows: Sequence[Row]) -> frozenset[int]:
    """Return which of these lines have the moment and origin of an older line: no two lines share both."""
    moments = sorted({row.line.at for row in rows if row.line.origin})
    oldest: dict[tuple[str, str], int] = {}
    for start in range(0, len(moments), _AT_ONCE):
        for entry, at, origin in _of_moments(moments[start : start + _AT_ONCE]):
            place = (at, origin)
            oldest[place] = min(entry, oldest.get(place, entry))
    return frozenset(
        row.entry
        for row in rows
        if row.line.origin and oldest.get((row.line.at, row.line.origin), row.entry) < row.entry
    )


def _of_moments(moments: Sequence[str]) -> Iterable[tuple[int, str, str]]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            condition = "e.at = ANY(%s::timestamptz[])"
            values: list[Any] = [list(moments)]
        else:
            texts = [moment[:-1].replace("T", " ") for moment in moments]
            texts = [text[:-7] if text.endswith(".000000") else text for text in texts]  # as Django writes them
            condition, values = f"e.at IN ({', '.join(['%s'] * len(texts))})", list(texts)
        cursor.execute(
            f"SELECT e.id, {at_column()}, e.origin FROM journal_entry e WHERE {condition}",  # noqa: S608 (placeholders)
            values,
        )
        yield from ((entry, moment_of(at), origin) for entry, at, origin in cursor.fetchall())


def _rows(condition: str, values: Sequence[Any], at_most: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.id, {line_columns()} FROM journal_entry e WHERE {condition} ORDER BY e.id LIMIT {at_most}",  # noqa: S608
            list(values),
        )
        return [Row(row[0], line_of(row[1:], json.loads), bytes(row[9])) for row in cursor.fetchall()]


def _in_gaps(gaps: Sequence[Gap]) -> str:
    return " OR ".join(["e.id BETWEEN %s AND %s"] * len(gaps))


def _still_open(gaps: Iterable[Gap], found: set[int], oldest: int) -> list[Gap]:
    """Return what is left of the gaps: without the lines found, and without those nobody can fill any more."""
    left: list[Gap] = []
    now = time.time()
    for first, last, limit, since in gaps:
        if oldest >= limit and now - since >= _GAP_S:
            continue
        begin = first
        for entry in sorted(entry for entry in found if first <= entry <= last):
            if entry > begin:
                left.append((begin, entry - 1, limit, since))
            begin = entry + 1
        if begin <= last:
            left.append((begin, last, limit, since))
    return left


def _gaps_between(last: int, entries: Sequence[int], limit: int) -> list[Gap]:
    """Return the ids that are missing after ``last``; SQLite writes one transaction after the other and has none."""
    if connection.vendor != "postgresql":
        return []
    gaps, now = [], time.time()
    for entry in entries:
        if entry > last + 1:
            gaps.append((last + 1, entry - 1, limit, now))
        last = entry
    return gaps


def _oldest_running() -> int:
    return _transaction_number("pg_snapshot_xmin")


def _next_transaction() -> int:
    return _transaction_number("pg_snapshot_xmax")


def _transaction_number(edge: str) -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {edge}(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])
