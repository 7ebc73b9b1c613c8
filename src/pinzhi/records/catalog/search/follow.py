"""The one background writer of a node: follows the outbox, keeps the index right, makes it anew when it must."""

import logging
import threading
import time
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import tantivy
from django.db import close_old_connections, connection
from django.db.utils import DatabaseError
from django.utils import timezone

from pinzhi.records.catalog.models import SearchChange
from pinzhi.records.catalog.search import applying, fields, identity, records, store
from pinzhi.records.catalog.search.build import rebuild_held
from pinzhi.records.catalog.search.reader import is_panic, reader
from pinzhi.records.clock import today

log = logging.getLogger(__name__)
_EVERY = 0.2  # seconds between two looks at the outbox
_CHECK_EVERY = 1.0  # seconds between two checks of the files
_HEAP_BYTES = 60_000_000
_AT_ONCE = 500  # outbox entries applied in one commit
_KEPT_DAYS = 7  # an index that is further behind is made anew
# above so many changed records, and so large a share of all, making the index anew is faster than changing it
_MANY, _MANY_SHARE = 50_000, 0.2


def follow(stop: threading.Event) -> None:
    """Keep this node's index up to date until told to stop; the life of the search process of `pinzhi serve`.

    Whatever goes wrong (database away, disk full, damaged files) is logged and tried again; waits are short so that a
    change is found within a second.
    """
    while not stop.is_set():
        with store.writing(wait=False) as mine:
            if mine:
                _follow_held(stop)
        stop.wait(_EVERY)


def _follow_held(stop: threading.Event) -> None:
    writer = Writer()
    try:
        while not stop.is_set():
            close_old_connections()
            try:
                writer.step()
                pause = _EVERY
            except (DatabaseError, OSError, ValueError) as failure:
                log.error("search index: %s; trying again", failure)
                writer.close()
                connection.close()
                pause = 2.0
            except BaseException as failure:
                if not is_panic(failure):
                    raise
                writer.distrust()
                pause = _EVERY
            stop.wait(pause)
    finally:
        writer.close()


def follow_once() -> int:
    """Bring the index up to date now; returns how many records were written. 0 too if another process has the task."""
    with store.writing(wait=False) as mine:
        if not mine:
            return 0
        with Writer() as writer:
            written = 0
            while now := writer.step():
                written += now
            return written


class Writer:
    """Applies the outbox to the generation in use; the caller holds the right to write."""

    def __init__(self) -> None:
        self._generation: Path | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._schema: tantivy.Schema = fields.schema()
        self._state: store.State | None = None
        self._check_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index; what is not committed is dropped."""
        self._writer, self._generation, self._state = None, None, None

    def distrust(self) -> None:
        """Have the index in use made anew with the next step."""
        if self._generation is not None:
            store.suspect(self._generation)
        self.close()

    def step(self) -> int:
        """Apply what has happened since the last step; returns how many records were written."""
        if self._must_rebuild():
            self.close()
            return rebuild_held()
        state = self._opened()
        on = today()
        changes = list(SearchChange.objects.filter(id__gt=state.cursor).order_by("id")[:_AT_ONCE])
        if not changes and on == state.on:
            return 0
        spans = applying.joined((change.kind, change.first_id, change.last_id) for change in changes)
        if on != state.on:
            prune()
            first, last = min(on, state.on), max(on, state.on)
            spans = applying.joined([*spans, *((kind, id_, id_) for kind, id_ in records.ids_turning(first, last))])
        if self._are_many(spans):
            self.close()
            return rebuild_held()
        if self._writer is None:
            raise ValueError("the index is not open")
        written = applying.put(self._writer, self._schema, spans, on)
        cursor, at = (changes[-1].id, changes[-1].at.isoformat()) if changes else (state.cursor, state.cursor_at)
        self._state = store.State(state.identity, cursor, at, on)
        self._commit()
        return max(written, len(changes))

    def _must_rebuild(self) -> bool:
        """Tell whether the index cannot be used, or belongs to another database or to another time of this one."""
        generation = store.current()
        state = store.read_state(generation) if generation else None
        if generation is None or state is None or state.edition != fields.EDITION:
            return True
        if generation != self._generation:
            self.close()
        if (generation / "suspect").exists():
            return True
        now = time.monotonic()
        if now < self._check_at and self._generation is not None:
            return False
        self._check_at = now + _CHECK_EVERY
        return store.is_damaged(generation, state.sizes or {}) or is_stale(state)

    def _opened(self) -> store.State:
        if self._writer is None or self._state is None:
            generation = store.current()
            state = store.read_state(generation) if generation else None
            if generation is None or state is None:
                raise ValueError("the index went away")
            index = tantivy.Index.open(str(generation / "index"))
            self._writer = fields.writer_of(index, _HEAP_BYTES)
            self._generation, self._state = generation, state
        return self._state

    def _are_many(self, spans: list[tuple[str, int, int]]) -> bool:
        touched = sum(records.count_between(*span) for span in spans)
        if touched < _MANY:
            return False
        snapshot = reader().snapshot()
        return snapshot is None or touched > _MANY_SHARE * snapshot.records

    def _commit(self) -> None:
        """Commit, then move the cursor: killed between the two, the same changes are applied once more."""
        if self._writer is None or self._generation is None or self._state is None:
            raise ValueError("the index is not open")
        self._writer.commit()
        store.write_state(self._generation, self._state)
        reader().expire()


def is_stale(state: store.State) -> bool:
    """Tell whether an index does not belong to this database as it is now."""
    if state.identity != identity.known_identity():
        return True
    if state.cursor == 0:
        oldest = SearchChange.objects.order_by("id").values_list("id", flat=True).first()
        return oldest is not None and oldest > 1  # entries before it were removed, and not applied here
    at = SearchChange.objects.filter(id=state.cursor).values_list("at", flat=True).first()
    return at is None or at.isoformat() != state.cursor_at


def prune() -> int:
    """Remove outbox entries that every index kept up to date has applied; the newest stays, to compare with."""
    newest = SearchChange.objects.order_by("-id").values_list("id", flat=True).first()
    if newest is None:
        return 0
    old = SearchChange.objects.filter(at__lt=timezone.now() - timedelta(days=_KEPT_DAYS), id__lt=newest)
    return old.delete()[0]
