"""Where an act comes from: set once by the door through which it came, read by whoever writes the journal."""

import itertools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

KINDS = ("web", "api", "command", "import", "task")


@dataclass(frozen=True, slots=True)
class Origin:
    """A door and one passage through it. The random part also keeps a digest of a line from being guessed."""

    kind: str
    passage: str = field(default_factory=lambda: secrets.token_hex(8))
    _count: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False, compare=False)

    def next_line(self) -> str:
        """Return what the next line of this passage says of its origin, such as ``web/9f86d081884c7d65/3``."""
        return f"{self.kind}/{self.passage}/{next(self._count)}"


_current: ContextVar[Origin | None] = ContextVar("origin", default=None)
_fallback: list[tuple[int, Origin]] = []


def next_origin(process: int) -> str:
    """Return the origin of the next line; outside every door it is a task of this process (its number)."""
    origin = _current.get()
    if origin is not None:
        return origin.next_line()
    if not _fallback or _fallback[0][0] != process:  # a process that was forked must not go on counting as its parent
        _fallback[:] = [(process, Origin("task"))]
    return _fallback[0][1].next_line()


def begin(kind: str) -> None:
    """Say that all that follows in this thread came through a door."""
    _current.set(_made(kind))


@contextmanager
def coming_from(kind: str) -> Iterator[Origin]:
    """Let what happens inside have come through a door."""
    origin = _made(kind)
    token = _current.set(origin)
    try:
        yield origin
    finally:
        _current.reset(token)


def _made(kind: str) -> Origin:
    if kind not in KINDS:
        raise ValueError(f"no such door: {kind}")
    return Origin(kind)
