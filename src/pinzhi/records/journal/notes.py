"""Notes of lines that were committed, in the home folder: whoever removes a line before it is sealed leaves its note.

A file holds ten minutes, a line of it an entry's id and digest. A file goes once all its lines are sealed.
"""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.conf import settings

from pinzhi.engine.journal.faults import Fault
from pinzhi.engine.journal.tree import leaf_digest
from pinzhi.records.journal.models import Leaf
from pinzhi.records.journal.pending import these

SLOT_S = 600
_AT_ONCE = 500  # fewer than the parameters SQLite takes in a statement


@dataclass
class _Open:
    path: str = ""
    descriptor: int = -1


_lock = threading.Lock()
_open = _Open()


def leave_note(entry_id: int, digest: bytes) -> None:
    """Note that a line was committed."""
    path = f"{settings.JOURNAL_FOLDER}/written-{int(time.time()) // SLOT_S}"
    with _lock:
        if _open.path != path:
            _turn_to(path)
        os.write(_open.descriptor, b"%d %s\n" % (entry_id, digest.hex().encode()))


def _turn_to(path: str) -> None:
    """Let the notes that follow go to another file."""
    Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    if _open.path:
        os.close(_open.descriptor)
    _open.path, _open.descriptor = path, descriptor


def faults_in_notes() -> Iterator[Fault]:
    """Yield what the notes tell of lines that are gone, or were sealed as something else than was written."""
    for path in _files():
        yield from _faults(path)


def remove_old_notes() -> None:
    """Remove the files of past slots whose lines are all sealed as they were written."""
    for path in _files():
        if int(path.name.rpartition("-")[2]) < int(time.time()) // SLOT_S - 1 and _is_done(path):
            path.unlink(missing_ok=True)


def _files() -> list[Path]:
    return sorted(path for path in Path(settings.JOURNAL_FOLDER).glob("written-*") if path.name[8:].isdigit())


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the whole lines of a file; the last may be cut off by a crash."""
    with path.open("rb") as stream:
        for line in stream:
            number, _, digest = line.strip().partition(b" ")
            if number.isdigit() and len(digest) == 64:
                yield int(number), bytes.fromhex(digest.decode("ascii"))


def _is_done(path: Path) -> bool:
    return all(sealed.get(number) == digest for sealed, group in _with_leaves(path) for number, digest in group)


def _faults(path: Path) -> Iterator[Fault]:
    for sealed, group in _with_leaves(path):
        waiting = these([number for number, _ in group if number not in sealed])
        there = sealed | {row.entry: leaf_digest(row.line.canonical()) for row in waiting}
        for number, digest in group:
            if number not in there:
                yield Fault("noted_removed", entry=number)
            elif there[number] != digest:
                yield Fault("noted_changed", entry=number)


def _with_leaves(path: Path) -> Iterator[tuple[dict[int, bytes], tuple[tuple[int, bytes], ...]]]:
    lines = _lines(path)
    while group := tuple(islice(lines, _AT_ONCE)):
        rows = Leaf.objects.filter(entry_id__in=[number for number, _ in group]).values_list("entry_id", "digest")
        yield {number: bytes(digest) for number, digest in rows if number is not None}, group
