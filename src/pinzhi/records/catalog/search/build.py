"""The index made anew from the tables, beside the one in use, and switched to at once."""

import gc
import logging
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import tantivy

from pinzhi.records.catalog.models import SearchChange
from pinzhi.records.catalog.search import cutting, fields, identity, records, store
from pinzhi.records.catalog.search.reader import reader
from pinzhi.records.clock import today

log = logging.getLogger(__name__)
_HEAP_BYTES = 400_000_000  # near half a million records: few parts, none of which is written again to merge it
_SMALL_HEAP_BYTES = 20_000_000
_SMALL = 20_000  # records
_MOST_WORDS = 200_000
Progress = Callable[[int], None]


def rebuild(progress: Progress | None = None) -> int:
    """Make the index anew and put it into use; returns the number of records. Waits for another writer to end."""
    with store.writing(wait=True):
        return rebuild_held(progress)


def rebuild_held(progress: Progress | None = None) -> int:
    """Do the work of `rebuild` for a caller that holds the right to write."""
    started = time.monotonic()
    on = today()
    # the cursor is taken before the first row is read: what changes meanwhile is applied once more, which does no harm
    newest = SearchChange.objects.order_by("-id").values_list("id", "at").first()
    cursor, cursor_at = (newest[0], newest[1].isoformat()) if newest else (0, "")
    state = store.State(identity.installation_identity(), cursor, cursor_at, on)
    _remove_unfinished()
    generation = store.new_generation(on)
    try:
        with _without_collecting():
            count = _fill(generation, on, progress)
        store.write_state(generation, state)
    except BaseException:
        shutil.rmtree(generation, ignore_errors=True)
        raise
    store.switch_to(generation)
    reader().expire()
    log.info("search index rebuilt: %d records in %.1f s", count, time.monotonic() - started)
    return count


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


def _fill(generation: Path, on: date, progress: Progress | None) -> int:
    schema = fields.schema()
    index = tantivy.Index(schema, str(generation / "index"))
    small = records.is_fewer_than(_SMALL)
    writer = fields.writer_of(index, _SMALL_HEAP_BYTES if small else _HEAP_BYTES)
    spelling: Counter[str] = Counter()
    count = 0
    make = tantivy.Document.from_dict
    for made in cutting.made_documents(on, records.all_spans(cutting.SPAN)):
        for document in made.documents:
            writer.add_document(make(document, schema))
        spelling.update(made.latin_words)
        tens = count // 10_000
        count += len(made.documents)
        if progress is not None and count // 10_000 > tens:
            progress(count)
    writer.commit()
    writer.wait_merging_threads()
    words = sorted(spelling.most_common(_MOST_WORDS))
    (generation / "words.txt").write_text("".join(f"{word} {seen}\n" for word, seen in words), "utf-8")
    return count
