"""Severity for ordered categories: the many-facet Rasch model, to flag judges, not to publish scores."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pinzhi.engine.assessment.judging.marks import Table
from pinzhi.engine.assessment.judging.results import Made, digest_of
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

FIT = 0.5, 1.5  # mean squares outside are called misfit
_STEPS, _CLOSE = 200, 1e-9


@dataclass(frozen=True, slots=True)
class Rating:
    """One category (0, 1, …) that a judge gave an entry on a criterion."""

    entry: str
    criterion: str
    judge: str
    category: int


@dataclass(frozen=True, slots=True)
class JudgeFit:
    """A judge's severity in logits, and how regular the marks are: mean squares near 1, outside 0.5 to 1.5 misfit."""

    judge: str
    severity: float
    infit: float
    outfit: float

    @property
    def is_misfit(self) -> bool:
        return not (FIT[0] <= self.infit <= FIT[1] and FIT[0] <= self.outfit <= FIT[1])


@dataclass(frozen=True, slots=True)
class Facets:
    """Ability of entries, difficulty of criteria, severity of judges, thresholds of categories; all in logits.

    ``extreme`` entries got only the least or only the greatest category: they have no finite ability.
    """

    abilities: tuple[tuple[str, float], ...]
    difficulties: tuple[tuple[str, float], ...]
    judges: tuple[JudgeFit, ...]
    thresholds: tuple[float, ...]
    extreme: tuple[str, ...]
    made: Made


def probabilities(eta: float, thresholds: Sequence[float]) -> tuple[float, ...]:
    """Return the chance of each category 0 to K-1 at ability less difficulty less severity ``eta``.

    >>> [round(p, 4) for p in probabilities(1.0 - 0.2 + 0.3, (-1, 0, 1))]
    [0.0164, 0.1343, 0.4034, 0.4458]
    """
    return tuple(float(p) for p in _chances(np.array([eta]), np.array(thresholds, dtype=float))[0])


def expected_category(eta: float, thresholds: Sequence[float]) -> float:
    """Return the mean category: 2.2787 at 1.1 with thresholds -1, 0, 1."""
    return sum(category * p for category, p in enumerate(probabilities(eta, thresholds)))


def _chances(eta: Table, thresholds: Table) -> Table:
    steps = np.r_[0.0, np.cumsum(thresholds)]
    exponent = eta[:, None] * np.arange(len(steps)) - steps
    weight = np.exp(exponent - exponent.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def fit_facets(ratings: Sequence[Rating], categories: int) -> Facets:
    """Fit by Newton's method on the joint likelihood; the three lower facets are centred.

    Joint likelihood is biased where judges are few: use it to find severe or irregular judges.
    """
    ordered = sorted(ratings, key=lambda one: (one.entry, one.criterion, one.judge))
    if any(not 0 <= one.category < categories for one in ordered) or not ordered:
        raise BadInput(
            "judging.rasch.category",
            "等级应为 0 到 {most}。",
            "A category is from 0 to {most}.",
            most=categories - 1,
        )
    extreme = _extreme(ordered, categories)
    kept = [one for one in ordered if one.entry not in extreme]
    if not kept:
        raise BadInput(
            "judging.rasch.extreme",
            "每件作品都只得到最低或最高等级，无法估计。",
            "Every entry got only the least or only the greatest category: nothing can be estimated.",
        )
    names = [sorted({getattr(one, facet) for one in kept}) for facet in ("entry", "criterion", "judge")]
    design = _design(kept, names)
    counts = [len(part) for part in names]
    found, thresholds = _newton(design, np.array([one.category for one in kept]), categories)
    parts = np.split(found, np.cumsum(counts)[:-1])
    shift = -(parts[1].mean() + parts[2].mean()) - thresholds.mean()
    difficulty, severe = parts[1] - parts[1].mean(), parts[2] - parts[2].mean()
    return Facets(
        abilities=tuple(zip(names[0], (float(v) for v in parts[0] + shift), strict=True)),
        difficulties=tuple(zip(names[1], (float(v) for v in difficulty), strict=True)),
        judges=_fits(kept, names[2], severe, design @ found, thresholds),
        thresholds=tuple(float(v) for v in thresholds - thresholds.mean()),
        extreme=extreme,
        made=Made(
            "many-facet-rasch",
            digest_of([(r.entry, r.criterion, r.judge, r.category) for r in ordered]),
            warnings=(
                Text(
                    "只用于发现偏严、偏松或不稳定的评委，不用于公布分数。",
                    "To find severe, lenient or irregular judges; not to publish scores.",
                ),
            ),
        ),
    )


def _extreme(ratings: Sequence[Rating], categories: int) -> tuple[str, ...]:
    given: dict[str, set[int]] = {}
    for one in ratings:
        given.setdefault(one.entry, set()).add(one.category)
    return tuple(entry for entry, found in given.items() if found in ({0}, {categories - 1}))


def _design(ratings: Sequence[Rating], names: list[list[str]]) -> Table:
    place = [{name: number for number, name in enumerate(part)} for part in names]
    design = np.zeros((len(ratings), sum(map(len, names))))
    for row, one in enumerate(ratings):
        design[row, place[0][one.entry]] = 1
        design[row, len(names[0]) + place[1][one.criterion]] = -1
        design[row, len(names[0]) + len(names[1]) + place[2][one.judge]] = -1
    return design


def _newton(design: Table, category: NDArray[np.int64], categories: int) -> tuple[Table, Table]:
    """Return the facets' values and the thresholds at the greatest joint likelihood."""
    found, thresholds = np.zeros(design.shape[1]), np.zeros(categories - 1)
    reached = np.arange(categories)[:, None] >= np.arange(1, categories)[None, :]  # thresholds passed by a category
    for _ in range(_STEPS):
        chances = _chances(design @ found, thresholds)
        mean = chances @ np.arange(categories)
        variance = chances @ np.arange(categories) ** 2 - mean**2
        passed = chances @ reached
        with_category = (chances * np.arange(categories)) @ reached - mean[:, None] * passed
        gradient = np.r_[design.T @ (category - mean), -(reached[category] - passed).sum(axis=0)]
        cross = -design.T @ with_category
        both = np.einsum("nk,ka,kb->ab", chances, reached * 1.0, reached * 1.0) - passed.T @ passed
        hessian = np.block([[design.T @ (variance[:, None] * design), cross], [cross.T, both]])
        step = np.linalg.lstsq(hessian, gradient, rcond=1e-10)[0]
        step *= min(1.0, 2.0 / max(np.abs(step).max(), 1e-12))
        found, thresholds = found + step[: len(found)], thresholds + step[len(found) :]
        if np.abs(step).max() < _CLOSE:
            return found, thresholds
    raise BadInput(
        "judging.rasch.not_converged",
        "估计没有收敛：评分太少，或某位评委、某项指标只用了最低或最高等级。",
        "The estimate did not converge: too few ratings, or a judge or criterion with only the least or greatest.",
    )


def _fits(
    ratings: Sequence[Rating], judges: list[str], severe: Table, eta: Table, thresholds: Table
) -> tuple[JudgeFit, ...]:
    chances = _chances(eta, thresholds)
    scale = np.arange(chances.shape[1])
    mean = chances @ scale
    variance = chances @ scale**2 - mean**2
    squared = (np.array([one.category for one in ratings]) - mean) ** 2
    found = []
    for judge, value in zip(judges, severe, strict=True):
        own = np.array([one.judge == judge for one in ratings])
        infit = squared[own].sum() / variance[own].sum()
        found.append(JudgeFit(judge, float(value), float(infit), float((squared[own] / variance[own]).mean())))
    return tuple(found)
