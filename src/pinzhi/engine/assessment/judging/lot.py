"""A lot that anybody can draw again: a shuffle from a seed that was sealed beforehand and opened at the draw."""

import hashlib
from collections.abc import Sequence

_SPAN = 2**64


def commitment(seed: str) -> str:
    """Return what is published before registration closes: the SHA-256 of the seed, which does not tell the seed."""
    return hashlib.sha256(seed.encode()).hexdigest()


def draw_order(ids: Sequence[str], seed: str) -> tuple[str, ...]:
    """Return the ids in the order in which they are drawn, the same for any order of the input.

    The ids are sorted, then shuffled from the last to the second. Numbers are the first 8 bytes of
    SHA-256(SHA-256(seed) + count in 8 bytes), big-endian; those beyond the last whole multiple are thrown away, so
    that every order is equally likely.

    >>> "".join(draw_order("ABCDE", "demo"))
    'CEDBA'
    """
    drawn = sorted(ids)
    root = hashlib.sha256(seed.encode()).digest()
    count = 0
    for last in range(len(drawn) - 1, 0, -1):
        limit = _SPAN - _SPAN % (last + 1)
        while True:
            block = hashlib.sha256(root + count.to_bytes(8, "big")).digest()
            number = int.from_bytes(block[:8], "big")
            count += 1
            if number < limit:
                break
        other = number % (last + 1)
        drawn[last], drawn[other] = drawn[other], drawn[last]
    return tuple(drawn)
