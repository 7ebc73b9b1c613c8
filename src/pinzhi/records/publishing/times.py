"""The two times a figure is asked for: the day it is about, and when it was known."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class AsOf:
    """``on`` is the day; ``known`` the moment up to which records counted, None for all that is known now."""

    on: date
    known: datetime | None = None
