"""What an event at an organisation proposes for everything else that it holds, and by when an officer decides."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pinzhi.engine.periods import WorkingDays
from pinzhi.engine.rulebook.calendars import Calendar, working_days
from pinzhi.engine.rulebook.cases import agree, read_cases
from pinzhi.engine.rulebook.load import Rulebook
from pinzhi.engine.rulebook.measures import EventKind, MeasureKind, MeasureRules, TargetKind
from pinzhi.engine.rulebook.shapes import BothLanguages, Shape
from pinzhi.engine.texts import Text

HOLDS = ("active", "suspended")  # what has ended needs no measure


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that an organisation holds: a certificate, title, training certificate or appointment."""

    kind: str
    key: str
    scheme: str
    scheme_kind: str  # of a certificate scheme: system product service personnel label; else empty
    state: str  # active suspended withdrawn cancelled expired upcoming
    title: Text


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed for a holding, the last day to decide, and on what basis."""

    holding: Holding
    measure: MeasureKind
    due_on: date
    basis: Text


def proposals(
    rules: MeasureRules,
    event: str,
    holdings: Iterable[Holding],
    *,
    about: tuple[str, str],
    on: date,
    days: WorkingDays,
) -> tuple[Proposed, ...]:
    """Return what an event of a day proposes; ``about`` is kind and key of what it happened to, which is left out.

    Nothing is proposed for what has ended, nor a suspension for what is suspended already. Raises Unavailable where
    the calendar of working days does not reach.
    """
    known = rules.event_of(event)
    return () if known is None else tuple(
        Proposed(holding, rule.measure, _due(rule.within.length, rule.within.unit, on, days), rule.basis)
        for holding in holdings
        if (holding.kind, holding.key) != about and holding.state in HOLDS
        if (rule := next(
            (one for one in known.proposal if one.fits(holding.kind, holding.scheme, holding.scheme_kind)), None
        )) is not None
        if not (rule.measure == "suspend" and holding.state == "suspended")
    )  # fmt: skip


def _due(length: int, unit: str, on: date, days: WorkingDays) -> date:
    period = days.closes(on, length, "wd" if unit == "wd" else "day")
    return period.last_day or on


class MeasureCase(Shape):
    """An event on a day, one thing held, and what is proposed for it by when; nothing where ``measure`` is empty."""

    name: BothLanguages
    event: EventKind
    on: date
    target: TargetKind
    scheme: str = ""
    scheme_kind: str = ""
    state: str = "active"
    measure: str = ""
    due_on: date | None = None


class MeasureExamples(Shape):
    """The worked cases of measures."""

    case: tuple[MeasureCase, ...] = ()


def run_measures(rulebook: Rulebook) -> int:
    """Work out the cases beside the measures and return how many there are; BadRulebook for the first that differs."""
    files = {edition.path.removesuffix(".toml"): edition.content for edition in rulebook.editions}
    days = working_days(rulebook.all_of(Calendar))
    count = 0
    for path, text in rulebook.examples.items():
        content = files.get(path.removesuffix(".examples.toml"))
        if isinstance(content, MeasureRules):
            count += agree(path, _worked_out(content, read_cases(path, text, MeasureExamples), days))
    return count


def _worked_out(
    rules: MeasureRules, examples: MeasureExamples, days: WorkingDays
) -> Iterator[tuple[Text, object, object]]:
    for case in examples.case:
        holding = Holding(case.target, "one", case.scheme, case.scheme_kind, case.state, case.name)
        found = proposals(rules, case.event, [holding], about=("", ""), on=case.on, days=days)
        yield case.name, tuple((one.measure, one.due_on) for one in found), (
            ((case.measure, case.due_on),) if case.measure else ()
        )  # fmt: skip
