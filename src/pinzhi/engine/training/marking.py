"""Mark a paper with the instruments of assessment: a paper is an examination like any other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pinzhi.engine.assessment.conditions import Answer
from pinzhi.engine.assessment.judging.aggregation import rounded
from pinzhi.engine.assessment.outcome import is_passed
from pinzhi.engine.assessment.scores import Score, score
from pinzhi.engine.rulebook.courses import Course, QuestionKind
from pinzhi.engine.rulebook.instrument_parts import AnyItem, MultipleItem, Option, Section, SingleItem
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.texts import Text
from pinzhi.engine.training.papers import Drawn

_SHOWN_DIGITS = 1
_FINEST = Decimal("0.0001")  # of the points of one right option among several


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a question and whether it is right."""

    code: str
    title: Text
    is_right: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A version of a question, whole. Confidential: it never leaves the bank but for a sitting or a mark."""

    id: str
    version: int
    field: str
    kind: QuestionKind
    difficulty: int
    text: Text
    choices: tuple[Choice, ...]
    rationale: Text | None = None
    basis: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The codes of the right options."""
        return tuple(one.code for one in self.choices if one.is_right)

    @property
    def right_answer(self) -> Answer:
        """What earns all points, in the form that an answer has."""
        return list(self.keys) if self.kind == "multiple" else self.keys[0]


@dataclass(frozen=True, slots=True)
class FieldMark:
    """What was earned in one field of knowledge."""

    code: str
    title: Text
    points: Decimal
    earned: Decimal


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark: exact percentage, what is shown (half up, one decimal), passed or not, and by field."""

    percent: Fraction
    shown: Decimal
    passed: bool
    fields: tuple[FieldMark, ...]
    right: int
    answered: int
    questions: int


def instrument_for(course: Course, paper: Sequence[Drawn], questions: Mapping[str, Question]) -> Instrument:
    """Return a paper as an instrument: one section for each field; multiple choices earn all points or none."""
    present = dict.fromkeys(questions[one.id].field for one in paper)
    return Instrument(
        id=course.id,
        title=course.title,
        edition=course.edition,
        source=course.source,
        checked_on=course.checked_on,
        use="exam",
        method="sum",
        unanswered="zero",
        pass_at=course.pass_at,
        section=tuple(Section(code=code, title=course.title_of(code)) for code in present),
        item=tuple(_item(questions[one.id], one.points) for one in paper),
    )


def mark(
    course: Course,
    paper: Sequence[Drawn],
    questions: Mapping[str, Question],
    answers: Mapping[str, Answer],
    *,
    withdrawn: frozenset[str] = frozenset(),
    instrument: Instrument | None = None,
) -> Marked:
    """Mark answers; a question withdrawn after the examination counts as right for everybody who had it.

    So withdrawing one never lowers a mark. Orders of questions and options play no part: answers name option codes.
    Whoever marks many sittings of one paper makes its ``instrument`` once, by `instrument_for`.
    """
    instrument = instrument or instrument_for(course, paper, questions)
    given = {one.id: questions[one.id].right_answer for one in paper if one.id in withdrawn}
    found = score(instrument, {**answers, **given})
    percent = found.percent if found.percent is not None else Fraction(0)
    return Marked(
        percent=percent,
        shown=rounded(percent, _SHOWN_DIGITS),
        passed=bool(is_passed(instrument, percent)),
        fields=tuple(_field_mark(part) for part in found.parts),
        right=sum(_is_right(found, one.id) for one in paper),
        answered=sum(1 for one in paper if answers.get(one.id)),
        questions=len(paper),
    )


def valid_until(course: Course, granted_on: date) -> date | None:
    """Return the last day on which a certificate of a course holds; None where it holds without end."""
    if course.validity_years is None:
        return None
    year = granted_on.year + course.validity_years
    try:
        after = granted_on.replace(year=year)
    except ValueError:  # granted on 29 February
        after = date(year, 3, 1)
    return date.fromordinal(after.toordinal() - 1)


def _item(question: Question, points: Decimal) -> AnyItem:
    if question.kind == "multiple":
        keys = question.keys
        share = (points / len(keys)).quantize(_FINEST)
        worth = [share] * (len(keys) - 1) + [points - share * (len(keys) - 1)]  # so that they add up exactly
        of = dict(zip(keys, worth, strict=True))
        return MultipleItem(
            kind="multiple",
            id=question.id,
            title=question.text,
            section=question.field,
            exact=True,
            option=tuple(
                Option(code=one.code, title=one.title, points=of.get(one.code, Decimal(0))) for one in question.choices
            ),
        )
    return SingleItem(
        kind="single",
        id=question.id,
        title=question.text,
        section=question.field,
        option=tuple(
            Option(code=one.code, title=one.title, points=points if one.is_right else Decimal(0))
            for one in question.choices
        ),
    )


def _field_mark(part: Score) -> FieldMark:
    return FieldMark(
        part.code, part.title, rounded(part.points, _SHOWN_DIGITS), rounded(part.earned or Fraction(0), _SHOWN_DIGITS)
    )


def _is_right(found: Score, item: str) -> bool:
    part = found.part(item)
    return part is not None and part.earned is not None and part.points > 0 and part.earned == part.points
