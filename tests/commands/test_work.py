"""`pinzhi work`: what one worker that is killed leaves undone, the next one does, and what it did is not done again."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pinzhi.commands import work
from pinzhi.records.tasks.models import Task
from tests.records.notices.test_messages import AT

# A worker whose scanner hangs is killed; its claim runs out at once, since the next worker's clock is an hour ahead.
_WORK = """
import os, sys, time
from datetime import timedelta
import django
django.setup()
from django.conf import settings
from django.utils import timezone
from pinzhi.commands.tasks import TASKS
from pinzhi.records.accounts.models import User
from pinzhi.records.database import migrate
from pinzhi.records.files import screening
from pinzhi.records.tasks.queue import work
settings.SCAN_COMMAND = "scan {file}"
def hang(digest):
    print("taken", flush=True)
    time.sleep(600)
def find(digest):
    return 1, "FOUND"
if sys.argv[1] == "hang":
    migrate()
    sender = User.objects.create(email="li@example.org")
    screening.ask("0" * 64, name="a.pdf", sender=sender.pk)
    screening._scan = hang
    work(TASKS, timezone.now)
screening._scan = find
print(work(TASKS, lambda: timezone.now() + timedelta(hours=float(sys.argv[1]))))
"""


def test_what_a_killed_worker_had_taken_is_done_once_more_with_one_effect(tmp_path: Path) -> None:
    environment = os.environ | {
        "PINZHI_HOME": str(tmp_path), "PINZHI_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "pinzhi.config.settings",
    }  # fmt: skip

    def worker(how: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-c", _WORK, how], env=environment, stdout=subprocess.PIPE, text=True)

    with worker("hang") as killed:
        assert killed.stdout
        assert killed.stdout.readline() == "taken\n"
        killed.send_signal(signal.SIGKILL)
    said = []
    for hours in ("0", "1", "2"):
        with worker(hours) as next_one:
            assert next_one.stdout
            said.append(next_one.stdout.read().strip())

    nothing = "Worked(done=0, put_off=0, given_up=0)"
    assert said == [nothing, "Worked(done=1, put_off=0, given_up=0)", nothing]
    with sqlite3.connect(tmp_path / "pinzhi.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM notices_message").fetchone() == (1,)


@pytest.mark.django_db
def test_once_does_what_is_due_and_says_how_much() -> None:
    Task.objects.create(kind="mail", key="1", since=AT, due_at=AT)

    told = CliRunner().invoke(work.command, ["--once"])

    assert told.output == "1 tasks done, 0 put off, of these 0 given up\n"
