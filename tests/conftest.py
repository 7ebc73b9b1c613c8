"""Where the tests live: an own home folder, an own database, an own index a test, and a browser when one is asked for.

The suite runs on SQLite, or on the PostgreSQL server named by PINZHI_DATABASE_URL. No other setting of whoever runs the
tests reaches them.
"""

import os
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

_HOME = Path(tempfile.mkdtemp(prefix="pinzhi-tests-"))
for _name in [name for name in os.environ if name.startswith("PINZHI_") and name != "PINZHI_DATABASE_URL"]:
    del os.environ[_name]
os.environ |= {
    "PINZHI_HOME": str(_HOME),
    "PINZHI_VISITS": "0",  # counted in a thread of its own, which would outlive its test
    "DJANGO_SETTINGS_MODULE": "pinzhi.config.settings",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # the browser's driver runs an event loop in the thread of the test
}
(_HOME / "static").mkdir()

# The settings are read when they are imported, so these imports stand below the lines that decide what is read.
from django.conf import settings as _settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.utils.translation import activate  # noqa: E402

from pinzhi.config.environment import Environment  # noqa: E402

pytest_plugins = ["tests.migrated", "tests.visitors"]
Environment.model_config["env_file"] = None
_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
_database: dict[str, Any] = _settings.DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the live server and commands in other processes must see the same database.
    _database.setdefault("TEST", {})["NAME"] = str(_HOME / "test.sqlite3")
    _database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
else:
    _database["OPTIONS"]["options"] += " -c synchronous_commit=off"


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_folders_and_cache(settings: Any, tmp_path: Path) -> None:
    """Give every test an empty search index, folders for files, signing keys and journal of its own, an empty cache.

    Processes that share a run read their settings before this file, and so all with the home folder of the first.
    """
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.SEARCH_FOLDER = tmp_path / "search"
    settings.KEYS = tmp_path / "keys"
    settings.JOURNAL_FOLDER = tmp_path / "journal"
    cache.clear()
    activate(_settings.LANGUAGE_CODE)  # an English visitor of another test leaves her language behind


@pytest.fixture
def demo_day(settings: Any) -> date:
    """Let the site take the demo's day for today."""
    settings.TODAY = date(2024, 1, 4)
    return settings.TODAY
