"""The feedback report of an entry, once its round has ended for it: for the applicant and for officers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pinzhi.engine.assessment.feedback import Notes, SectionFeedback, feedback
from pinzhi.engine.assessment.judging.aggregation import rounded
from pinzhi.engine.errors import Conflict, NotFound
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.engine.rulebook.stages import STATES, TERMINAL
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.models import Assignment, Entry, StageResult
from pinzhi.records.assessment.queries.results import latest_results
from pinzhi.records.assessment.queries.sheets import last_sheet
from pinzhi.records.assessment.queries.visible import entry_for
from pinzhi.records.assessment.rules import instrument_of, parts_of, scheme_of

# What can follow an announcement besides the states after it.
_AFTER = frozenset({"announced", "interviewed", "suspended", "expired"})
_MAY_READ = {"applicant", "city_officer", "district_officer", "chair"}


@dataclass(frozen=True, slots=True)
class StageFeedback:
    """What a stage says: its result out of 100, by how many judges, and what they wrote by criterion."""

    code: str
    title: Text
    percent: Decimal
    judges: int
    instrument: Text
    sections: tuple[SectionFeedback, ...]

    @property
    def strengths(self) -> int:
        """How many strengths were written down."""
        return sum(len(item.strengths) for section in self.sections for item in section.items)

    @property
    def improvements(self) -> int:
        """How many opportunities to improve were written down."""
        return sum(len(item.improvements) for section in self.sections for item in section.items)


@dataclass(frozen=True, slots=True)
class FeedbackReport:
    """All that an applicant is told: where the entry ended, and the word of each stage that judged it."""

    entry: Entry
    scheme: Text
    category: Text
    state: Text
    ended_on: date
    stages: tuple[StageFeedback, ...]


def has_ended(entry: Entry) -> bool:
    """Tell whether the round is over for an entry: announced, or out of it for good."""
    return entry.state in TERMINAL or STATES[entry.state].place == "after" or entry.state in _AFTER


def feedback_of(actor: Actor, round_key: str, number: str) -> FeedbackReport:
    """Return the feedback report of an entry.

    NotFound for whoever is neither its applicant nor an officer of the round, experts among them; Conflict while the
    round still runs for it.
    """
    entry = entry_for(actor, round_key, number)
    if not _MAY_READ.intersection(parts_of(actor, entry)):
        raise NotFound(
            "assessment.entry",
            "没有“{number}”这份申报，或你看不到它。",
            "There is no entry “{number}” for you.",
            number=number,
        )
    if not has_ended(entry):
        raise Conflict(
            "assessment.feedback.early",
            "“{number}”的评审还没有结束。公布以后，或申报止步以后，这里有反馈报告。",
            "The round is still running for “{number}”. Its feedback report is here once it has ended.",
            number=number,
        )
    scheme = scheme_of(entry.round)
    category = next((one.title for one in scheme.category if one.code == entry.category), Text("", ""))
    return FeedbackReport(
        entry=entry,
        scheme=scheme.title,
        category=category,
        state=STATES[entry.state].title,
        ended_on=entry.in_state_since,
        stages=tuple(_stages(entry, scheme.stage)),
    )


def _stages(entry: Entry, stages: tuple[Stage, ...]) -> Iterator[StageFeedback]:
    """Yield the stages that judged an entry by a panel and were sealed."""
    sealed = latest_results([entry.pk]).get(entry.pk, {})
    for stage in stages:
        instrument, result = instrument_of(stage, entry.category), sealed.get(stage.state)
        if stage.panel is None or instrument is None or result is None:
            continue
        yield StageFeedback(
            code=stage.state,
            title=stage.words,
            percent=rounded(Fraction(result.percent), 1),
            judges=len(result.judges),
            instrument=instrument.title,
            sections=_sections(entry, stage.state, instrument, result),
        )


def _sections(entry: Entry, stage: str, instrument: Instrument, result: StageResult) -> tuple[SectionFeedback, ...]:
    percents = {item: Fraction(found) for item, found in result.items.items()}
    return feedback(instrument, percents, _notes(entry, stage))


def _notes(entry: Entry, stage: str) -> Iterator[Notes]:
    tasks = Assignment.objects.filter(entry=entry, stage=stage, ended_at=None, submitted_at__isnull=False)
    for task in tasks:
        sheet = last_sheet(task)
        if sheet is not None:
            yield sheet.notes
