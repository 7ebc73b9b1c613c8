"""Attendance: the roll taken by the training body, and the check-in on site."""

from collections.abc import Mapping

from django.db import transaction

from pinzhi.engine.errors import Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.training.actions.noting import note
from pinzhi.records.training.models import Attendance, Enrolment, Lesson
from pinzhi.records.training.queries.visible import lesson_by_code, session_by_key

_BATCH = 2_000


def take_roll(*, actor: Actor, key: str, lesson_number: int, present: Mapping[str, bool], when: Moment) -> int:
    """Write who was there in a lesson, by admission number; returns how many rows changed.

    A correction changes the row and is in the journal with what stood before.
    """
    session = session_by_key(key)
    require(actor, "training.run", session)
    lesson = session.lessons.filter(number=lesson_number).first()
    if lesson is None:
        raise NotFound("training.lesson", "没有这一课。", "There is no such lesson.")
    _require_held(lesson, when)
    with transaction.atomic():
        admitted = {one.number: one for one in session.enrolments.select_for_update().filter(state="admitted")}
        unknown = next((number for number in present if number not in admitted), None)
        if unknown is not None:
            raise NotFound(
                "training.roll.number",
                "“{number}”没有被录取到这个班。",
                "“{number}” is not admitted to this session.",
                number=unknown[:60],
            )
        kept = {one.enrolment_id: one for one in lesson.attendance.all()}
        fresh, changed = [], []
        for number, is_present in present.items():
            row = kept.get(admitted[number].pk)
            if row is None:
                fresh.append(_attendance(actor, admitted[number], lesson, is_present, "roll", when))
            elif row.present != is_present:
                row.present, row.how, row.by, row.at = is_present, "roll", actor.key, when.at
                changed.append(row)
        Attendance.objects.bulk_create(fresh, batch_size=_BATCH)
        Attendance.objects.bulk_update(changed, ["present", "how", "by", "at"], batch_size=_BATCH)
        if fresh or changed:
            numbers = {one.pk: one.number for one in admitted.values()}
            note(actor, "roll", "training_session", key, when, session=session, lesson=lesson_number,
                 present=sum(one.present for one in fresh), new=len(fresh),
                 corrected={numbers[one.enrolment_id]: one.present for one in changed})  # fmt: skip
    return len(fresh) + len(changed)


def check_in(*, actor: Actor, code: str, when: Moment) -> Attendance:
    """Check oneself in by the code on the wall: on the day of the lesson, once, for oneself only."""
    lesson = lesson_by_code(code)
    if when.on != lesson.on:
        raise Conflict(
            "training.check_in.day",
            "这个码只在 {day} 当天有效。要补签，请找培训机构。",
            "This code holds on {day} only. Ask the training body to put you on the roll.",
            day=lesson.on,
        )
    with transaction.atomic():
        own = Enrolment.objects.filter(
            session=lesson.session, learner__user_id=actor.account_id, state="admitted"
        ).first()
        if own is None:
            raise NotFound(
                "training.check_in.enrolment",
                "你没有被录取到这个班，或者还没有用准考证号认领报名。",
                "You are not admitted to this session, or have not claimed your enrolment by its number.",
            )
        row, is_new = Attendance.objects.get_or_create(
            enrolment=own,
            lesson=lesson,
            defaults={"present": True, "how": "qr", "by": actor.key, "at": when.at},
        )
        if not is_new and not row.present:
            raise Conflict(
                "training.check_in.absent",
                "培训机构已记为缺席。要更正，请找他们。",
                "The training body has recorded you as absent. Ask them to correct it.",
            )
        if is_new:
            note(actor, "check_in", "enrolment", own.number, when, session=lesson.session, lesson=lesson.number)
    return row


def _attendance(
    actor: Actor, enrolment: Enrolment, lesson: Lesson, is_present: bool, how: str, when: Moment
) -> Attendance:
    return Attendance(enrolment=enrolment, lesson=lesson, present=is_present, how=how, by=actor.key, at=when.at)


def _require_held(lesson: Lesson, when: Moment) -> None:
    if when.on < lesson.on:
        raise Conflict(
            "training.roll.early",
            "这一课在 {day}，还没有上。",
            "This lesson is on {day}; it has not been held.",
            day=lesson.on,
        )
