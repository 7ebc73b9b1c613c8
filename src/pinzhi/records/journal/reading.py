"""Read a stretch of the journal with its lines as they are now; runs in several processes side by side."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.journal.audit import GROUP, GROUP_LEVEL, Row, Span, examine
from pinzhi.engine.journal.faults import Fault
from pinzhi.records.journal.models import Node
from pinzhi.records.journal.outside import kept_digests
from pinzhi.records.journal.storage import line_columns, line_of

Where = tuple[dict[str, Any], str]  # the database's settings, the folder outside it
_NO_FORM = b""  # stands for a line that has no canonical form: nothing the platform wrote, and no leaf's content


def here() -> Where:
    """Return what another process must know to read the same journal."""
    return dict(connection.settings_dict), str(settings.JOURNAL_FOLDER)


def begin(where: Where) -> None:
    """Make this process read the journal of the one that started it."""
    database, folder = where
    connections["default"].settings_dict.update(database)
    settings.JOURNAL_FOLDER = Path(folder)
    prefer_index()


def prefer_index() -> None:
    """Keep PostgreSQL from reading the whole table for each stretch."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off")
            cursor.execute("SET random_page_cost = 1.1; SET max_parallel_workers_per_gather = 0")


def release_preference() -> None:
    """Let PostgreSQL choose again."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for name in ("enable_hashjoin", "enable_mergejoin", "jit", "random_page_cost"):
                cursor.execute(f"RESET {name}")
            cursor.execute("RESET max_parallel_workers_per_gather")


def examined(first: int, end: int) -> tuple[Span, int]:
    """Examine the positions from one up to another; return the stretch and how many lines were there."""
    rows = _Rows(first, end)
    span = examine(first, end, rows.lines(), kept_digests(first, end))
    return _with_nodes(span), rows.found


class _Rows:
    """Rows of a stretch, counting the lines found."""

    def __init__(self, first: int, end: int) -> None:
        self._first, self._end, self.found = first, end, 0

    def lines(self) -> Iterator[Row]:
        """Yield what stands at each position."""
        load = json.JSONDecoder().decode
        for row in _fetched(self._first, self._end):
            position, entry, digest, there = row[:4]
            if there is None:
                yield position, entry, bytes(digest), None
                continue
            self.found += 1
            yield position, entry, bytes(digest), _canonical(row, load)


def _canonical(row: Any, load: Any) -> bytes:
    try:
        return line_of(row[4:], load).canonical()
    except (PinzhiError, ValueError, TypeError):
        return _NO_FORM


def _fetched(first: int, end: int) -> Iterator[Any]:
    sql = (
        f"SELECT l.position, l.entry_id, l.digest, e.id, {line_columns()} FROM journal_leaf l"  # noqa: S608 (our names)
        " LEFT JOIN journal_entry e ON e.id = l.entry_id WHERE l.position >= %s AND l.position < %s ORDER BY l.position"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [first, end])
        while some := cursor.fetchmany(2_000):
            yield from some


def _with_nodes(span: Span) -> Span:
    """Add faults for stored roots that differ from those of the lines, or are absent."""
    if not span.groups:
        return span
    first, last = min(span.groups), max(span.groups)
    kept: Mapping[int, bytes] = {
        index: bytes(digest)
        for index, digest in Node.objects.filter(level=GROUP_LEVEL, place__range=(first, last)).values_list(
            "place", "digest"
        )
    }
    wrong = [group for group, root in span.groups.items() if kept.get(group) != root]
    faults = tuple(Fault("node", group * GROUP, (group + 1) * GROUP - 1) for group in wrong)
    return Span(span.first, span.digests, span.groups, (*span.faults, *faults))
