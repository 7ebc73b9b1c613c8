"""A journal to look at and to tamper with."""

import importlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.db import connection

from pinzhi.records.journal import outside
from pinzhi.records.journal.actions import write
from pinzhi.records.journal.models import Entry
from pinzhi.records.journal.sealing import seal_some

START = datetime(2024, 1, 4, 1, 0, tzinfo=UTC)
OnCommit = Callable[..., Any]


def write_lines(count: int, *, first: int = 0, action: str = "test.act") -> list[int]:
    """Write lines that differ, a second apart; return their ids."""
    before = set(Entry.objects.values_list("pk", flat=True))
    for number in range(first, first + count):
        write(
            at=START + timedelta(seconds=number),
            actor=f"user:{number % 7}",
            action=action,
            object_kind="entry",
            object_key=f"mayor-8/{number:04}",
            edition="mayor 8 0123456789ab",
            detail={"after": "审查", "n": number, "share": 0.5},
        )
    return sorted(set(Entry.objects.values_list("pk", flat=True)) - before)


def seal_at(seconds: int) -> int:
    """Seal what waits, in the way the follower does; return how many lines were sealed."""
    done = seal_some(START + timedelta(seconds=seconds))
    outside.publish()
    return done.lines


def run(sql: str, *values: Any) -> int:
    """Do with the database whatever one likes; return how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def unguard() -> None:
    """Take the triggers away, as whoever may do everything in the database can."""
    _protection("release")


def guard() -> None:
    """Set the triggers again."""
    _protection("protect")


def _protection(what: str) -> None:
    migration = importlib.import_module("pinzhi.records.journal.migrations.0003_refuse_changes")
    getattr(migration, what)(None, SimpleNamespace(connection=connection, execute=run))


def loosen(table: str) -> None:
    """Take a table's constraints away by putting a copy without any in its place."""
    run(f"CREATE TABLE loose AS SELECT * FROM {table}")  # noqa: S608 (names of our tables)
    run(f"DROP TABLE {table}")
    run(f"ALTER TABLE loose RENAME TO {table}")


def detail_text(**detail: Any) -> str:
    """Return a detail as the database keeps it."""
    return json.dumps(detail)
