"""Places among peers: those with the same number share a place, those with nothing stand in the table too."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Peer:
    """One of those compared: its number and its place."""

    code: str
    number: Fraction
    place: int


def ranked(numbers: Mapping[str, Fraction], among: Iterable[str], *, most_first: bool = True) -> tuple[Peer, ...]:
    """Return every peer with its place, the first first; peers without a number have none of it and count as zero.

    Peers that share a number share a place, and the next place is left out: 1, 2, 2, 4. Numbers of others than the
    peers are not looked at. Of the same place the smaller code stands first.

    >>> [(one.code, one.place) for one in ranked({"a": Fraction(2), "b": Fraction(2)}, ["a", "b", "c"])]
    [('a', 1), ('b', 1), ('c', 3)]
    """
    sign = -1 if most_first else 1
    order = sorted((sign * numbers.get(code, Fraction(0)), code) for code in dict.fromkeys(among))
    peers: list[Peer] = []
    for position, (signed, code) in enumerate(order, start=1):
        number = sign * signed
        shares = peers and peers[-1].number == number
        peers.append(Peer(code, number, peers[-1].place if shares else position))
    return tuple(peers)
