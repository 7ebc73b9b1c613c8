"""Make the documents of an index, of a large catalogue in processes beside this one, which only takes them in.

A maker has its own connection to the same database. It ends by itself when nobody writes to it any more.
"""

import gc
import logging
import marshal
import os
import queue
import re
import subprocess
import sys
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from pinzhi.records.catalog.search.documents import document
from pinzhi.records.catalog.search.records import entries_between

Document = dict[str, Any]
Span = tuple[str, int, int]  # kind, first and last id

SPAN = 5_000  # ids
LARGE = 100_000  # records from which further processes pay
_MAKERS = 2  # with one, either it or the thread that writes the index waits for the other
_AHEAD = 2  # spans that wait to be taken: about 10 MB each
# the tables can be imported only when Django is set up, so this module cannot be the program itself
_PROGRAM = f"import django; django.setup(); from {__name__} import serve; serve()"
_LATIN_WORD = re.compile(r"[a-z]{3,24}")
log = logging.getLogger(__name__)


class Made(NamedTuple):
    """The documents of a span, and how often each word stands in their English titles: against these one spells."""

    documents: list[Document]
    latin_words: dict[str, int]


def made_documents(on: date, waiting: deque[Span]) -> Iterator[Made]:
    """Yield the documents of the spans, in no particular order; who takes them may put further spans meanwhile."""
    if sum(last - first for _, first, last in waiting) >= LARGE:
        makers = [maker() for _ in range(_MAKERS)]
        try:
            yield from _shared(makers, waiting, on)
        finally:
            for process in makers:
                process.kill()
                with suppress(BrokenPipeError):  # what was not sent any more
                    process.communicate()
    while waiting:  # all of a small catalogue, or what the makers have left
        yield _made(waiting.popleft(), on)


def maker() -> "subprocess.Popen[bytes]":
    """Start a process that makes documents beside this one; see `serve`."""
    return subprocess.Popen(  # noqa: S603 our own module, no words of others
        [sys.executable, "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        env={"DJANGO_SETTINGS_MODULE": "pinzhi.config.settings", **os.environ},
    )


def _shared(makers: "list[subprocess.Popen[bytes]]", waiting: deque[Span], on: date) -> Iterator[Made]:
    """Share the spans among the makers: each takes the next one when it is free."""
    start = (str(connection.settings_dict["NAME"]), on.isoformat())
    done: queue.Queue[Made | None] = queue.Queue(_AHEAD)
    for process in makers:
        threading.Thread(target=_ask, args=(process, start, waiting, done), daemon=True).start()
    at_work = len(makers)
    try:
        while at_work:
            made = done.get()
            if made is None:
                at_work -= 1
            else:
                yield made
    finally:
        if at_work:  # given up in the middle: let the threads put their last words and end
            waiting.clear()
            with suppress(queue.Empty):
                while True:
                    done.get_nowait()


def _ask(
    process: "subprocess.Popen[bytes]",
    start: tuple[str, str],
    waiting: deque[Span],
    done: "queue.Queue[Made | None]",
) -> None:
    """Give a maker one span after the other and hand on what comes back; None ends it."""
    told, said = process.stdin, process.stdout
    if told is None or said is None:
        raise AssertionError("the pipes were asked for")
    span = None
    try:
        marshal.dump(start, told)
        while (span := _next(waiting)) is not None:
            marshal.dump(span, told)
            told.flush()
            done.put(Made(*marshal.load(said)))  # noqa: S302 written by our own child
    except (OSError, EOFError, ValueError):
        if span is not None:
            waiting.append(span)  # the maker is gone: its span is made by another, or by us
        log.warning("a process that makes documents of the index has ended; the others go on")
    done.put(None)


def _next(waiting: deque[Span]) -> Span | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None


def _made(span: Span, on: date) -> Made:
    documents: list[Document] = []
    titles: list[str] = []
    for entry in entries_between(*span, on):
        documents.append(document(entry))
        titles.append(entry.title_en)
    return Made(documents, dict(Counter(_LATIN_WORD.findall("\n".join(titles).lower()))))


def serve() -> None:
    """Make the documents of each span asked for on standard input, until whoever asks is gone."""
    gc.disable()  # nothing here goes in circles, and the collector would walk all remembered words again and again
    with suppress(EOFError, BrokenPipeError):
        database, day = marshal.load(sys.stdin.buffer)  # noqa: S302 written by our own parent
        connection.settings_dict["NAME"] = database
        while True:
            span = marshal.load(sys.stdin.buffer)  # noqa: S302 written by our own parent
            marshal.dump(tuple(_made(span, date.fromisoformat(day))), sys.stdout.buffer)
            sys.stdout.buffer.flush()
