"""Read and write what seals the journal, in the words of either database."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from pinzhi.engine.journal.audit import GROUP, GROUP_LEVEL
from pinzhi.engine.journal.heads import Head
from pinzhi.engine.journal.lines import Line
from pinzhi.engine.journal.tree import Frontier, subtree_root
from pinzhi.engine.journal.tree import frontier as frontier_of
from pinzhi.records.journal import models

# A line's columns as text; moments as they stand in its canonical form, or nearly so.
_AT = """to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_LINE = "e.actor, e.action, e.object_kind, e.object_key, e.edition, e.detail, e.origin, e.tag"


def at_column() -> str:
    """Return the column of ``moment_of`` for a query in which the entries are called ``e``."""
    return _AT if connection.vendor == "postgresql" else "e.at || ''"  # as it stands, not as a datetime


def line_columns() -> str:
    """Return the columns of ``line_of`` for a query in which the entries are called ``e``."""
    return f"{at_column()}, {_LINE}"


def line_of(row: Sequence[Any], load: Any) -> Line:
    """Return the line of a row of ``line_columns``; ``load`` reads the detail where it is text."""
    at, actor, action, kind, key, edition, detail, origin = row[:8]
    return Line(
        moment_of(at), actor, action, kind, key, edition, load(detail) if isinstance(detail, str) else detail, origin
    )


def moment_of(text: str) -> str:
    """Return a moment as a line holds it; SQLite's text of one leaves out the fraction where that is zero."""
    if len(text) == 27 and text[26] == "Z":
        return text
    day, _, time = text.partition(" ")
    whole, _, fraction = time.partition(".")
    return f"{day}T{whole}.{fraction:0<6}Z"


class StoredNodes:
    """The subtrees that stand in the database (``tree.Nodes``); reads each group of 256 once."""

    def __init__(self) -> None:
        self._groups: dict[tuple[int, int], dict[int, bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        below = level % GROUP_LEVEL
        first = index << below
        return subtree_root([self._digest(level - below, first + one) for one in range(1 << below)])

    def _digest(self, level: int, index: int) -> bytes:
        place = (level, index // GROUP)
        if place not in self._groups:
            begin = place[1] * GROUP
            rows: Iterable[tuple[int, bytes | memoryview[int]]]
            if level == 0:
                rows = models.Leaf.objects.filter(position__gte=begin, position__lt=begin + GROUP).values_list(
                    "position", "digest"
                )
            else:
                rows = models.Node.objects.filter(
                    level=level, place__gte=begin, place__lt=begin + GROUP
                ).values_list("place", "digest")  # fmt: skip
            self._groups[place] = {at: bytes(digest) for at, digest in rows}
        return self._groups[place].get(index, b"")


def stored_frontier(size: int) -> Frontier:
    """Return the right edge of the tree over the first ``size`` leaves, from what stands in the database."""
    return frontier_of(StoredNodes(), size)


def newest_head() -> Head | None:
    """Return the newest head, None while nothing is sealed."""
    row = models.Head.objects.order_by("-number").first()
    return head_of(row) if row else None


def head_of(row: models.Head) -> Head:
    """Return a head as the engine knows it."""
    return Head(
        number=row.number,
        size=row.size,
        root=bytes(row.root),
        chain=bytes(row.chain),
        previous=bytes(row.previous),
        at=row.at,
        key=row.key,
        signature=bytes(row.signature),
    )


def insert_head(head: Head) -> None:
    """Insert a signed head."""
    models.Head.objects.create(
        number=head.number,
        size=head.size,
        root=head.root,
        chain=head.chain,
        previous=head.previous,
        at=head.at,
        key=head.key,
        signature=head.signature,
    )


def insert_leaves(first: int, entries: Sequence[int | None], digests: Sequence[bytes]) -> None:
    """Insert leaves from a position on."""
    places = range(first, first + len(digests))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO journal_leaf (position, entry_id, digest)"
                " SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[])",
                [list(places), list(entries), list(digests)],
            )
        else:
            cursor.executemany(
                "INSERT INTO journal_leaf (position, entry_id, digest) VALUES (%s, %s, %s)",
                list(zip(places, entries, digests, strict=True)),
            )


def insert_nodes(nodes: Iterable[tuple[int, int, bytes]]) -> None:
    """Insert roots of complete subtrees: level, index, digest."""
    models.Node.objects.bulk_create([models.Node(level=level, place=at, digest=digest) for level, at, digest in nodes])
