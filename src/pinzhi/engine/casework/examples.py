"""Worked cases beside a case type: steps on days, and the state, clocks and refusals they come to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from pinzhi.engine.assessment.rounds.seals import Pin
from pinzhi.engine.casework.cases import Case, Doer, Offer
from pinzhi.engine.casework.deadlines import clocks
from pinzhi.engine.casework.workflow import open_with, take
from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.periods import WorkingDays
from pinzhi.engine.rulebook.calendars import Calendar, working_days
from pinzhi.engine.rulebook.case_parts import CaseRole
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.engine.rulebook.cases import agree, read_cases
from pinzhi.engine.rulebook.load import Rulebook
from pinzhi.engine.rulebook.shapes import BothLanguages, Shape, Word


class StepTaken(Shape):
    """A step of a case: who took it in which role, and on which day."""

    step: Word
    by: CaseRole
    who: Word
    on: date


class CaseExample(Shape):
    """A case that is opened and goes some steps, with everything each of them asks for.

    ``state`` is where it ends, ``refused`` the code of the refusal of the last step, ``due`` the last day of a clock as
    it stands on the day of the last step; ``late`` are the clocks that ran out;
    ``days`` are dates of the case by field.
    """

    name: BothLanguages
    opened_by: CaseRole
    opened_on: date
    steps: tuple[StepTaken, ...] = ()
    state: Word
    refused: str = ""
    due: dict[str, date] = {}
    late: tuple[str, ...] = ()
    days: dict[str, date] = {}


class CaseExamples(Shape):
    """The worked cases of a type."""

    case: tuple[CaseExample, ...] = ()


def run_case_types(rulebook: Rulebook) -> int:
    """Work out the cases of every case type and return how many there are; BadRulebook for the first that differs."""
    days = working_days(rulebook.all_of(Calendar))
    files = {edition.path.removesuffix(".toml"): edition.content for edition in rulebook.editions}
    count = 0
    for path, text in rulebook.examples.items():
        content = files.get(path.removesuffix(".examples.toml"))
        if isinstance(content, CaseType):
            count += agree(path, _worked_out(content, read_cases(path, text, CaseExamples), days))
    return count


def _worked_out(kind: CaseType, examples: CaseExamples, days: WorkingDays) -> Iterator[tuple[Any, object, object]]:
    for example in examples.case:
        case, refused = _played(kind, example)
        on = example.steps[-1].on if example.steps else example.opened_on
        dues = clocks(kind, case, on=on, days=days)
        due = {one.code: one.last_day for one in dues if one.code in example.due}
        late = tuple(one.code for one in dues if one.is_late)
        yield (
            example.name,
            (case.state, refused, due, late),
            (example.state, example.refused, example.due, example.late),
        )


def _played(kind: CaseType, example: CaseExample) -> tuple[Case, str]:
    """Return the case at its end and the code of what refused its last step."""
    pin = Pin(kind.id, kind.edition, "")
    given = frozenset(one.code for one in kind.field)
    files = {need.kind: need.at_least for step in kind.step for need in step.evidence}
    opener = Doer("opener", frozenset({example.opened_by}))
    first = open_with(kind, doer=opener, given=given, on=example.opened_on)
    case = Case("example", pin, first.after, given, files, (first,), days=example.days)
    for one in example.steps:
        step = kind.step_of(one.step)
        assigned: dict[CaseRole, str] = dict.fromkeys(step.assigns if step else (), "somebody")
        offer = Offer("as examined", assigned, step.through if step else "")
        try:
            taken = take(kind, pin, case, one.step, doer=Doer(one.who, frozenset({one.by})), on=one.on, offer=offer)
        except PinzhiError as refusal:
            return case, refusal.code
        case = replace(case, state=taken.after, history=(*case.history, taken))
    return case, ""
