"""A paper as its candidate sees it: in his order, with his answers, never with a key."""

from dataclasses import dataclass
from datetime import date, datetime

from pinzhi.engine.rulebook.courses import Course
from pinzhi.engine.texts import Text
from pinzhi.engine.training.clock import honest, remaining_s
from pinzhi.engine.training.papers import KINDS, lay_out
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.training.models import Enrolment, Exam, Mark, Sitting
from pinzhi.records.training.queries.bank import questions_of
from pinzhi.records.training.queries.learning import bars_for, latest_marks, progress_of
from pinzhi.records.training.queries.visible import own_enrolments, own_sitting, own_sittings
from pinzhi.records.training.rules import course_of, deadline_of, is_over, paper_of, window_of


@dataclass(frozen=True, slots=True)
class AskedOption:
    """An option as it is shown; its code is what is sent, whatever its place."""

    code: str
    title: Text
    chosen: bool


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it is shown: its place in this candidate's order, and what he has chosen so far."""

    place: int
    id: str
    kind: str
    kind_title: Text
    text: Text
    options: tuple[AskedOption, ...]
    base: int

    @property
    def is_answered(self) -> bool:
        """Whether an option is chosen."""
        return any(one.chosen for one in self.options)


@dataclass(frozen=True, slots=True)
class PaperView:
    """A sitting as its candidate sees it."""

    sitting: Sitting
    course: Course
    questions: tuple[AskedQuestion, ...]
    left_s: int
    is_over: bool
    is_here: bool

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(1 for one in self.questions if one.is_answered)

    @property
    def open_places(self) -> tuple[int, ...]:
        """The places of questions without an answer."""
        return tuple(one.place for one in self.questions if not one.is_answered)

    @property
    def left_minutes(self) -> int:
        """Minutes left, rounded up."""
        return -(-self.left_s // 60)


@dataclass(frozen=True, slots=True)
class OwnExam:
    """An examination of a session that the actor is enrolled in, with what keeps him from it."""

    exam: Exam
    course: Course
    enrolment: Enrolment
    sitting: Sitting | None
    mark: Mark | None
    bars: tuple[Text, ...]
    is_open: bool

    @property
    def may_begin(self) -> bool:
        """Whether it can be begun now."""
        return self.is_open and not self.bars and self.sitting is None

    @property
    def may_go_on(self) -> bool:
        """Whether it has been begun and is not handed in."""
        return self.sitting is not None and self.sitting.ended_at is None


def paper_view(actor: Actor, sitting_id: int, browser: str, at: datetime) -> PaperView:
    """Return one's own paper as it stands."""
    sitting = own_sitting(actor, sitting_id)
    rules, paper = course_of(sitting.exam.session), paper_of(sitting)
    asked = {one.id: one for one in questions_of([paper]).values()}
    options = {key: tuple(choice.code for choice in one.choices) for key, one in asked.items()}
    places = lay_out(options, sitting.exam.seed, sitting.enrolment.number)
    questions = []
    for number, place in enumerate(places, start=1):
        one = asked[place.id]
        saved, chosen = sitting.answers.get(place.id, (0, []))
        order = options[place.id] if one.kind == "judge" else place.options  # true before false reads better
        titles = {choice.code: choice.title for choice in one.choices}
        questions.append(
            AskedQuestion(
                number, place.id, one.kind, KINDS[one.kind], one.text,
                tuple(AskedOption(code, titles[code], code in chosen) for code in order), saved,
            )
        )  # fmt: skip
    over = is_over(sitting, rules.minutes, at)
    left = 0 if over else remaining_s(deadline_of(sitting, rules.minutes), honest(at, sitting.latest_at))
    return PaperView(sitting, rules, tuple(questions), left, over, sitting.holder == browser)


def own_exams(actor: Actor, on: date, at: datetime) -> tuple[OwnExam, ...]:
    """Return the examinations of all sessions that the actor is admitted to, newest first."""
    enrolments = list(own_enrolments(actor).filter(state="admitted"))
    done = progress_of(enrolments, on)
    sittings = {one.exam_id: one for one in own_sittings(actor)}
    marks = latest_marks(one.pk for one in sittings.values())
    found = []
    for enrolment in enrolments:
        for exam in enrolment.session.exams.order_by("-number"):
            sitting = sittings.get(exam.pk)
            mark = marks.get(sitting.pk) if sitting and exam.released_on is not None else None
            bars = bars_for(enrolment, enrolment.session, done[enrolment.pk], on)
            exam.session = enrolment.session
            found.append(OwnExam(exam, course_of(enrolment.session), enrolment, sitting, mark, bars,
                                 window_of(exam).is_open(at)))  # fmt: skip
    return tuple(found)
