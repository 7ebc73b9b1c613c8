"""The folder of the index on this node: generations side by side, and a pointer to the one in use.

::

    search/
      current            name of the generation in use; replaced by rename, so there is always one answer
      writer.lock        held by the one process that writes
      20240104-…/        a generation: index/ (Tantivy), words.txt (for spelling), state.json
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from django.conf import settings

from pinzhi.records.catalog.search.fields import EDITION


@dataclass(frozen=True, slots=True)
class State:
    """What a generation says of itself.

    ``cursor`` is the last outbox entry applied and ``cursor_at`` its time: if the outbox has another entry under that
    id, the database is not the one the index was made from (a backup was restored). ``sizes`` are those of the index
    files at the last commit: a file that is shorter now is damaged.
    """

    identity: str
    cursor: int
    cursor_at: str
    on: date
    edition: int = EDITION
    sizes: dict[str, int] | None = None


def folder() -> Path:
    """Return the folder of the index, made if need be."""
    path = Path(settings.SEARCH_FOLDER)
    path.mkdir(parents=True, exist_ok=True)
    return path


def pointer() -> Path:
    """Return the path of the pointer file."""
    return Path(settings.SEARCH_FOLDER) / "current"


def current() -> Path | None:
    """Return the generation in use, None if there is none."""
    try:
        name = pointer().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    generation = pointer().parent / name
    return generation if name and "/" not in name and generation.is_dir() else None


def new_generation(on: date) -> Path:
    """Make an empty generation beside the others."""
    generation = folder() / f"{on:%Y%m%d}-{secrets.token_hex(4)}"
    (generation / "index").mkdir(parents=True)
    return generation


def note_made(generation: Path, count: int) -> None:
    """Leave word of how many records a generation that is being made has so far."""
    with suppress(OSError):
        (generation / "made").write_text(str(count), "utf-8")


def being_made() -> int:
    """Return how many records the generation that is being made has so far, 0 if none is."""
    in_use = current()
    for generation in folder().iterdir():
        if generation.is_dir() and generation != in_use:
            with suppress(OSError, ValueError):
                return int((generation / "made").read_text("utf-8"))
    return 0


def switch_to(generation: Path) -> None:
    """Put a finished generation into use at once and for good, then remove the others.

    Whoever still searches an older one keeps its files open; on POSIX they live until closed.
    """
    _replace(pointer(), generation.name)
    for other in folder().iterdir():
        if other.is_dir() and other != generation:
            shutil.rmtree(other, ignore_errors=True)


def read_state(generation: Path) -> State | None:
    """Return what the generation says of itself; None if that cannot be read."""
    try:
        read = json.loads((generation / "state.json").read_text("utf-8"))
        return State(**{**read, "on": date.fromisoformat(read["on"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_state(generation: Path, state: State) -> None:
    """Write the state with the sizes of the files as committed."""
    state = replace(state, sizes=file_sizes(generation))
    _replace(generation / "state.json", json.dumps({**asdict(state), "on": state.on.isoformat()}))


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the index that never changes, but for deletions."""

    id: str
    records: int  # deleted ones included


def segments(generation: Path) -> tuple[Segment, ...]:
    """Return the segments in use, as a searcher numbers them; ValueError or OSError if unreadable."""
    meta = json.loads((generation / "index" / "meta.json").read_text("utf-8"))
    try:
        return tuple(Segment(part["segment_id"].replace("-", ""), part["max_doc"]) for part in meta["segments"])
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"meta.json: {wrong}") from wrong


def take_in(index: Path, parts: Sequence[Path]) -> None:
    """Move the segments of finished indexes with the same fields into one that nobody writes to; their folders go.

    An index is the files of its segments and a list of these, so nothing is read or written but the lists (format 7).
    """
    meta = json.loads((index / "meta.json").read_text("utf-8"))
    managed = set(json.loads((index / ".managed.json").read_text("utf-8")))
    for part in parts:
        theirs = json.loads((part / "meta.json").read_text("utf-8"))
        for name in json.loads((part / ".managed.json").read_text("utf-8")):
            if name != "meta.json":
                (part / name).rename(index / name)
                managed.add(name)
        meta["segments"] += theirs["segments"]
        meta["opstamp"] = max(meta["opstamp"], theirs["opstamp"])
        shutil.rmtree(part)
    _replace(index / ".managed.json", json.dumps(sorted(managed)))
    _replace(index / "meta.json", json.dumps(meta))


def file_sizes(generation: Path) -> dict[str, int]:
    """Return the size of each file of the segments in use (those being merged away may go while we look)."""
    live = {segment.id for segment in segments(generation)}
    sizes: dict[str, int] = {}
    for entry in os.scandir(generation / "index"):
        if entry.name.split(".")[0] in live:
            with suppress(FileNotFoundError):
                sizes[entry.name] = entry.stat().st_size
    return sizes


def is_damaged(generation: Path, sizes: dict[str, int]) -> bool:
    """Tell whether a file of a segment in use is missing or has another size than it had.

    Files of segments that were merged away meanwhile do not count.
    """
    try:
        live = {segment.id for segment in segments(generation)}
        return any(
            (generation / "index" / name).stat().st_size != size
            for name, size in sizes.items()
            if name.split(".")[0] in live and not name.endswith(".del")
        )
    except (OSError, ValueError):
        return True


def suspect(generation: Path) -> None:
    """Leave a note for the writer that searching this generation failed."""
    with suppress(OSError):
        (generation / "suspect").touch()


@contextmanager
def writing(*, wait: bool) -> Iterator[bool]:
    """Hold the right to write to this node's index; yields False if another process has it and waiting is not wanted.

    The lock is the kernel's: it ends with the process, however that ends.
    """
    with (folder() / "writer.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
