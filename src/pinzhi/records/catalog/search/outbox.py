"""The outbox of the search index: whoever writes a record announces it in the same transaction."""

from datetime import datetime

from django.db import connection

from pinzhi.records.catalog.models import SearchChange

_LOCK = 0x50_5A_5F_53  # any fixed number; it names the lock "search changes of this database"


def announce(kind: str, first_id: int, last_id: int, at: datetime) -> None:
    """Say that the records first_id..last_id of a kind changed; ``organisation`` covers its institution too.

    Must run inside the transaction that changes them. On PostgreSQL the lock makes ids follow the order of commits:
    otherwise a reader could pass an id whose transaction has not ended, and miss it for ever. So announce late.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    SearchChange.objects.create(kind=kind, first_id=first_id, last_id=last_id, at=at)
