"""Sittings: one clock on the server, one browser at a time, nothing lost, nothing counted twice or late."""

from datetime import timedelta

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound, PinzhiError
from pinzhi.records.journal.models import Entry
from pinzhi.records.training.actions.exams import give_time, mark_exam, move_window
from pinzhi.records.training.actions.sitting import Given, begin, go_on_here, note_left, save_answers, send
from pinzhi.records.training.models import Sitting
from pinzhi.records.training.rules import deadline_of, paper_of
from tests.records.training.classroom import NINE, Classroom, at, classroom, examined, fill, right_answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Classroom:
    made = fill(classroom(), 3, absent=[3])
    examined(made)
    return made


def _begun(room: Classroom, *, place: int = 0, browser: str = "b1", minutes: float = 0) -> Sitting:
    assert room.exam is not None
    return begin(actor=room.candidates[place], exam_id=room.exam.pk, browser=browser, when=at(minutes=minutes))


def _save(
    room: Classroom, sitting: Sitting, answers: dict[str, Given], *, minutes: float, browser: str = "b1", place: int = 0
):  # type: ignore[no-untyped-def]
    return save_answers(
        actor=room.candidates[place], sitting_id=sitting.pk, browser=browser, answers=answers, when=at(minutes=minutes)
    )


def _first(sitting: Sitting) -> str:
    return paper_of(sitting)[0].id


def test_begin_runs_the_clock_from_the_server_once(room: Classroom) -> None:
    first = _begun(room, minutes=3)

    again = _begun(room, minutes=30)

    assert (again.pk, again.began_at) == (first.pk, first.began_at)
    assert deadline_of(first, 60) == NINE + timedelta(minutes=63)


def test_answers_are_saved_with_their_number_the_time_left_and_a_class_of_time(room: Classroom) -> None:
    sitting = _begun(room)
    item = _first(sitting)

    saved = _save(room, sitting, {item: Given(("A",), 0)}, minutes=0.25)
    changed = _save(room, sitting, {item: Given(("B",), 1)}, minutes=10)

    assert (saved.numbers, saved.left_s, saved.answered) == ({item: 1}, 60 * 60 - 15, 1)
    assert (changed.numbers, changed.left_s) == ({item: 2}, 50 * 60)
    sitting.refresh_from_db()
    assert sitting.answers == {item: [2, ["B"]]}
    assert sitting.paces == {"under-30-s": 1}


def test_the_same_save_twice_counts_once(room: Classroom) -> None:
    sitting = _begun(room)
    item = _first(sitting)
    _save(room, sitting, {item: Given(("A",), 0)}, minutes=1)

    again = _save(room, sitting, {item: Given(("A",), 0)}, minutes=2)

    assert again.numbers == {item: 1}


def test_a_replayed_older_save_does_not_replace_a_newer_one(room: Classroom) -> None:
    sitting = _begun(room)
    item = _first(sitting)
    _save(room, sitting, {item: Given(("A",), 0)}, minutes=1)
    _save(room, sitting, {item: Given(("B",), 1)}, minutes=2)

    with pytest.raises(Conflict) as refusal:
        _save(room, sitting, {item: Given(("A",), 0)}, minutes=3)

    assert refusal.value.code == "training.answer.older"
    sitting.refresh_from_db()
    assert sitting.answers == {item: [2, ["B"]]}


@pytest.mark.parametrize(
    ("seconds", "counts"), [(-1, True), (0, False), (1, False)], ids=["last second", "at the end", "after"]
)
def test_a_window_that_closes_during_an_answer_refuses_it_at_the_second_and_keeps_the_rest(
    room: Classroom, seconds: int, counts: bool
) -> None:
    sitting = _begun(room)
    first, second = (one.id for one in paper_of(sitting)[:2])
    _save(room, sitting, {first: Given(("A",), 0)}, minutes=1)
    late = 60 + seconds / 60

    if counts:
        _save(room, sitting, {second: Given(("A",), 0)}, minutes=late)
    else:
        with pytest.raises(Conflict) as refusal:
            _save(room, sitting, {second: Given(("A",), 0)}, minutes=late)
        assert (refusal.value.code, refusal.value.facts["kept"]) == ("training.sitting.over", 1)
    sitting.refresh_from_db()
    assert sorted(sitting.answers) == sorted([first, second] if counts else [first])


def test_closing_the_examination_early_ends_every_sitting_at_that_second(room: Classroom) -> None:
    sitting = _begun(room)
    item = _first(sitting)
    _save(room, sitting, {item: Given(("A",), 0)}, minutes=1)
    assert room.exam is not None
    move_window(actor=room.body, exam_id=room.exam.pk, opens_at=NINE, ends_at=NINE + timedelta(minutes=20),
                ground="停电", when=at(minutes=15))  # fmt: skip

    with pytest.raises(Conflict, match=r"training\.sitting\.over"):
        _save(room, sitting, {item: Given(("B",), 1)}, minutes=20)

    mark_exam(actor=room.body, exam_id=room.exam.pk, when=at(minutes=21))
    sitting.refresh_from_db()
    assert (sitting.ending, sitting.ended_at) == ("closed", NINE + timedelta(minutes=20))
    assert sitting.answers == {item: [1, ["A"]]}


def test_a_server_clock_that_is_set_back_gives_no_time_back(room: Classroom) -> None:
    sitting = _begun(room)
    item = _first(sitting)
    _save(room, sitting, {item: Given(("A",), 0)}, minutes=50)

    saved = _save(room, sitting, {item: Given(("B",), 1)}, minutes=5)

    assert saved.left_s == 10 * 60


def test_the_later_browser_takes_over_the_earlier_is_told_and_nothing_is_lost(room: Classroom) -> None:
    sitting = _begun(room, browser="phone")
    first, second = (one.id for one in paper_of(sitting)[:2])
    _save(room, sitting, {first: Given(("A",), 0)}, minutes=1, browser="phone")

    _begun(room, browser="desk", minutes=2)
    with pytest.raises(Conflict) as refusal:
        _save(room, sitting, {second: Given(("A",), 0)}, minutes=3, browser="phone")
    with pytest.raises(Conflict):
        send(actor=room.candidates[0], sitting_id=sitting.pk, browser="phone", when=at(minutes=3))
    _save(room, sitting, {second: Given(("B",), 0)}, minutes=4, browser="desk")
    go_on_here(actor=room.candidates[0], sitting_id=sitting.pk, browser="phone", when=at(minutes=5))
    _save(room, sitting, {first: Given(("C",), 1)}, minutes=6, browser="phone")

    assert (refusal.value.code, refusal.value.facts["kept"]) == ("training.sitting.elsewhere", 1)
    sitting.refresh_from_db()
    assert sitting.answers == {first: [2, ["C"]], second: [1, ["B"]]}
    assert sitting.taken_over == 2
    assert Entry.objects.filter(action="training.sitting.take_over").count() == 2


def test_anothers_sitting_is_not_there(room: Classroom) -> None:
    sitting = _begun(room)

    for act in (
        lambda: _save(room, sitting, {_first(sitting): Given(("A",), 0)}, minutes=1, place=1),
        lambda: send(actor=room.candidates[1], sitting_id=sitting.pk, browser="b1", when=at(minutes=1)),
        lambda: go_on_here(actor=room.officer, sitting_id=sitting.pk, browser="b1", when=at(minutes=1)),
    ):
        with pytest.raises(NotFound, match=r"training\.sitting"):
            act()
    sitting.refresh_from_db()
    assert (sitting.answers, sitting.ended_at) == ({}, None)


@pytest.mark.parametrize(
    ("item", "chosen", "code"),
    [("no-such", ("A",), "training.answer.item"), ("", ("Z",), "training.answer.option"),
     ("", ("A", "B"), "training.answer.option")],
    ids=["unknown item", "unknown option", "two of a single choice"],
)  # fmt: skip
def test_what_is_not_on_the_paper_is_refused_and_nothing_of_the_save_is_kept(
    room: Classroom, item: str, chosen: tuple[str, ...], code: str
) -> None:
    sitting = _begun(room)
    good = paper_of(sitting)[1].id

    with pytest.raises(BadInput) as refusal:
        _save(room, sitting, {good: Given(("A",), 0), item or _first(sitting): Given(chosen, 0)}, minutes=1)

    assert refusal.value.code == code
    sitting.refresh_from_db()
    assert sitting.answers == {}


def test_sending_twice_is_sending_once(room: Classroom) -> None:
    sitting = _begun(room)
    _save(room, sitting, right_answers(sitting), minutes=5)

    first = send(actor=room.candidates[0], sitting_id=sitting.pk, browser="b1", when=at(minutes=10))
    again = send(actor=room.candidates[0], sitting_id=sitting.pk, browser="b1", when=at(minutes=11))

    assert (again.ended_at, again.ending) == (first.ended_at, "sent")
    assert Entry.objects.filter(action="training.sitting.send").count() == 1
    with pytest.raises(Conflict, match=r"training\.sitting\.over"):
        _save(room, sitting, {_first(sitting): Given(("B",), 1)}, minutes=12)


def test_a_paper_sent_too_late_is_taken_as_it_was_kept(room: Classroom) -> None:
    sitting = _begun(room)
    _save(room, sitting, {_first(sitting): Given(("A",), 0)}, minutes=5)

    sent = send(actor=room.candidates[0], sitting_id=sitting.pk, browser="b1", when=at(minutes=61))

    assert (sent.ending, sent.ended_at) == ("time", NINE + timedelta(minutes=60))


@pytest.mark.parametrize("minutes", [-1, 120, 500])
def test_nobody_begins_outside_the_window(room: Classroom, minutes: int) -> None:
    with pytest.raises(Conflict, match=r"training\.exam\.(early|over)"):
        _begun(room, minutes=minutes)


def test_who_missed_lessons_or_is_not_enrolled_or_runs_it_does_not_sit(room: Classroom) -> None:
    assert room.exam is not None
    with pytest.raises(Conflict) as barred:
        _begun(room, place=2)
    refused: list[PinzhiError] = []
    for actor in (room.firm, room.officer, room.body):
        with pytest.raises(NotAllowed) as refusal:
            begin(actor=actor, exam_id=room.exam.pk, browser="b1", when=at())
        refused.append(refusal.value)

    assert "出勤 0/32" in barred.value.text.zh
    assert [one.code for one in refused] == [
        "training.exam.enrolment",
        "training.exam.insider",
        "training.exam.insider",
    ]


def test_extra_time_moves_the_end_and_never_past_the_window(room: Classroom) -> None:
    sitting = _begun(room, minutes=50)

    give_time(actor=room.body, sitting_id=sitting.pk, minutes=5, ground="视力障碍", when=at(minutes=51))

    sitting.refresh_from_db()
    assert deadline_of(sitting, 60) == NINE + timedelta(minutes=115)
    give_time(actor=room.body, sitting_id=sitting.pk, minutes=60, ground="视力障碍", when=at(minutes=52))
    sitting.refresh_from_db()
    assert deadline_of(sitting, 60) == NINE + timedelta(minutes=120)


def test_leaving_the_page_is_counted_while_the_sitting_runs_and_says_nothing_else(room: Classroom) -> None:
    sitting = _begun(room)

    counts = [
        note_left(actor=room.candidates[0], sitting_id=sitting.pk, browser=browser, when=at(minutes=minutes))
        for browser, minutes in (("b1", 1), ("b1", 2), ("other", 3), ("b1", 60))
    ]

    assert counts == [1, 2, 2, 2]


def test_a_save_is_three_looks_and_one_write(room: Classroom, django_assert_max_num_queries: object) -> None:
    sitting = _begun(room)
    item = _first(sitting)

    with django_assert_max_num_queries(5):  # type: ignore[operator]  # savepoint and release among them
        _save(room, sitting, {item: Given(("A",), 0)}, minutes=1)
