"""Work out the cases beside the rulebook's courses."""

from collections.abc import Iterator
from datetime import date, timedelta

from pinzhi.engine.rulebook.cases import agree, read_cases
from pinzhi.engine.rulebook.courses import Course
from pinzhi.engine.rulebook.load import Rulebook
from pinzhi.engine.rulebook.shapes import Amount, BothLanguages, Shape
from pinzhi.engine.texts import Text
from pinzhi.engine.training.enrolments import Attempt, bars
from pinzhi.engine.training.rates import PassRate

_DAY = date(2024, 1, 4)


class SittingCase(Shape):
    """Lessons attended of those held, attempts failed before, and whether the examination may be sat."""

    name: BothLanguages
    attended: int
    held: int
    failed_days_ago: tuple[int, ...] = ()
    may_sit: bool


class RateCase(Shape):
    """Enrolments attended, persons who sat and passed, and the rate as it is printed."""

    name: BothLanguages
    attended: int
    sat: int
    passed: int
    percent: Amount


class CourseExamples(Shape):
    """The worked cases of a course."""

    sitting: tuple[SittingCase, ...] = ()
    rate: tuple[RateCase, ...] = ()


def run_courses(rulebook: Rulebook) -> int:
    """Work out the cases of every course and return how many there are; BadRulebook for the first that differs."""
    files = {edition.path.removesuffix(".toml"): edition.content for edition in rulebook.editions}
    count = 0
    for path, text in rulebook.examples.items():
        content = files.get(path.removesuffix(".examples.toml"))
        if isinstance(content, Course):
            count += agree(path, _worked_out(content, read_cases(path, text, CourseExamples)))
    return count


def _worked_out(course: Course, examples: CourseExamples) -> Iterator[tuple[Text, object, object]]:
    for case in examples.sitting:
        attempts = [Attempt(_DAY - timedelta(days=days), False) for days in case.failed_days_ago]
        found = bars(course, state="admitted", attended=case.attended, held=case.held, attempts=attempts, on=_DAY)
        yield case.name, not found, case.may_sit
    for rate in examples.rate:
        yield rate.name, PassRate(rate.attended, rate.attended, rate.sat, rate.passed).percent(1), rate.percent
