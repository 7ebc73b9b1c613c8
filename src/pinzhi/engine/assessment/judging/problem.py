"""What is to be assigned: entries, reviewers and allowed pairs, put in order whatever order they came in."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from pinzhi.engine.errors import BadInput

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
HIGHEST_SCORE = 10**9
MOST_REVIEWS = 10**6  # of one entry or by one reviewer


@dataclass(frozen=True, slots=True)
class Problem:
    """Entries with their demands, reviewers with their loads, allowed pairs with their scores.

    Pairs are three columns of the same length: places of entry and reviewer, and the score; ``pinned`` pairs are
    settled beforehand. ``employer`` holds a number per reviewer, -1 where none is known. Entries and reviewers stand
    in the order of their ids, pairs in that of entry and reviewer, whatever the order was in which they came.
    """

    entries: tuple[str, ...]
    demand: Whole
    reviewers: tuple[str, ...]
    low: Whole
    high: Whole
    employer: Whole
    senior: Flags
    entry: Whole
    reviewer: Whole
    score: Whole
    pinned: Flags

    def pair_ids(self) -> tuple[list[str], list[str]]:
        """Return the ids of entry and reviewer of each pair."""
        return [self.entries[place] for place in self.entry], [self.reviewers[place] for place in self.reviewer]

    def digest(self) -> str:
        """Return the SHA-256 of all of it, the same for any order of the input."""
        hashed = hashlib.sha256("\0".join((*self.entries, "", *self.reviewers)).encode())
        for column in (self.demand, self.low, self.high, self.employer, self.entry, self.reviewer, self.score):
            hashed.update(np.ascontiguousarray(column, dtype="<i8").tobytes())
        hashed.update(self.senior.tobytes() + self.pinned.tobytes())
        return hashed.hexdigest()


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries as columns: id, and how many reviews each needs."""

    ids: Sequence[str]
    demand: Sequence[int]


@dataclass(frozen=True, slots=True)
class Reviewers:
    """Reviewers as columns: id, least and greatest load; employer ("" unknown) and whether senior, where given."""

    ids: Sequence[str]
    low: Sequence[int]
    high: Sequence[int]
    employer: Sequence[str] = ()
    senior: Sequence[bool] = ()


@dataclass(frozen=True, slots=True)
class Pairs:
    """Allowed pairs as columns: ids of entry and reviewer, score, and whether pinned, where given."""

    entry: Sequence[str]
    reviewer: Sequence[str]
    score: Sequence[int]
    pinned: Sequence[bool] = ()


class BadPairError(BadInput):
    """A row that cannot be used; ``table`` and ``place`` (from 0) tell which, ``column`` the cell."""

    def __init__(self, code: str, zh: str, en: str, /, *, table: str, place: int, column: str, **facts: object) -> None:
        super().__init__(code, zh, en, **facts)
        self.table = table
        self.place = place
        self.column = column


def make_problem(entries: Entries, reviewers: Reviewers, pairs: Pairs) -> Problem:
    """Check the three tables and put them in order; refuse ids given twice, unknown ids and impossible numbers."""
    _check_ids("entries", "entry", entries.ids)
    _check_ids("reviewers", "reviewer", reviewers.ids)
    demand, low, high = (np.asarray(c, dtype=np.int64) for c in (entries.demand, reviewers.low, reviewers.high))
    _check_amounts("entries", "demand", demand)
    _check_amounts("reviewers", "min_load", low)
    _check_amounts("reviewers", "max_load", high)
    _check_loads(low, high)
    entry_order = sorted(range(len(entries.ids)), key=lambda place: entries.ids[place])
    reviewer_order = sorted(range(len(reviewers.ids)), key=lambda place: reviewers.ids[place])
    entry = _places("entry", pairs.entry, [entries.ids[place] for place in entry_order])
    reviewer = _places("reviewer", pairs.reviewer, [reviewers.ids[place] for place in reviewer_order])
    score = np.asarray(pairs.score, dtype=np.int64)
    _check_scores(score)
    order = np.lexsort((reviewer, entry))
    _check_doubled(pairs, entry, reviewer, order)
    pinned = np.asarray(pairs.pinned, dtype=bool) if len(pairs.pinned) else np.zeros(len(score), dtype=bool)
    return Problem(
        entries=tuple(entries.ids[place] for place in entry_order),
        demand=demand[entry_order],
        reviewers=tuple(reviewers.ids[place] for place in reviewer_order),
        low=low[reviewer_order],
        high=high[reviewer_order],
        employer=_employers(reviewers)[reviewer_order],
        senior=(np.asarray(reviewers.senior, bool) if len(reviewers.senior) else np.zeros(len(low), bool))[
            reviewer_order
        ],
        entry=entry[order],
        reviewer=reviewer[order],
        score=score[order],
        pinned=pinned[order],
    )


def _employers(reviewers: Reviewers) -> Whole:
    if not len(reviewers.employer):
        return np.full(len(reviewers.ids), -1, dtype=np.int64)
    numbers = {name: number for number, name in enumerate(sorted(set(reviewers.employer) - {""}))}
    return np.array([numbers.get(name, -1) for name in reviewers.employer], dtype=np.int64)


def _check_ids(table: str, column: str, ids: Sequence[str]) -> None:
    seen: dict[str, int] = {}
    for place, id_ in enumerate(ids):
        if not id_:
            raise BadPairError(
                "judging.id.empty",
                "编号为空。每一行都要有编号。",
                "The id is empty. Every row needs one.",
                table=table,
                place=place,
                column=column,
            )
        if id_ in seen:
            raise BadPairError(
                "judging.id.doubled",
                "“{id}”出现了两次。每个编号只能有一行。",
                "“{id}” stands there twice. An id may have one row only.",
                table=table,
                place=place,
                column=column,
                id=id_,
            )
        seen[id_] = place


def _check_amounts(table: str, column: str, amounts: Whole) -> None:
    odd = np.flatnonzero((amounts < 0) | (amounts > MOST_REVIEWS))
    if len(odd):
        raise BadPairError(
            "judging.amount",
            "应为 0 到 {most} 的整数，这里是 {found}。",
            "Expected a whole number from 0 to {most}, found {found}.",
            table=table,
            place=int(odd[0]),
            column=column,
            most=MOST_REVIEWS,
            found=int(amounts[odd[0]]),
        )


def _check_loads(low: Whole, high: Whole) -> None:
    odd = np.flatnonzero(low > high)
    if len(odd):
        raise BadPairError(
            "judging.loads",
            "最少 {low} 件大于最多 {high} 件。请核对 min_load 和 max_load。",
            "The least load {low} exceeds the greatest {high}. Check min_load and max_load.",
            table="reviewers",
            place=int(odd[0]),
            column="min_load",
            low=int(low[odd[0]]),
            high=int(high[odd[0]]),
        )


def _check_scores(score: Whole) -> None:
    odd = np.flatnonzero(abs(score) > HIGHEST_SCORE)
    if len(odd):
        raise BadPairError(
            "judging.score.range",
            "分值应在 -{most} 到 {most} 之间，这里是 {found}。",
            "A score lies between -{most} and {most}; found {found}.",
            table="pairs",
            place=int(odd[0]),
            column="score",
            most=HIGHEST_SCORE,
            found=int(score[odd[0]]),
        )


def _places(column: str, ids: Sequence[str], known: Sequence[str]) -> Whole:
    places = {id_: place for place, id_ in enumerate(known)}
    found = np.fromiter(map(places.get, ids, repeat(-1)), dtype=np.int64, count=len(ids))
    strange = np.flatnonzero(found < 0)
    if len(strange):
        raise BadPairError(
            "judging.id.unknown",
            "“{id}”不在名单中。请先把它写进名单，或删去这一行。",
            "“{id}” is not in its list. Add it there, or take this row out.",
            table="pairs",
            place=int(strange[0]),
            column=column,
            id=ids[int(strange[0])],
        )
    return found


def _check_doubled(pairs: Pairs, entry: Whole, reviewer: Whole, order: Whole) -> None:
    same = (np.diff(entry[order]) == 0) & (np.diff(reviewer[order]) == 0)
    if same.any():
        place = int(order[1:][same].min())
        raise BadPairError(
            "judging.pair.doubled",
            "“{entry}”和“{reviewer}”这一对出现了两次。每对只能有一行。",
            "The pair “{entry}” and “{reviewer}” stands there twice. A pair may have one row only.",
            table="pairs",
            place=place,
            column="reviewer",
            entry=pairs.entry[place],
            reviewer=pairs.reviewer[place],
        )
