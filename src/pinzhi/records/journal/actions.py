"""Write the journal; nothing here changes or removes a line."""

from datetime import datetime
from typing import Any

from pinzhi.records.journal.models import Entry


def write(
    *,
    at: datetime,
    actor: str,
    action: str,
    object_kind: str,
    object_key: str,
    detail: dict[str, Any] | None = None,
    edition: str = "",
) -> None:
    """Append one line. Call it inside the transaction of the change it tells of."""
    Entry.objects.create(
        at=at,
        actor=actor,
        action=action,
        object_kind=object_kind,
        object_key=object_key,
        edition=edition,
        detail=detail or {},
    )
