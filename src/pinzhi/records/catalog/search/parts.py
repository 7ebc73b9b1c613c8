"""Parts of an index being made, those of a large catalogue by processes beside this one; joined when all are written.

A maker reads records over its own connection to the same database and writes a part of its own: only spans and counts
go between the processes. It ends by itself when nobody writes to it any more; what it had made is then made again.
"""

import gc
import logging
import marshal
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

import tantivy
from django.db import connection

from pinzhi.records.catalog.search import fields, store
from pinzhi.records.catalog.search.documents import document
from pinzhi.records.catalog.search.records import entries_between

Span = tuple[str, int, int]  # kind, first and last id

SPAN = 5_000  # ids
LARGE = 100_000  # records from which further processes pay
_MAKERS = 2
_HEAP_BYTES = 400_000_000  # near half a million records: few parts, none of which is written again to merge it
SMALL_HEAP_BYTES = 20_000_000
# the tables can be imported only when Django is set up, so this module cannot be the program itself
_PROGRAM = f"import django; django.setup(); from {__name__} import serve; serve()"
_LATIN_WORD = re.compile(r"[a-z]{3,24}")
log = logging.getLogger(__name__)


class Made(NamedTuple):
    """How many records were put in, and how often each word stands in their English titles: one spells by these."""

    records: int
    latin_words: dict[str, int]


class Part:
    """One part of an index: records go in, then it is finished."""

    def __init__(self, folder: Path, on: date, heap_bytes: int = _HEAP_BYTES) -> None:
        self._on = on
        self._schema = fields.schema()
        self._writer = fields.writer_of(tantivy.Index(self._schema, str(folder)), heap_bytes)

    def put(self, span: Span) -> Made:
        """Put the records of a span in."""
        titles: list[str] = []
        make, schema, add = tantivy.Document.from_dict, self._schema, self._writer.add_document
        for entry in entries_between(*span, self._on):
            add(make(document(entry), schema))
            titles.append(entry.title_en)
        return Made(len(titles), dict(Counter(_LATIN_WORD.findall("\n".join(titles).lower()))))

    def finish(self) -> None:
        """Write all to disk; nothing can be put in any more."""
        self._writer.commit()
        self._writer.wait_merging_threads()


class Making:
    """An index that is being made in a folder, from spans that may still be added while it is."""

    def __init__(self, generation: Path, on: date, *, is_small: bool) -> None:
        self._generation = generation
        self._on = on
        self._own = Part(generation / "index", on, SMALL_HEAP_BYTES if is_small else _HEAP_BYTES)
        self._finished: list[Path] = []

    def put(self, waiting: deque[Span]) -> Iterator[Made]:
        """Put the records of the spans in, in no particular order, and tell of each span as soon as it is in.

        Who listens may add further spans meanwhile. A span is told of once more when its maker has died before its
        part was finished.
        """
        if sum(last - first for _, first, last in waiting) >= LARGE:
            yield from self._put_by_makers(waiting)
        while waiting:  # all of a small catalogue, or what the makers have left
            yield self._own.put(waiting.popleft())

    def finish(self) -> None:
        """Join what all have made."""
        self._own.finish()
        store.take_in(self._generation / "index", self._finished)

    def _put_by_makers(self, waiting: deque[Span]) -> Iterator[Made]:
        done: queue.Queue[Made | None] = queue.Queue()
        makers = [maker() for _ in range(_MAKERS)]
        try:
            for process in makers:
                threading.Thread(target=self._ask, args=(process, waiting, done), daemon=True).start()
            at_work = len(makers)
            while at_work:
                made = done.get()
                if made is None:
                    at_work -= 1
                else:
                    yield made
        finally:
            waiting_left = list(waiting)
            waiting.clear()  # given up in the middle: the threads ask for nothing more
            for process in makers:
                process.kill()
                with suppress(BrokenPipeError):  # what was not sent any more
                    process.communicate()
            waiting.extend(waiting_left)

    def _ask(self, process: "subprocess.Popen[bytes]", waiting: deque[Span], done: "queue.Queue[Made | None]") -> None:
        """Give a maker one span after the other and hand on what it says; None ends it."""
        folder = self._generation / f"part-{process.pid}"
        given: list[Span] = []
        records, words = 0, Counter[str]()
        try:
            folder.mkdir()
            _say(process, (str(connection.settings_dict["NAME"]), self._on.isoformat(), str(folder)))
            while (span := _next(waiting)) is not None:
                given.append(span)
                made = Made(*_asked(process, span))
                records += made.records
                words.update(made.latin_words)
                done.put(made)
            _asked(process, None)
            self._finished.append(folder)
        except (OSError, EOFError, ValueError):
            done.put(Made(-records, {word: -times for word, times in words.items()}))
            waiting.extend(given)
            shutil.rmtree(folder, ignore_errors=True)
            log.warning("a process that makes a part of the index has ended; the others make it again")
        done.put(None)


def maker() -> "subprocess.Popen[bytes]":
    """Start a process that makes a part beside this one; see `serve`."""
    return subprocess.Popen(  # noqa: S603 our own module, no words of others
        [sys.executable, "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        env={"DJANGO_SETTINGS_MODULE": "pinzhi.config.settings", **os.environ},
    )


def _next(waiting: deque[Span]) -> Span | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None


def _say(process: "subprocess.Popen[bytes]", words: tuple[str, str, str] | Span | None) -> None:
    if process.stdin is None:
        raise AssertionError("the pipe was asked for")
    marshal.dump(words, process.stdin)
    process.stdin.flush()


def _asked(process: "subprocess.Popen[bytes]", span: Span | None) -> tuple[int, dict[str, int]]:
    """Return what a maker says when a span is in; of None when its part is finished."""
    if process.stdout is None:
        raise AssertionError("the pipe was asked for")
    _say(process, span)
    answer: tuple[int, dict[str, int]] = marshal.load(process.stdout)  # noqa: S302 written by our own child
    return answer


def serve() -> None:
    """Put each span asked for on standard input into a part, until it is to be finished or whoever asks is gone."""
    gc.disable()  # nothing here goes in circles, and the collector would walk all remembered words again and again
    with suppress(EOFError, BrokenPipeError):
        database, day, folder = marshal.load(sys.stdin.buffer)  # noqa: S302 written by our own parent
        connection.settings_dict["NAME"] = database
        part = Part(Path(folder), date.fromisoformat(day))
        while (span := marshal.load(sys.stdin.buffer)) is not None:  # noqa: S302 written by our own parent
            _tell(part.put(span))
        part.finish()
        _tell(Made(0, {}))


def _tell(made: Made) -> None:
    marshal.dump(tuple(made), sys.stdout.buffer)
    sys.stdout.buffer.flush()
