"""What time it is, and which day that counts as: the demonstration's fixed day, else the city's calendar day."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from pinzhi.engine.periods import Moment


def today(at: datetime | None = None) -> date:
    """Return the day the site takes for today, at a moment or now."""
    fixed: date | None = settings.TODAY
    return fixed or timezone.localdate(at)


def moment() -> Moment:
    """Return the present moment, which is never faked, with the day it counts as, from one look at the clock."""
    at = timezone.now()
    return Moment(at, today(at))
