"""How background work stands: what waits, what nobody takes, what was given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from pinzhi.records.tasks.models import Task

LATE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class KindState:
    """One kind of task: how many wait, how many were given up, since when the oldest is due that nobody takes."""

    kind: str
    waiting: int
    dead: int
    late_since: datetime | None


def states(now: datetime) -> tuple[KindState, ...]:
    """Return how each kind stands of which there is something, by name."""
    waits, is_late = Q(dead_at=None), Q(dead_at=None, due_at__lt=now - LATE)
    rows = Task.objects.values("kind").annotate(
        waiting=Count("pk", filter=waits), dead=Count("pk", filter=~waits), late=Min("due_at", filter=is_late)
    )
    return tuple(KindState(row["kind"], row["waiting"], row["dead"], row["late"]) for row in rows.order_by("kind"))
