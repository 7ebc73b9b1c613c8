"""The shape of a course: what is taught, who may sit its examination, how the paper is made up, how long it holds."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from pinzhi.engine.rulebook.instrument_parts import ItemId
from pinzhi.engine.rulebook.shapes import Amount, BothLanguages, Fault, Id, RulebookFile, Shape, Word
from pinzhi.engine.texts import Text

FULL = Decimal(100)
QuestionKind = Literal["single", "multiple", "judge"]
Difficulty = Annotated[int, Field(ge=1, le=3)]
Count = Annotated[int, Field(gt=0, le=200)]


class KnowledgeField(Shape):
    """A field of knowledge that the course teaches and examines; ``lessons`` of 45 minutes, 0 where only examined."""

    code: ItemId
    title: BothLanguages
    lessons: Annotated[int, Field(ge=0, le=200)] = 0


class BlueprintPart(Shape):
    """So many questions of one kind from one field, each worth so many points.

    ``difficulty`` 1 is easy, 3 is hard; without it all of the field and kind are drawn from together.
    """

    field: ItemId
    kind: QuestionKind
    count: Count
    points: Annotated[Amount, Field(gt=0)]
    difficulty: Difficulty | None = None


class Term(Shape):
    """For how long an officer of this role is appointed, and what the enterprise must give him."""

    years: Annotated[int, Field(gt=0, le=10)]
    powers: tuple[BothLanguages, ...] = ()
    file_within_days: Annotated[int, Field(gt=0, le=365)] = 30


class Course(RulebookFile):
    """An edition of a course for one role.

    Hours are lessons of ``lesson_minutes``; ``attendance_share``, 0 to 1, lets sit. ``pass_at`` is a percentage.
    A resit must begin within ``resit_within_days`` of the first result. With ``paper = "one"`` everybody answers the
    same questions in another order; with ``"each"`` everybody has a draw of his own. ``shown`` says what a candidate
    learns of his result: the score, or the score by field; never questions or keys. ``continuing_hours`` are due in
    every ``continuing_months``; without them it lapses after ``grace_days``. ``to_confirm`` names keys whose
    numbers nobody has decided yet: they are parameters of this installation, and the public page says so.
    """

    role: Id
    role_title: BothLanguages
    certificate: BothLanguages
    number_prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,8}$")]
    basis: Word
    hours: Annotated[int, Field(gt=0, le=400)]
    lesson_minutes: Annotated[int, Field(gt=0, le=120)] = 45
    attendance_share: Annotated[Amount, Field(gt=0, le=1)]
    pass_at: Annotated[Amount, Field(gt=0, le=100)]
    resits: Annotated[int, Field(ge=0, le=5)] = 0
    resit_within_days: Annotated[int, Field(gt=0, le=730)] = 180
    minutes: Annotated[int, Field(gt=0, le=480)]
    paper: Literal["one", "each"] = "one"
    shown: Literal["score", "fields"] = "fields"
    validity_years: Annotated[int, Field(gt=0, le=20)] | None = None
    continuing_hours: Annotated[int, Field(ge=0, le=200)] = 0
    continuing_months: Annotated[int, Field(gt=0, le=60)] = 12
    grace_days: Annotated[int, Field(ge=0, le=365)] = 90
    to_confirm: tuple[Word, ...] = ()
    field: tuple[KnowledgeField, ...]
    part: tuple[BlueprintPart, ...]
    term: Term | None = None

    @property
    def questions(self) -> int:
        """How many questions a paper has."""
        return sum(one.count for one in self.part)

    def title_of(self, code: str) -> Text:
        """Return the words of a field; the code itself where the course does not teach it."""
        return next((one.title for one in self.field if one.code == code), Text(code, code))

    def faults(self) -> Iterable[Fault]:
        """Yield what contradicts itself: fields, lessons, points, parts that draw from the same questions."""
        yield from _field_faults(self)
        yield from _part_faults(self)
        for number, key in enumerate(self.to_confirm, start=1):
            if key not in type(self).model_fields:
                yield _fault(f"to_confirm.{number}", "没有“{named}”这一项。", "There is no key “{named}”.", named=key)


def _field_faults(course: Course) -> Iterable[Fault]:
    codes = Counter(one.code for one in course.field)
    for code, times in codes.items():
        if times > 1:
            yield _fault(
                "field", "“{code}”出现了 {times} 次。", "“{code}” is there {times} times.", code=code, times=times
            )
    lessons = sum(one.lessons for one in course.field)
    if lessons != course.hours:
        yield _fault(
            "field",
            "各部分共 {found} 学时，应为 hours 的 {hours}。",
            "The fields have {found} lessons; expected {hours}, as in hours.",
            found=lessons,
            hours=course.hours,
        )


def _part_faults(course: Course) -> Iterable[Fault]:
    known = {one.code for one in course.field}
    seen: dict[tuple[str, str], list[int | None]] = {}
    for number, part in enumerate(course.part, start=1):
        if part.field not in known:
            yield _fault(
                f"part.{number}.field", "没有“{field}”这一部分。", "There is no field “{field}”.", field=part.field
            )
        before = seen.setdefault((part.field, part.kind), [])
        if before and (None in (*before, part.difficulty) or part.difficulty in before):
            yield _fault(
                f"part.{number}",
                "与前面的一项抽的是同样的题：同一部分、同一题型的各项，要写明不同的难度。",
                "Draws from the same questions as one before: parts of one field and kind have different difficulties.",
            )
        before.append(part.difficulty)
    points = sum((one.points * one.count for one in course.part), Decimal(0))
    if points != FULL:
        yield _fault(
            "part",
            "满分是 {found}，应为 100。",
            "The parts are worth {found} points; expected 100.",
            found=points,
        )


def _fault(key: str, zh: str, en: str, **facts: object) -> Fault:
    return Fault(key, Text(zh, en).filled(**facts))
