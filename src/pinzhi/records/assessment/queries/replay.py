"""What if: a round worked out once more under another edition of its scheme; nothing of the record is touched."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pinzhi.engine.assessment.rounds.outcomes import stage_outcome
from pinzhi.engine.assessment.rounds.quotas import place
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.records.assessment.models import Entry, Round, StageResult
from pinzhi.records.assessment.queries.results import (
    Ranked,
    Results,
    candidates,
    latest_results,
    rank_under,
    ranking,
    settlements_of,
    sheets_of,
)
from pinzhi.records.assessment.rules import instrument_of, scheme_of
from pinzhi.records.catalog.rulebook import rulebook


@dataclass(frozen=True, slots=True)
class Replayed:
    """An entry under both editions: points, rank and the grade it may be given; None where it has no total."""

    entry: str
    points_before: Decimal | None
    points_after: Decimal | None
    rank_before: int | None
    rank_after: int | None
    grade_before: str
    grade_after: str


def replay(held: Round, edition: str) -> list[Replayed]:
    """Work a round out under another edition of its scheme, in the order of the new ranking.

    Sealed results count where the stage marks as before; where its instrument or method is another, the sheets that
    were handed in are scored anew. Raises NotFound for an edition that the rulebook does not hold, and BadInput for a
    sheet that the other instrument does not allow.
    """
    own, other = scheme_of(held), rulebook().file(Scheme, held.scheme_id, edition)
    before, after = ranking(held), rank_under(held, other, lambda keys: _results_under(own, other, keys))
    was, now = _by_number(own, before), _by_number(other, after)
    found = [
        Replayed(
            number,
            was[number][0].total.points if number in was else None,
            now[number][0].total.points if number in now else None,
            was[number][0].rank if number in was else None,
            now[number][0].rank if number in now else None,
            was[number][1] if number in was else "",
            now[number][1] if number in now else "",
        )
        for number in {**now, **was}
    ]
    return sorted(found, key=lambda one: (one.rank_after is None, one.rank_after or 0, one.entry))


def _by_number(scheme: Scheme, ranked: list[Ranked]) -> dict[str, tuple[Ranked, str]]:
    grades = {one.entry: one.grade for one in place(scheme, candidates(ranked))}
    return {one.entry.number: (one, grades[one.entry.number]) for one in ranked}


def _results_under(own: Scheme, other: Scheme, keys: Iterable[int]) -> Results:
    results = latest_results(keys)
    changed = [
        stage for stage in other.stage if stage.panel and _marks_by(stage) != _marks_by(own.stage_of(stage.state))
    ]
    for entry in Entry.objects.filter(pk__in=results).select_related("round"):
        for stage in changed:
            instrument = instrument_of(stage, entry.category)
            sheets = sheets_of(entry, stage.state)
            if instrument is None or not sheets:
                continue
            agreed, altered = settlements_of(entry, stage.state)
            outcome = stage_outcome(stage, instrument, sheets, agreed=agreed, changed=altered)
            results[entry.pk].pop(stage.state, None)
            if outcome.percent is not None:
                items = {item: str(percent) for item, percent in outcome.items.items()}
                results[entry.pk][stage.state] = StageResult(percent=str(outcome.percent), items=items)
    return results


def _marks_by(stage: Stage | None) -> object:
    return (stage.instruments, stage.method, stage.spread, stage.step) if stage else None
