"""How often a mail is tried: with growing pauses, given up in the end."""

from dataclasses import dataclass
from datetime import timedelta

CLAIM = timedelta(minutes=15)  # a process that died while sending holds its mail so long
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=12)
TRIES = 8  # over about a day and a half


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one run did: how many mails went out, how many could not, how many of those were given up."""

    sent: int = 0
    refused: int = 0
    given_up: int = 0


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries: 5 minutes, then twice as long each time, at most half a day.

    >>> [pause_after(tries).total_seconds() // 60 for tries in (1, 2, 3, 8)]
    [5.0, 10.0, 20.0, 640.0]
    """
    return min(FIRST_PAUSE * (1 << (tries - 1)), LONGEST_PAUSE)
