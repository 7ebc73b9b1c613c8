"""Repeatable chance: one seed, one stream for each purpose, one block for each chunk of rows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

SEED = 20240104
Draws = NDArray[np.int64]


def stream(purpose: int, chunk: int = 0) -> np.random.Generator:
    """Return the generator of a purpose's chunk: the same numbers on every machine, whatever was drawn before."""
    return np.random.Generator(np.random.PCG64([SEED, purpose, chunk]))


def below(chance: np.random.Generator, limit: int, count: int) -> list[int]:
    """Draw ``count`` whole numbers from 0 to ``limit - 1``."""
    drawn: list[int] = chance.integers(0, limit, count).tolist()
    return drawn


def weighted(chance: np.random.Generator, weights: Sequence[float], count: int) -> list[int]:
    """Draw ``count`` positions of ``weights``, each as often as its weight says."""
    edges: NDArray[Any] = np.cumsum(np.asarray(weights, dtype=float))
    drawn: list[int] = np.searchsorted(edges / edges[-1], chance.random(count), side="right").tolist()
    return drawn
