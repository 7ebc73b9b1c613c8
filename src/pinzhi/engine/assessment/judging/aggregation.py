"""Several judges' marks into one score per entry; rounded once, at the end, half up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

import numpy as np

from pinzhi.engine.assessment.judging.marks import Mark, Marks
from pinzhi.engine.assessment.judging.results import Made, digest_of
from pinzhi.engine.assessment.judging.severity import severity
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

N = TypeVar("N", Decimal, Fraction)  # what can be joined exactly
FEWEST_TO_TRIM = 5
FEWEST_FOR_Z = 5
_PLACES = 9  # of statistics that are floats: 85.00000000000001 is 85


@dataclass(frozen=True, slots=True)
class Aggregated:
    """The score of one entry: exact, rounded, how many marks it stands on, their range, and which were dropped."""

    entry: str
    exact: Fraction
    score: Decimal
    marks: int
    spread: Decimal
    dropped: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Aggregation:
    """The scores of all entries in the order of their ids. Rank by ``exact``."""

    scores: tuple[Aggregated, ...]
    made: Made


def rounded(value: Fraction | Decimal | float, digits: int) -> Decimal:
    """Round half up (away from zero on a tie): 88.125 to two digits is 88.13.

    >>> rounded(Decimal("88.125"), 2)
    Decimal('88.13')
    """
    exact = Fraction(value)
    whole = (abs(exact) * 10**digits * 2 + 1) // 2
    return Decimal(-whole if exact < 0 else whole).scaleb(-digits)


def mean(marks: Sequence[N]) -> Fraction:
    """Return the exact mean."""
    return sum(map(Fraction, marks), Fraction(0)) / len(marks)


def median(marks: Sequence[N]) -> Fraction:
    """Return the middle mark, or the mean of the two in the middle."""
    ordered = sorted(marks)
    half = len(ordered) // 2
    return mean(ordered[half : half + 1] if len(ordered) % 2 else ordered[half - 1 : half + 1])


def trimmed_mean(marks: Sequence[N], fewest: int = FEWEST_TO_TRIM) -> Fraction:
    """Return the mean without one highest and one lowest mark (one copy of each); of all where there are too few.

    >>> float(trimmed_mean([Decimal(mark) for mark in (92, 88, 85, 90, 79, 91, 87)]))
    88.2
    """
    if len(marks) < max(fewest, 4):
        return mean(marks)
    return mean(sorted(marks)[1:-1])


def weighted_total(values: Mapping[str, Decimal | None], weights: Mapping[str, Decimal]) -> Fraction:
    """Return the weighted mean over the criteria that apply (None: does not); the weights add up to 1 exactly."""
    if sum(weights.values()) != 1:
        raise BadInput(
            "judging.weights.sum",
            "权重之和应为 1，这里是 {found}。",
            "The weights must add up to 1; they add up to {found}.",
            found=sum(weights.values()),
        )
    applying = {criterion: value for criterion, value in values.items() if value is not None}
    unknown = sorted(applying.keys() - weights.keys())
    weight = sum((Fraction(weights[one]) for one in applying if one in weights), Fraction(0))
    if unknown or not weight:
        raise BadInput(
            "judging.weights.criteria",
            "没有可以加权的指标（{criteria}）。请核对指标代码。",
            "No weight applies ({criteria}). Check the codes of the criteria.",
            criteria=", ".join(unknown) or "-",
        )
    return sum((Fraction(value) * Fraction(weights[one]) for one, value in applying.items()), Fraction(0)) / weight


def aggregate(marks: Marks, method: str, *, digits: int = 2, fewest: int = FEWEST_TO_TRIM) -> Aggregation:
    """Combine all marks by a method of METHODS; the range of each entry's marks stays beside its score.

    ``fewest`` marks are needed before the trimmed mean drops any. Methods that cannot answer are refused with their
    reason: a judge with fewer than five marks (zscore), gaps (quantile), panels that do not connect (severity).
    """
    if method in _SIMPLE:
        of_entry = _SIMPLE[method]
        exact = [of_entry([mark.score for mark in found], fewest) for found in marks.of().values()]
    else:
        exact = [Fraction(str(round(value, _PLACES))) for value in _BY_TABLE[method](marks)]
    scores = tuple(
        _aggregated(entry, value, found, digits, method, fewest)
        for (entry, found), value in zip(marks.of().items(), exact, strict=True)
    )
    return Aggregation(
        scores, Made(method, digest_of([marks.digest(), digits, fewest]), warnings=_warnings(marks, method, fewest))
    )


def _aggregated(
    entry: str, exact: Fraction, found: tuple[Mark, ...], digits: int, method: str, fewest: int
) -> Aggregated:
    ordered = sorted(found, key=lambda mark: mark.score)
    trims = method == "trimmed_mean" and len(found) >= max(fewest, 4)
    return Aggregated(
        entry=entry,
        exact=exact,
        score=rounded(exact, digits),
        marks=len(found),
        spread=ordered[-1].score - ordered[0].score,
        dropped=(ordered[0], ordered[-1]) if trims else (),
    )


def _warnings(marks: Marks, method: str, fewest: int) -> tuple[Text, ...]:
    few = [entry for entry, found in marks.of().items() if len(found) < max(fewest, 4)]
    if method != "trimmed_mean" or not few:
        return ()
    return (
        Text(
            "{count} 件的分数不足 {fewest} 个，没有去掉最高分和最低分（如 {entry}）。",
            "{count} entries have fewer than {fewest} marks, so none was dropped (such as {entry}).",
        ).filled(count=len(few), fewest=max(fewest, 4), entry=few[0]),
    )


def _zscores(marks: Marks) -> list[float]:
    """Return the mean over judges of (mark - judge's mean) / judge's sample standard deviation."""
    table = marks.table()
    given = (~np.isnan(table)).sum(axis=0)
    for judge, count in zip(marks.judges, given, strict=True):
        if count < FEWEST_FOR_Z:
            raise BadInput(
                "judging.zscore.few",
                "评委“{judge}”只打了 {count} 个分，标准化至少要 {fewest} 个。请改用 severity。",
                "The judge “{judge}” gave {count} marks; standardising needs {fewest} at least. Use severity.",
                judge=judge,
                count=int(count),
                fewest=FEWEST_FOR_Z,
            )
    spread = np.nanstd(table, axis=0, ddof=1)
    if (spread == 0).any():
        judge = marks.judges[int(np.argmin(spread))]
        raise BadInput(
            "judging.zscore.same",
            "评委“{judge}”给所有作品打了相同的分，无法标准化。",
            "The judge “{judge}” gave every entry the same mark: nothing to standardise by.",
            judge=judge,
        )
    return [float(value) for value in np.nanmean((table - np.nanmean(table, axis=0)) / spread, axis=1)]


def _quantiles(marks: Marks) -> list[float]:
    """Return the mean after giving every judge the same distribution; equal marks share their places' mean."""
    table = marks.table()
    if np.isnan(table).any():
        entry, judge = (int(place[0]) for place in np.nonzero(np.isnan(table)))
        raise BadInput(
            "judging.quantile.gap",
            "评委“{judge}”没有给“{entry}”打分，分位数法要求每位评委评完全部。请改用 severity。",
            "The judge “{judge}” did not mark “{entry}”; quantiles need everybody's marks for all. Use severity.",
            judge=marks.judges[judge],
            entry=marks.entries[entry],
        )
    reference = np.sort(table, axis=0).mean(axis=1)
    after = np.empty_like(table)
    for judge in range(table.shape[1]):
        _, same, counts = np.unique(table[:, judge], return_inverse=True, return_counts=True)
        end = np.cumsum(counts)
        sums = np.add.reduceat(reference, end - counts)
        # as preprocessCore: a tie takes the value at its middle place, or the mean of the two in the middle
        middle = (end - counts) + (counts - 1) / 2
        low, high = np.floor(middle).astype(int), np.ceil(middle).astype(int)
        after[:, judge] = np.where(counts == 1, sums, (reference[low] + reference[high]) / 2)[same]
    return [float(value) for value in after.mean(axis=1)]


def _adjusted(marks: Marks) -> list[float]:
    return [entry.adjusted for entry in severity(marks).entries]


_SIMPLE: Mapping[str, Callable[[Sequence[Decimal], int], Fraction]] = {
    "trimmed_mean": trimmed_mean,
    "mean": lambda marks, _: mean(marks),
    "median": lambda marks, _: median(marks),
}
_BY_TABLE: Mapping[str, Callable[[Marks], list[float]]] = {
    "severity": _adjusted,
    "zscore": _zscores,
    "quantile": _quantiles,
}
METHODS = (*_SIMPLE, *_BY_TABLE)
