"""The index as this process sees it: opened once, reloaded by itself, never an error to whoever searches."""

import threading
import time
from array import array
from dataclasses import dataclass, field
from pathlib import Path

import tantivy
from django.conf import settings

from pinzhi.engine.catalog import tokens
from pinzhi.records.catalog.search import fields, store
from pinzhi.records.catalog.search.identity import known_identity
from pinzhi.records.catalog.search.shapes import FacetCount, SearchResult
from pinzhi.records.catalog.search.spelling import spelling

_LOOK_EVERY = 0.05  # seconds between two looks at the folder: far below the second within which a change must be found
_CHECK_EVERY = 0.5  # seconds between two looks at the size of every file, which take as long as a search
_MOST_REMEMBERED = 100_000
Counted = tuple[dict[str, tuple[FacetCount, ...]], int]  # every facet, and the size of the result


RANK_BITS = 14
# What is needed of each hit, read once for a segment: an array look-up instead of 40 µs for ten hits. Of the record in
# place n, number 2n is its key and rank (in the lowest bits), number 2n + 1 its family: side by side, because a hit
# lies anywhere, and each other place to look would mean another wait for memory.
Columns = array


@dataclass(slots=True)
class Snapshot:
    """One state of the index; a search uses one from start to end."""

    generation: Path
    searcher: tantivy.Searcher
    schema: tantivy.Schema
    columns: "tuple[Columns[int], ...]"
    records: int
    _frequencies: dict[tuple[str, str], int] = field(default_factory=dict)
    # answers to who only looks around: the same for everybody until the index changes
    browsed: dict[tuple[object, ...], SearchResult] = field(default_factory=dict)
    # counts beside a result: the same on each of its pages, in each of its orders
    counted: "dict[tuple[object, ...], Counted]" = field(default_factory=dict)

    def frequency(self, name: str, term: str) -> int:
        """Return in how many records a term occurs."""
        asked = (name, term)
        known = self._frequencies.get(asked)
        if known is None:
            if len(self._frequencies) >= _MOST_REMEMBERED:
                self._frequencies.clear()
            known = self._frequencies[asked] = self.searcher.doc_freq(name, term)
        return known

    def term(self, name: str, term: str) -> tantivy.Query:
        """Return the query for one term."""
        return tantivy.Query.term_query(self.schema, name, term, "freq")


class Reader:
    """Keeps a snapshot of one folder and renews it when the folder has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._renewing = threading.Lock()
        self._look_at = 0.0
        self._check_at = 0.0
        self._seen: tuple[object, ...] = ()
        self._index: tantivy.Index | None = None
        self._snapshot: Snapshot | None = None
        self._sizes: dict[str, int] = {}
        self._read: dict[str, Columns[int]] = {}

    def expire(self) -> None:
        """Look at the folder and all its files before the next search."""
        self._look_at = self._check_at = 0.0

    def snapshot(self) -> Snapshot | None:
        """Return the index as it is now; None while there is none that can be used."""
        now = time.monotonic()
        if now < self._look_at:
            return self._snapshot
        if self._renewing.acquire(blocking=self._snapshot is None):
            try:
                self._renew(now)
            finally:
                self._renewing.release()
            self._look_at = now + _LOOK_EVERY
        return self._snapshot

    def give_up(self, snapshot: Snapshot) -> None:
        """Stop using a snapshot that failed, and tell the writer."""
        store.suspect(snapshot.generation)
        self._snapshot, self._index = None, None
        self._look_at = 0.0

    def _renew(self, now: float) -> None:
        snapshot = self._snapshot
        if snapshot is not None and now < self._check_at and self._seen == _traces(snapshot.generation):
            return
        self._check_at = now + _CHECK_EVERY
        generation = store.current()
        seen = _traces(generation)
        if generation is None or seen is None:
            self._snapshot, self._index, self._seen = None, None, ()
            return
        if seen == self._seen and snapshot is not None:
            if store.is_damaged(generation, self._sizes):
                self.give_up(snapshot)
            return
        try:
            self._load(generation)
            self._seen = seen
        except (ValueError, OSError, IndexError):
            # a file went while we read: the next look finds the new state; what was open stays good meanwhile
            if self._snapshot is None or self._snapshot.generation != generation:
                self._snapshot = None
        except BaseException as failure:
            if not is_panic(failure):
                raise
            self._snapshot = None
            store.suspect(generation)

    def _load(self, generation: Path) -> None:
        state = store.read_state(generation)
        if (
            state is None
            or state.edition != fields.EDITION
            or state.identity != known_identity()  # made from another database: a restored one, for example
            or store.is_damaged(generation, state.sizes or {})
        ):
            self._snapshot = None
            return
        if self._index is None or self._snapshot is None or self._snapshot.generation != generation:
            self._index = tantivy.Index.open(str(generation / "index"))
            self._index.config_reader("manual", 0)
            self._read = {}
            # half a second together that nobody should wait for in a search
            spelling(generation)
            tokens.begins_syllable("")
        for _ in range(5):
            before = store.segments(generation)
            sizes = store.file_sizes(generation)
            self._index.reload()
            if store.segments(generation) == before:
                break
        searcher = self._index.searcher()
        columns = tuple(self._columns(searcher, place, segment) for place, segment in enumerate(before))
        if searcher.num_segments != len(columns):
            raise ValueError("the index changed while it was read")
        self._read = {segment.id: read for segment, read in zip(before, columns, strict=True)}
        self._sizes = sizes
        self._snapshot = Snapshot(generation, searcher, self._index.schema, columns, searcher.num_docs)

    def _columns(self, searcher: tantivy.Searcher, place: int, segment: store.Segment) -> "Columns[int]":
        known = self._read.get(segment.id)
        if known is not None:
            return known
        columns = array("Q", bytes(16 * segment.records))
        for start in range(0, segment.records, 100_000):
            end = min(start + 100_000, segment.records)
            some = [tantivy.DocAddress(place, at) for at in range(start, end)]
            keys, ranks, families = (searcher.fast_field_values(name, some) for name in ("key", "rank", "family"))
            packed = [int(key or 0) << RANK_BITS | int(rank or 0) for key, rank in zip(keys, ranks, strict=True)]
            columns[2 * start : 2 * end : 2] = array("Q", packed)
            columns[2 * start + 1 : 2 * end : 2] = array("Q", [int(family or 0) for family in families])
        return columns


def _traces(generation: Path | None) -> tuple[object, ...] | None:
    """Return what changes whenever the folder changes; None if something is missing, or if a search has failed."""
    if generation is None or (generation / "suspect").exists():
        return None
    try:
        pointed = store.pointer().stat()  # a file of its own each time: it is replaced, never written to
        meta = (generation / "index" / "meta.json").stat()
        return (generation.name, pointed.st_ino, pointed.st_mtime_ns, meta.st_mtime_ns, meta.st_ino, meta.st_size)
    except OSError:
        return None


def is_panic(failure: BaseException) -> bool:
    """Tell whether the native library gave up on what it read (its class cannot be imported)."""
    return type(failure).__name__ == "PanicException"


_readers: dict[object, Reader] = {}
_making = threading.Lock()


def reader() -> Reader:
    """Return this process's reader of the folder in the settings."""
    path = settings.SEARCH_FOLDER
    found = _readers.get(path)
    if found is None:
        with _making:
            found = _readers.setdefault(path, Reader(Path(path)))
    return found
