"""Write the journal; nothing here changes or removes a line."""

import json
import os
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction

from pinzhi.engine.journal.lines import Line, moment_text, plain
from pinzhi.engine.journal.tree import leaf_digest
from pinzhi.records.journal.notes import leave_note
from pinzhi.records.journal.origin import next_origin
from pinzhi.records.journal.tags import make_tag

_INSERT = (
    "INSERT INTO journal_entry (at, actor, action, object_kind, object_key, edition, detail, origin, tag)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


def write(
    *,
    at: datetime,
    actor: str,
    action: str,
    object_kind: str,
    object_key: str,
    detail: dict[str, Any] | None = None,
    edition: str = "",
) -> None:
    """Append one line. Call it inside the transaction of the change it tells of.

    The line is tagged with a secret the database does not know, and once the transaction stands a note of its digest
    is left in the home folder: so it is found out when somebody changes or removes it before it is sealed.
    """
    kept = plain(detail or {})
    line = Line(moment_text(at), actor, action, object_kind, object_key, edition, kept, next_origin(os.getpid()))
    data = line.canonical()
    entry_id = _insert(at, line, make_tag(data))
    transaction.on_commit(partial(leave_note, entry_id, leaf_digest(data)), robust=True)


def _insert(at: datetime, line: Line, tag: bytes) -> int:
    """Insert the line past the models: this stands in every act's transaction, and so must be quick."""
    values = (
        connection.ops.adapt_datetimefield_value(at),
        line.actor,
        line.action,
        line.object_kind,
        line.object_key,
        line.edition,
        json.dumps(line.detail),
        line.origin,
        tag,
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{_INSERT} RETURNING id", values)
            return int(cursor.fetchone()[0])
        cursor.execute(_INSERT, values)
        return int(cursor.lastrowid)
