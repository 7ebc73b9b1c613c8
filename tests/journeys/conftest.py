"""The city that the journeys visit: the demo's facts, imported and indexed once, and put back before each journey."""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import django
import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone
from playwright.sync_api import expect

django.setup()  # pytest may load this file before it has set Django up, and the records below need that

from pinzhi.records.accounts.demo import create_demo_accounts  # noqa: E402
from pinzhi.records.accounts.permissions import command  # noqa: E402
from pinzhi.records.catalog.demo.files import fact_files  # noqa: E402
from pinzhi.records.catalog.demo.loading import demo_folder  # noqa: E402
from pinzhi.records.catalog.importing.run import import_file  # noqa: E402
from pinzhi.records.catalog.search.build import rebuild  # noqa: E402

expect.set_options(timeout=30_000)  # a build machine may be busy; what never comes is still noticed
MADE_BY_DJANGO = {"django_content_type", "auth_permission"}  # these come back by themselves when tables are emptied


@dataclass
class Kept:
    """The city between two journeys: an index folder, and a copy of each table that holds something."""

    index: Path
    tables: tuple[str, ...] = ()

    def found(self) -> None:
        """Found the city by the real import, and keep it."""
        for file in fact_files(demo_folder()):
            report = import_file(file.kind, file.path, actor=command("demo"), now=timezone.now())
            assert report.refused == 0
        create_demo_accounts()
        rebuild()
        everything = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
        with connection.cursor() as cursor:
            for table in sorted(everything - MADE_BY_DJANGO):
                cursor.execute(f"DROP TABLE IF EXISTS kept_{table}")  # of an interrupted run
                cursor.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")  # noqa: S608 (names of our own tables)
                cursor.execute(f"SELECT count(*) FROM kept_{table}")  # noqa: S608 (names of our own tables)
                if cursor.fetchone()[0]:
                    self.tables += (table,)

    def restore(self) -> None:
        """Put the tables back as they were; each test leaves them empty."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table in self.tables:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 (names of our own tables)
                cursor.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")  # noqa: S608 (names of our own tables)
            for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
                cursor.execute(statement)


@pytest.fixture(scope="session")
def kept_city(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Return the city to be; the first journey founds it."""
    return Kept(tmp_path_factory.mktemp("city") / "search")


@pytest.fixture
def city(kept_city: Kept, live_server: Any, settings: Any, demo_day: date) -> None:
    """Let the demo city stand, on its day, with its accounts. Its index is shared: this journey changes no record."""
    settings.DEMO = True
    settings.SEARCH_FOLDER = kept_city.index
    if kept_city.tables:
        kept_city.restore()
    else:
        kept_city.found()


@pytest.fixture
def changing_city(city: None, kept_city: Kept, settings: Any, tmp_path: Path) -> None:
    """Let the demo city stand with an index and a folder of uploads of its own, for a journey that changes records."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.SEARCH_FOLDER = tmp_path / "own-search"
    shutil.copytree(kept_city.index, settings.SEARCH_FOLDER, symlinks=True)
