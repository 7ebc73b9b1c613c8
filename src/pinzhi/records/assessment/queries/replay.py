"""What if: a round worked out once more under another edition of its scheme; nothing of the record is touched."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pinzhi.engine.assessment.rounds.outcomes import stage_outcome
from pinzhi.engine.assessment.rounds.quotas import place
from pinzhi.engine.errors import BadInput
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

MOST_BYTES = 256 * 1024  # of a changed scheme: the longest there is has 20 kB


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

    @property
    def moves(self) -> bool:
        """Tell whether the other edition changes rank or grade."""
        return self.rank_before != self.rank_after or self.grade_before != self.grade_after


def replay(held: Round, edition: str) -> list[Replayed]:
    """Work a round out under another edition of its scheme that the rulebook holds; see ``replay_under``."""
    return replay_under(held, rulebook().file(Scheme, held.scheme_id, edition))


def other_editions(held: Round) -> list[Scheme]:
    """Return the other editions of a round's scheme by which rounds are run."""
    every = rulebook().all_of(Scheme)
    return [one for one in every if one.id == held.scheme_id and one.edition != held.edition and not one.for_record]


def changed_scheme(held: Round, name: str, content: bytes) -> Scheme:
    """Return a changed scheme that was sent as a file; it is checked like those of the rulebook and kept nowhere.

    Raises BadInput where it is too large, no UTF-8 or another scheme's; BadRulebook for what is wrong in it.
    """
    if len(content) > MOST_BYTES:
        raise BadInput(
            "assessment.replay.size",
            "规则文件最大 {most} KB。",
            "A rulebook file has at most {most} kB.",
            most=MOST_BYTES // 1024,
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(
            "assessment.replay.encoding",
            "文件不是 UTF-8。请存为 UTF-8。",
            "The file is not UTF-8. Save it as UTF-8.",
        ) from None
    found = rulebook().tried(Scheme, name, text)
    if found.id != held.scheme_id:
        raise BadInput(
            "assessment.replay.scheme",
            "这是“{found}”的规则，这一轮的是“{wanted}”。",
            "This is a file of “{found}”; the round is one of “{wanted}”.",
            found=found.id,
            wanted=held.scheme_id,
        )
    return found


def replay_under(held: Round, other: Scheme) -> list[Replayed]:
    """Work a round out under another scheme, in the order of the new ranking.

    Sealed results count where the stage marks as before; where its instrument or method is another, the sheets that
    were handed in are scored anew. Raises NotFound for an edition that the rulebook does not hold, and BadInput for a
    sheet that the other instrument does not allow.
    """
    own = scheme_of(held)
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
