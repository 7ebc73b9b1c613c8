"""`pinzhi check` judges and `pinzhi doctor` says how to mend, on the tests' own database."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pinzhi.commands import check, doctor, findings
from pinzhi.records.tasks.models import Task
from tests.records.journal.build import run, seal_at, unguard, write_lines

pytestmark = pytest.mark.django_db
AT = datetime(2024, 1, 4, 1, 30, tzinfo=UTC)


def test_check_ends_with_1_when_the_index_is_missing_and_with_0_once_doctor_made_it() -> None:
    before = CliRunner().invoke(check.command)
    mended = CliRunner().invoke(doctor.command, ["--fix"])
    after = CliRunner().invoke(check.command)

    assert before.exit_code == 1
    assert "✗ There is no search index" in before.output
    assert mended.exit_code == 0, mended.output
    assert after.exit_code == 0, after.output
    assert "✗" not in after.output


def test_doctor_names_the_remedy_and_changes_nothing_unasked(settings: Any) -> None:
    told = CliRunner().invoke(doctor.command)

    assert told.exit_code == 1
    assert "pinzhi doctor --fix" in told.output
    assert not Path(settings.SEARCH_FOLDER).exists()


def test_check_can_read_the_rulebook_alone() -> None:
    told = CliRunner().invoke(check.command, ["--rulebook"])

    assert told.exit_code == 0
    assert re.fullmatch(
        r"✓ Rulebook qingdao, all of its \d\d+ worked cases hold, and \d+ figures are well defined\n", told.output
    )


def test_a_rulebook_that_is_not_there_is_bad(settings: Any) -> None:
    settings.CITY = "nowhere"

    finding = findings.rules()

    assert finding.grade == "bad"
    assert "nowhere" in finding.text.zh
    assert "nowhere" in finding.text.en


def test_a_key_that_others_can_read_is_bad_and_is_mended(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    (tmp_path / "secret-key").touch(mode=0o644)

    finding = findings.home_folder()
    assert finding.grade == "bad"
    assert finding.mend
    finding.mend()

    assert findings.home_folder().grade == "good"
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_public_site_without_https_is_doubtful(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["quality.example.org"]

    first = next(findings.settings_checks())

    assert first.grade == "doubtful"
    assert first.remedy
    assert "PINZHI_HTTPS" in first.remedy.en


def test_background_work_that_stands_still_or_was_given_up_is_told() -> None:
    task = Task.objects.create(kind="mail", key="1", since=AT, due_at=AT)
    late = findings.background_work()
    task.dead_at = AT
    task.save()
    dead = findings.background_work()

    assert (late.grade, dead.grade) == ("bad", "doubtful")
    assert "2024-01-04 09:30" in late.text.en
    assert dead.remedy
    assert "/desk/tasks" in dead.remedy.en


def test_the_journal_says_what_waits_and_doctor_seals_it() -> None:
    write_lines(3)
    before = findings.journal()
    assert (before.grade, before.text.en) == ("doubtful", "No journal line is sealed yet, 3 wait")
    assert before.mend
    before.mend()

    after = findings.journal()

    assert after.grade == "good"
    assert after.text.en == "Journal: 3 lines, head 1 is less than a minute old and its batch holds, 0 lines wait"


def test_a_head_that_is_old_while_lines_wait_is_doubtful() -> None:
    write_lines(2)
    seal_at(10)  # the clock of the tests' journal: long ago
    assert findings.journal().grade == "good"

    write_lines(1, first=2)

    assert (findings.journal().grade, " d old and its batch holds, 1 lines wait" in findings.journal().text.en) == (
        "doubtful",
        True,
    )


def test_a_line_changed_under_the_newest_head_is_bad_and_one_before_it_is_left_to_verify() -> None:
    older, *_ = write_lines(3)
    seal_at(10)
    newer, *_ = write_lines(3, first=3)
    seal_at(20)
    unguard()

    run("UPDATE journal_entry SET actor = 'user:999' WHERE id = %s", older)
    assert findings.journal().grade == "good"
    run("UPDATE journal_entry SET actor = 'user:999' WHERE id = %s", newer)

    finding = findings.journal()
    assert finding.grade == "bad"
    assert "the line was changed after it was sealed" in finding.text.en
    assert finding.remedy
    assert "pinzhi journal verify" in finding.remedy.en
    assert finding.mend is None
