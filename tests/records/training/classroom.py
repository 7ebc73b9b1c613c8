"""A training body, an enterprise, a bank and a session, brought as far as a test asks, by the acts themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.courses import Course
from pinzhi.records.accounts.permissions import SYSTEM, Actor, actor_for
from pinzhi.records.training.actions.attending import take_roll
from pinzhi.records.training.actions.bank import import_questions
from pinzhi.records.training.actions.enrolling import admit, enrol
from pinzhi.records.training.actions.exams import set_exam
from pinzhi.records.training.actions.sessions import Plan, plan_session
from pinzhi.records.training.actions.sitting import Given, begin, save_answers, send
from pinzhi.records.training.files import Row
from pinzhi.records.training.models import Enrolment, Exam, Session, Sitting
from pinzhi.records.training.queries.bank import questions_of
from pinzhi.records.training.rules import course, paper_of
from tests.build import make_actor, make_user
from tests.build_catalog import make_organisation

BODY, FIRM, OTHER = "12370200MA0000031D", "91370212MA0000015Y", "91370200MA0000023D"
EXAM_DAY = date(2024, 1, 4)
NINE = datetime(2024, 1, 4, 1, 0, tzinfo=UTC)
COURSE = ("chief-quality-officer", "2023")


def at(on: date = EXAM_DAY, *, minutes: float = 0) -> Moment:
    """A moment of a day, so many minutes after nine o'clock."""
    return Moment(datetime(on.year, on.month, on.day, 1, tzinfo=UTC) + timedelta(minutes=minutes), on)


def id_number(place: int) -> str:
    """An invented citizen's number: nobody was born in that district, or is as old as that."""
    body = f"3702991900{place // 900 + 1:02}{place // 30 % 28 + 1:02}{place % 1000:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def person(place: int, **changes: str) -> Row:
    """A row of a list of people."""
    cells = {"name": f"学员{place}", "id_number": id_number(place), "phone": f"138{place:08}", "post": "质量部经理"}
    return Row(place + 2, cells | changes)


def questions(rules: Course, spare: int = 1) -> list[Row]:
    """Rows of questions that fill a course's blueprint with some to spare; A, or A and C, or true, is right."""
    rows = []
    for part in rules.part:
        for number in range(part.count + spare):
            key = f"{part.field}-{part.kind}-{number}"
            right = {"single": "A", "multiple": "A,C", "judge": "T"}[part.kind]
            cells = {"key": key, "field": part.field, "kind": part.kind, "difficulty": "2", "right": right,
                     "text_zh": f"关于{key}，哪项正确", "text_en": f"About {key}, which is right"}  # fmt: skip
            if part.kind != "judge":
                cells |= {f"{code}_{lang}": f"{key} {code}" for code in "ABCD" for lang in ("zh", "en")}
            rows.append(Row(len(rows) + 2, cells))
    return rows


@dataclass
class Classroom:
    """Who takes part, and the session."""

    officer: Actor
    body: Actor
    firm: Actor
    session: Session
    exam: Exam | None = None
    candidates: list[Actor] = field(default_factory=list)

    @property
    def rules(self) -> Course:
        return course(*COURSE)

    def row(self, place: int) -> Enrolment:
        return Enrolment.objects.select_related("learner", "session").get(number=f"{self.session.key}-{place:03}")


def classroom(*, capacity: int = 40, key: str = "cqo-2023-9") -> Classroom:
    """A session of eight days in December with an examination on 4 January; nobody is enrolled."""
    make_organisation("青岛市质量培训中心", BODY)
    make_organisation("青岛澄海精工有限公司", FIRM)
    body = make_actor("institution", organisation_code=BODY)
    rules = course(*COURSE)
    import_questions(
        actor=SYSTEM,
        rows=questions(rules),
        fields=frozenset(one.code for one in rules.field),
        when=at(date(2023, 11, 1)),
    )
    session = plan_session(actor=body, plan=plan(key=key, capacity=capacity), when=at(date(2023, 11, 1)))
    return Classroom(make_actor("city_officer"), body, make_actor("enterprise", organisation_code=FIRM), session)


def plan(**changes: object) -> Plan:
    """A plan of eight days of four lessons."""
    days = [date(2023, 12, 11) + timedelta(days=number) for number in range(8)]
    given: dict[str, object] = {
        "key": "cqo-2023-9",
        "course_id": COURSE[0],
        "edition": COURSE[1],
        "body_code": BODY,
        "mode": "site",
        "place": "市南区",
        "district": "370202",
        "capacity": 40,
        "enrol_from": date(2023, 11, 1),
        "enrol_until": date(2023, 12, 1),
        "lessons": [(day, f"第 {number} 天", 4) for number, day in enumerate(days, start=1)],
        "exam_on": EXAM_DAY,
    }
    return Plan(**(given | changes))  # type: ignore[arg-type]


def fill(room: Classroom, people: int, *, absent: Sequence[int] = ()) -> Classroom:
    """Enrol and admit people, tie an account to each, and take the roll of every lesson."""
    enrol(
        actor=room.firm, key=room.session.key, organisation_code=FIRM,
        rows=[person(place) for place in range(1, people + 1)], when=at(date(2023, 11, 10)),
    )  # fmt: skip
    numbers = [f"{room.session.key}-{place:03}" for place in range(1, people + 1)]
    admit(actor=room.body, key=room.session.key, numbers=numbers, when=at(date(2023, 12, 2)))
    for lesson in room.session.lessons.all():
        present = {number: place not in absent for place, number in enumerate(numbers, start=1)}
        take_roll(
            actor=room.body, key=room.session.key, lesson_number=lesson.number, present=present, when=at(lesson.on)
        )
    for place in range(1, people + 1):
        user = make_user(f"candidate{place}@example.org", name=f"学员{place}")
        learner = room.row(place).learner
        learner.user = user
        learner.save()
        room.candidates.append(actor_for(user, EXAM_DAY))
    return room


def examined(room: Classroom, *, minutes: int = 120, seed: str = "seed") -> Exam:
    """Set the examination: from nine on 4 January."""
    room.exam = set_exam(
        actor=room.body, key=room.session.key, held_on=EXAM_DAY, opens_at=NINE,
        ends_at=NINE + timedelta(minutes=minutes), when=at(minutes=-60), seed=seed,
    )  # fmt: skip
    return room.exam


def right_answers(sitting: Sitting, *, wrong: int = 0) -> dict[str, Given]:
    """Answers to a whole paper, the first so many of them wrong."""
    paper = paper_of(sitting)
    asked = questions_of([paper])
    answers: dict[str, Given] = {}
    for place, one in enumerate(paper):
        question = asked[one.id, one.version]
        bad = [choice.code for choice in question.choices if not choice.is_right][:1]
        answers[one.id] = Given(tuple(bad) if place < wrong else question.keys, 0)
    return answers


def sit(actor: Actor, exam: Exam, *, wrong: int = 0, browser: str = "b1", minutes: float = 1) -> Sitting:
    """Begin, answer everything and send."""
    sitting = begin(actor=actor, exam_id=exam.pk, browser=browser, when=at(minutes=minutes))
    save_answers(actor=actor, sitting_id=sitting.pk, browser=browser, answers=right_answers(sitting, wrong=wrong),
                 when=at(minutes=minutes + 5))  # fmt: skip
    return send(actor=actor, sitting_id=sitting.pk, browser=browser, when=at(minutes=minutes + 10))
