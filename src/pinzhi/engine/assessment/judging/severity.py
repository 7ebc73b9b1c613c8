"""How severe each judge is, and what entries would have got without that."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from pinzhi.engine.assessment.judging.marks import Marks, Table
from pinzhi.engine.assessment.judging.results import Made
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class JudgeSeverity:
    """By how much a judge marks above (positive) or below the others, its standard error (None: no residuals left)."""

    judge: str
    severity: float
    error: float | None
    marks: int


@dataclass(frozen=True, slots=True)
class AdjustedEntry:
    """An entry's raw mean and its score without the severity of its judges, each with its rank (1 the best)."""

    entry: str
    raw: float
    adjusted: float
    raw_rank: int
    rank: int


@dataclass(frozen=True, slots=True)
class Severity:
    """The additive model fitted by least squares."""

    judges: tuple[JudgeSeverity, ...]
    entries: tuple[AdjustedEntry, ...]
    residual_sd: float | None
    made: Made


def components(marks: Marks) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return the parts of the round that no judge connects: entries and judges of each."""
    entry, judge, _ = marks.places()
    count = len(marks.entries)
    edges = csr_matrix((np.ones(len(entry)), (entry, count + judge)), shape=(count + len(marks.judges),) * 2)
    number, part = connected_components(edges, directed=False)
    return tuple(
        (
            tuple(name for name, at in zip(marks.entries, part[:count], strict=True) if at == one),
            tuple(name for name, at in zip(marks.judges, part[count:], strict=True) if at == one),
        )
        for one in range(number)
    )


def require_connected(marks: Marks) -> None:
    """Refuse to compare across panels that share neither judge nor entry."""
    parts = components(marks)
    if len(parts) > 1:
        raise BadInput(
            "judging.not_connected",
            "评审分成 {count} 组互不相连（{first} 与 {second} 之间没有共同的评委或作品），不能跨组比较宽严。"
            "请让一些评委评两组，或分组排名。",
            "The marks fall into {count} parts that nothing connects ({first} and {second} share neither judge nor"
            " entry): severity cannot be compared across them. Let some judges mark in both, or rank each part.",
            count=len(parts),
            first="、".join(parts[0][1][:5]),
            second="、".join(parts[1][1][:5]),
            parts=[{"entries": list(entries), "judges": list(judges)} for entries, judges in parts],
        )


def severity(marks: Marks) -> Severity:
    """Fit mark = quality of the entry + severity of the judge (severities add up to zero) by least squares.

    Marks [[79,85,-],[-,83,89],[74,-,86]]: severities -6, 0, 6; the raw means 82, 86, 80 become 85, 83, 80.
    Works with incomplete panels; refuses parts that nothing connects.
    """
    require_connected(marks)
    entry, judge, score = marks.places()
    shape = len(marks.entries), len(marks.judges)
    on_entry, by_judge = np.bincount(entry, minlength=shape[0]), np.bincount(judge, minlength=shape[1])
    raw = np.bincount(entry, weights=score, minlength=shape[0]) / on_entry
    # normal equations with the entries eliminated; the constraint row settles the level
    seen = csr_matrix((np.ones(len(entry)), (entry, judge)), shape=shape)
    shared = (seen.T @ csr_matrix((1 / on_entry[entry], (entry, judge)), shape=shape)).toarray()
    inverse = np.linalg.inv(np.diag(by_judge) - shared + np.ones((shape[1], shape[1])) / shape[1])
    side = np.bincount(judge, weights=score - raw[entry], minlength=shape[1])
    found = inverse @ side
    found = np.round(found - found.mean(), 12)
    quality = np.bincount(entry, weights=score - found[judge], minlength=shape[0]) / on_entry
    residual = score - quality[entry] - found[judge]
    freedom = len(score) - sum(shape) + 1
    sd = float(np.round(np.sqrt((residual**2).sum() / freedom), 12)) if freedom else None
    errors = np.sqrt(np.maximum(np.diag(inverse) - 1 / shape[1], 0))
    ranks, raw_ranks = _ranks(quality), _ranks(raw)
    few = [name for name, count in zip(marks.judges, by_judge, strict=True) if count < 5]
    return Severity(
        judges=tuple(
            JudgeSeverity(name, float(value), None if sd is None else float(sd * error), int(count))
            for name, value, error, count in zip(marks.judges, found, errors, by_judge, strict=True)
        ),
        entries=tuple(
            AdjustedEntry(name, float(r), float(q), int(before), int(after))
            for name, r, q, before, after in zip(marks.entries, raw, quality, raw_ranks, ranks, strict=True)
        ),
        residual_sd=sd,
        made=Made("severity", marks.digest(), warnings=_few(few)),
    )


def _few(judges: list[str]) -> tuple[Text, ...]:
    if not judges:
        return ()
    return (
        Text(
            "{count} 位评委打分不足 5 个（如 {judge}），其宽严估计不稳定。",
            "{count} judges gave fewer than 5 marks (such as {judge}): their severity is uncertain.",
        ).filled(count=len(judges), judge=judges[0]),
    )


def _ranks(values: Table) -> NDArray[np.int64]:
    ordered = np.sort(-np.round(values, 9))
    return np.asarray(np.searchsorted(ordered, -np.round(values, 9) - _TINY) + 1, dtype=np.int64)
