"""Verify the whole journal, or from a line on: every line, digest, position and head, in several processes."""

import heapq
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from django.db import connection

from pinzhi.engine.journal.audit import Audit, Claim, Span, with_exchanges
from pinzhi.engine.journal.faults import Fault
from pinzhi.engine.journal.heads import Head
from pinzhi.engine.journal.tree import Frontier, leaf_digest
from pinzhi.records.journal import models, outside, pending, reading, workers
from pinzhi.records.journal.notes import faults_in_notes
from pinzhi.records.journal.resuming import RESUMED
from pinzhi.records.journal.storage import head_of, stored_frontier
from pinzhi.records.journal.tags import is_tagged
from pinzhi.records.signing import public_keys

SPAN = 1 << 14  # positions examined at a time
ALONE = 8 * SPAN  # below so many lines other processes cost more than they save
AHEAD = 4  # stretches under way for each process: enough to keep all busy, few enough to keep memory flat
HOME = "heads.jsonl"
_MOST_NAMED = 1_000  # faults looked at closer, to say whether lines changed places
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What verifying found; the journal is sound when there are no faults."""

    size: int
    start: int
    heads: int
    outside_heads: int
    waiting: int
    lines: int
    seconds: float
    last: Head | None
    lost: tuple[tuple[int, int], ...]
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The journal at one moment; what is sealed while we verify is left for next time."""

    size: int
    last_head: int
    kept_head: int


def verify(
    *,
    start: int = 0,
    heads: Iterable[Path] = (),
    progress: Progress = lambda done, total: None,
    processes: int | None = None,
) -> Report:
    """Verify from the last head at or before position ``start`` (from zero); ``heads`` are files that others kept."""
    begun = time.monotonic()
    given = [Claim(head, path.name) for path in heads for head in outside.kept_heads(path)]
    bounds = _bounds()
    first, tree = _beginning(start)
    audit = _audit(_claims(bounds, first, given), first, tree)
    lines = 0
    for span, found in _spans(tree.size, bounds.size, processes or os.cpu_count() or 1):
        audit.take(span)
        lines += found
        progress(audit.size, bounds.size)
    lost = _explained_losses()
    faults = [*_classified(_sealed_faults(audit, lost)), *_unsealed_faults(first, lines), *faults_in_notes()]
    return Report(
        size=bounds.size,
        start=first.size if first else 0,
        heads=audit.heads,
        outside_heads=audit.outside_heads,
        waiting=models.Entry.objects.filter(pk__gt=pending.progress()[0]).count(),
        lines=lines,
        seconds=time.monotonic() - begun,
        last=_head(bounds.last_head),
        lost=lost,
        faults=tuple(dict.fromkeys(faults)),
    )


def newest_faults() -> tuple[Fault, ...]:
    """Return what is wrong with the lines under the newest head, and with that head: a look that takes a moment.

    Whether the lines before are sound, and those that wait, only ``verify`` says.
    """
    bounds = _bounds()
    first, tree = _beginning(bounds.size - 1)
    audit = _audit(_claims(bounds, first, []), first, tree)
    for span, _found in _spans(tree.size, bounds.size, 1):
        audit.take(span)
    return _classified(_sealed_faults(audit, _explained_losses()))


def _audit(claims: Iterator[Claim], first: Head | None, tree: Frontier) -> Audit:
    return Audit(claims, keys=[key.text for key in public_keys("journal")], start=first, frontier=tree)


def _sealed_faults(audit: Audit, lost: tuple[tuple[int, int], ...]) -> tuple[Fault, ...]:
    return tuple(one for one in audit.finish() if not _is_explained(one, lost))


def _explained_losses() -> tuple[tuple[int, int], ...]:
    """Return the stretches of which lines of the platform itself say that they were lost in a restore."""
    entries = models.Entry.objects.filter(action=RESUMED).order_by("pk").values_list("pk", flat=True)
    lines = [row.line for row in pending.these(list(entries)) if is_tagged(row.line.canonical(), row.tag)]
    return tuple((line.detail["first"], line.detail["end"]) for line in lines)


def _is_explained(fault: Fault, lost: tuple[tuple[int, int], ...]) -> bool:
    place = fault.first
    return fault.code == "lost" and place is not None and any(first <= place < end for first, end in lost)


def _bounds() -> _Bounds:
    """Return where the journal ends; the copy outside first, so that it is never ahead of what is then read here."""
    kept = outside.last_kept()
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT max(position) FROM journal_leaf), (SELECT max(number) FROM journal_head)")
        position, number = cursor.fetchone()
    return _Bounds(0 if position is None else position + 1, number or 0, kept.number if kept else 0)


def _head(number: int) -> Head | None:
    row = models.Head.objects.filter(number=number).first()
    return head_of(row) if row else None


def _beginning(start: int) -> tuple[Head | None, Frontier]:
    """Return the head to begin from and its tree; from the very beginning where that head does not hold."""
    row = models.Head.objects.filter(size__lte=start).order_by("-size").first() if start > 0 else None
    if row is None:
        return None, Frontier()
    head, tree = head_of(row), stored_frontier(row.size)
    is_ours = head.is_signed_by([key.text for key in public_keys("journal")])
    return (head, tree) if is_ours and tree.root() == head.root else (None, Frontier())


def _claims(bounds: _Bounds, first: Head | None, given: list[Claim]) -> Iterator[Claim]:
    """Yield our own heads, those kept in the home folder and those given, by size."""
    begin = first.size if first else 0
    rows = models.Head.objects.filter(number__lte=bounds.last_head).exclude(size__lte=begin if first else -1)
    own = (Claim(head_of(row)) for row in rows.order_by("size", "number").iterator(chunk_size=2_000))
    file = outside.heads_file()
    home = (Claim(head, HOME) for head in outside.kept_heads(file)) if file.exists() else iter(())
    known = (claim for claim in home if claim.head.number <= bounds.kept_head and claim.head.size > begin)
    others = sorted((claim for claim in given if claim.head.size > begin), key=_size)
    return heapq.merge(own, known, others, key=_size)


def _size(claim: Claim) -> int:
    return claim.head.size


def _spans(start: int, end: int, count: int) -> Iterator[tuple[Span, int]]:
    """Yield the examined stretches in order."""
    edges = [start, *range((start // SPAN + 1) * SPAN, end, SPAN), end] if start < end else []
    stretches = list(pairwise(edges))
    if end - start < ALONE or count == 1:
        reading.prefer_index()
        try:
            yield from (reading.examined(*stretch) for stretch in stretches)
        finally:
            reading.release_preference()
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, context, initializer=workers.begin, initargs=(reading.here(),)) as pool:
        waiting: deque[Future[tuple[Span, int]]] = deque()
        for stretch in stretches:
            waiting.append(pool.submit(workers.examined, *stretch))
            if len(waiting) >= count * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _unsealed_faults(first: Head | None, lines: int) -> Iterator[Fault]:
    """Yield what is wrong with lines that have no position; strays are looked for only where the numbers differ."""
    last, _ = pending.progress()
    for entry in models.Entry.objects.filter(pk__gt=last).values_list("pk", flat=True).iterator():
        yield from _unsealed(pending.these([entry]), is_stray=False)
    if first is None and models.Entry.objects.filter(pk__lte=last).count() == lines:
        return
    strays = pending.strays()
    for begin in range(0, len(strays), 500):
        yield from _unsealed(pending.these(strays[begin : begin + 500]), is_stray=True)


def _unsealed(rows: tuple[pending.Row, ...], *, is_stray: bool) -> Iterator[Fault]:
    copied = pending.copies(rows)
    is_first = not models.Head.objects.exists()
    for row in rows:
        if not row.tag and not is_first:
            yield Fault("inserted", entry=row.entry)
        elif row.tag and not is_tagged(row.line.canonical(), row.tag):
            yield Fault("unsealed_changed", entry=row.entry)
        elif row.entry in copied:
            yield Fault("copied", entry=row.entry)
        elif is_stray:
            yield Fault("skipped", entry=row.entry)


def _classified(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Say of changed lines whether they changed places, or one stands at two."""
    changed = [one for one in faults if one.code == "changed" and one.first is not None][:_MOST_NAMED]
    sealed, now = dict[bytes, int](), dict[int, bytes]()
    for one in changed:
        first = one.first or 0
        row = models.Leaf.objects.filter(position=first).first()
        if row is None or one.entry is None:
            continue
        sealed[outside.kept_digests(first, first + 1) or bytes(row.digest)] = first
        for line in pending.these([one.entry]):
            now[first] = leaf_digest(line.line.canonical())
    places = {at: sealed[digest] for at, digest in now.items() if sealed.get(digest, at) != at}
    twice = {
        one.first
        for one in changed
        if one.entry is not None and models.Leaf.objects.filter(entry_id=one.entry).count() > 1
    }
    repeated = (Fault("repeated", one.first, entry=one.entry) if one.code == "changed" and one.first in twice else one
                for one in faults)  # fmt: skip
    return with_exchanges(repeated, places)
