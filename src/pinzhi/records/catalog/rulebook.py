"""The rulebook of this installation, read once for each process."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from pinzhi.engine.rulebook.load import Rulebook, open_rulebook


def rulebook() -> Rulebook:
    """Return the rulebook that the settings name; a bad file is refused with its name and what would be right."""
    return _opened(Path(settings.RULEBOOK), settings.CITY)


@lru_cache(maxsize=4)
def _opened(folder: Path, city: str) -> Rulebook:
    return open_rulebook(folder, city)
