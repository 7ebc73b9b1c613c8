"""The rules a session is run by, and what its rows mean to the engine."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from pinzhi.engine.errors import NotFound
from pinzhi.engine.rulebook.courses import Course
from pinzhi.engine.texts import Text
from pinzhi.engine.training.clock import Window, deadline, takes_answers
from pinzhi.engine.training.enrolments import Dates
from pinzhi.engine.training.marking import Choice, Question
from pinzhi.engine.training.papers import Drawn
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.training.models import Exam, QuestionVersion, Session, Sitting


def courses(on: date) -> tuple[Course, ...]:
    """Return the courses in force on a day, each in the edition that holds."""
    book = rulebook()
    ids = dict.fromkeys(one.id for one in book.all_of(Course) if one.holds(on))
    return tuple(book.in_force(Course, one, on) for one in ids)


def course(course_id: str, edition: str) -> Course:
    """Return an edition of a course; NotFound names those there are."""
    return rulebook().file(Course, course_id, edition)


def appointed_by(role: str, on: date) -> Course:
    """Return the course by which officers of a role are appointed; NotFound for a role that has none."""
    found = next((one for one in courses(on) if one.role == role and one.term is not None), None)
    if found is None:
        raise NotFound("training.role", "没有岗位“{role}”。", "There is no role “{role}”.", role=role[:60])
    return found


def course_of(session: Session) -> Course:
    """Return the course of a session, in the edition it was planned under."""
    return course(session.course_id, session.edition)


def edition_words(session: Session) -> str:
    """Return what the journal keeps of the edition."""
    return f"{session.course_id} {session.edition} {session.digest[:12]}"


def dates_of(session: Session) -> Dates:
    """Return the days of a session as the engine takes them."""
    return Dates(session.enrol_from, session.enrol_until, session.starts_on, session.ends_on, session.exam_on)


def drawn(rows: Iterable[Sequence[object]]) -> tuple[Drawn, ...]:
    """Return a paper as the engine takes it from what a row keeps of it."""
    return tuple(
        Drawn(str(key), int(str(version)), int(str(part)), Decimal(str(points))) for key, version, part, points in rows
    )


def kept(paper: Iterable[Drawn]) -> list[list[object]]:
    """Return a paper as a row keeps it."""
    return [[one.id, one.version, one.part, str(one.points)] for one in paper]


def paper_of(sitting: Sitting) -> tuple[Drawn, ...]:
    """Return the paper of a sitting: its own draw, or that of the examination."""
    return drawn(sitting.paper or sitting.exam.paper)


def window_of(exam: Exam) -> Window:
    """Return when an examination may be sat."""
    return Window(exam.opens_at, exam.ends_at)


def deadline_of(sitting: Sitting, minutes: int) -> datetime:
    """Return when a sitting ends; extra time is part of its minutes."""
    return deadline(window_of(sitting.exam), sitting.began_at, minutes + sitting.extra_minutes)


def is_over(sitting: Sitting, minutes: int, at: datetime) -> bool:
    """Tell whether a sitting takes no more answers: it was sent, or its time has run out."""
    return sitting.ended_at is not None or not takes_answers(deadline_of(sitting, minutes), max(at, sitting.latest_at))


def question(row: QuestionVersion) -> Question:
    """Return a version of a question as the engine takes it."""
    return Question(
        id=row.question.key,
        version=row.number,
        field=row.field,
        kind=row.kind,  # type: ignore[arg-type]  # one of the kinds: checked when it was written
        difficulty=row.difficulty,
        text=Text(row.text_zh, row.text_en),
        choices=tuple(Choice(one["code"], Text(one["zh"], one["en"]), one["right"]) for one in row.choices),
        rationale=Text(row.rationale_zh, row.rationale_en) if row.rationale_zh else None,
        basis=row.basis,
    )
