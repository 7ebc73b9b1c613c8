"""Read the journal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from pinzhi.engine.journal.heads import Head
from pinzhi.records.journal import models
from pinzhi.records.journal.models import Entry
from pinzhi.records.journal.storage import head_of, newest_head

HEADS_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the journal reaches: its newest head, and how many lines wait for the next one."""

    head: Head | None
    waiting: int


@dataclass(frozen=True, slots=True)
class HeadPage:
    """Some heads, the newest first, and the number before which the next page goes on; zero on the last one."""

    heads: tuple[Head, ...]
    onward: int


def standing() -> Standing:
    """Return how far the journal reaches."""
    progress = models.Progress.objects.filter(pk=1).first()
    waiting = Entry.objects.filter(pk__gt=progress.last_entry_id if progress else 0).count()
    return Standing(newest_head(), waiting)


def heads_page(before: int | None = None) -> HeadPage:
    """Return a page of heads."""
    rows = models.Head.objects.order_by("-number")
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = [head_of(row) for row in rows[: HEADS_A_PAGE + 1]]
    shown = tuple(found[:HEADS_A_PAGE])
    return HeadPage(shown, shown[-1].number if len(found) > HEADS_A_PAGE else 0)


def positions(entries: Iterable[int]) -> dict[int, int]:
    """Return the positions, from zero, of those among some lines that are sealed."""
    rows = models.Leaf.objects.filter(entry_id__in=list(entries)).values_list("entry_id", "position")
    return {entry: position for entry, position in rows if entry is not None}


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
