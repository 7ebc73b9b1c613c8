"""Visits to the platform: numbers by day, added as the pages count them or loaded from a file; nothing about people."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.timezone import get_default_timezone

from pinzhi.engine.errors import BadInput
from pinzhi.engine.periods import Moment, closing_moment
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.casework.models import VisitDay
from pinzhi.records.journal.actions import write

MOST_A_DAY = 100_000_000


def add_visits(counts: Mapping[date, int], at: datetime) -> None:
    """Add what was counted since the last time, by day; several processes may add at once and none is lost."""
    recorded = _end_of_hour(at)
    for on, count in sorted(counts.items()):
        if count < 1:
            continue
        with transaction.atomic():
            row, is_new = VisitDay.objects.get_or_create(on=on, recorded_at=recorded, defaults={"count": count})
            if not is_new:
                VisitDay.objects.filter(pk=row.pk).update(count=F("count") + count)


def load_visits(*, actor: Actor, counts: Mapping[date, int], when: Moment, synthetic: bool = False) -> int:
    """Load days that were counted elsewhere, each as known at its end; return how many days were new.

    A day that is there with the same count is left alone. Raises BadInput naming the first day that is wrong: a count
    below zero, a day that is not over, another count than is there; then nothing is written.
    """
    if not actor.trusted:
        require(actor, "operate")
    there = {row.on: row.count for row in VisitDay.objects.filter(on__in=list(counts))}
    for on, count in counts.items():
        _check_day(on, count, when.on, there.get(on))
    fresh = [
        VisitDay(
            on=on, count=count, synthetic=synthetic,
            recorded_at=closing_moment(on, get_default_timezone()),
        )
        for on, count in counts.items()
        if on not in there
    ]  # fmt: skip
    with transaction.atomic():
        VisitDay.objects.bulk_create(fresh)
        if fresh:
            write(
                at=when.at, actor=actor.key, action="casework.visits.load", object_kind="visits",
                object_key=max(one.on for one in fresh).isoformat(),
                detail={"days": len(fresh), "count": sum(one.count for one in fresh)},
            )  # fmt: skip
    return len(fresh)


def _check_day(on: date, count: int, today: date, there: int | None) -> None:
    if not 0 <= count <= MOST_A_DAY:
        raise BadInput(
            "casework.visits.count",
            "{on} 的访问量是 {found}，应为 0 到 {most}。",
            "{on} has {found} visits; expected 0 to {most}.",
            on=on,
            found=count,
            most=MOST_A_DAY,
        )
    if on >= today:
        raise BadInput(
            "casework.visits.day",
            "{on} 还没有过完，不能装入它的访问量。",
            "{on} is not over yet; its visits cannot be loaded.",
            on=on,
        )
    if there is not None and there != count:
        raise BadInput(
            "casework.visits.there",
            "{on} 已有访问量 {there}，与 {found} 不同。",
            "{on} has {there} visits already, not {found}.",
            on=on,
            there=there,
            found=count,
        )


def _end_of_hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
