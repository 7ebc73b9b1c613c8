"""Lines are sealed once, in order, whoever does it, whatever the clock says, and whenever it is interrupted."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from pinzhi.engine.errors import BadInput, Conflict, NotFound, Unavailable
from pinzhi.engine.journal.heads import Head
from pinzhi.engine.journal.proofs import check, keys_from_json, proof_from_json
from pinzhi.engine.journal.tree import is_consistent
from pinzhi.records.journal import models, notes, outside, pending, verification
from pinzhi.records.journal.actions import write
from pinzhi.records.journal.origin import coming_from
from pinzhi.records.journal.proving import consistency, proof_of_line, proof_of_position
from pinzhi.records.journal.resuming import resume
from pinzhi.records.journal.sealing import seal
from pinzhi.records.journal.storage import head_of, newest_head
from pinzhi.records.journal.verification import verify
from pinzhi.records.signing import public_keys, rotate
from tests.records.journal.build import START, guard, run, seal_at, unguard, write_lines

sealed = pytest.mark.django_db
POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
only_postgresql = pytest.mark.skipif(not POSTGRESQL, reason="SQLite lets one transaction write at a time")


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """Let transactions really end; what was sealed is taken away again, which the triggers would refuse."""
    yield
    unguard()
    for table in ("journal_leaf", "journal_node", "journal_head", "journal_entry", "journal_progress"):
        run(f"DELETE FROM {table}")  # noqa: S608 (names of our tables)
    guard()


@sealed
def test_lines_get_positions_in_order_and_every_one_a_proof() -> None:
    ids = write_lines(300)
    seal_at(1)
    ids += write_lines(5, first=300)
    seal_at(2)

    keys = [key.text for key in public_keys("journal")]
    for place in (0, 255, 256, 299, 300, 304):
        proof = proof_of_line(ids[place])
        assert (proof.position, proof.head.number, proof.head.size) == (place, 2, 305)
        assert proof.line is not None
        assert proof.line.object_key == f"mayor-8/{place:04}"
        assert check(proof_from_json(json.loads(json.dumps(proof.as_json()))), keys).is_good
        assert proof_of_position(place).line is None
        assert check(proof_of_position(place), keys).is_good


@sealed
def test_a_proof_changed_in_any_place_does_not_hold() -> None:
    ids = write_lines(20)
    seal_at(1)
    keys = [key.text for key in public_keys("journal")]
    value = proof_of_line(ids[7]).as_json()
    changed = [
        {**value, "position": 8},
        {**value, "leaf": "0" * 64},
        {**value, "line": {**value["line"], "actor": "user:99"}},
        {**value, "path": value["path"][1:]},
        {**value, "path": [*value["path"], "0" * 64]},
        {**value, "head": {**value["head"], "size": 21}},
        {**value, "head": {**value["head"], "root": "0" * 64}},
        {**value, "head": {**value["head"], "at": "2023-01-04T00:00:00.000000Z"}},
        {**value, "head": {**value["head"], "signature": "0" * 128}},
    ]

    assert check(proof_from_json(value), keys).is_good
    assert [check(proof_from_json(one), keys).is_good for one in changed] == [False] * len(changed)
    assert not check(proof_from_json(value), []).is_good
    assert not check(proof_from_json(value), ["z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"]).is_good


@pytest.mark.parametrize(
    "value",
    [None, [], {}, {"type": "pinzhi-journal-proof", "v": 1}, {"type": "pinzhi-journal-proof", "v": 1, "path": [5]}],
)
def test_what_is_no_proof_is_refused(value: Any) -> None:
    with pytest.raises(BadInput, match=r"journal\."):
        proof_from_json(value)
    with pytest.raises(BadInput, match=r"journal\.keys"):
        keys_from_json(value)


@sealed
def test_heads_only_ever_grow_and_prove_it() -> None:
    for count in range(1, 8):
        write_lines(count, first=count * 10)
        seal_at(count)

    heads = [head_of(row) for row in models.Head.objects.order_by("number")]
    assert [head.size for head in heads] == [1, 3, 6, 10, 15, 21, 28]
    for old in heads:
        for new in heads[old.number - 1 :]:
            proof = consistency(old.number, new.number)
            assert is_consistent(old.size, new.size, (old.root, new.root), proof.path)
    with pytest.raises(BadInput, match=r"journal\.heads_order"):
        consistency(3, 2)
    with pytest.raises(NotFound):
        consistency(1, 99)


@sealed
def test_an_old_journal_is_taken_over_with_the_first_head_only() -> None:
    for number in range(3):
        models.Entry.objects.create(
            at=START, actor="user:1", action="old", object_kind="entry", object_key=str(number), detail={"x": 1e-7}
        )
    write_lines(1)
    assert seal_at(1) == 4
    assert verify().faults == ()

    late = models.Entry.objects.create(at=START, actor="user:1", action="old", object_kind="entry", object_key="late")

    assert seal_at(2) == 0
    assert [(fault.code, fault.entry) for fault in verify().faults] == [("inserted", late.pk)]


@sealed
def test_a_clock_set_back_does_not_set_heads_back() -> None:
    write_lines(1)
    seal_at(1_000)
    write_lines(1, first=1)
    seal_at(10)

    first, second = (head_of(row) for row in models.Head.objects.order_by("number"))
    assert first.at == second.at == "2024-01-04T01:16:40.000000Z"
    assert verify().faults == ()


@sealed
def test_a_new_key_signs_on_and_the_old_one_still_counts() -> None:
    write_lines(2)
    seal_at(1)
    write_lines(1, first=2)
    rotate("journal")
    seal_at(2)
    write_lines(1, first=3)
    seal_at(3)

    keys = [row.key for row in models.Head.objects.order_by("number")]
    assert keys == [key.text for key in (public_keys("journal")[0], *[public_keys("journal")[1]] * 2)]
    assert verify().faults == ()


@sealed
def test_odd_details_are_sealed_as_they_are_read_again() -> None:
    odd = {"f": 0.1, "t": 1e-7, "whole": 5.0, "big": 2**70, "n": None, "键": ["审", {"é": -0.0}], "q": '"\\\n\u2028'}
    write(at=START, actor="user:1", action="odd", object_kind="x", object_key="键", detail=odd)
    seal_at(1)

    assert verify().faults == ()
    assert models.Entry.objects.get().detail["big"] == "1180591620717411303424"


@sealed
def test_sealed_lines_are_neither_changed_nor_removed_by_mistake() -> None:
    ids = write_lines(2)
    seal_at(1)
    waiting = write_lines(1, first=2)

    for sql in (
        f"UPDATE journal_entry SET actor = 'x' WHERE id = {ids[0]}",  # noqa: S608 (a number)
        f"DELETE FROM journal_entry WHERE id = {ids[0]}",  # noqa: S608 (a number)
        "UPDATE journal_leaf SET position = 9 WHERE position = 1",
        "DELETE FROM journal_leaf",
        "UPDATE journal_head SET size = 9",
        "DELETE FROM journal_head",
        *(["TRUNCATE journal_entry", "TRUNCATE journal_leaf"] if POSTGRESQL else []),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            run(sql)
    assert run("UPDATE journal_entry SET actor = 'x' WHERE id = %s", waiting[0]) == 1


@sealed
def test_lines_say_where_they_come_from() -> None:
    with coming_from("web") as origin:
        write_lines(2)
    Context().run(write_lines, 1, first=2)  # as it is where no door set anything

    origins = list(models.Entry.objects.order_by("pk").values_list("origin", flat=True))
    assert origins[:2] == [f"web/{origin.passage}/1", f"web/{origin.passage}/2"]
    assert origins[2].startswith("task/")


@sealed
def test_heads_and_digests_stand_outside_the_database() -> None:
    write_lines(3)
    seal_at(1)
    write_lines(2, first=3)
    seal_at(2)

    kept = list(outside.kept_heads(outside.heads_file()))
    assert kept == [head_of(row) for row in models.Head.objects.order_by("number")]
    digests = b"".join(bytes(row.digest) for row in models.Leaf.objects.order_by("position"))
    assert outside.digests_file().read_bytes() == digests


@sealed
def test_files_cut_off_by_a_crash_are_completed() -> None:
    write_lines(3)
    seal_at(1)
    whole = outside.heads_file().read_bytes(), outside.digests_file().read_bytes()
    write_lines(2, first=3)
    seal_at(2)
    complete = outside.heads_file().read_bytes(), outside.digests_file().read_bytes()

    outside.heads_file().write_bytes(complete[0][:-30])
    outside.digests_file().write_bytes(complete[1][:-7])
    outside.publish()
    assert (outside.heads_file().read_bytes(), outside.digests_file().read_bytes()) == complete

    outside.heads_file().write_bytes(whole[0])
    outside.digests_file().write_bytes(complete[1] + b"left over")
    outside.publish()
    assert (outside.heads_file().read_bytes(), outside.digests_file().read_bytes()) == complete


@sealed
def test_notes_go_once_their_lines_are_sealed(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        write_lines(3)
    monkeypatch.setattr(notes, "SLOT_S", notes.SLOT_S / 1_000)  # what was just written lies many slots back
    folder = Path(settings.JOURNAL_FOLDER)
    notes.remove_old_notes()
    assert len(list(folder.glob("written-*"))) == 1

    seal_at(1)
    notes.remove_old_notes()

    assert list(folder.glob("written-*")) == []


@sealed
def test_after_an_old_backup_the_journal_goes_on_and_says_what_is_lost() -> None:
    ids = write_lines(300)
    seal_at(1)
    waiting = write_lines(2, first=300)
    lost = write_lines(4, first=302)
    seal_at(2)
    published = outside.heads_file().read_bytes()
    unguard()
    for sql in (
        f"DELETE FROM journal_entry WHERE id >= {lost[0]}",  # noqa: S608 (a number)
        "DELETE FROM journal_leaf WHERE position >= 300",
        "DELETE FROM journal_head WHERE number > 1",
        f"UPDATE journal_progress SET last_entry_id = {ids[-1]}",  # noqa: S608 (a number)
    ):
        run(sql)
    with pytest.raises(Unavailable, match=r"journal\.behind"):
        seal_at(3)

    done = resume(at=START, actor="command:journal", reason="disk failed")
    write_lines(1, first=400)
    seal_at(4)

    assert (done.first, done.end, done.found) == (300, 306, 2)
    assert outside.heads_file().read_bytes().startswith(published)
    assert proof_of_line(waiting[1]).position == 301
    report = verify()
    assert (report.size, report.lost, report.faults) == (308, ((300, 306),), ())
    with pytest.raises(Conflict, match=r"journal\.not_behind"):
        resume(at=START, actor="command:journal", reason="again")


@sealed
def test_lines_overlooked_are_sealed_by_the_daily_run() -> None:
    ids = write_lines(3)
    seal_at(1)
    hidden = write_lines(2, first=3)
    run("UPDATE journal_progress SET last_entry_id = %s", hidden[0])
    assert seal_at(2) == 1

    assert seal(START + timedelta(seconds=3)) == 1
    assert proof_of_line(hidden[0]).position == len(ids) + 1
    assert verify().faults == ()


@only_postgresql
def test_a_transaction_that_ends_late_is_not_missed(committed: None) -> None:
    with ThreadPoolExecutor(1) as other:
        connection.close()

        def late() -> list[int]:
            with transaction.atomic():
                made = write_lines(1, first=50)
                other_done = write_and_seal_elsewhere()
            connection.close()
            return [*made, *other_done]

        made = other.submit(late).result()
    assert pending.progress()[1] != ()
    seal_at(2)

    positions = dict(models.Leaf.objects.values_list("entry_id", "position"))
    assert positions == {made[0]: 1, made[1]: 0}
    assert verify().faults == ()


def write_and_seal_elsewhere() -> list[int]:
    """Write and seal a line in a transaction of its own, beside the one that is under way."""

    def act() -> list[int]:
        made = write_lines(1, first=60)
        seal_at(1)
        connection.close()
        return made

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act).result()


def test_long_journals_are_verified_by_several_processes(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "SPAN", 100)
    monkeypatch.setattr(verification, "ALONE", 0)
    ids = write_lines(700)
    seal_at(1)
    unguard()
    run("UPDATE journal_entry SET actor = 'user:99' WHERE id = %s", ids[650])

    report = verify(processes=2)

    assert (report.size, report.lines) == (700, 700)
    assert [(fault.code, fault.first) for fault in report.faults] == [("changed", 650)]
    guard()


@only_postgresql
def test_many_writers_and_two_sealers_leave_one_sound_journal(committed: None) -> None:
    def writer(number: int) -> None:
        for step in range(25):
            with transaction.atomic():
                write(at=START, actor=f"user:{number}", action="a", object_kind="x", object_key=str(step))
        connection.close()

    def sealer() -> None:
        for _ in range(40):
            seal(timezone.now())
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        work = [pool.submit(writer, number) for number in range(4)] + [pool.submit(sealer) for _ in range(2)]
        for one in work:
            one.result()
    seal(timezone.now())

    assert list(models.Leaf.objects.order_by("position").values_list("position", flat=True)) == list(range(100))
    report = verify()
    assert (report.size, report.faults) == (100, ())


_SEAL_AND_DIE = """
import os, signal, sys
import django
django.setup()
from pinzhi.records.database import migrate
migrate()
from django.utils import timezone
from pinzhi.records.journal import outside, sealing
from tests.records.journal.build import write_lines
point = sys.argv[1]
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
if point == "before the head":
    sealing.insert_head = die
elif point == "before the files":
    outside.publish = die
elif point == "between the files":
    outside._whole_bytes = die
if point != "never":
    write_lines(300)
sealing.seal(timezone.now())
from pinzhi.records.journal.verification import verify
report = verify()
print(report.size, report.heads, [one.code for one in report.faults])
"""


@pytest.mark.parametrize(
    ("point", "heads"), [("before the head", 0), ("before the files", 1), ("between the files", 1)]
)
def test_killed_while_sealing_it_goes_on(point: str, heads: int, tmp_path: Path) -> None:
    environment = os.environ | {"PINZHI_HOME": str(tmp_path), "PINZHI_DATABASE_URL": ""}
    command = [sys.executable, "-c", _SEAL_AND_DIE]

    assert subprocess.run([*command, point], env=environment, check=False).returncode == -signal.SIGKILL
    with sqlite3.connect(tmp_path / "pinzhi.sqlite3") as database:
        counts = [database.execute(f"SELECT count(*) FROM journal_{what}").fetchone()[0] for what in ("leaf", "head")]  # noqa: S608
    after = subprocess.run([*command, "never"], env=environment, check=True, capture_output=True, text=True)

    assert counts == [300 * heads, heads]
    assert after.stdout == "300 1 []\n"
    assert (tmp_path / "journal" / "leaves.bin").stat().st_size == 300 * 32


def test_newest_head_is_none_before_any(db: None) -> None:
    head: Head | None = newest_head()

    assert head is None
    assert verify().faults == ()
