"""Plain SQL for whole batches, the same on SQLite and PostgreSQL: find, insert, change with history."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from pinzhi.records.catalog.history import TWINS

Row = tuple[Any, ...]

# The SQL below is put together from names of tables and columns of our own models only; every value is a parameter.


def table_of(model: type[Model]) -> str:
    return model._meta.db_table


def column_of(model: type[Model], field: str) -> str:
    found: Field[Any, Any] = model._meta.get_field(field)  # type: ignore[assignment]
    return str(found.column)


def state_columns(model: type[Model]) -> list[str]:
    """Return the columns of a record's state: all but the primary key."""
    return [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]


def moment(value: datetime) -> Any:
    """Return a moment as the database keeps it."""
    return connection.ops.adapt_datetimefield_value(value)


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def one_of(column: str) -> str:
    """Return the condition that a column is one of a list, which is one parameter: see ``as_list``."""
    return f"{column} = ANY(%s)" if is_postgresql() else f"{column} IN (SELECT value FROM json_each(%s))"


def as_list(values: Iterable[Any]) -> Any:
    """Return a list as the one parameter of ``one_of``."""
    wanted = list(values)
    return wanted if is_postgresql() else json.dumps(wanted)


def select(sql: str, *parameters: Any) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def execute(sql: str, *parameters: Any) -> int:
    """Run one statement; return the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def execute_many(sql: str, rows: Sequence[Row]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def insert(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows: by COPY on PostgreSQL, by a prepared statement on SQLite."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if is_postgresql():
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", list(rows))


def new_ids(table: str, count: int) -> Sequence[int]:
    """Reserve primary keys, in a run where nobody else is adding."""
    if not count:
        return range(0)
    if is_postgresql():
        sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        return [row[0] for row in select(sql, table, count)]
    # The transaction holds SQLite's only write lock, so the highest id used stays the highest.
    highest = select("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", table)[0][0]
    return range(highest + 1, highest + 1 + count)


def keep_past(model: type[Model], ids: Sequence[int], now: datetime) -> None:
    """Copy what was believed about records to the twin table, ended ``now``; call it before they change.

    States written at the same moment (by this very run) were never believed before it, and leave no trace.
    """
    if ids:
        _copy_to_twin(model, ids, {"recorded_until": "%s"}, [moment(now)], "recorded_at < %s", [moment(now)])


def close_state(model: type[Model], starts: Mapping[int, str], now: datetime) -> None:
    """Keep earlier states as believed still, but ended on the day on which the next one starts."""
    by_day: dict[str, list[int]] = {}
    for record, day in starts.items():
        by_day.setdefault(day, []).append(record)
    for day, ids in by_day.items():
        _copy_to_twin(
            model, ids, {"valid_to": "%s", "recorded_at": "%s", "recorded_until": "NULL"}, [day, moment(now)], "", []
        )


def _copy_to_twin(
    model: type[Model],
    ids: Sequence[int],
    instead: Mapping[str, str],
    values: list[Any],
    condition: str,
    condition_values: list[Any],
) -> None:
    columns = state_columns(model)
    extra = [name for name in instead if name not in columns]
    chosen = [_typed(model, name, instead[name]) if name in instead else name for name in [*columns, *extra]]
    # The parameters stand in the order of the columns, and ``instead`` is given in that order.
    ordered = sorted(instead, key=[*columns, *extra].index)
    if ordered != list(instead):
        raise AssertionError(f"give replacements in the order of the columns: {ordered}")
    where = f"{one_of('id')}{f' AND {condition}' if condition else ''}"
    into = ", ".join([*columns, *extra, "subject_id"])
    sql = f"INSERT INTO {table_of(TWINS[model])} ({into}) SELECT {', '.join([*chosen, 'id'])} FROM {table_of(model)}"
    execute(f"{sql} WHERE {where}", *values, as_list(ids), *condition_values)


def _typed(model: type[Model], column: str, expression: str) -> str:
    """Give PostgreSQL the type of a parameter in a SELECT list, which it does not take from the target."""
    if not is_postgresql():
        return expression
    types = {"recorded_until": "timestamptz", "recorded_at": "timestamptz", "valid_to": "date"}
    return f"CAST({expression} AS {types[column]})"


def update(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Set columns of records; each row holds the new values and, last, the primary key."""
    if not rows:
        return
    table = table_of(model)
    if is_postgresql() and len(rows) > 200:
        _update_through_copy(table, columns, rows)
        return
    settings = ", ".join(f"{column} = %s" for column in columns)
    execute_many(f"UPDATE {table} SET {settings} WHERE id = %s", rows)


def _update_through_copy(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """One statement for many rows: thousands of single updates would each cost a round trip."""
    names = ", ".join(columns)
    execute(f"CREATE TEMPORARY TABLE import_changes ON COMMIT DROP AS SELECT {names}, id FROM {table} WHERE false")
    insert("import_changes", [*columns, "id"], rows)
    settings = ", ".join(f"{column} = c.{column}" for column in columns)
    execute(f"UPDATE {table} t SET {settings} FROM import_changes c WHERE t.id = c.id")
    execute("DROP TABLE import_changes")


def spans(ids: Iterable[int], gap: int = 16) -> list[tuple[int, int]]:
    """Return ids as ranges for the search outbox; small gaps are covered, which costs only a look at those records."""
    found: list[tuple[int, int]] = []
    for record in sorted(ids):
        if found and record - found[-1][1] <= gap:
            found[-1] = (found[-1][0], record)
        else:
            found.append((record, record))
    return found
