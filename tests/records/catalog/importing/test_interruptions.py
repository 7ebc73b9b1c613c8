"""A run that is killed, stopped or out of room leaves nothing half-written, and the next one completes."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from pinzhi.engine.errors import Unavailable
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.catalog import models
from pinzhi.records.catalog.importing import files
from pinzhi.records.catalog.importing.run import import_file

NOW = datetime(2024, 1, 4, 2, tzinfo=UTC)
ROWS = 60_000
BATCH = 20_000


def _standards(path: Path, rows: int, *, bad_every: int = 1_000) -> Path:
    """Write standards, each replacing the one before it in pairs; every thousandth row has an impossible date."""
    with path.open("w", encoding="utf-8") as file:
        file.write("number,title_zh,published_on,replaces,drafters\n")
        for row in range(rows):
            day = "2020-02-30" if row % bad_every == bad_every - 1 else "2020-02-20"
            replaces = f"GB/T {row - 1}-2020" if row % 2 else ""
            file.write(f"GB/T {row}-2020,第 {row} 号标准,{day},{replaces},青岛甲有限公司;青岛乙有限公司\n")
    return path


@pytest.fixture
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = files.SourceFile.batches.__defaults__
    assert defaults == (BATCH,)
    monkeypatch.setattr(files.SourceFile.batches, "__defaults__", (100,))


@pytest.mark.django_db
@pytest.mark.usefixtures("_small_batches")
def test_a_stopped_run_goes_on_after_the_last_settled_batch(tmp_path: Path) -> None:
    path = _standards(tmp_path / "a.csv", 1_000, bad_every=10)
    batches = iter([False, False, True])
    first = import_file("standards", path, actor=SYSTEM, now=NOW, stopped=lambda: next(batches))
    assert (first.is_stopped, first.rows, first.refused) == (True, 300, 30)

    second = import_file("standards", path, actor=SYSTEM, now=NOW)

    run = models.ImportRun.objects.get()
    assert (second.resumed_after, second.rows) == (300, 700)
    assert (run.state, run.rows_read, run.created, run.refused) == ("done", 1_000, 900, 100)
    assert models.Standard.objects.count() == 900
    assert second.rejects is not None
    assert len(second.rejects.read_text("utf-8-sig").splitlines()) == 101


@pytest.mark.django_db
@pytest.mark.usefixtures("_small_batches")
def test_restart_begins_anew_and_finds_everything_in(tmp_path: Path) -> None:
    path = _standards(tmp_path / "a.csv", 1_000)
    import_file("standards", path, actor=SYSTEM, now=NOW, stopped=lambda: True)

    report = import_file("standards", path, actor=SYSTEM, now=NOW, restart=True)

    assert (report.resumed_after, report.created, report.unchanged, report.refused) == (0, 899, 100, 1)
    assert sorted(models.ImportRun.objects.values_list("state", flat=True)) == ["done", "failed"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_small_batches")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite lets a test fill its disk")
def test_a_full_disk_rolls_the_batch_back_and_says_how_to_go_on(tmp_path: Path) -> None:
    path = _standards(tmp_path / "a.csv", 2_000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # pages that earlier tests left free would be room
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 60}")

    with pytest.raises(Unavailable) as refusal:
        import_file("standards", path, actor=SYSTEM, now=NOW)

    settled = models.ImportRun.objects.get().rows_read
    assert refusal.value.code == "import.failed"
    assert "full" in refusal.value.text.en
    assert f"after row {settled}:" in refusal.value.text.en
    assert 0 < settled < 2_000
    assert models.Standard.objects.count() == settled - settled // 1_000
    assert models.Drafting.objects.count() == 2 * models.Standard.objects.count()

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
    report = import_file("standards", path, actor=SYSTEM, now=NOW)
    assert (report.resumed_after, models.Standard.objects.count()) == (settled, 1_998)


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An installation of its own, so that it can be killed."""
    environment = os.environ | {"PINZHI_HOME": str(tmp_path / "home"), "PINZHI_LANG": "en", "PINZHI_DATABASE_URL": ""}
    (tmp_path / "home").mkdir()
    subprocess.run([sys.executable, "-c", _MIGRATE], env=environment, check=True)
    return environment


_MIGRATE = "import django; django.setup(); from django.core.management import call_command;" \
    " call_command('migrate', verbosity=0, skip_checks=True)"  # fmt: skip


def _import(home: dict[str, str], path: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from pinzhi.commands.main import main; main()",
            "import",
            "standards",
            str(path),
            "--quiet",
        ],
        env=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _look(home: dict[str, str], sql: str) -> list[tuple[int, ...]]:
    with sqlite3.connect(Path(home["PINZHI_HOME"]) / "pinzhi.sqlite3", timeout=20) as database:
        return database.execute(sql).fetchall()


def _wait_for_rows(home: dict[str, str], rows: int, running: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and running.poll() is None:
        if (_look(home, "SELECT COALESCE(MAX(rows_read), 0) FROM catalog_importrun")[0][0]) >= rows:
            return
        time.sleep(0.01)


_WHOLE = (
    "SELECT (SELECT rows_read - refused FROM catalog_importrun), (SELECT COUNT(*) FROM catalog_standard),"
    " (SELECT COUNT(*) / 2 FROM catalog_drafting),"
    " (SELECT SUM(last_id - first_id + 1) FROM catalog_searchchange WHERE kind = 'standard')"
)


def test_a_killed_run_leaves_whole_batches_and_the_next_completes(home: dict[str, str], tmp_path: Path) -> None:
    path = _standards(tmp_path / "a.csv", ROWS)

    for wait in (BATCH, 2 * BATCH):
        running = _import(home, path)
        _wait_for_rows(home, wait, running)
        time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        settled, standards, drafted, announced = _look(home, _WHOLE)[0]
        assert settled == standards == drafted == announced
        assert settled > 0

    finished = _import(home, path)
    said, _ = finished.communicate()
    assert finished.returncode == 1  # some rows were refused
    assert "Went on after row" in said or "0 new" in said
    settled, standards, drafted, announced = _look(home, _WHOLE)[0]
    assert (settled, standards, drafted) == (ROWS - ROWS // 1_000,) * 3
    assert announced >= standards
    assert _look(home, "SELECT COUNT(*) FROM catalog_importrun WHERE state = 'done'") == [(1,)]
    assert _look(home, "SELECT COUNT(*) FROM catalog_replacement WHERE old_id IS NULL") == [(0,)]
