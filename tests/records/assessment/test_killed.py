"""A process that is killed in the middle of a move leaves the entry where it was; the next one makes the move."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

_DECIDE = """
import os, sys, time
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "pinzhi.config.settings"
django.setup()
from pinzhi.records.database import migrate
migrate()
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.assessment.actions import moving
from pinzhi.records.assessment.models import Entry
from tests.records.assessment.build import make_entry, make_round, moment
entry = Entry.objects.first() or make_entry(make_round(), state="accepted")
if sys.argv[1] == "hang":
    told = moving.note
    def hang(*args, **more):
        told(*args, **more)
        print("written", flush=True)
        time.sleep(600)
    moving.note = hang
moving.move_entry(actor=SYSTEM, entry_id=entry.pk, to="acceptance_notice", seen=entry.version, when=moment())
print("done", flush=True)
"""


def test_a_move_is_made_wholly_or_not_at_all(tmp_path: Path) -> None:
    environment = os.environ | {"PINZHI_HOME": str(tmp_path), "PINZHI_LANG": "en", "PINZHI_DATABASE_URL": ""}
    command = [sys.executable, "-c", _DECIDE]
    with subprocess.Popen([*command, "hang"], env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "written\n"  # step, state and journal, all before the commit
        running.send_signal(signal.SIGKILL)
    assert _look(tmp_path) == ("accepted", 0, 0, 0)
    subprocess.run([*command, "go"], env=environment, check=True, stdout=subprocess.PIPE)
    assert _look(tmp_path) == ("acceptance_notice", 1, 1, 1)


def _look(home: Path) -> tuple[str, int, int, int]:
    """Return the entry's state and version, its steps, and the lines of the journal about its moves."""
    with sqlite3.connect(home / "pinzhi.sqlite3") as database:
        state, version = database.execute("SELECT state, version FROM assessment_entry").fetchone()
        (steps,) = database.execute("SELECT count(*) FROM assessment_entrystep").fetchone()
        sql = "SELECT count(*) FROM journal_entry WHERE action = 'assessment.move'"
        (lines,) = database.execute(sql).fetchone()
    return state, version, steps, lines
