"""Latin words of the catalogue, to complete a half-typed one and to correct a mistyped one."""

from bisect import bisect_left
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

_MOST = 6  # proposals for one word
_SHARED = 4  # letters at its beginning or its end that a word with two slips shares with the right one
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Spelling:
    """The words and how often each occurs."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        self._sorted = sorted(counts)
        self._by_ending: dict[str, list[str]] = defaultdict(list)
        for word in self._sorted:
            if len(word) > 5:
                self._by_ending[word[-_SHARED:]].append(word)

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
        near = [other for other in _one_slip(word) if other in self.counts]
        if not near and len(word) > 5:
            start = bisect_left(self._sorted, word[:_SHARED])
            end = bisect_left(self._sorted, word[:_SHARED] + "{")
            candidates = [*self._sorted[start:end], *self._by_ending.get(word[-_SHARED:], ())]
            near = [
                other for other in candidates if abs(len(other) - len(word)) <= 2 and _is_within_two_slips(word, other)
            ]
        return sorted(set(near), key=self._seldom)[:_MOST]

    def _seldom(self, word: str) -> tuple[int, str]:
        return (-self.counts[word], word)


def _one_slip(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    slips = {before + after[1:] for before, after in cuts if after}
    slips.update(before + after[1] + after[0] + after[2:] for before, after in cuts if len(after) > 1)
    for letter in _LETTERS:
        slips.update([before + letter + after for before, after in cuts])
        slips.update([before + letter + after[1:] for before, after in cuts if after])
    slips.discard(word)
    return slips


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
