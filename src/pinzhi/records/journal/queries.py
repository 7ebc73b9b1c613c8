"""Read the journal."""

from datetime import datetime

from django.db.models import QuerySet

from pinzhi.records.journal.models import Entry


def entries_about(object_kind: str, object_key: str) -> QuerySet[Entry]:
    """Return the lines about one thing, newest first."""
    return Entry.objects.filter(object_kind=object_kind, object_key=object_key).order_by("-id")


def entries_matching(
    *,
    actor: str = "",
    action: str = "",
    object_kind: str = "",
    object_key: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Entry]:
    """Return the lines that match all that is given, newest first; an action matches with all that begins like it."""
    entries = Entry.objects.order_by("-id")
    exact = {"actor": actor, "object_kind": object_kind, "object_key": object_key}
    entries = entries.filter(**{name: value for name, value in exact.items() if value})
    if action:
        entries = entries.filter(action__startswith=action)
    if since:
        entries = entries.filter(at__gte=since)
    if until:
        entries = entries.filter(at__lte=until)
    return entries
