"""How far judges agree: intraclass correlation with its interval, Kendall's W, Krippendorff's alpha, in words too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import permutations, product
from math import factorial

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags_array
from scipy.special import chdtrc, fdtri

from pinzhi.engine.assessment.judging.marks import Marks, Table
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

MOST_PERMUTATIONS = 200_000
DRAWS = 20_000


@dataclass(frozen=True, slots=True)
class Intraclass:
    """ICC(2,1) and ICC(2,k): of one mark, and of the mean of k marks; with 95 % intervals where panels are complete.

    ``removed`` is ICC(3,k), for scores from which severity is removed. ``judges_each`` is the k: the number of judges
    an entry had, the harmonic mean where it varies.
    """

    single: float
    mean: float
    removed: float
    judges_each: float
    single_interval: tuple[float, float] | None
    mean_interval: tuple[float, float] | None
    mean_squares: tuple[float, float, float] | None  # of entries, of judges, of what is left


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W (0 none, 1 the same order), its chi-square, and the chance of as much by accident."""

    w: float
    chi2: float
    p: float
    by_permutation: bool


def intraclass(marks: Marks) -> Intraclass:
    """Return the two-way intraclass correlation (Shrout and Fleiss 1979); by REML where panels are incomplete."""
    table = marks.table()
    if len(marks.entries) < 2 or len(marks.judges) < 2:
        raise _undefined(Text("至少要有两件作品和两位评委", "two entries and two judges are needed"))
    return _incomplete(marks) if np.isnan(table).any() else _complete(table)


def _complete(table: Table) -> Intraclass:
    n, k = table.shape
    grand = table.mean()
    msr = k * ((table.mean(axis=1) - grand) ** 2).sum() / (n - 1)
    msc = n * ((table.mean(axis=0) - grand) ** 2).sum() / (k - 1)
    left = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + grand
    mse = (left**2).sum() / ((n - 1) * (k - 1))
    if msr <= 0:
        raise _undefined(Text("各件作品的平均分相同", "all entries have the same mean"))
    single = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n)
    interval = _interval(n, k, msr, msc, mse, single) if mse > 0 else None
    return Intraclass(
        single=float(single),
        mean=float((msr - mse) / (msr + (msc - mse) / n)),
        removed=float((msr - mse) / msr),
        judges_each=float(k),
        single_interval=interval,
        mean_interval=None if interval is None else (_of_mean(interval[0], k), _of_mean(interval[1], k)),
        mean_squares=(float(msr), float(msc), float(mse)),
    )


def _of_mean(single: float, k: int) -> float:
    """Return the correlation of the mean of k marks from that of one (Spearman and Brown)."""
    return k * single / (1 + (k - 1) * single)


def _interval(n: int, k: int, msr: float, msc: float, mse: float, rho: float) -> tuple[float, float]:
    """Return the 95 % interval of ICC(2,1) (McGraw and Wong 1996, table 7)."""
    ratio = msc / mse
    inner = n * (1 + (k - 1) * rho) - k * rho
    v = (k - 1) * (n - 1) * (k * rho * ratio + inner) ** 2 / ((n - 1) * k**2 * rho**2 * ratio**2 + inner**2)
    upper, lower = float(fdtri(n - 1, v, 0.975)), float(fdtri(v, n - 1, 0.975))
    rest = k * msc + (k * n - k - n) * mse
    return (
        float(n * (msr - upper * mse) / (upper * rest + n * msr)),
        float(n * (lower * msr - mse) / (rest + n * lower * msr)),
    )


def _incomplete(marks: Marks) -> Intraclass:
    from_entry, from_judge, left = variances(marks)
    _, _, score = marks.places()
    if np.ptp(score) == 0:
        raise _undefined(Text("所有分数相同", "all marks are the same"))
    each = np.array([len(found) for found in marks.of().values()])
    k = float(len(each) / (1 / each).sum())
    whole = from_entry + from_judge + left
    return Intraclass(
        single=from_entry / whole,
        mean=from_entry / (from_entry + (from_judge + left) / k),
        removed=from_entry / (from_entry + left / k),
        judges_each=k,
        single_interval=None,
        mean_interval=None,
        mean_squares=None,
    )


def variances(marks: Marks) -> tuple[float, float, float]:
    """Return the variances between entries, between judges and within, by REML with both effects random and crossed.

    The likelihood is profiled over two ratios of variances; entries are eliminated first, so that a step costs the cube
    of the number of judges only.
    """
    entry, judge, score = marks.places()
    if len(score) <= 3:
        raise _undefined(Text("分数太少", "there are too few marks"))
    seen = csr_matrix((np.ones(len(score)), (entry, judge)), shape=(len(marks.entries), len(marks.judges)))
    fit = _Likelihood(seen, entry, judge, score - score.mean())
    found = minimize(
        lambda logs: fit.at(np.clip(logs, -_FURTHEST, _FURTHEST))[0],
        np.zeros(2),
        method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-10},
    )
    best = np.clip(found.x, -_FURTHEST, _FURTHEST)
    left = fit.at(best)[1]
    return float(left * np.exp(best[0])), float(left * np.exp(best[1])), left


_FURTHEST = 16.0  # of the logarithm of a ratio of variances: beyond, one of them is nothing


@dataclass(frozen=True, slots=True)
class _Likelihood:
    """The restricted likelihood of two crossed random effects around one mean."""

    seen: csr_matrix
    entry: np.ndarray[tuple[int], np.dtype[np.int64]]
    judge: np.ndarray[tuple[int], np.dtype[np.int64]]
    score: Table

    def at(self, logs: Table) -> tuple[float, float]:
        """Return minus twice the log-likelihood (a constant apart) and the variance within, at two log-ratios."""
        size, (entries, judges) = len(self.score), self.seen.shape
        on_entry = np.bincount(self.entry, minlength=entries) + np.exp(-logs[0])
        on_judge = np.bincount(self.judge, minlength=judges) + np.exp(-logs[1])
        scaled = diags_array(1 / on_entry) @ self.seen
        inner = np.diag(on_judge) - (self.seen.T @ scaled).toarray()
        sides = np.column_stack([self.score, np.ones(size)])
        by_entry = np.column_stack([np.bincount(self.entry, weights=w, minlength=entries) for w in sides.T])
        by_judge = np.column_stack([np.bincount(self.judge, weights=w, minlength=judges) for w in sides.T])
        rest = by_judge - scaled.T @ by_entry
        product_ = sides.T @ sides - by_entry.T @ (by_entry / on_entry[:, None]) - rest.T @ np.linalg.solve(inner, rest)
        (yy, y1), (_, ones) = product_
        quadratic = max(yy - y1**2 / ones, 1e-300)
        logdet = np.log(on_entry).sum() + np.linalg.slogdet(inner)[1] + entries * logs[0] + judges * logs[1]
        return float((size - 1) * np.log(quadratic) + logdet + np.log(ones)), float(quadratic / (size - 1))


def concordance(table: Table, *, seed: int = 0) -> Concordance:
    """Return Kendall's W of a complete table (entries by judges), corrected for ties.

    With fewer than seven entries the chance is counted over permutations: over all of them where they are not too
    many, else over draws from the seed. A judge who gave every entry the same mark has no order: refused.
    """
    n, m = table.shape
    if n < 2 or m < 2 or np.isnan(table).any():
        raise _undefined(Text("需要每位评委评完全部作品", "every judge must have marked every entry"))
    ranked = np.column_stack([midranks(column) for column in table.T])
    for judge in range(m):
        if np.ptp(table[:, judge]) == 0:
            raise _undefined(
                Text(
                    f"第 {judge + 1} 位评委给所有作品打了相同的分", f"judge {judge + 1} gave every entry the same mark"
                )
            )
    tied = sum(float((counts**3 - counts).sum()) for counts in (np.unique(c, return_counts=True)[1] for c in table.T))
    below = m**2 * (n**3 - n) - m * tied
    spread = _spread(ranked)
    w = 12 * spread / below
    chi2 = m * (n - 1) * w
    by_permutation = n < 7
    p = _chance(ranked, spread, seed) if by_permutation else float(chdtrc(n - 1, chi2))
    return Concordance(float(w), float(chi2), p, by_permutation)


def chi_square_p(found: Concordance, entries: int) -> float:
    """Return the chance by the chi-square distribution, which is near enough from seven entries up."""
    return float(chdtrc(entries - 1, found.chi2))


def _spread(ranked: Table) -> float:
    sums = ranked.sum(axis=1)
    return float(((sums - sums.mean()) ** 2).sum())


def _chance(ranked: Table, spread: float, seed: int) -> float:
    n, m = ranked.shape
    if factorial(n) ** (m - 1) <= MOST_PERMUTATIONS:
        orders = [np.array(list(permutations(ranked[:, judge]))) for judge in range(1, m)]
        grids = product(*[range(len(o)) for o in orders])
        sums = np.array([ranked[:, 0] + sum(o[i] for o, i in zip(orders, at, strict=True)) for at in grids])
    else:
        chance = np.random.Generator(np.random.PCG64(seed))
        sums = sum((chance.permuted(np.tile(column, (DRAWS, 1)), axis=1) for column in ranked.T), np.zeros((DRAWS, n)))
    spreads = ((sums - sums.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    return float((spreads >= spread - 1e-9).mean())


def midranks(values: Table) -> Table:
    """Return ranks from 1, the least first; equal values share the mean of their ranks."""
    _, same, counts = np.unique(values, return_inverse=True, return_counts=True)
    end = np.cumsum(counts)
    return np.asarray((end - (counts - 1) / 2)[same])


def alpha(table: Table, metric: str = "interval") -> float:
    """Return Krippendorff's alpha of units by judges, gaps allowed; metrics: nominal, ordinal, interval, ratio.

    Undefined, and refused, when all values are the same or no unit has two values.
    """
    values = np.unique(table[~np.isnan(table)])
    place = np.searchsorted(values, np.where(np.isnan(table), values[:1], table))
    counts = np.zeros((len(table), len(values)))
    rows, columns = np.nonzero(~np.isnan(table))
    np.add.at(counts, (rows, place[rows, columns]), 1)
    counts = counts[counts.sum(axis=1) > 1]
    weight = 1 / (counts.sum(axis=1) - 1)
    together = (counts * weight[:, None]).T @ counts - np.diag((counts * weight[:, None]).sum(axis=0))
    total = together.sum(axis=1)
    n = total.sum()
    distance = _DISTANCES[metric](values, total)
    expected = float((np.outer(total, total) * distance).sum()) / (n * (n - 1)) if n > 1 else 0.0
    if expected == 0:
        raise _undefined(Text("所有分数相同，或没有一件有两个分数", "all values are the same, or no unit has two"))
    return float(1 - (together * distance).sum() / n / expected)


def _ordinal(values: Table, total: Table) -> Table:
    sums = np.cumsum(total)
    middle = sums - total / 2
    return np.asarray((middle[:, None] - middle[None, :]) ** 2)


def _ratio(values: Table, total: Table) -> Table:
    sums = values[:, None] + values[None, :]
    apart = values[:, None] - values[None, :]
    return np.asarray(np.divide(apart, sums, out=np.zeros_like(apart), where=sums != 0) ** 2)


_DISTANCES: Mapping[str, Callable[[Table, Table], Table]] = {
    "nominal": lambda values, total: 1.0 - np.eye(len(values)),
    "ordinal": _ordinal,
    "interval": lambda values, total: (values[:, None] - values[None, :]) ** 2,
    "ratio": _ratio,
}


def alpha_in_words(value: float) -> Text:
    """Say what an alpha means for a decision."""
    if value >= 0.8:
        return Text("一致，可以据此决定", "firm")
    if value >= 0.667:
        return Text("尚可，结论应留有余地", "tentative")
    return Text("不一致，请开校准会", "low: hold a calibration meeting")


def intraclass_in_words(value: float) -> Text:
    """Say what an intraclass correlation means."""
    if value < 0.5:
        return Text("差", "poor")
    if value < 0.75:
        return Text("中等", "moderate")
    return Text("良好", "good") if value < 0.9 else Text("优秀", "excellent")


@dataclass(frozen=True, slots=True)
class JudgeBesideOthers:
    """A judge beside the others: correlation with the mean of the others' marks, share of least or greatest marks."""

    judge: str
    correlation: float | None
    extreme_share: float


def beside_others(marks: Marks) -> tuple[JudgeBesideOthers, ...]:
    """Compare every judge with the mean of the others, never with a mean that includes the judge's own mark."""
    table = marks.table()
    given = ~np.isnan(table)
    sums, counts = np.where(given, table, 0).sum(axis=1), given.sum(axis=1)
    least, most = np.nanmin(table, axis=1), np.nanmax(table, axis=1)
    found = []
    for place, judge in enumerate(marks.judges):
        own = given[:, place] & (counts > 1)
        mine = table[own, place]
        others = (sums[own] - mine) / (counts[own] - 1)
        related = len(mine) > 2 and np.ptp(mine) > 0 and np.ptp(others) > 0
        extreme = (mine == least[own]) | (mine == most[own])
        found.append(
            JudgeBesideOthers(
                judge,
                float(np.corrcoef(mine, others)[0, 1]) if related else None,
                float(extreme.mean()) if len(mine) else 0.0,
            )
        )
    return tuple(found)


def _undefined(reason: Text) -> BadInput:
    return BadInput(
        "judging.agreement.undefined",
        "一致性无法计算：{zh}。",
        "The agreement is undefined: {en}.",
        zh=reason.zh,
        en=reason.en,
    )
