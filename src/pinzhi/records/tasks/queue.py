"""Background work: put into the database with the change it follows from, done at least once, given up in the end.

A task is taken by a conditional update that holds it for a while. A worker that is killed loses its claim, not the
task: another worker takes it when the claim has run out. So whatever does a task must bear doing it twice.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from pinzhi.records.tasks.models import Task

log = logging.getLogger(__name__)
CLAIM = timedelta(minutes=10)  # longer than any one task takes
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
TRIES = 12  # over about a day
EVERY_S = 2.0
PATIENCE_S = 5.0

Do = Callable[[str, datetime], None]


class TaskError(Exception):
    """Raised by whatever does a task when it may work later; its words are kept for operators."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What one run did: how many tasks were done, how many put off, how many of those were given up."""

    done: int = 0
    put_off: int = 0
    given_up: int = 0


def enqueue(kind: str, keys: Iterable[str], *, at: datetime) -> None:
    """Have something done with each of these keys, once each while it waits; call it in the transaction of the change.

    What is undone with its transaction is never done.
    """
    rows = [Task(kind=kind, key=key, since=at, due_at=at) for key in keys]
    Task.objects.bulk_create(rows, ignore_conflicts=True)


def put_off(kind: str, keys: Iterable[str], *, now: datetime) -> None:
    """Let what is due with these keys wait for the first pause; nothing is counted as a try."""
    due = Task.objects.filter(kind=kind, key__in=list(keys), dead_at=None, due_at__lte=now)
    due.update(due_at=now + FIRST_PAUSE)


def work(handlers: Mapping[str, Do], clock: Callable[[], datetime], stop: threading.Event | None = None) -> Worked:
    """Do what is due, the longest due first, until nothing is; any number of processes may do so at once."""
    done = put_off = given_up = 0
    while not (stop and stop.is_set()) and (task := _next(handlers, clock())):
        at = clock()
        if not _take(task, at):
            continue
        error = _attempt(task, handlers[task.kind], at)
        # Only while the claim holds: a worker that took too long does not undo what the next one found.
        held = Task.objects.filter(pk=task.pk, due_at=task.due_at)
        if not error:
            held.delete()
            done += 1
            continue
        gives_up = task.tries >= TRIES
        log.warning("task not done: %s tries=%s", task, task.tries)  # what was said may hold an address
        after = {"dead_at": at} if gives_up else {"due_at": at + pause_after(task.tries, str(task))}
        held.update(error=error[:300], **after)
        put_off += 1
        given_up += gives_up
    return Worked(done, put_off, given_up)


def keep_working(handlers: Mapping[str, Do], stop: threading.Event) -> None:
    """Work until told to stop, a thread for each kind: receivers that answer slowly keep no mail waiting."""
    threads = [
        threading.Thread(target=_keep, args=({kind: do}, stop), name=f"tasks-{kind}", daemon=True)
        for kind, do in handlers.items()
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    end = time.monotonic() + PATIENCE_S
    for thread in threads:  # a server that hangs does not keep the platform from stopping; its task is taken again
        thread.join(max(0.0, end - time.monotonic()))


def pause_after(tries: int, name: str) -> timedelta:
    """Return how long to wait after so many tries: a minute, then twice as long each time, at most six hours.

    Up to a quarter is added by the task's name, so that what failed together is not tried again together.

    >>> [round(pause_after(tries, "mail 7").total_seconds() / 60) for tries in (1, 2, 9, 12)]
    [1, 2, 303, 437]
    """
    pause = min(FIRST_PAUSE * (1 << (tries - 1)), LONGEST_PAUSE)
    return pause * (1 + crc32(f"{name} {tries}".encode()) % 1000 / 4000)


def _keep(handlers: Mapping[str, Do], stop: threading.Event) -> None:
    while not stop.wait(EVERY_S):
        close_old_connections()
        try:
            work(handlers, timezone.now, stop)
        except (DatabaseError, OSError) as failure:
            log.error("tasks: %s; trying again", failure)
            connection.close()
    connection.close()


def _next(handlers: Mapping[str, Do], now: datetime) -> Task | None:
    waiting = Task.objects.filter(kind__in=list(handlers), dead_at=None, due_at__lte=now)
    return waiting.order_by("due_at", "pk").first()


def _take(task: Task, now: datetime) -> bool:
    """Take a task for a while. The condition decides between two workers that saw it due: one row changes for one."""
    until = now + CLAIM
    seen = Task.objects.filter(pk=task.pk, due_at=task.due_at, dead_at=None)
    if not seen.update(due_at=until, tries=task.tries + 1):
        return False
    task.due_at, task.tries = until, task.tries + 1
    return True


def _attempt(task: Task, do: Do, now: datetime) -> str:
    """Do a task; return what went wrong, empty if nothing did."""
    if task.tries > TRIES:
        return task.error or "ended its worker"  # the last try never came back
    try:
        do(task.key, now)
    except TaskError as failure:
        return str(failure) or "not done"
    except Exception as bug:  # a mistake in one task must not keep all others from being done
        log.exception("task failed: %s", task)
        return f"{type(bug).__name__}: {bug}"
    return ""
