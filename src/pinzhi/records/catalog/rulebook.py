"""The rulebook of this installation, read once for each process."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from pinzhi.engine.periods import WorkingDays
from pinzhi.engine.rulebook.calendars import Calendar, working_days
from pinzhi.engine.rulebook.load import Rulebook, open_rulebook

_READ: dict[tuple[Path, str], Rulebook] = {}


def rulebook() -> Rulebook:
    """Return the rulebook that the settings name; a bad file is refused with its name and what would be right."""
    return _read(Path(settings.RULEBOOK), settings.CITY)


def calendar() -> WorkingDays:
    """Return the working days of all calendars of the rulebook."""
    return _calendar(Path(settings.RULEBOOK), settings.CITY)


@lru_cache(maxsize=4)
def _calendar(folder: Path, city: str) -> WorkingDays:
    return working_days(_read(folder, city).all_of(Calendar))


def _read(folder: Path, city: str) -> Rulebook:
    found = _READ.get((folder, city))
    if found is None:  # where two threads read it at once, both go on with the first: a file is known by itself
        found = _READ.setdefault((folder, city), open_rulebook(folder, city))
    return found
