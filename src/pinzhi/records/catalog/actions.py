"""Write the catalogue by hand: create, correct or change one record, with its history, journal and search outbox."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pinzhi.records.accounts.permissions import Actor


def record_change(
    *,
    actor: Actor,
    kind: str,
    key: str,
    values: Mapping[str, Any],
    valid_from: date | None,
    now: datetime,
) -> int:
    """Create, correct or change one record; return its primary key."""
    raise NotImplementedError
