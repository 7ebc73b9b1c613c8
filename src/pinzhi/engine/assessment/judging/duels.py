"""Orders from comparisons: strengths from duels (Bradley-Terry), and ballots by Schulze, Borda and Copeland."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from pinzhi.engine.assessment.judging.marks import Table
from pinzhi.engine.assessment.judging.results import Made, digest_of
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

ENOUGH_DUELS = 20  # of one item; below, an order is provisional
_STEPS, _CLOSE = 100_000, 1e-12


@dataclass(frozen=True, slots=True)
class Strength:
    """The log-strength of an item (their mean is 0), its standard error, and in how many duels it stood."""

    item: str
    value: float
    error: float
    duels: int


@dataclass(frozen=True, slots=True)
class Strengths:
    """All items that were seen, and those that never were and stay unranked."""

    items: tuple[Strength, ...]
    unranked: tuple[str, ...]
    made: Made


def strengths(duels: Sequence[tuple[str, str]], items: Sequence[str] = ()) -> Strengths:
    """Fit P(i beats j) = p_i / (p_i + p_j) to duels (winner, loser) by the MM steps of Hunter (2004).

    Finite only if wins link every item to every other both ways; otherwise refused with the groups that are not.
    Duels 01 01 10 02 12 21 12 20: 0.2911, 0, -0.2911.
    """
    seen = sorted({item for duel in duels for item in duel})
    place = {item: number for number, item in enumerate(seen)}
    wins = np.zeros((len(seen), len(seen)))
    for winner, loser in duels:
        wins[place[winner], place[loser]] += 1
    _require_linked(seen, wins)
    between = wins + wins.T
    p = np.ones(len(seen))
    for _ in range(_STEPS):
        new = wins.sum(axis=1) / (between / (p[:, None] + p[None, :])).sum(axis=1)
        new /= np.exp(np.log(new).mean())
        done = np.abs(np.log(new / p)).max() < _CLOSE
        p = new
        if done:
            break
    counts = between.sum(axis=1)
    return Strengths(
        items=tuple(
            Strength(item, float(value), float(error), int(count))
            for item, value, error, count in zip(seen, np.log(p), _errors(between, p), counts, strict=True)
        ),
        unranked=tuple(sorted(set(items) - set(seen))),
        made=Made("bradley-terry", digest_of(sorted(duels)), warnings=_warnings(int(counts.min()))),
    )


def _warnings(least: int) -> tuple[Text, ...]:
    if least >= ENOUGH_DUELS:
        return ()
    return (
        Text(
            "有的作品只比较了 {least} 次，少于 {enough} 次的排序只作参考。",
            "Some item stood in {least} duels only; below {enough} an order is provisional.",
        ).filled(least=least, enough=ENOUGH_DUELS),
    )


def _errors(between: Table, p: Table) -> Table:
    """Return standard errors from the inverse information, the level being fixed by the mean."""
    share = p[:, None] / (p[:, None] + p[None, :])
    weight = between * share * (1 - share)
    information = np.diag(weight.sum(axis=1)) - weight
    return np.asarray(np.sqrt(np.diag(np.linalg.pinv(information))))


def _require_linked(items: Sequence[str], wins: Table) -> None:
    number, part = connected_components(csr_matrix(wins), directed=True, connection="strong")
    if number == 1 and len(items) > 1:
        return
    groups = [[item for item, at in zip(items, part, strict=True) if at == one] for one in range(number)]
    raise BadInput(
        "judging.duels.not_linked",
        "比较不足以排序：作品分成 {count} 组，组与组之间没有互有胜负（如 {first}）。请再比较几次。",
        "Too few duels to rank: the items fall into {count} groups without wins both ways between them (such as"
        " {first}). Let them meet more often.",
        count=number,
        first="、".join(groups[0][:5]) if groups else "-",
        groups=groups,
    )


@dataclass(frozen=True, slots=True)
class BallotOrder:
    """Places by Schulze's method (1 the best, ties kept), and the counts of Borda and Copeland for information."""

    places: Mapping[str, int]
    borda: Mapping[str, float]
    copeland: Mapping[str, float]


def ballot_order(ballots: Sequence[Sequence[Sequence[str]]], items: Sequence[str]) -> BallotOrder:
    """Order items by ballots, each a row of groups from the best to the worst; items not named share the last group.

    Schulze (2011) with winning votes: a beats b when the strongest path of majorities from a to b is stronger than
    that from b to a.
    """
    place = {item: number for number, item in enumerate(items)}
    for_ = np.zeros((len(items), len(items)))
    borda = np.zeros(len(items))
    for ballot in ballots:
        rank = np.full(len(items), len(ballot), dtype=float)
        for level, group in enumerate(ballot):
            rank[[place[item] for item in group]] = level
        ahead = rank[:, None] < rank[None, :]
        for_ += ahead
        borda += ahead.sum(axis=1) + ((rank[:, None] == rank[None, :]).sum(axis=1) - 1) / 2
    paths = np.where(for_ > for_.T, for_, 0.0)
    for middle in range(len(items)):
        paths = np.maximum(paths, np.minimum(paths[:, [middle]], paths[[middle], :]))
    np.fill_diagonal(paths, 0)
    beaten_by = (paths < paths.T).sum(axis=1)
    duels = (for_ > for_.T).sum(axis=1) + ((for_ == for_.T).sum(axis=1) - 1) / 2
    return BallotOrder(
        places={item: 1 + int(beaten_by[place[item]]) for item in items},
        borda={item: float(borda[place[item]]) for item in items},
        copeland={item: float(duels[place[item]]) for item in items},
    )
