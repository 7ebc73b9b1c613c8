"""A database whose migrations have run, kept between two runs of the tests: on SQLite a copy of its file.

Migrating takes as long as a hundred tests. The copy is named by the migrations that made it, so that a new or changed
one makes another; whatever it is copied to is still migrated, which then finds nothing to do.
"""

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker


def _kept(config: pytest.Config) -> Path:
    made_by = hashlib.sha256()
    for app in apps.get_app_configs():
        for file in sorted((Path(app.path) / "migrations").glob("*.py")):
            made_by.update(f"{app.label} {file.name}\n".encode() + file.read_bytes())
    return config.cache.mkdir("migrated") / f"{made_by.hexdigest()[:16]}.sqlite3"  # type: ignore[union-attr]


def _is_sqlite() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3")


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest, django_db_modify_db_settings: None) -> bool:
    """Tell whether the database is there already: put there from the copy, if there is one."""
    if not _is_sqlite():
        return bool(request.config.getvalue("reuse_db"))
    kept = _kept(request.config)
    if kept.exists():
        shutil.copyfile(kept, settings.DATABASES["default"]["TEST"]["NAME"])
    return kept.exists()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_keepdb: bool, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Keep a copy of the database that had to be migrated."""
    if django_db_keepdb or not _is_sqlite():
        return
    kept = _kept(request.config)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(unfinished)])
    for older in kept.parent.glob("*.sqlite3"):
        older.unlink(missing_ok=True)
    unfinished.replace(kept)
