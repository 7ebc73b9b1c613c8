"""A process that is killed in the middle of a move or a decision leaves all as it was; the next one makes it whole."""

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


_VOTE = """
import os, sys, time
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "pinzhi.config.settings"
django.setup()
from pinzhi.records.database import migrate
migrate()
from pinzhi.records.accounts.permissions import SYSTEM, actor_for
from pinzhi.records.assessment.actions import decisions
from pinzhi.records.assessment.actions.rounds import appoint_member
from pinzhi.records.assessment.models import Motion
from tests.build import TODAY, make_user
from tests.records.assessment.build import make_entry, make_round, moment
motion = Motion.objects.first()
if motion is None:
    entry = make_entry(make_round(), state="deliberation")
    for stage in ("desk_review", "satisfaction_survey", "site_visit", "hearing"):
        entry.results.create(stage=stage, number=1, percent="70", marks_digest="d", actor="x", sealed_at=moment().at)
    user = make_user("member@example.org")
    appoint_member(actor=SYSTEM, round_id=entry.round_id, user_id=user.pk, name="m", when=moment())
    motion = decisions.open_motion(actor=SYSTEM, entry_id=entry.pk, grade="excellence", when=moment())
    decisions.cast_ballot(
        actor=actor_for(user, TODAY), motion_id=motion.pk, choice="yes", reason="r", when=moment()
    )
if sys.argv[1] == "hang":
    told = decisions.note
    def hang(*args, **more):
        told(*args, **more)
        print("written", flush=True)
        time.sleep(600)
    decisions.note = hang
decisions.close_motion(actor=SYSTEM, motion_id=motion.pk, when=moment())
"""


def test_a_decision_is_made_wholly_or_not_at_all(tmp_path: Path) -> None:
    environment = os.environ | {"PINZHI_HOME": str(tmp_path), "PINZHI_LANG": "en", "PINZHI_DATABASE_URL": ""}
    command = [sys.executable, "-c", _VOTE]
    with subprocess.Popen([*command, "hang"], env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "written\n"  # grade, count and journal, all before the commit
        running.send_signal(signal.SIGKILL)
    assert _decided(tmp_path) == ("", 0, 0, 1)
    subprocess.run([*command, "go"], env=environment, check=True, stdout=subprocess.PIPE)
    assert _decided(tmp_path) == ("excellence", 1, 1, 1)


def _decided(home: Path) -> tuple[str, int, int, int]:
    """Return the entry's grade, the motions counted, the lines of the journal about it, and the ballots."""
    with sqlite3.connect(home / "pinzhi.sqlite3") as database:
        (grade,) = database.execute("SELECT grade FROM assessment_entry").fetchone()
        (closed,) = database.execute("SELECT count(*) FROM assessment_motion WHERE closed_at IS NOT NULL").fetchone()
        sql = "SELECT count(*) FROM journal_entry WHERE action = 'assessment.motion.close'"
        (lines,) = database.execute(sql).fetchone()
        (ballots,) = database.execute("SELECT count(*) FROM assessment_ballot").fetchone()
    return grade, closed, lines, ballots


def _look(home: Path) -> tuple[str, int, int, int]:
    """Return the entry's state and version, its steps, and the lines of the journal about its moves."""
    with sqlite3.connect(home / "pinzhi.sqlite3") as database:
        state, version = database.execute("SELECT state, version FROM assessment_entry").fetchone()
        (steps,) = database.execute("SELECT count(*) FROM assessment_entrystep").fetchone()
        sql = "SELECT count(*) FROM journal_entry WHERE action = 'assessment.move'"
        (lines,) = database.execute(sql).fetchone()
    return state, version, steps, lines
