"""Which keys a file has shown already: 16 bytes a row, so that duplicates are found in files of any length."""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray


class SeenKeys:
    """Remembers keys by their hash, with the line each stood on, in sorted runs that are merged as they grow."""

    def __init__(self) -> None:
        self._runs: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []

    def repeated(self, keys: Sequence[Hashable | None], lines: Sequence[int]) -> dict[int, int]:
        """Return the places of keys that came before, here or in earlier calls, with the line of the first.

        None stands for a row without a key. Keys that are new are remembered.
        """
        hashes = np.fromiter((hash(key) for key in keys), np.int64, len(keys))
        earlier = self._lines_of(hashes)
        found: dict[int, int] = {}
        first: dict[int, int] = {}
        new: list[int] = []
        for place, (key, number, line) in enumerate(zip(keys, hashes.tolist(), earlier.tolist(), strict=True)):
            if key is None:
                continue
            if line or number in first:
                found[place] = line or first[number]
            else:
                first[number] = lines[place]
                new.append(place)
        self._remember(hashes[new], np.fromiter((lines[place] for place in new), np.int64, len(new)))
        return found

    def _lines_of(self, hashes: NDArray[np.int64]) -> NDArray[np.int64]:
        lines = np.zeros(len(hashes), np.int64)
        for known, at in self._runs:
            places = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
            hit = known[places] == hashes
            lines[hit] = at[places[hit]]
        return lines

    def _remember(self, hashes: NDArray[np.int64], lines: NDArray[np.int64]) -> None:
        if not len(hashes):
            return
        order = np.argsort(hashes)
        run = (hashes[order], lines[order])
        while self._runs and len(self._runs[-1][0]) <= 2 * len(run[0]):
            known, at = self._runs.pop()
            both = np.concatenate((known, run[0]))
            order = np.argsort(both, kind="stable")
            run = (both[order], np.concatenate((at, run[1]))[order])
        self._runs.append(run)
