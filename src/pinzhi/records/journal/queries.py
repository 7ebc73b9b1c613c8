"""Read the journal."""

from django.db.models import QuerySet

from pinzhi.records.journal.models import Entry


def entries_about(object_kind: str, object_key: str) -> QuerySet[Entry]:
    """Return the lines about one thing, newest first."""
    return Entry.objects.filter(object_kind=object_kind, object_key=object_key).order_by("-id")
