"""A scanner between what is sent and what is given out."""

import shlex
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pinzhi.engine.errors import BadInput, Unavailable
from pinzhi.records.files.models import Screening
from pinzhi.records.notices.models import Message
from pinzhi.records.storage import Kept, checked_path, keep, thumbnail_path
from pinzhi.records.tasks.models import Task
from pinzhi.records.tasks.queue import Worked
from tests.build import make_actor, work_at
from tests.records.files.test_storage import photograph, sent

pytestmark = pytest.mark.django_db
SCANNER = """
import sys
content = open(sys.argv[1], "rb").read()
if sys.argv[2] == "ill": sys.exit(2)
if sys.argv[2] == "finds": print(sys.argv[1] + ": Test-Signature FOUND"); sys.exit(1)
"""


@pytest.fixture
def scanner(settings: Any, tmp_path: Path) -> Any:
    script = tmp_path / "scanner.py"
    script.write_text(SCANNER)

    def answers(how: str) -> None:
        settings.SCAN_COMMAND = shlex.join([sys.executable, str(script), "{file}", how])

    answers("passes")
    return answers


def later(minutes: int = 1) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


def refusal_of(kept: Kept) -> str:
    with pytest.raises(Unavailable) as refusal:
        checked_path(kept.digest)
    return refusal.value.code


def test_a_file_is_given_out_once_it_passed(scanner: Any) -> None:
    kept = keep(sent(photograph()))
    assert refusal_of(kept) == "files.screening.waiting"
    with pytest.raises(Unavailable):
        thumbnail_path(kept.digest)
    assert work_at(later()) == Worked(done=1)
    assert checked_path(kept.digest).is_file()


def test_a_file_that_did_not_pass_is_withheld_and_refused_when_sent_again(scanner: Any) -> None:
    scanner("finds")
    kept = keep(sent(photograph()))
    work_at(later())
    assert Screening.objects.get().said == "Test-Signature FOUND"
    assert refusal_of(kept) == "files.screening.withheld"
    with pytest.raises(BadInput) as refusal:
        keep(sent(photograph()))
    assert refusal.value.code == "files.screening.failed"


def test_the_sender_and_the_operators_are_told_once(scanner: Any) -> None:
    scanner("finds")
    sender, operator = make_actor("citizen"), make_actor("operator")
    keep(replace(sent(photograph()), by=sender.user_id))
    task = Task.objects.get()
    work_at(later())
    Task.objects.create(kind=task.kind, key=task.key, since=task.since, due_at=task.since)  # its worker died
    work_at(later())
    assert sorted(Message.objects.values_list("user_id", flat=True)) == sorted([sender.account_id, operator.account_id])


def test_a_scanner_in_trouble_is_asked_again_and_the_file_stays_withheld(scanner: Any) -> None:
    scanner("ill")
    kept = keep(sent(photograph()))
    assert work_at(later()) == Worked(put_off=1)
    assert refusal_of(kept) == "files.screening.waiting"
    scanner("passes")
    assert work_at(later(10)) == Worked(done=1)
    assert checked_path(kept.digest).is_file()


def test_what_came_before_a_scanner_was_set_is_given_out(settings: Any) -> None:
    kept = keep(sent(photograph()))
    settings.SCAN_COMMAND = "scan {file}"
    assert checked_path(kept.digest).is_file()
