"""The index made anew from the tables, beside the one in use, and switched to at once.

An import may be under way meanwhile: what it adds is taken in as it comes, so that both end nearly together.
"""

import gc
import logging
import shutil
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import tantivy
from django.db.models import Max

from pinzhi.records.catalog.models import SearchChange
from pinzhi.records.catalog.search import applying, fields, identity, parts, records, store
from pinzhi.records.catalog.search.reader import reader
from pinzhi.records.clock import today

log = logging.getLogger(__name__)
_SMALL = 20_000  # records
_FEW = 4  # spans still to be made: time to look for what an import has added
_MOST_WORDS = 200_000


def rebuild() -> int:
    """Make the index anew and put it into use; returns the number of records. Waits for another writer to end."""
    with store.writing(wait=True):
        return rebuild_held()


def rebuild_held() -> int:
    """Do the work of `rebuild` for a caller that holds the right to write."""
    started = time.monotonic()
    on = today()
    reach = _Reach()
    _remove_unfinished()
    generation = store.new_generation(on)
    try:
        with _without_collecting():
            count = _fill(generation, on, reach)
        store.write_state(generation, store.State(identity.installation_identity(), reach.cursor, reach.cursor_at, on))
    except BaseException:
        shutil.rmtree(generation, ignore_errors=True)
        raise
    store.switch_to(generation)
    reader().expire()
    log.info("search index rebuilt: %d records in %.1f s", count, time.monotonic() - started)
    return count


@dataclass(slots=True)
class _Reach:
    """How far the tables have been handed out, and the outbox read: ``again`` changed after it was handed out."""

    ends: dict[str, int] = field(default_factory=dict)  # by kind, the last id handed out
    cursor: int = 0
    cursor_at: str = ""
    again: list[parts.Span] = field(default_factory=list)

    def further(self) -> list[parts.Span]:
        """Return the spans that were added since the last call.

        First how far the outbox goes, then the ends, then (the caller) the rows: what a change up to there has added is
        within the ends, and what it has changed is in every row read from now on, so only rows handed out before are to
        be read once more.
        """
        until = SearchChange.objects.aggregate(last=Max("id"))["last"] or 0
        spans = records.all_spans(parts.SPAN, after=self.ends)
        for change in SearchChange.objects.filter(id__gt=self.cursor, id__lte=until).order_by("id"):
            self.cursor, self.cursor_at = change.id, change.at.isoformat()
            kind = "organisation" if change.kind == "institution" else change.kind
            last = min(change.last_id, self.ends.get(kind, 0))
            if change.first_id <= last:
                self.again.append((kind, change.first_id, last))
        for kind, _, last in spans:
            self.ends[kind] = last
        return spans


def _remove_unfinished() -> None:
    in_use = store.current()
    for path in store.folder().iterdir():
        if path.is_dir() and path != in_use:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Spare a long loop without cycles the collector, which would walk all remembered words again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _fill(generation: Path, on: date, reach: _Reach) -> int:
    making = parts.Making(generation, on, is_small=records.is_fewer_than(_SMALL))
    spelling: Counter[str] = Counter()
    count = 0
    for made in _made(making, reach):
        spelling.update(made.latin_words)
        tens = count // 10_000
        count += made.records
        if count // 10_000 > tens:
            store.note_made(generation, count)
    making.finish()
    if reach.again:
        _put_again(generation, on, reach)
    words = sorted(spelling.most_common(_MOST_WORDS))
    (generation / "words.txt").write_text("".join(f"{word} {seen}\n" for word, seen in words), "utf-8")
    return count


def _made(making: parts.Making, reach: _Reach) -> Iterator[parts.Made]:
    """Put all records in and tell of each span, until no more are added."""
    while waiting := deque(reach.further()):
        for made in making.put(waiting):
            yield made
            if len(waiting) < _FEW:
                waiting.extend(reach.further())


def _put_again(generation: Path, on: date, reach: _Reach) -> None:
    schema = fields.schema()
    writer = fields.writer_of(tantivy.Index(schema, str(generation / "index")), parts.SMALL_HEAP_BYTES)
    applying.put(writer, schema, applying.joined(reach.again), on)
    writer.commit()
    writer.wait_merging_threads()
