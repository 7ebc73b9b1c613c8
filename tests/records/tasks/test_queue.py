"""Background work: with the change it follows from, at least once, later again, in the end given up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from pinzhi.records.tasks import queue
from pinzhi.records.tasks.models import Task
from pinzhi.records.tasks.queue import CLAIM, TRIES, TaskError, Worked, enqueue, pause_after, work
from pinzhi.records.tasks.state import LATE, KindState, states

pytestmark = pytest.mark.django_db
AT = datetime(2024, 1, 4, 1, 30, tzinfo=UTC)


class Killed(BaseException):
    """The worker's process ends here."""


def run(do: Callable[[str], object], at: datetime = AT) -> Worked:
    return work({"call": lambda key, now: do(key) and None}, lambda: at)


def fail(key: str) -> None:
    raise TaskError("the line is busy")


def test_work_is_done_once_in_the_order_in_which_it_fell_due() -> None:
    enqueue("call", ["b"], at=AT - timedelta(minutes=1))
    enqueue("call", ["a", "b"], at=AT)
    enqueue("call", ["tomorrow"], at=AT + timedelta(days=1))
    calls: list[str] = []

    assert run(calls.append) == Worked(done=2)
    assert run(calls.append) == Worked()
    assert calls == ["b", "a"]


def test_what_is_undone_with_its_change_is_never_done() -> None:
    with transaction.atomic():
        enqueue("call", ["a"], at=AT)
        transaction.set_rollback(True)

    assert run(fail) == Worked()


def test_a_worker_killed_at_its_task_loses_its_claim_and_not_the_task() -> None:
    enqueue("call", ["a"], at=AT)
    calls: list[str] = []

    def die(key: str) -> None:
        calls.append(key)
        raise Killed

    with pytest.raises(Killed):
        run(die)

    assert run(calls.append, AT + CLAIM - timedelta(seconds=1)) == Worked()
    assert run(calls.append, AT + CLAIM) == Worked(done=1)
    assert calls == ["a", "a"]


def test_a_task_that_kills_every_worker_is_given_up() -> None:
    enqueue("call", ["a"], at=AT)
    Task.objects.update(tries=TRIES)

    assert run(fail) == Worked(put_off=1, given_up=1)
    assert Task.objects.get().error == "ended its worker"


def test_what_fails_is_tried_for_about_a_day_with_growing_pauses_and_then_kept() -> None:
    enqueue("call", ["a"], at=AT)
    at = AT
    for _ in range(TRIES):
        last = run(fail, at)
        assert run(fail, at) == Worked()
        at = Task.objects.get().due_at

    assert last == Worked(put_off=1, given_up=1)
    assert timedelta(hours=20) < at - AT < timedelta(hours=30)
    assert run(fail, AT + timedelta(days=30)) == Worked()
    assert states(AT) == (KindState("call", 0, 1, None),)


def test_a_mistake_in_one_task_keeps_no_other_from_being_done(caplog: pytest.LogCaptureFixture) -> None:
    enqueue("call", ["1", "x", "2"], at=AT)

    assert run(int) == Worked(done=2, put_off=1)
    assert "ValueError" in Task.objects.get().error
    assert "Traceback" in caplog.text


def test_of_two_workers_that_saw_a_task_due_one_has_it() -> None:
    enqueue("call", ["a"], at=AT)
    first, second = Task.objects.get(), Task.objects.get()

    assert (queue._take(first, AT), queue._take(second, AT)) == (True, False)


def test_a_worker_that_took_too_long_does_not_undo_what_the_next_one_found() -> None:
    enqueue("call", ["a"], at=AT)

    def slow(key: str) -> None:
        run(fail, AT + CLAIM)

    run(slow)

    task = Task.objects.get()
    assert (task.tries, task.error) == (2, "the line is busy")


def test_pauses_of_what_failed_together_differ() -> None:
    pauses = {pause_after(3, f"call {number}") for number in range(50)}

    assert len(pauses) > 40
    assert timedelta(minutes=4) <= min(pauses) <= max(pauses) <= timedelta(minutes=5)


def test_a_queue_that_nobody_works_at_is_late_after_a_quarter_of_an_hour() -> None:
    enqueue("call", ["a"], at=AT)

    assert states(AT + LATE) == (KindState("call", 1, 0, None),)
    assert states(AT + LATE + timedelta(seconds=1)) == (KindState("call", 1, 0, AT),)
