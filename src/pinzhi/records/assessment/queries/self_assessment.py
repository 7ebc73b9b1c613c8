"""Self-assessments as their own organisation sees them; of others only the mean and quartiles of a large group."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pinzhi.engine.assessment.answers import AnswerFault, answer_faults, applicable, asked_answers
from pinzhi.engine.assessment.conditions import Answer
from pinzhi.engine.assessment.groups import Spread, spread
from pinzhi.engine.assessment.judging.aggregation import rounded
from pinzhi.engine.assessment.outcome import Change, compare, grade, is_passed, points_of
from pinzhi.engine.assessment.scores import Score, score
from pinzhi.engine.errors import NotFound
from pinzhi.engine.rulebook.instrument_parts import AnyItem, InstrumentGrade
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, may
from pinzhi.records.assessment.models import SelfAssessment
from pinzhi.records.catalog.names import organisation_industries, organisation_names
from pinzhi.records.catalog.rulebook import rulebook

_USES = ("self-assessment", "scoring-sheet", "checklist")
_KINDS = ("points", "single", "multiple", "likert", "number", "text")  # what the form can ask


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the instrument that is filled in on one page; ``code`` is ``all`` where there are no parts."""

    code: str
    title: Text
    items: tuple[AnyItem, ...]
    answered: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A self-assessment with its instrument, by sections, and what is still wrong with it."""

    held: SelfAssessment
    instrument: Instrument
    organisation: str
    sections: tuple[Section, ...]
    faults: tuple[AnswerFault, ...]

    @property
    def is_finished(self) -> bool:
        return self.held.finished_on is not None


@dataclass(frozen=True, slots=True)
class Moved:
    """A part whose points differ from those of the last self-assessment."""

    title: Text
    before: Decimal | None
    after: Decimal | None
    difference: Decimal | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a finished self-assessment came to; ``group`` is None where the group is too small to be shown."""

    score: Score
    grade: InstrumentGrade | None
    passed: bool | None
    last: SelfAssessment | None
    changes: tuple[Moved, ...]
    industry: str
    group: Spread | None


def offered() -> tuple[Instrument, ...]:
    """Return the instruments that organisations may assess themselves by, those made for it first."""
    found = [
        one
        for one in rulebook().all_of(Instrument)
        if one.use in _USES and all(item.kind in _KINDS for item in one.item)
    ]
    return tuple(sorted(found, key=lambda one: (_USES.index(one.use), one.id, one.edition)))


def offered_instrument(instrument_id: str, edition: str) -> Instrument:
    """Return an instrument of those offered; NotFound for all others."""
    found = next((one for one in offered() if (one.id, one.edition) == (instrument_id, edition)), None)
    if found is None:
        raise NotFound("assessment.self.instrument", "没有这个自评工具。", "There is no such self-assessment.")
    return found


def own_sheets(actor: Actor) -> tuple[Sheet, ...]:
    """Return the self-assessments of the organisations an actor acts for, the latest first."""
    rows = SelfAssessment.objects.filter(organisation_code__in=actor.organisation_codes - {""}).order_by("-at", "-pk")
    return tuple(_sheet(one) for one in rows)


def own_sheet(actor: Actor, sheet_id: int) -> Sheet:
    """Return a self-assessment of one's own organisation; NotFound for all others."""
    found = SelfAssessment.objects.select_related("by").filter(pk=min(sheet_id, 2**63 - 1)).first()
    if found is None or not may(actor, "assessment.apply", found.organisation_code):
        raise NotFound("assessment.self", "没有这份自评，或它不是你单位的。", "You have no such self-assessment.")
    return _sheet(found)


def sections_of(instrument: Instrument, answers: Mapping[str, Answer]) -> tuple[Section, ...]:
    """Return the parts that are filled in one by one: the highest sections, or the whole."""
    asked, kept = frozenset(applicable(instrument, answers)), asked_answers(instrument, answers)
    above = {one.code: one.parent for one in instrument.section}
    titles = {one.code: one.title for one in instrument.section}
    items: dict[str, list[AnyItem]] = {}
    for item in instrument.item:
        code = item.section
        while above.get(code):
            code = above[code]
        if item.id in asked:
            items.setdefault(code or "all", []).append(item)
    return tuple(
        Section(code, titles.get(code, instrument.title), tuple(own), sum(one.id in kept for one in own))
        for code, own in items.items()
    )


def outcome(sheet: Sheet) -> Outcome:
    """Return what a finished self-assessment came to, beside the last one and the group."""
    now = score(sheet.instrument, sheet.held.answers)
    last = _last_before(sheet.held)
    industry = organisation_industries([sheet.held.organisation_code]).get(sheet.held.organisation_code, "")[:1]
    return Outcome(
        score=now,
        grade=grade(sheet.instrument, now.percent, points_of(now)),
        passed=is_passed(sheet.instrument, now.percent),
        last=last,
        changes=_changes(sheet.instrument, score(sheet.instrument, last.answers), now) if last else (),
        industry=industry,
        group=spread(_group(sheet.held, industry)),
    )


def _sheet(held: SelfAssessment) -> Sheet:
    instrument = rulebook().file(Instrument, held.instrument_id, held.edition)
    name = organisation_names([held.organisation_code]).get(held.organisation_code, held.organisation_code)
    faults = answer_faults(instrument, held.answers, complete=True)
    return Sheet(held, instrument, name, sections_of(instrument, held.answers), faults)


def _last_before(held: SelfAssessment) -> SelfAssessment | None:
    earlier = SelfAssessment.objects.filter(
        organisation_code=held.organisation_code, instrument_id=held.instrument_id, edition=held.edition,
        number__lt=held.number, finished_on__isnull=False,
    )  # fmt: skip
    return earlier.order_by("-number").first()


def _changes(instrument: Instrument, before: Score, after: Score) -> tuple[Moved, ...]:
    found = []
    for one in compare(before, after):
        part = _part(one, before, after)
        if part is not None:
            points = [_shown(instrument, side) for side in (one.before, one.after, one.difference)]
            found.append(Moved(part.title, *points))
    return tuple(found)


def _part(one: Change, before: Score, after: Score) -> Score | None:
    return after.part(one.code) or before.part(one.code)


def _shown(instrument: Instrument, points: Fraction | None) -> Decimal | None:
    return None if points is None else rounded(points, instrument.digits)


def _group(held: SelfAssessment, industry: str) -> list[Fraction]:
    """Return the latest percentage of each organisation of the same industry on the same edition."""
    if not industry:
        return []
    rows = SelfAssessment.objects.filter(
        instrument_id=held.instrument_id, edition=held.edition, finished_on__isnull=False
    ).exclude(percent="")
    latest = {one.organisation_code: one.percent for one in rows.order_by("number")}
    industries = organisation_industries(latest)
    return [Fraction(percent) for code, percent in latest.items() if industries.get(code, "")[:1] == industry]
