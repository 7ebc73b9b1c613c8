"""Worked cases beside a scheme: totals, grades, places, lists and notices, worked out and compared."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from pinzhi.engine.assessment.rounds.quotas import Candidate, Proposal, check_proposals, place
from pinzhi.engine.assessment.rounds.totals import grade, total
from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.periods import WorkingDays
from pinzhi.engine.rulebook.cases import agree
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.shapes import Amount, BothLanguages, Shape, Word


class TotalCase(Shape):
    """Percentages of stages, the points they make, and the grade where places are not limited.

    Marks of several judges stand as their sum over their number: ``[263, 3]`` is 263/3.
    """

    name: BothLanguages
    category: Word
    stages: dict[str, Amount | tuple[int, int]]
    points: Amount
    facts: tuple[str, ...] = ()
    grade: str = ""


class Ranked(Shape):
    """A candidate of a case and the grade it is to be offered; empty for none."""

    entry: Word
    category: Word
    percent: Amount
    rank: int
    grade: str = ""
    waits: bool = False


class PlacesCase(Shape):
    """Candidates in their ranks, each with what it is to be offered."""

    name: BothLanguages
    candidate: tuple[Ranked, ...]


class Group(Shape):
    """So many proposals of one kind; ``earned`` is what the stage that decides the grades came to."""

    count: int
    category: Word
    grade: Word
    percent: Amount | None = None
    earned: str = ""


class ListCase(Shape):
    """Proposals that are to be refused with a code, or to leave so many vacancies in each quota."""

    name: BothLanguages
    propose: tuple[Group, ...]
    refused: str = ""
    vacancies: tuple[int, ...] = ()


class NoticeCase(Shape):
    """A notice of a stage, the day it is posted and the day on which it is to close at 24:00."""

    name: BothLanguages
    stage: Word
    posted: date
    closes: date


class Examples(Shape):
    """The worked cases of a scheme."""

    total: tuple[TotalCase, ...] = ()
    places: tuple[PlacesCase, ...] = ()
    list: tuple[ListCase, ...] = ()
    notice: tuple[NoticeCase, ...] = ()


def run_examples(path: str, scheme: Scheme, examples: Examples, days: WorkingDays) -> int:
    """Work out every case and return how many there are; BadRulebook for the first that comes out otherwise."""
    cases = [*_totals(scheme, examples), *_places(scheme, examples), *_lists(scheme, examples)]
    cases += _notices(scheme, examples, days)
    return agree(path, cases)


def _totals(scheme: Scheme, examples: Examples) -> Iterator[tuple[Any, object, object]]:
    for case in examples.total:
        percents = {
            state: Fraction(*value) if isinstance(value, tuple) else Fraction(value)
            for state, value in case.stages.items()
        }
        found = total(scheme, case.category, percents)
        is_graded = not scheme.is_competitive and not scheme.graded_by
        facts = frozenset(case.facts)
        given = grade(scheme, found.percent, facts, category=case.category).grade if is_graded else ""
        yield case.name, (found.points, given), (case.points, case.grade)


def _places(scheme: Scheme, examples: Examples) -> Iterator[tuple[Any, object, object]]:
    for case in examples.places:
        placed = place(scheme, [Candidate(one.entry, one.category, one.percent, one.rank) for one in case.candidate])
        found = {one.entry: (one.grade, one.waits) for one in placed}
        yield case.name, found, {one.entry: (one.grade, one.waits) for one in case.candidate}


def _lists(scheme: Scheme, examples: Examples) -> Iterator[tuple[Any, object, object]]:
    for case in examples.list:
        proposals = [
            Proposal(f"{number}.{one}", group.category, group.grade, group.percent, group.earned)
            for number, group in enumerate(case.propose)
            for one in range(group.count)
        ]
        try:
            found: tuple[str, tuple[int, ...]] = (
                "",
                tuple(use.vacancies for use in check_proposals(scheme, proposals)),
            )
        except PinzhiError as refusal:
            found = (refusal.code, ())
        yield case.name, found, (case.refused, case.vacancies)


def _notices(scheme: Scheme, examples: Examples, days: WorkingDays) -> Iterator[tuple[Any, object, object]]:
    for case in examples.notice:
        stage = scheme.stage_of(case.stage)
        rule = stage.notice if stage else None
        found = days.closes(case.posted, rule.length, rule.unit).last_day if rule else None
        yield case.name, found, case.closes
