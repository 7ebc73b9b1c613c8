"""How sure the quota line is: judges drawn again within their panels, and how often each entry is inside."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement
from math import factorial

import numpy as np
from numpy.typing import NDArray

from pinzhi.engine.assessment.judging.marks import Marks, Table
from pinzhi.engine.assessment.judging.results import Made, digest_of
from pinzhi.engine.assessment.judging.severity import severity
from pinzhi.engine.errors import BadInput

DRAWS, AT_ONCE = 2_000, 100
MOST_TO_ENUMERATE = 7  # judges of a single panel: 7 ** 7 draws, of 1,716 different kinds
CONTESTED = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The share of draws in which an entry is inside; exact where every draw was counted."""

    entry: str
    share: float
    exact: Fraction | None

    @property
    def is_contested(self) -> bool:
        return CONTESTED[0] < self.share < CONTESTED[1]


@dataclass(frozen=True, slots=True)
class Sureness:
    """Inclusion of every entry; ``error`` is the greatest standard error, 0 where every draw was counted."""

    entries: tuple[Inclusion, ...]
    draws: int
    error: float
    made: Made

    @property
    def contested(self) -> tuple[str, ...]:
        """The entries for which the committee must minute its reason."""
        return tuple(one.entry for one in self.entries if one.is_contested)


def sureness(
    marks: Marks, quota: int, *, method: str = "mean", draws: int = DRAWS, seed: int, adjusted: bool = False
) -> Sureness:
    """Draw the judges of every panel again with replacement and count who is within the quota, ties sharing places.

    A panel is the set of judges of an entry; entries with the same judges get the same draw. A single panel of at most
    seven is counted in full. ``adjusted`` takes severity out of the marks first. Methods: mean, trimmed_mean, median.
    Marks [[88,91,86],[90,84,88],[85,89,87]], one place: 35/54, 8/27, 1/18.
    """
    if not 0 < quota <= len(marks.entries):
        raise BadInput(
            "judging.quota",
            "名额应为 1 到 {most}，这里是 {found}。",
            "The quota is from 1 to {most}; found {found}.",
            most=len(marks.entries),
            found=quota,
        )
    panels = _panels(marks, adjusted)
    combine = _COMBINE[method]
    if len(panels) == 1 and panels[0].is_single and panels[0].marks.shape[1] <= MOST_TO_ENUMERATE:
        shares = _counted(panels[0], quota, combine)
        found = tuple(Inclusion(e, float(s), s) for e, s in zip(marks.entries, shares, strict=True))
        count = panels[0].marks.shape[1] ** panels[0].marks.shape[1]
    else:
        drawn = _drawn(panels, quota, combine, draws, seed, len(marks.entries))
        found = tuple(Inclusion(e, float(s), None) for e, s in zip(marks.entries, drawn, strict=True))
        count = draws
    error = 0.0 if found[0].exact is not None else max((i.share * (1 - i.share) / draws) ** 0.5 for i in found)
    made = Made("bootstrap", digest_of([marks.digest(), quota, method, draws, adjusted]), seed=str(seed))
    return Sureness(found, count, error, made)


@dataclass(frozen=True, slots=True)
class _Panel:
    """Entries (places) that the same number of judges marked; rows of the same judges have the same ``draw``."""

    entries: NDArray[np.int64]
    marks: Table
    draw: NDArray[np.int64]

    @property
    def is_single(self) -> bool:
        return bool((self.draw == 0).all())


def _panels(marks: Marks, adjusted: bool) -> list[_Panel]:
    """Return the entries by size of panel, so that one array operation serves thousands of panels."""
    entry, judge, score = marks.places()
    if adjusted:
        severe = np.array([one.severity for one in severity(marks).judges])
        score = score - severe[judge]
    start = np.searchsorted(entry, np.arange(len(marks.entries) + 1))
    sizes = np.diff(start)
    found = []
    for size in np.unique(sizes):
        places = np.flatnonzero(sizes == size)
        at = start[places][:, None] + np.arange(size)
        _, draw = np.unique(judge[at], axis=0, return_inverse=True)
        found.append(_Panel(places, score[at], np.asarray(draw).reshape(-1)))
    return found


def _counted(panel: _Panel, quota: int, combine: Callable[[Table], Table]) -> list[Fraction]:
    size = panel.marks.shape[1]
    shares = [Fraction(0)] * len(panel.entries)
    for kind in combinations_with_replacement(range(size), size):
        weight = Fraction(factorial(size), size**size)
        for times in Counter(kind).values():
            weight /= factorial(times)
        values = np.round(combine(panel.marks[:, list(kind)]), 9)
        above, tied, room = _line(values, quota)
        for place in range(len(values)):
            shares[place] += weight * (1 if above[place] else Fraction(room, int(tied.sum())) if tied[place] else 0)
    return shares


def _line(values: Table, quota: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_], int]:
    last = np.partition(values, len(values) - quota)[len(values) - quota]
    above, tied = values > last, values == last
    return above, tied, quota - int(above.sum())


def _drawn(
    panels: list[_Panel], quota: int, combine: Callable[[Table], Table], draws: int, seed: int, entries: int
) -> Table:
    chance = np.random.Generator(np.random.PCG64(seed))
    inside = np.zeros(entries)
    for count in _batches(draws):
        values = np.empty((count, entries), dtype=np.float32)
        for panel in panels:
            values[:, panel.entries] = _resampled(panel, count, chance, combine)
        last = np.partition(values, entries - quota, axis=1)[:, entries - quota, None]
        above, tied = values > last, values == last
        share = (quota - above.sum(axis=1)) / tied.sum(axis=1)
        inside += above.sum(axis=0) + share @ tied
    return inside / draws


def _batches(draws: int) -> Iterator[int]:
    for begin in range(0, draws, AT_ONCE):
        yield min(AT_ONCE, draws - begin)


def _resampled(
    panel: _Panel, count: int, chance: np.random.Generator, combine: Callable[[Table], Table]
) -> NDArray[np.float32]:
    size = panel.marks.shape[1]
    groups = int(panel.draw.max()) + 1
    drawn = chance.integers(0, size, (size, count, groups), dtype=np.uint8)
    if groups < len(panel.entries):
        drawn = drawn[:, :, panel.draw]
    base = (np.arange(len(panel.entries)) * size).astype(np.int32)
    flat = panel.marks.astype(np.float32).ravel()
    taken = np.stack([flat[base + layer] for layer in drawn], axis=-1)
    return combine(taken).astype(np.float32)


def _trimmed(values: Table) -> Table:
    if values.shape[-1] < 5:
        return np.asarray(values.mean(axis=-1))
    return np.asarray((values.sum(axis=-1) - values.max(axis=-1) - values.min(axis=-1)) / (values.shape[-1] - 2))


_COMBINE: Mapping[str, Callable[[Table], Table]] = {
    "mean": lambda values: np.asarray(values.mean(axis=-1)),
    "trimmed_mean": _trimmed,
    "median": lambda values: np.asarray(np.median(values, axis=-1)),
}
