"""Work out every case beside the rulebook's schemes and instruments."""

from collections.abc import Iterator, Mapping
from typing import Any

from pinzhi.engine.assessment.answers import answer_faults
from pinzhi.engine.assessment.conditions import Answer
from pinzhi.engine.assessment.judging.aggregation import rounded
from pinzhi.engine.assessment.outcome import grade, is_passed, points_of
from pinzhi.engine.assessment.rounds import examples as rounds
from pinzhi.engine.assessment.scores import score
from pinzhi.engine.rulebook.calendars import Calendar, working_days
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.engine.rulebook.cases import agree, read_cases
from pinzhi.engine.rulebook.check import bad
from pinzhi.engine.rulebook.courses import Course
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.load import Rulebook
from pinzhi.engine.rulebook.measures import MeasureRules
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.shapes import Amount, BothLanguages, Shape, Word

_SHOWN = 2  # digits of a percentage in a case
Cell = str | tuple[str, ...] | tuple[dict[str, str], ...]


class AnswersCase(Shape):
    """Answers to an instrument, and what they come to: points or percent, grade, passed; or the rule they break."""

    name: BothLanguages
    answers: dict[str, Cell]
    all: str = ""  # the answer to every item that is not named
    points: Amount | None = None
    percent: Amount | None = None
    grade: str | None = None
    passed: bool | None = None
    refused: Word | None = None


class InstrumentExamples(Shape):
    """The worked cases of an instrument."""

    case: tuple[AnswersCase, ...] = ()


def run_all(rulebook: Rulebook) -> int:
    """Work out the cases of every file and return how many there are; BadRulebook for the first that differs."""
    days = working_days(rulebook.all_of(Calendar))
    files = {edition.path.removesuffix(".toml"): edition.content for edition in rulebook.editions}
    count = 0
    for path, text in rulebook.examples.items():
        content = files.get(path.removesuffix(".examples.toml"))
        if isinstance(content, Scheme):
            count += rounds.run_examples(path, content, read_cases(path, text, rounds.Examples), days)
        elif isinstance(content, Instrument):
            count += run_examples(path, content, read_cases(path, text, InstrumentExamples))
        elif not isinstance(content, Course | CaseType | MeasureRules):  # worked out in rooms above
            raise bad(
                path,
                "",
                zh="旁边没有同名的方案或评价工具，这些例子不知道是谁的。",
                en="No scheme or instrument of that name lies beside it: nobody knows whose cases these are.",
            )
    return count


def run_examples(path: str, instrument: Instrument, examples: InstrumentExamples) -> int:
    """Work out the cases of one instrument; see `run_all`."""
    return agree(path, _worked_out(instrument, examples))


def _worked_out(instrument: Instrument, examples: InstrumentExamples) -> Iterator[tuple[Any, object, object]]:
    for case in examples.case:
        given = dict.fromkeys(instrument.items, case.all) if case.all else {}
        answers: Mapping[str, Answer] = {**given, **{item: _answer(cell) for item, cell in case.answers.items()}}
        faults = answer_faults(instrument, answers, complete=True)
        yield case.name, next((f"{one.item}:{one.rule}" for one in faults), None), case.refused
        if case.refused:
            continue
        found = score(instrument, answers)
        if case.points is not None:
            yield case.name, found.shown, case.points
        if case.percent is not None:
            yield case.name, None if found.percent is None else rounded(found.percent, _SHOWN), case.percent
        if case.grade is not None:
            earned = grade(instrument, found.percent, points_of(found))
            yield case.name, earned.code if earned else "", case.grade
        if case.passed is not None:
            yield case.name, is_passed(instrument, found.percent), case.passed


def _answer(cell: Cell) -> Answer:
    if isinstance(cell, str):
        return cell
    return [one for one in cell if isinstance(one, str)] or [dict(one) for one in cell if isinstance(one, dict)]
