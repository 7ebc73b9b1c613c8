"""Make the documents of an index, of a large catalogue with a second process beside this one.

The second process has its own connection to the same database. It ends by itself when nobody writes to it any more.
"""

import logging
import marshal
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import IO, Any

from django.db import connection

from pinzhi.records.catalog.search.documents import document
from pinzhi.records.catalog.search.records import entries_between

Document = dict[str, Any]
Made = list[tuple[Document, str]]  # a document, and the English title it was made from
Span = tuple[str, int, int]  # kind, first and last id

SPAN = 5_000  # ids
LARGE = 100_000  # records from which a second process pays
_AHEAD = 2  # spans made by the second process that wait to be taken: about 10 MB each
# the tables can be imported only when Django is set up, so this module cannot be the program itself
_PROGRAM = f"import django; django.setup(); from {__name__} import serve; serve()"
log = logging.getLogger(__name__)


def made_documents(on: date, spans: list[Span]) -> Iterator[Made]:
    """Yield the documents of the spans, in no particular order."""
    waiting = deque(spans)
    if sum(last - first for _, first, last in spans) < LARGE:
        yield from (_made(span, on) for span in waiting)
        return
    process = second_process()
    try:
        yield from _beside(process, waiting, on)
    finally:
        process.kill()
        with suppress(BrokenPipeError):  # what was not sent any more
            process.communicate()


def second_process() -> "subprocess.Popen[bytes]":
    """Start the process that makes documents beside this one; see `serve`."""
    return subprocess.Popen(  # noqa: S603 our own module, no words of others
        [sys.executable, "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        env={"DJANGO_SETTINGS_MODULE": "pinzhi.config.settings", **os.environ},
    )


def _beside(process: "subprocess.Popen[bytes]", waiting: deque[Span], on: date) -> Iterator[Made]:
    """Share the spans between the two processes: each takes the next one when it is free."""
    told, said = process.stdin, process.stdout
    if told is None or said is None:
        raise AssertionError("the pipes were asked for")
    marshal.dump((str(connection.settings_dict["NAME"]), on.isoformat()), told)
    done: queue.Queue[Made | None] = queue.Queue(_AHEAD)
    threading.Thread(target=_ask, args=(told, said, waiting, done), daemon=True).start()
    others = True
    try:
        while others or waiting:
            try:
                made = done.get(block=others and not waiting)
            except queue.Empty:
                if (span := _next(waiting)) is not None:
                    yield _made(span, on)
            else:
                if made is None:
                    others = False
                else:
                    yield made
    finally:
        waiting.clear()
        with suppress(queue.Empty):  # lets the other thread put its last word and end
            while True:
                done.get_nowait()


def _ask(told: IO[bytes], said: IO[bytes], waiting: deque[Span], done: "queue.Queue[Made | None]") -> None:
    """Give the second process one span after the other and hand on what comes back; None ends it."""
    span = None
    try:
        while (span := _next(waiting)) is not None:
            marshal.dump(span, told)
            told.flush()
            done.put(marshal.load(said))  # noqa: S302 written by our own child
    except (OSError, EOFError, ValueError):
        if span is not None:
            waiting.append(span)  # the second process is gone: its span is made here
            log.warning("the second process of the index has ended; the rest is made by one")
    done.put(None)


def _next(waiting: deque[Span]) -> Span | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None


def _made(span: Span, on: date) -> Made:
    return [(document(entry), entry.title_en) for entry in entries_between(*span, on)]


def serve() -> None:
    """Make the documents of each span asked for on standard input, until whoever asks is gone."""
    with suppress(EOFError, BrokenPipeError):
        database, day = marshal.load(sys.stdin.buffer)  # noqa: S302 written by our own parent
        connection.settings_dict["NAME"] = database
        while True:
            span = marshal.load(sys.stdin.buffer)  # noqa: S302 written by our own parent
            marshal.dump(_made(span, date.fromisoformat(day)), sys.stdout.buffer)
            sys.stdout.buffer.flush()
