"""What a stage of judging comes to for an entry: from sheets, through the panel's talk, to one percentage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pinzhi.engine.assessment.conditions import Answers
from pinzhi.engine.assessment.judging.aggregation import mean, median, trimmed_mean
from pinzhi.engine.assessment.rounds.consensus import Mark, Settled, Settlement, settle
from pinzhi.engine.assessment.rounds.seals import digest
from pinzhi.engine.assessment.rounds.totals import Exact
from pinzhi.engine.assessment.scores import Score, score
from pinzhi.engine.errors import BadInput
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.scheme_parts import Stage

# Methods that need the marks of all entries at once; see judging.aggregation.
ACROSS_ENTRIES = frozenset({"severity", "zscore", "quantile"})


@dataclass(frozen=True, slots=True)
class StageOutcome:
    """A stage's result for an entry.

    ``percent`` is None while the panel still has to talk; ``items`` are the percentages that count, item by item;
    ``judges`` the judges' own totals; ``open`` the items to talk about; ``settled`` all layers, where the stage
    settles item by item. ``digest`` is that of everything the result was made from.
    """

    percent: Fraction | None
    items: Mapping[str, Exact]
    judges: Mapping[str, Fraction]
    open: tuple[str, ...]
    settled: tuple[Settled, ...]
    digest: str


def settles_items(stage: Stage) -> bool:
    """Tell whether a stage settles item by item: where it limits the spread, or asks for consensus throughout."""
    return stage.method == "consensus" or stage.spread is not None


def stage_outcome(
    stage: Stage,
    instrument: Instrument,
    sheets: Mapping[str, Answers],
    *,
    agreed: Sequence[Settlement] = (),
    changed: Sequence[Settlement] = (),
) -> StageOutcome:
    """Join the sheets of an entry's judges by the stage's method.

    Item by item where the stage limits the spread, so that the panel can talk about an item; otherwise the totals of
    the judges are joined. Raises BadInput for a sheet that the instrument does not allow.
    """
    scored = {judge: score(instrument, answers) for judge, answers in sorted(sheets.items())}
    seal = outcome_digest(sheets, agreed, changed)
    judges = {judge: one.percent or Fraction(0) for judge, one in scored.items()}
    if not settles_items(stage):
        if not scored:
            return StageOutcome(None, {}, {}, (), (), seal)
        joined = {item: _join(stage, [_item(one, item) for one in scored.values()]) for item in ("", *_counted(scored))}
        whole = joined.pop("")
        return StageOutcome(whole, joined, judges, (), (), seal)
    points = {item.id: Fraction(item.worth) for item in instrument.item if item.worth}
    marks = [Mark(judge, item, decimal_of(_item(one, item))) for judge, one in scored.items() for item in points]
    settled = settle(
        stage, tuple(points), marks, agreed=agreed, changed=changed, join=lambda found: _join_decimals(stage, found)
    )
    waiting = tuple(one.item for one in settled if one.needs_talk or one.percent is None)
    items: dict[str, Exact] = {one.item: one.percent for one in settled if one.percent is not None}
    percent = None
    if not waiting and points:
        earned = sum((points[item] * Fraction(found) for item, found in items.items()), Fraction(0))
        percent = earned / sum(points.values())
    return StageOutcome(percent, items, judges, waiting, settled, seal)


def outcome_digest(
    sheets: Mapping[str, Answers], agreed: Sequence[Settlement] = (), changed: Sequence[Settlement] = ()
) -> str:
    """Return the digest of all that a stage's result is made from."""
    return digest(
        {
            "sheets": {judge: _plain(answers) for judge, answers in sheets.items()},
            "agreed": [[one.item, one.percent, one.by, one.reason] for one in agreed],
            "changed": [[one.item, one.percent, one.by, one.reason] for one in changed],
        }
    )


def survey_percent(instrument: Instrument, answered: Sequence[Answers]) -> Fraction:
    """Return the mean percentage of a survey's answers; each respondent counts the same."""
    found = [score(instrument, answers).percent for answers in answered]
    known = [one for one in found if one is not None]
    if not known:
        raise BadInput(
            "assessment.round.survey", "没有可以计分的问卷。", "There is no questionnaire that can be scored."
        )
    return sum(known, Fraction(0)) / len(known)


def _join(stage: Stage, percents: Sequence[Fraction]) -> Fraction:
    match stage.method:
        case "median":
            return median(percents)
        case "trimmed_mean":
            return trimmed_mean(percents)
        case _:
            return mean(percents)


def _join_decimals(stage: Stage, percents: Sequence[Decimal]) -> Fraction:
    return _join(stage, [Fraction(one) for one in percents])


def _counted(scored: Mapping[str, Score]) -> tuple[str, ...]:
    first = next(iter(scored.values()), None)
    return tuple(one.code for one in _leaves(first) if one.percent is not None) if first else ()


def _leaves(whole: Score) -> list[Score]:
    return [leaf for part in whole.parts for leaf in _leaves(part)] if whole.parts else [whole]


def _item(whole: Score, item: str) -> Fraction:
    part = whole.part(item)
    return (part.percent if part else None) or Fraction(0)


def decimal_of(value: Fraction) -> Decimal:
    """Return a percentage as a decimal, exact where it has a last digit, otherwise to twelve places."""
    return round(Decimal(value.numerator) / Decimal(value.denominator), 12).normalize()


def _plain(answers: Answers) -> object:
    return {item: _words(answer) for item, answer in answers.items()}


def _words(answer: object) -> object:
    if isinstance(answer, Mapping):
        return {str(key): _words(value) for key, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [_words(one) for one in answer]
    return answer
