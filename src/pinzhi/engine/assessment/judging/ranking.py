"""From scores to places: ranks, ties by a published chain, quotas with their boundary, quotas within quotas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from pinzhi.engine.assessment.judging.lot import draw_order
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

RankMethod = Literal["competition", "dense", "modified"]
TieRule = Literal["stop", "shrink", "expand", "chain", "chain_then_lot"]


@dataclass(frozen=True, slots=True)
class Key:
    """One link of a chain that breaks ties: its values, and whether the greater one comes first."""

    name: str
    values: Mapping[str, Fraction]
    greatest_first: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """Who is within the quota, who waits for the committee because of a tie, and by what the tie was broken."""

    within: tuple[str, ...]
    tied: tuple[str, ...]
    vacant: int
    reasons: tuple[Text, ...]


def ranks(scores: Mapping[str, Fraction], method: RankMethod = "competition") -> dict[str, int]:
    """Rank from the greatest: competition 1 2 2 4, dense 1 2 2 3, modified 1 3 3 4."""
    ordered = sorted(scores.values(), reverse=True)
    if method == "dense":
        place = {value: rank for rank, value in enumerate(sorted(set(ordered), reverse=True), 1)}
    elif method == "modified":
        place = {value: rank for rank, value in enumerate(ordered, 1)}
    else:
        place = {value: len(ordered) - rank for rank, value in enumerate(reversed(ordered))}
    return {entry: place[value] for entry, value in scores.items()}


def order(
    scores: Mapping[str, Fraction], chain: Sequence[Key] = (), *, seed: str = "", among: Sequence[str] = ()
) -> tuple[tuple[str, ...], ...]:
    """Return the entries from the best in groups of those that score, chain and lot (with a seed) leave equal.

    ``among`` are all that the lot is drawn among: where it is fixed, nobody's place in it changes when others drop out.
    """
    lot = {entry: place for place, entry in enumerate(draw_order(among or tuple(scores), seed))} if seed else {}

    def key(entry: str) -> tuple[Fraction | int, ...]:
        links = (-one.values[entry] if one.greatest_first else one.values[entry] for one in chain)
        return (-scores[entry], *links, lot.get(entry, 0))

    groups: dict[tuple[Fraction | int, ...], list[str]] = {}
    for entry in sorted(scores):
        groups.setdefault(key(entry), []).append(entry)
    return tuple(tuple(groups[one]) for one in sorted(groups))


def draw_line(
    scores: Mapping[str, Fraction],
    quota: int,
    *,
    tie: TieRule = "stop",
    chain: Sequence[Key] = (),
    seed: str = "",
    among: Sequence[str] = (),
    least: Fraction | None = None,
) -> Line:
    """Fill a quota from the best; places stay vacant rather than go below ``least``.

    A tie across the boundary: ``shrink`` takes none of the tied, ``expand`` all, ``chain`` asks further keys,
    ``chain_then_lot`` then a lot drawn with the published seed (among all of ``among``), ``stop`` leaves it to the
    committee.
    """
    if tie == "chain_then_lot" and not seed:
        raise BadInput("judging.lot.seed", "抽签要有公布的种子。", "A lot needs the published seed.")
    worthy = {entry: score for entry, score in scores.items() if least is None or score >= least}
    keys = chain if tie in ("chain", "chain_then_lot") else ()
    within: list[str] = []
    for group in order(worthy, keys, seed=seed if tie == "chain_then_lot" else "", among=among):
        if len(within) + len(group) <= quota:
            within.extend(group)
            continue
        room = quota - len(within)
        if room == 0:
            break
        if tie == "expand":
            within.extend(group)
            return Line(tuple(within), (), 0, (_across(group, room, "expand"),))
        tied = () if tie == "shrink" else group
        return Line(tuple(within), tied, room, (_across(group, room, tie),))
    return Line(tuple(within), (), max(quota - len(within), 0), ())


_WHAT = {
    "expand": Text("全部入选", "all are taken"),
    "shrink": Text("全部不入选", "none is taken"),
    "stop": Text("请评审委员会决定", "the committee decides"),
    "chain": Text("各项依据仍相同，请评审委员会决定", "the chain leaves them equal, so the committee decides"),
    "chain_then_lot": Text("请评审委员会决定", "the committee decides"),
}


def _across(group: tuple[str, ...], room: int, tie: str) -> Text:
    what = _WHAT[tie]
    zh = f"{'、'.join(group)} 同分，只剩 {room} 个名额：{what.zh}。"
    return Text(zh, f"{', '.join(group)} are equal and {room} places are left: {what.en}.")


@dataclass(frozen=True, slots=True)
class Quota:
    """At least and at most so many of a class of entries."""

    name: str
    members: frozenset[str]
    at_least: int = 0
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The best set of entries that keeps every quota; those it displaced, each with the quota ("" several) that did."""

    chosen: tuple[str, ...]
    displaced: tuple[tuple[str, str], ...]
    reasons: tuple[Text, ...]


def choose(scores: Mapping[str, Fraction], total: int, quotas: Sequence[Quota]) -> Choice | None:
    """Take ``total`` entries with the greatest sum of scores that keep all quotas; None where none do.

    Quotas may lie in one another or cross, so this is a whole-number programme; equal sums go to the earlier id.
    """
    entries = sorted(scores)
    found = _chosen(entries, scores, total, quotas)
    if found is None:
        return None
    missing = [entry for entry in entries if entry not in found and scores[entry] > min(scores[one] for one in found)]
    freely = _chosen(entries, scores, total, ()) or []
    displaced: list[tuple[str, str]] = []
    reasons: list[Text] = []
    for entry in missing:
        by = next((quota for quota in quotas if _enters(entry, quota, entries, scores, total, quotas)), None)
        if by is None and entry not in freely:
            continue
        displaced.append((entry, "" if by is None else by.name))
        reasons.append(_only_together(entry) if by is None else _would_enter(entry, by))
    return Choice(tuple(found), tuple(displaced), tuple(reasons))


def _enters(
    entry: str,
    quota: Quota,
    entries: Sequence[str],
    scores: Mapping[str, Fraction],
    total: int,
    quotas: Sequence[Quota],
) -> bool:
    """Tell whether an entry would be chosen if one quota were wider by one."""
    again = _chosen(entries, scores, total, tuple(_wider(one) if one is quota else one for one in quotas))
    return again is not None and entry in again


def _only_together(entry: str) -> Text:
    return Text(
        "{entry} 只有在几项名额规则同时放宽时才能入选。", "{entry} would enter only if several quotas were wider."
    ).filled(entry=entry)


def _wider(quota: Quota) -> Quota:
    most = None if quota.at_most is None else quota.at_most + 1
    return Quota(quota.name, quota.members, max(quota.at_least - 1, 0), most)


def _would_enter(entry: str, quota: Quota) -> Text:
    if quota.at_most is not None and entry in quota.members:
        facts = {"entry": entry, "name": quota.name, "limit": quota.at_most + 1}
        return Text(
            "“{name}”的上限若为 {limit}，{entry} 即可入选。", "{entry} would enter if the cap on {name} were {limit}."
        ).filled(**facts)
    facts = {"entry": entry, "name": quota.name, "limit": max(quota.at_least - 1, 0)}
    return Text(
        "“{name}”的下限若为 {limit}，{entry} 即可入选。", "{entry} would enter if the floor of {name} were {limit}."
    ).filled(**facts)


def _chosen(
    entries: Sequence[str], scores: Mapping[str, Fraction], total: int, quotas: Sequence[Quota]
) -> list[str] | None:
    if total > len(entries):
        return None
    rows = [[1.0] * len(entries)] + [[float(entry in quota.members) for entry in entries] for quota in quotas]
    lower = [float(total)] + [float(quota.at_least) for quota in quotas]
    upper = [float(total)] + [float(len(entries) if q.at_most is None else q.at_most) for q in quotas]
    worth = np.array([float(scores[entry]) for entry in entries])
    steps = np.unique(np.diff(np.unique(worth)))
    step = float(steps[steps > 0].min()) if len(steps) else 1.0
    tilt = step / (4 * len(entries) ** 2) * np.arange(len(entries))
    result = milp(
        -(worth - tilt),
        integrality=np.ones(len(entries)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(np.array(rows), lower, upper),
        options={"mip_rel_gap": 0.0},
    )
    if result.x is None:
        return None
    return [entry for entry, taken in zip(entries, result.x, strict=True) if taken > 0.5]
