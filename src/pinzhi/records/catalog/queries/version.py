"""Which version of the catalogue an answer stands on."""

from dataclasses import dataclass
from datetime import datetime

from pinzhi.records.catalog.models import SearchChange


@dataclass(frozen=True, slots=True)
class Version:
    """The last announced change: its number, which only grows, and its moment (None: nothing was ever announced)."""

    number: int
    at: datetime | None


def catalogue_version() -> Version:
    """Return the version of the catalogue as it stands now."""
    last = SearchChange.objects.order_by("-pk").values_list("pk", "at").first()
    return Version(*last) if last else Version(0, None)
