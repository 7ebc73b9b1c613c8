"""The status of a standard on a day, worked out from its dates (GB/T 20001 series practice; 标准状态)."""

from datetime import date

STATUSES = ("draft", "upcoming", "current", "replaced", "withdrawn")


def standard_status(
    *,
    on: date,
    published_on: date | None,
    effective_on: date | None,
    withdrawn_on: date | None,
    superseded_on: date | None,
    stated: str = "",
) -> str:
    """Return draft, upcoming, current, replaced or withdrawn as of a day.

    Dates win; ``stated`` (the source's own word) speaks only where they are silent. A standard is replaced from the
    day on which its full successor comes into force, withdrawn from its day of withdrawal; a standard published
    without a day of implementation is current from its publication.

    >>> standard_status(on=date(2012, 7, 31), published_on=date(2012, 3, 9), effective_on=date(2012, 8, 1),
    ...                 withdrawn_on=None, superseded_on=None)
    'upcoming'
    """
    if superseded_on is not None and superseded_on <= on:
        return "replaced"
    if withdrawn_on is not None and withdrawn_on <= on:
        return "withdrawn"
    if published_on is not None and published_on > on:
        return "draft"
    if effective_on is not None and effective_on > on:
        return "upcoming"
    if stated in ("replaced", "withdrawn") and superseded_on is None and withdrawn_on is None:
        return stated
    if stated == "draft" and effective_on is None:
        return "draft"
    if stated == "upcoming" and effective_on is None:
        return "upcoming"
    return "current"


def next_change(
    *,
    on: date,
    published_on: date | None,
    effective_on: date | None,
    withdrawn_on: date | None,
    superseded_on: date | None,
) -> date | None:
    """Return the next day after ``on`` on which the status may change by itself; None if there is none."""
    coming = [day for day in (published_on, effective_on, withdrawn_on, superseded_on) if day is not None and day > on]
    return min(coming, default=None)
