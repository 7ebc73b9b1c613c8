"""Moments as credentials write them: XML Schema dateTimeStamp, always with a time zone."""

import re
from datetime import UTC, datetime

_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def moment_text(moment: datetime) -> str:
    """Return a moment in UTC, to the second: 2024-01-04T02:21:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_from(text: object) -> datetime:
    """Return the moment of a text; ValueError for one without a time zone, or no moment at all.

    >>> moment_from("2024-01-04T00:00:00+08:00").isoformat()
    '2024-01-04T00:00:00+08:00'
    """
    if not isinstance(text, str) or not _FORM.fullmatch(text):
        raise ValueError("not a date and time with its zone")
    return datetime.fromisoformat(text)
