"""The database itself: does it answer, are its tables up to date, does its clock agree."""

from datetime import datetime

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


def ask() -> None:
    """Ask the database for nothing but an answer; its error says why there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def answers() -> bool:
    """Say whether the database answers at all."""
    try:
        ask()
    except DatabaseError:
        return False
    return True


def vendor() -> str:
    """Return ``sqlite`` or ``postgresql``."""
    return connection.vendor


def pending_migrations() -> tuple[str, ...]:
    """Return the changes of tables that this version needs and the database has not had, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)


def migrate() -> None:
    """Bring the tables up to date; running it again changes nothing."""
    call_command("migrate", verbosity=0, interactive=False)


def take_stock() -> None:
    """Have the database look at how values are spread, by which it chooses indexes; PostgreSQL does so by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize=0x10002")  # tables that changed much, whoever changed them


def now_there() -> datetime | None:
    """Return the database server's own time; None where the database is a file of this machine."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    if not isinstance(moment, datetime):
        raise TypeError(f"clock_timestamp() gave {moment!r}")
    return moment
