"""Latin words of the catalogue, to complete a half-typed one and to correct a mistyped one."""

from bisect import bisect_left
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import numpy as np

_MOST = 6  # proposals for one word
_SHARED = 4  # letters at its beginning or its end that a word with two slips shares with the right one


class Spelling:
    """The words and how often each occurs."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        self._sorted = sorted(counts)
        self._by_ending: dict[str, list[str]] = defaultdict(list)
        for word in self._sorted:
            if len(word) > 5:
                self._by_ending[word[-_SHARED:]].append(word)
        # two words one slip apart are the same when one letter of each is left out, or of one: 4 MB for 40,000 words
        left_out = [(hash(form), place) for place, word in enumerate(self._sorted) for form in _left_out(word)]
        shortened = np.array(left_out, dtype=np.int64).reshape(-1, 2)
        shortened = shortened[np.argsort(shortened[:, 0], kind="stable")]
        self._hashes, self._places = shortened[:, 0].copy(), shortened[:, 1].astype(np.int32)

    def completions(self, beginning: str) -> list[str]:
        """Return the commonest words that begin so."""
        start = bisect_left(self._sorted, beginning)
        end = bisect_left(self._sorted, beginning + "{")
        return sorted(self._sorted[start : min(end, start + 5_000)], key=self._seldom)[:_MOST]

    def corrections(self, word: str) -> list[str]:
        """Return known words one slip away (letter left out, doubled, changed, two swapped); of longer words, two.

        >>> Spelling({"quality": 9, "quantity": 3}).corrections("qualty")
        ['quality']
        """
        near = [other for other in self._alike(word) if _is_one_slip(word, other)]
        if not near and len(word) > 5:
            start = bisect_left(self._sorted, word[:_SHARED])
            end = bisect_left(self._sorted, word[:_SHARED] + "{")
            candidates = [*self._sorted[start:end], *self._by_ending.get(word[-_SHARED:], ())]
            near = [
                other for other in candidates if abs(len(other) - len(word)) <= 2 and _is_within_two_slips(word, other)
            ]
        return sorted(set(near), key=self._seldom)[:_MOST]

    def _alike(self, word: str) -> list[str]:
        """Return the known words that are the same as another with a letter left out; some are two slips away."""
        forms = np.array([hash(form) for form in _left_out(word)], dtype=np.int64)
        starts, ends = np.searchsorted(self._hashes, forms), np.searchsorted(self._hashes, forms, side="right")
        found = {place for start, end in zip(starts, ends, strict=True) for place in self._places[start:end].tolist()}
        return [self._sorted[place] for place in found]

    def _seldom(self, word: str) -> tuple[int, str]:
        return (-self.counts[word], word)


def _left_out(word: str) -> set[str]:
    """Return a word, and what is left when any one letter of it is left out."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _is_one_slip(first: str, second: str) -> bool:
    """Tell whether one word becomes the other by one letter left out, put in or changed, or two neighbours swapped."""
    start, shorter = 0, min(len(first), len(second))
    while start < shorter and first[start] == second[start]:
        start += 1
    end = 0
    while end < shorter - start and first[-1 - end] == second[-1 - end]:
        end += 1
    here, there = first[start : len(first) - end], second[start : len(second) - end]
    return here != there and (max(len(here), len(there)) == 1 or (len(here) == 2 and here == there[::-1]))


def _is_within_two_slips(first: str, second: str) -> bool:
    """Tell whether two words are at most two slips apart, swapped neighbours being one (Damerau, restricted)."""
    if len(set(first) ^ set(second)) > 4:
        return False
    before: list[int] = []
    row = list(range(len(second) + 1))
    for at, letter in enumerate(first, 1):
        earlier, before, row = before, row, [at]
        for place, other in enumerate(second, 1):
            cost = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (letter != other))
            if at > 1 and place > 1 and letter == second[place - 2] and first[at - 2] == other:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
        if min(row) > 2:
            return False
    return row[-1] <= 2


@lru_cache(2)
def spelling(generation: Path) -> Spelling:
    """Return the words of a generation; none if its file cannot be read."""
    counts: dict[str, int] = {}
    try:
        for line in (generation / "words.txt").read_text("utf-8").splitlines():
            word, _, seen = line.partition(" ")
            counts[word] = int(seen)
    except (OSError, ValueError):
        counts = {}
    return Spelling(counts)
