"""Well-formed invented credit codes in bulk (GB 32100-2015, GB 11714)."""

import numpy as np
from numpy.typing import NDArray

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
OUTER_WEIGHTS = np.array([pow(3, place, 31) for place in range(17)])
INNER_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
INNER_VALUES = np.array([int(letter, 36) for letter in ALPHABET])  # GB 11714 counts through I, O, S, V and Z
# Positions 9-11 of an invented code. MA0 is a series of other provinces: with a registering authority in Shandong
# no such code was given to anybody.
SERIES = "MA0"


def credit_codes(heads: list[str], first_serial: int) -> list[str]:
    """Return one code for each head (registering department, kind, authority: ``91370212``), numbered upwards.

    >>> credit_codes(["91370212"], 1)
    ['91370212MA0000015Y']
    """
    serials = np.arange(first_serial, first_serial + len(heads))
    letters = np.array(list(ALPHABET))
    values = np.zeros((len(heads), 17), dtype=np.int64)
    values[:, :8] = _values(heads, 8)
    values[:, 8:11] = [ALPHABET.index(letter) for letter in SERIES]
    for place in range(5):
        values[:, 15 - place] = serials // 31**place % 31
    values[:, 16] = _inner_check(values[:, 8:16])
    check = (31 - values @ OUTER_WEIGHTS % 31) % 31
    bodies = letters[np.column_stack([values, check])]
    return ["".join(row) for row in bodies.tolist()]


def _values(texts: list[str], width: int) -> NDArray[np.int64]:
    table = np.full(128, -1, dtype=np.int64)
    for value, letter in enumerate(ALPHABET):
        table[ord(letter)] = value
    codes = np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8).reshape(len(texts), width)
    return table[codes]


def _inner_check(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the check character of the body code as its value in the outer alphabet."""
    remainder = 11 - INNER_VALUES[values] @ INNER_WEIGHTS % 11
    return np.where(remainder == 11, 0, np.where(remainder == 10, ALPHABET.index("X"), remainder))
