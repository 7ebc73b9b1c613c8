"""Why there is no assignment: which entries and reviewers stand against each other, and how many reviews are short."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from pinzhi.engine.assessment.judging.core import Core, Rules
from pinzhi.engine.assessment.judging.problem import Flags, Problem, Whole
from pinzhi.engine.texts import Text

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Shortage:
    """One cause: ``needed`` reviews asked for, ``possible`` at most among these entries and reviewers, ``short``."""

    kind: str
    entries: tuple[str, ...]
    reviewers: tuple[str, ...]
    needed: int
    possible: int
    text: Text

    @property
    def short(self) -> int:
        return self.needed - self.possible


def pinned_shortages(problem: Problem, core: Core, rules: Rules) -> tuple[Shortage, ...]:
    """Return what the pinned pairs alone contradict."""
    return tuple(_of_pins(problem, core, rules))


def shortages(problem: Problem, core: Core) -> tuple[Shortage, ...]:
    """Return the causes that a cut of the flow shows; empty when demands, seniors and loads could each be met.

    Without ``one_senior`` an empty answer means that an assignment exists (Hoffman's circulation theorem); with it,
    the rules may still contradict one another.
    """
    demands = _of_demands(problem, core, "demand", _DEMAND)
    if core.wants_senior.any():
        seniors = replace(core.only(core.senior), need=core.wants_senior.astype(np.int64))
        demands += _of_demands(problem, seniors, "senior", _SENIOR)
    return demands or _of_loads(problem, core)


_DEMAND = Text(
    "作品（单位）{entries} 共需 {needed} 次评审，可以评审它们的只有 {reviewers}，"
    "在各自的上限和规则内最多 {possible} 次，缺 {short} 次。",
    "The entries {entries} need {needed} reviews together; the reviewers open to them, {reviewers}, can give at most"
    " {possible} within their loads and the rules: {short} short.",
)
_SENIOR = Text(
    "{entries} 各需一名资深专家，共 {needed} 名；"
    "可以评审它们的资深专家是 {reviewers}，最多 {possible} 次，缺 {short} 次。",
    "The entries {entries} need a senior reviewer each, {needed} together; the senior ones open to them, {reviewers},"
    " can serve {possible}: {short} short.",
)
_LOADS = Text(
    "专家 {reviewers} 至少共评 {needed} 次，而可以由他们评审的 {entries} 最多容纳 {possible} 次，多出 {short} 次。",
    "The reviewers {reviewers} must give at least {needed} reviews together; the entries open to them, {entries}, can"
    " take at most {possible}: {short} too many.",
)
_PINNED = Text(
    "{entries} 与 {reviewers} 的指定配对有 {needed} 个，只容许 {possible} 个。请减少指定的配对。",
    "Of the pinned pairs of {entries} with {reviewers}, {needed} in number, only {possible} can stand. Pin fewer.",
)
_TOGETHER = Text(
    "各项规则合在一起无法满足：按最接近的方案，{entries} 还缺 {short} 次评审（涉及 {reviewers}）。",
    "The rules cannot be met together: in the nearest plan {entries} lack {short} reviews (reviewers concerned:"
    " {reviewers}).",
)


def contradiction(problem: Problem, core: Core, lacking: Whole, short: int) -> Shortage:
    """Return what is left to say when only all rules together are too much: the entries a nearest plan leaves short."""
    concerned = np.unique(core.reviewer[np.isin(core.entry, lacking)])
    needed = int(core.need[lacking].sum())
    return _shortage(problem, "rules", _TOGETHER, lacking, concerned, needed, needed - short)


def _of_pins(problem: Problem, core: Core, rules: Rules) -> Iterator[Shortage]:
    pinned = problem.pinned
    for entry in np.flatnonzero(core.need < 0):
        who = problem.reviewer[pinned & (problem.entry == entry)]
        yield _shortage(problem, "pinned", _PINNED, np.array([entry]), who, len(who), int(problem.demand[entry]))
    for reviewer in np.flatnonzero(core.high < 0):
        what = problem.entry[pinned & (problem.reviewer == reviewer)]
        yield _shortage(problem, "pinned", _PINNED, what, np.array([reviewer]), len(what), int(problem.high[reviewer]))
    for entry in np.flatnonzero(core.wants_senior & (core.need == 0)):
        none = np.array([], dtype=np.int64)
        yield _shortage(problem, "senior", _SENIOR, np.array([entry]), none, 1, 0)
    if rules.one_per_employer:
        yield from _of_pinned_colleagues(problem)


def _of_pinned_colleagues(problem: Problem) -> Iterator[Shortage]:
    known = problem.pinned & (problem.employer[problem.reviewer] >= 0)
    key = problem.entry[known] * (len(problem.reviewers) + 1) + problem.employer[problem.reviewer[known]]
    keys, counts = np.unique(key, return_counts=True)
    for one, count in zip(keys[counts > 1], counts[counts > 1], strict=True):
        who = problem.reviewer[known][key == one]
        entry = np.array([one // (len(problem.reviewers) + 1)])
        yield _shortage(problem, "pinned", _PINNED, entry, who, int(count), 1)


def _of_demands(problem: Problem, core: Core, kind: str, words: Text) -> tuple[Shortage, ...]:
    flow = _flow(core, core.high)
    needed = int(core.need.sum())
    if flow.value == needed:
        return ()
    entries = np.flatnonzero(flow.entries_behind_the_cut & (core.need > 0))
    reviewers = np.unique(core.reviewer[np.isin(core.entry, entries)])
    wanted = int(core.need[entries].sum())
    return (_shortage(problem, kind, words, entries, reviewers, wanted, wanted - (needed - flow.value)),)


def _of_loads(problem: Problem, core: Core) -> tuple[Shortage, ...]:
    flow = _flow(core, core.low)
    needed = int(core.low.sum())
    if flow.value == needed:
        return ()
    reviewers = np.flatnonzero(flow.reviewers_before_the_cut & (core.low > 0))
    entries = np.unique(core.entry[np.isin(core.reviewer, reviewers)])
    wanted = int(core.low[reviewers].sum())
    return (_shortage(problem, "load", _LOADS, entries, reviewers, wanted, wanted - (needed - flow.value)),)


def _shortage(
    problem: Problem, kind: str, words: Text, entries: Whole, reviewers: Whole, needed: int, possible: int
) -> Shortage:
    named = tuple(problem.entries[place] for place in entries), tuple(problem.reviewers[place] for place in reviewers)
    zh = words.zh.format(
        entries=_list(named[0], "、", "等 {count} 个", "（无）"),
        reviewers=_list(named[1], "、", "等 {count} 人", "（无）"),
        needed=needed, possible=possible, short=needed - possible,
    )  # fmt: skip
    en = words.en.format(
        entries=_list(named[0], ", ", " … ({count} in all)", "(none)"),
        reviewers=_list(named[1], ", ", " … ({count} in all)", "(none)"),
        needed=needed, possible=possible, short=needed - possible,
    )  # fmt: skip
    return Shortage(kind, *named, needed, possible, Text(zh, en))


def _list(names: tuple[str, ...], comma: str, more: str, none: str) -> str:
    if not names:
        return none
    return comma.join(names[:SHOWN]) + (more.format(count=len(names)) if len(names) > SHOWN else "")


@dataclass(frozen=True, slots=True)
class _Flow:
    value: int
    reviewers_before_the_cut: Flags
    entries_behind_the_cut: Flags


def _flow(core: Core, supply: Whole) -> _Flow:
    """Send as many reviews as possible from reviewers, each with a supply, to entries, each with its need."""
    reviewers, entries = len(core.low), len(core.need)
    shared = np.flatnonzero(np.bincount(core.group, minlength=1) > 1)
    inside = np.isin(core.group, shared)
    first_group, first_entry = 1 + reviewers, 1 + reviewers + len(shared)
    sink = first_entry + entries
    own_group = np.searchsorted(shared, core.group[inside])
    owner = np.zeros(len(shared), dtype=np.int64)
    owner[own_group] = core.entry[inside]
    begin = (
        np.zeros(reviewers), 1 + core.reviewer[inside], 1 + core.reviewer[~inside],
        first_group + np.arange(len(shared)), first_entry + np.arange(entries),
    )  # fmt: skip
    end = (
        1 + np.arange(reviewers), first_group + own_group, first_entry + core.entry[~inside],
        first_entry + owner, np.full(entries, sink),
    )  # fmt: skip
    room = supply, np.ones(inside.sum()), np.ones((~inside).sum()), np.ones(len(shared)), np.maximum(core.need, 0)
    graph = csr_matrix(
        (np.concatenate(room).astype(np.int32), (np.concatenate(begin), np.concatenate(end))), (sink + 1, sink + 1)
    )
    sent = maximum_flow(graph, 0, sink)
    left = (graph - sent.flow).tocsr()
    left.data[left.data < 0] = 0
    left.eliminate_zeros()
    before, behind = (np.zeros(sink + 1, dtype=bool) for _ in range(2))
    before[breadth_first_order(left, 0, return_predecessors=False)] = True
    behind[breadth_first_order(left.T.tocsr(), sink, return_predecessors=False)] = True
    return _Flow(int(sent.flow_value), before[1:first_group], behind[first_entry:sink])
