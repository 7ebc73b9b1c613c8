"""Plan a session with its lessons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from secrets import token_hex

from django.db import IntegrityError, transaction

from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.training.actions.noting import note
from pinzhi.records.training.models import Lesson, Session
from pinzhi.records.training.rules import course

MODES = ("site", "online", "mixed")
MOST_PLACES = 2_000
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a session is planned with; lessons are (day, title, hours)."""

    key: str
    course_id: str
    edition: str
    body_code: str
    mode: str
    place: str
    district: str
    capacity: int
    enrol_from: date
    enrol_until: date
    lessons: Sequence[tuple[date, str, int]]
    exam_on: date | None = None
    online_at: str = ""


def plan_session(*, actor: Actor, plan: Plan, when: Moment, synthetic: bool = False) -> Session:
    """Plan a session; its hours must be those of the course, its days in their order."""
    made = Session(
        key=plan.key,
        course_id=plan.course_id,
        edition=plan.edition,
        body_code=plan.body_code,
        mode=plan.mode,
        place=plan.place.strip(),
        online_at=plan.online_at.strip(),
        district=plan.district,
        capacity=plan.capacity,
        enrol_from=plan.enrol_from,
        enrol_until=plan.enrol_until,
        exam_on=plan.exam_on,
        recorded_at=when.at,
        synthetic=synthetic,
    )
    require(actor, "training.run", made)
    rules = course(plan.course_id, plan.edition)
    _check(plan, rules.hours)
    body = Organisation.objects.filter(code=plan.body_code).first()
    if body is None:
        raise BadInput(
            "training.session.body",
            "名录里没有培训机构“{code}”。",
            "The catalogue has no “{code}”.",
            code=plan.body_code,
        )
    made.body_name, made.digest = body.name, rulebook().digest(rules)
    days = [on for on, _title, _hours in plan.lessons]
    made.starts_on, made.ends_on = min(days), max(days)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            Lesson.objects.bulk_create(
                Lesson(session=made, number=number, on=on, title=title, hours=hours, code=token_hex(8))
                for number, (on, title, hours) in enumerate(plan.lessons, start=1)
            )
            note(actor, "session.plan", "training_session", made.key, when, session=made, capacity=made.capacity)
    except IntegrityError:
        raise Conflict(
            "training.session.key",
            "已有编号为“{key}”的培训班，换一个编号。",
            "There is a session “{key}” already. Choose another key.",
            key=plan.key,
        ) from None
    return made


def _check(plan: Plan, hours: int) -> None:
    if not _KEY.fullmatch(plan.key):  # admission numbers begin with it, and are looked up in small letters
        raise _wrong("编号只用小写字母、数字和连字符。", "A key has small letters, digits and hyphens only.")
    if any(not 1 <= one <= hours or not title.strip() for _on, title, one in plan.lessons):
        raise _wrong("每一课要有课题，学时至少为 1。", "Each lesson has a title and one hour or more.")
    found = sum(one for _on, _title, one in plan.lessons)
    if found != hours:
        raise _wrong(
            "课表共 {found} 学时，应为课程的 {hours}。",
            "The lessons come to {found} hours; expected {hours}.",
            found=found,
            hours=hours,
        )
    if plan.mode not in MODES:
        raise _wrong("授课方式应为 {known} 之一。", "The mode is one of {known}.", known=", ".join(MODES))
    if plan.mode != "online" and not plan.place.strip():
        raise _wrong("有现场课，要写上课地点。", "A session on site has a place.")
    if (plan.mode != "site") != plan.online_at.startswith("https://"):
        raise _wrong(
            "线上授课要写网上课堂的地址，以 https:// 开头；全在现场的不写。",
            "A session on line has the address of its classroom, beginning with https://; one on site has none.",
        )
    if not 1 <= plan.capacity <= MOST_PLACES:
        raise _wrong("名额应在 1 到 {most} 之间。", "Places are between 1 and {most}.", most=MOST_PLACES)
    days = sorted(on for on, _title, _hours in plan.lessons)
    if not plan.enrol_from <= plan.enrol_until < days[0]:
        raise _wrong("报名应在开课前结束。", "Enrolment ends before the first lesson.")
    if plan.exam_on is not None and plan.exam_on < days[-1]:
        raise _wrong("考试不能早于最后一课。", "The examination is not before the last lesson.")


def _wrong(zh: str, en: str, **facts: object) -> BadInput:
    return BadInput("training.session", zh, en, **facts)
