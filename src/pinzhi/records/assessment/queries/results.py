"""What judging has come to: sheets that count, sealed results of stages, totals and the ranking of a round."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pinzhi.engine.assessment.conditions import Answers
from pinzhi.engine.assessment.judging.ranking import Key, TieRule, draw_line, order
from pinzhi.engine.assessment.outcome import grade, points_of_items
from pinzhi.engine.assessment.rounds.consensus import Settlement as Settled
from pinzhi.engine.assessment.rounds.outcomes import StageOutcome, outcome_digest, stage_outcome
from pinzhi.engine.assessment.rounds.quotas import Candidate
from pinzhi.engine.assessment.rounds.totals import Total, total
from pinzhi.engine.errors import BadInput
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import STATES
from pinzhi.records.assessment.models import (
    Assignment,
    Entry,
    Round,
    Settlement,
    SheetVersion,
    StageResult,
    SurveyAnswer,
)
from pinzhi.records.assessment.rules import instrument_of, scheme_of

Results = dict[int, dict[str, StageResult]]  # by entry and stage
OUT = ("withdrawn_by_applicant", "abandoned", "removed", "revoked")


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry in the ranking of a round: its total, its place, and what its chain of ties was."""

    entry: Entry
    total: Total
    rank: int


def sheets_of(entry: Entry, stage: str) -> dict[str, Answers]:
    """Return the answers that count for an entry in a stage, by the code of the expert.

    Those handed in of tasks that were not ended: who turned out to be in conflict does not count; who left after
    handing in does.
    """
    tasks = Assignment.objects.filter(entry=entry, stage=stage, ended_at=None, submitted_at__isnull=False)
    codes = dict(tasks.values_list("pk", "expert__code"))
    found: dict[str, Answers] = {}
    for sheet in SheetVersion.objects.filter(assignment_id__in=codes).order_by("number"):
        found[codes[sheet.assignment_id]] = sheet.answers
    return dict(sorted(found.items()))


def settlements_of(entry: Entry, stage: str) -> tuple[list[Settled], list[Settled]]:
    """Return what the panel agreed on and what was changed on site, each in the order in which it was said."""
    agreed: list[Settled] = []
    changed: list[Settled] = []
    for one in Settlement.objects.filter(entry=entry, stage=stage).order_by("pk"):
        into = agreed if one.kind == "consensus" else changed
        into.append(Settled(one.item, one.percent.normalize(), one.expert_code, one.reason))
    return agreed, changed


def outcome_of(entry: Entry, stage: str) -> StageOutcome:
    """Work out what a stage has come to so far, from the sheets that count and what the panel said."""
    scheme = scheme_of(entry.round)
    found = scheme.stage_of(stage)
    instrument = instrument_of(found, entry.category) if found else None
    if found is None or instrument is None:
        raise BadInput(
            "assessment.round.no_sheet", "这一阶段没有评分表。", "This stage has no scoring sheet.", stage=stage
        )
    agreed, changed = settlements_of(entry, stage)
    return stage_outcome(found, instrument, sheets_of(entry, stage), agreed=agreed, changed=changed)


def digest_now(entry: Entry, stage: str) -> str:
    """Return the digest of what a stage's result would be made from now."""
    agreed, changed = settlements_of(entry, stage)
    return outcome_digest(sheets_of(entry, stage), agreed, changed)


def survey_digest(entry: Entry, stage: str) -> str:
    """Return the digest of the questionnaires that a survey's result is made from now."""
    rows = SurveyAnswer.objects.filter(entry=entry, stage=stage).order_by("number")
    return outcome_digest({f"{one.number:06d}": one.answers for one in rows})


def latest_results(entries: Iterable[int]) -> Results:
    """Return the sealed results that count, by entry and stage."""
    found: dict[int, dict[str, StageResult]] = {}
    rows = StageResult.objects.filter(entry_id__in=list(entries)).order_by("number")
    for row in rows:
        found.setdefault(row.entry_id, {})[row.stage] = row
    return found


def percent_of(result: StageResult | None) -> Fraction | None:
    """Return the exact percentage of a sealed result."""
    return Fraction(result.percent) if result else None


def total_of(scheme: Scheme, entry: Entry, results: Mapping[str, StageResult]) -> Total | None:
    """Return the total of an entry; None while a stage that counts has no result."""
    percents = {stage: Fraction(one.percent) for stage, one in results.items()}
    needed = [one.state for one in scheme.stage if one.weight is not None and one.takes(entry.category)]
    if not needed or any(state not in percents for state in needed):
        return None
    return total(scheme, entry.category, percents)


def earned_grade(scheme: Scheme, entry: Entry, results: Mapping[str, StageResult]) -> str:
    """Return the best grade that the stage which decides the grades came to; empty for none, and without such a stage.

    The instrument says what its grades ask for; the points are those of the items as the judges' marks were joined.
    """
    result, stage = results.get(scheme.graded_by), scheme.stage_of(scheme.graded_by)
    instrument = instrument_of(stage, entry.category) if stage else None
    if result is None or instrument is None:
        return ""
    points = points_of_items(instrument, {item: Fraction(percent) for item, percent in result.items.items()})
    found = grade(instrument, Fraction(result.percent), points)
    return found.code if found else ""


def within_places(entry: Entry, stage: str) -> bool | None:
    """Tell whether an entry is among the places that go on from a stage; None while others have no result yet."""
    scheme = scheme_of(entry.round)
    found = scheme.stage_of(stage)
    if found is None or found.places is None:
        return None
    contenders = [one for one in _in_stage(entry.round, stage) if one.state not in OUT]
    results = latest_results(one.pk for one in contenders)
    scores: dict[str, Fraction] = {}
    for one in contenders:
        result = results.get(one.pk, {}).get(stage)
        if result is None:
            return None
        scores[one.number] = Fraction(result.percent)
    chain = _chain(scheme, contenders, results)
    tie, seed = tie_rule(entry.round)
    line = draw_line(
        scores, found.places, tie=tie, chain=chain, seed=seed, among=lot_numbers(entry.round),
        least=Fraction(found.at_least) if found.at_least is not None else None,
    )  # fmt: skip
    return entry.number in line.within


def tie_rule(held: Round, scheme: Scheme | None = None) -> tuple[TieRule, str]:
    """Return how ties are broken now: the lot counts once it has been drawn, and not before."""
    scheme = scheme or scheme_of(held)
    if scheme.ties == "chain_then_lot":
        return ("chain_then_lot", held.lot_seed) if held.lot_drawn_at else ("chain", "")
    return scheme.ties, ""


def lot_numbers(held: Round) -> tuple[str, ...]:
    """Return the numbers a lot is drawn among: every entry sent in before the draw, whatever became of it.

    The list is fixed with the draw, so that nobody's place in the lot changes when another entry drops out.
    """
    if held.lot_drawn_at is None:
        return ()
    sent = Entry.objects.filter(round=held, lodged_at__lte=held.lot_drawn_at)
    return tuple(sent.order_by("number").values_list("number", flat=True))


def _in_stage(held: Round, stage: str) -> list[Entry]:
    """Return the entries that are in a stage or have been through it: they contend for its places."""
    there = Entry.objects.filter(round=held, state=stage)
    through = Entry.objects.filter(round=held, steps__before=stage).exclude(state=stage)
    return list((there | through).distinct().select_related("round"))


def ranking(held: Round) -> list[Ranked]:
    """Rank the entries of a round that have all their results and are still in it, best first.

    Equal totals are told apart by the scheme's chain, and then by the lot where it draws one; what stays equal shares
    a rank.
    """
    return rank_under(held, scheme_of(held), latest_results)


def rank_under(held: Round, scheme: Scheme, results_of: Callable[[Iterable[int]], Results]) -> list[Ranked]:
    """Rank the entries of a round under a scheme, with the results that ``results_of`` gives for their keys."""
    closing = [state for state in scheme.states if STATES[state].place in ("judging", "closing", "after")]
    entries = list(Entry.objects.filter(round=held, state__in=[*closing, "objection"]).select_related("round"))
    results = results_of([one.pk for one in entries])
    totals = {one.number: (one, total_of(scheme, one, results.get(one.pk, {}))) for one in entries}
    complete = {number: (one, found) for number, (one, found) in totals.items() if found is not None}
    scores = {number: found.percent for number, (_, found) in complete.items()}
    chain = _chain(scheme, [one for one, _ in complete.values()], results)
    tie, seed = tie_rule(held, scheme)
    ranked: list[Ranked] = []
    for group in order(scores, chain if tie in ("chain", "chain_then_lot") else (), seed=seed, among=lot_numbers(held)):
        rank = len(ranked) + 1
        ranked += [Ranked(complete[number][0], complete[number][1], rank) for number in group]
    return ranked


def candidates(ranked: Iterable[Ranked]) -> tuple[Candidate, ...]:
    """Return a ranking as the engine places it."""
    return tuple(Candidate(one.entry.number, one.entry.category, one.total.percent, one.rank) for one in ranked)


def _chain(scheme: Scheme, entries: list[Entry], results: Mapping[int, Mapping[str, StageResult]]) -> tuple[Key, ...]:
    """Return the links of the chain that breaks ties which every entry has: stages, items, the day of lodging."""
    links: list[Key] = []
    for name in scheme.tie_chain:
        values = {one.number: _value(name, one, results.get(one.pk, {})) for one in entries}
        if values and all(value is not None for value in values.values()):
            known = {number: value for number, value in values.items() if value is not None}
            links.append(Key(name, known, greatest_first=name != "submitted_on"))
    return tuple(links)


def _value(name: str, entry: Entry, results: Mapping[str, StageResult]) -> Fraction | None:
    if name == "submitted_on":
        return Fraction(entry.lodged_on.toordinal()) if entry.lodged_on else None
    if name.startswith("item:"):
        return _item_value(name.removeprefix("item:"), results)
    return percent_of(results.get(name))


def _item_value(item: str, results: Mapping[str, StageResult]) -> Fraction | None:
    """Return the sum of an item, or of all items below a heading such as 4.7, in the latest stage that marked it."""
    for result in reversed(list(results.values())):
        found = [
            Fraction(str(percent))
            for code, percent in result.items.items()
            if code == item or code.startswith(f"{item}.")
        ]
        if found:
            return sum(found, Fraction(0))
    return None
