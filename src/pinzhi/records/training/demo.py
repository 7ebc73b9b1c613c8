"""Training in the demonstration city: invented people in invented enterprises, taught, examined, appointed.

Everything goes through the acts of the room, but for the sittings themselves, which are written in bulk: a thousand
people answering forty questions one by one would take the first start of a demonstration a minute.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction

from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.demo import ENTERPRISE, INSTITUTION, MAIL_DOMAIN
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.clock import moment
from pinzhi.records.training.actions import appointing, bank, certifying, exams
from pinzhi.records.training.actions.attending import take_roll
from pinzhi.records.training.actions.ending import end
from pinzhi.records.training.actions.enrolling import admit, enrol
from pinzhi.records.training.actions.sessions import Plan, plan_session
from pinzhi.records.training.actions.targets import list_targets
from pinzhi.records.training.files import Row, rows_of_text
from pinzhi.records.training.models import Enrolment, Exam, Learner, Session, Sitting, TrainingCertificate
from pinzhi.records.training.queries.bank import on_paper, questions_of
from pinzhi.records.training.rules import course, courses, drawn

COURSES = (("chief-quality-officer", "cqo"), ("chief-brand-officer", "cbo"))
EDITION = "2023"
HELD, PLACES, FROM_ONE = 12, 52, 13  # sessions of each course in 2023, their places, people of one enterprise
TWICE = 100  # people who took both courses: persons are fewer than enrolments
_STAYS_AWAY, _MISSES_LESSONS = 25, 52  # every so many-th
_OFFICERS = 60
_NOT_FILED, _DISMISSED = 10, 16  # every so many-th officer
_LEFT_ON = date(2023, 12, 27)
_TO_ADMIT = 3  # who enrolled last waits for the training body
_TODAY = date(2024, 1, 4)
_FIRST = date(2023, 2, 6)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_TOPICS = ("法规与战略", "标准、计量与认证", "检测、工具与改进", "风险、品牌与案例")


def load_training() -> bool:
    """Make the training of the demonstration unless it is there; all of it or nothing. Returns whether it was made.

    A city without a demonstration's bank, or without its training body, has none.
    """
    path = Path(settings.RULEBOOK) / settings.CITY / "demo" / "questions.csv"
    is_there = Session.objects.exists() or not Organisation.objects.filter(code=INSTITUTION).exists()
    if is_there or not path.is_file():
        return False
    with transaction.atomic():
        _load_bank(path)
        people, firms = _people(), _firms()
        sat = 0
        for course_id, short in COURSES:
            repeated = islice(_people(), TWICE) if short == "cbo" else iter(())
            for number in range(1, HELD + 1):
                session = _held(course_id, short, number, firms)
                _fill(session, firms, people, repeated)
                sat = _examine(session, sat)
        _own_session(people)
        _upcoming(people, firms)
        _officers()
    return True


def _load_bank(path: Path) -> None:
    fields = frozenset(field.code for one in courses(_TODAY) for field in one.field)
    found = bank.import_questions(
        actor=SYSTEM, rows=rows_of_text(path.read_text(encoding="utf-8"), bank.COLUMNS), fields=fields,
        when=_at(date(2023, 1, 9)), synthetic=True,
    )  # fmt: skip
    if found.faults:
        raise ValueError(f"{path}: line {found.faults[0].line}: {found.faults[0].text.en}")


def _people() -> Iterator[Row]:
    """Yield people nobody could be: no such district, and born in 1900."""
    place = 0
    while True:
        place += 1
        born = date(1900, 1, 1) + timedelta(days=place // 900)
        body = f"370299{born:%Y%m%d}{place % 900:03}"
        check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]
        cells = {
            "name": f"演示学员{place:04}",
            "id_number": body + check,
            "phone": f"1990000{place:04}",
            "post": "质量部经理",
        }
        yield Row(place + 1, cells)


def _firms() -> Iterator[str]:
    """Yield invented enterprises again and again, so that there are always enough."""
    codes = list(
        Organisation.objects.filter(synthetic=True, kind="enterprise", state="active", district__startswith="3702")
        .exclude(code=ENTERPRISE)
        .values_list("code", flat=True)
    )
    codes = sorted(codes, key=lambda code: sha256(code.encode()).digest())[: HELD * 2 * PLACES // FROM_ONE]
    while True:
        yield from codes or [ENTERPRISE]


def _held(course_id: str, short: str, number: int, firms: Iterator[str]) -> Session:
    starts = _FIRST + timedelta(days=28 * (number - 1) + (7 if short == "cbo" else 0))
    return _planned(course_id, f"{short}-2023-{number:02}", starts, exam_on=starts + timedelta(days=4))


def _planned(course_id: str, key: str, starts: date, *, exam_on: date, capacity: int = PLACES) -> Session:
    hours = course(course_id, EDITION).hours // len(_TOPICS)
    plan = Plan(
        key=key, course_id=course_id, edition=EDITION, body_code=INSTITUTION, mode="mixed", place="市北区",
        district="370203", capacity=capacity, enrol_from=starts - timedelta(days=30),
        enrol_until=starts - timedelta(days=7),
        online_at=f"https://classroom.demo.pinzhi.example/{key}",
        lessons=[(starts + timedelta(days=day), topic, hours) for day, topic in enumerate(_TOPICS)], exam_on=exam_on,
    )  # fmt: skip
    return plan_session(actor=SYSTEM, plan=plan, when=_at(min(plan.enrol_from, _TODAY)), synthetic=True)


def _fill(session: Session, firms: Iterator[str], people: Iterator[Row], repeated: Iterator[Row]) -> None:
    opens = _at(session.enrol_from)
    again = list(islice(repeated, TWICE // HELD + 1))
    rows = again + list(islice(people, PLACES - len(again)))
    for first in range(0, PLACES, FROM_ONE):
        enrol(actor=SYSTEM, key=session.key, organisation_code=next(firms), rows=rows[first : first + FROM_ONE],
              when=opens, synthetic=True)  # fmt: skip
    numbers = list(session.enrolments.order_by("place").values_list("number", flat=True))
    admit(actor=SYSTEM, key=session.key, numbers=numbers, when=_at(session.enrol_until))
    for lesson in session.lessons.order_by("number"):
        present = {
            number: place % _MISSES_LESSONS != 0 or lesson.number > 2 for place, number in enumerate(numbers, start=1)
        }
        take_roll(actor=SYSTEM, key=session.key, lesson_number=lesson.number, present=present, when=_at(lesson.on))


def _examine(session: Session, before: int) -> int:
    """Let all sit who may and come; returns how many have sat in all so far. Seven of a hundred do not pass."""
    day = session.exam_on or session.ends_on
    exam = exams.set_exam(
        actor=SYSTEM, key=session.key, held_on=day, opens_at=_at(day).at, ends_at=_at(day, 2).at,
        when=_at(session.ends_on), seed=_seed(session.key), synthetic=True,
    )  # fmt: skip
    enrolments = [
        one for one in session.enrolments.order_by("place") if one.place % _MISSES_LESSONS and one.place % _STAYS_AWAY
    ]
    Sitting.objects.bulk_create(_sittings(exam, enrolments, before, day))
    exams.mark_exam(actor=SYSTEM, exam_id=exam.pk, when=_at(day, 3))
    exams.confirm_results(actor=SYSTEM, exam_id=exam.pk, when=_at(day + timedelta(days=7)))
    certifying.grant_certificates(actor=SYSTEM, exam_id=exam.pk, when=_at(day + timedelta(days=10)))
    return before + len(enrolments)


def _sittings(exam: Exam, enrolments: Sequence[Enrolment], before: int, day: date) -> list[Sitting]:
    paper = drawn(exam.paper)
    asked = on_paper(questions_of([paper]), paper)
    rules = course(exam.session.course_id, exam.session.edition)
    made = []
    for number, enrolment in enumerate(enrolments, start=before):
        fails = (number + 1) * 7 // 100 != number * 7 // 100
        wrong = _chance(enrolment.number, low=20, high=28) if fails else _chance(enrolment.number, low=0, high=9)
        answers = {}
        for place, one in enumerate(
            sorted(paper, key=lambda one: sha256(f"{enrolment.number}{one.id}".encode()).digest())
        ):
            question = asked[one.id]
            others = [choice.code for choice in question.choices if not choice.is_right]
            answers[one.id] = [1, others[:1] if place < wrong else list(question.keys)]
        sitting = Sitting(
            exam=exam, enrolment=enrolment, began_at=exam.opens_at, latest_at=exam.opens_at + timedelta(minutes=40),
            answers=answers, holder="", paces={"under-30-s": len(answers)},
        )  # fmt: skip
        end(sitting, rules, "sent", _at(day, 1))
        made.append(sitting)
    return made


def _own_session(people: Iterator[Row]) -> None:
    """Hold a session of the demonstration's enterprise whose examination whoever tries the demonstration can sit."""
    session = _planned("chief-quality-officer", "cqo-2023-13", date(2023, 12, 25), exam_on=_TODAY)
    user = User.objects.filter(email=f"enterprise@{MAIL_DOMAIN}").first()
    rows = list(islice(people, 12))
    enrol(actor=SYSTEM, key=session.key, organisation_code=ENTERPRISE, rows=rows, when=_at(date(2023, 12, 1)),
          synthetic=True)  # fmt: skip
    first = session.enrolments.select_related("learner").get(place=1)
    Learner.objects.filter(pk=first.learner_id).update(name=user.name if user else first.learner.name, user=user)
    numbers = list(session.enrolments.order_by("place").values_list("number", flat=True))
    admit(actor=SYSTEM, key=session.key, numbers=numbers, when=_at(date(2023, 12, 20)))
    for lesson in session.lessons.order_by("number"):
        take_roll(actor=SYSTEM, key=session.key, lesson_number=lesson.number, present=dict.fromkeys(numbers, True),
                  when=_at(lesson.on))  # fmt: skip
    now = moment().at  # its window is of real days, so that it is open whenever the demonstration is tried
    exams.set_exam(
        actor=SYSTEM, key=session.key, held_on=_TODAY, opens_at=now, ends_at=now + timedelta(days=3650),
        when=_at(_TODAY), seed=_seed(session.key), synthetic=True,
    )  # fmt: skip


def _upcoming(people: Iterator[Row], firms: Iterator[str]) -> None:
    """Plan what is to come: one with places left, one that is full, one not open yet."""
    for course_id, key, starts, capacity, count in (
        ("chief-quality-officer", "cqo-2024-01", date(2024, 1, 22), 40, 23),
        ("chief-brand-officer", "cbo-2024-01", date(2024, 1, 29), 20, 26),
        ("chief-quality-officer", "cqo-2024-02", date(2024, 3, 11), 40, 0),
    ):
        session = _planned(course_id, key, starts, exam_on=starts + timedelta(days=4), capacity=capacity)
        for first in range(0, count, FROM_ONE):
            rows = list(islice(people, min(FROM_ONE, count - first)))
            enrol(actor=SYSTEM, key=key, organisation_code=next(firms), rows=rows, when=_at(_TODAY), synthetic=True)
        numbers = list(session.enrolments.order_by("place").values_list("number", flat=True))
        numbers = numbers[:-_TO_ADMIT] if count < capacity else numbers
        if numbers:
            admit(actor=SYSTEM, key=key, numbers=numbers, when=_at(_TODAY))


def _officers() -> None:
    """Appoint the first who passed at some enterprises, and list the enterprises that should have an officer."""
    for course_id, _short in COURSES:
        found: dict[str, TrainingCertificate] = {}
        rows = TrainingCertificate.objects.filter(course_id=course_id).select_related("enrolment").order_by("number")
        for one in rows:
            found.setdefault(one.enrolment.organisation_code, one)
        for number, (code, one) in enumerate(islice(found.items(), _OFFICERS), start=1):
            day = one.granted_on + timedelta(days=14)
            held = appointing.nominate(
                actor=SYSTEM, organisation_code=code, role=one.role, certificate_number=one.number, post="副总经理",
                when=_at(day),
            )  # fmt: skip
            said = appointing.Said(letter=f"演示任〔2023〕{number} 号")
            appointing.take_step(actor=SYSTEM, number=held.number, to="appointed", seen=0, said=said, when=_at(day))
            if number % _NOT_FILED:
                appointing.take_step(actor=SYSTEM, number=held.number, to="filed", seen=1, said=appointing.Said(),
                                     when=_at(day + timedelta(days=10)))  # fmt: skip
            if number % _DISMISSED == 1:
                appointing.take_step(actor=SYSTEM, number=held.number, to="dismissed", seen=2,
                                     said=appointing.Said(ground="调离本单位"), when=_at(_LEFT_ON))  # fmt: skip
        list_targets(
            actor=SYSTEM,
            role=course_id,
            codes=list(found),
            source="演示名单：派人参加过培训的企业",
            when=_at(date(2023, 1, 9)),
        )
    appointing.move_what_is_due(_at(_TODAY))


def _chance(about: str, *, low: int, high: int) -> int:
    """Return a number from low to high that is the same every time for the same words."""
    return low + int.from_bytes(sha256(about.encode()).digest()[:4], "big") % (high - low + 1)


def _seed(about: str) -> str:
    return sha256(f"demo/{rulebook().city.region}/{about}".encode()).hexdigest()[:32]


def _at(on: date, hours: float = 0) -> Moment:
    return Moment(datetime(on.year, on.month, on.day, 1, 30, tzinfo=UTC) + timedelta(hours=hours), on)
