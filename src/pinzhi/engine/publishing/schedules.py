"""Which period a scheduled brief is due for on a day, and its words for that period."""

from dataclasses import dataclass
from datetime import date, timedelta

from pinzhi.engine.rulebook.briefs import Brief, Schedule
from pinzhi.engine.texts import Text

_DAY = timedelta(days=1)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a brief tells of, the first and the last included."""

    first: date
    last: date

    @property
    def quarter(self) -> int:
        """The quarter of the year in which it begins, from 1."""
        return (self.first.month - 1) // 3 + 1


def period_due(schedule: Schedule, on: date) -> Period:
    """Return the newest period whose brief is due on a day.

    A month's brief is due from ``day`` of the next month on, a quarter's from ``day`` of the month after the quarter.

    >>> period_due(Schedule(every="month", day=3), date(2024, 1, 4)).last
    datetime.date(2023, 12, 31)
    >>> period_due(Schedule(every="quarter", day=10), date(2024, 1, 4)).first
    datetime.date(2023, 7, 1)
    """
    months = 1 if schedule.every == "month" else 3
    start = date(on.year, (on.month - 1) // months * months + 1, 1)  # of the period that runs
    if on < start.replace(day=schedule.day):
        start = _before(start, months)
    return Period(_before(start, months), start - _DAY)


def words_for(brief: Brief, period: Period, issue: int) -> tuple[Text, Text]:
    """Return headline and body of an issue, with the places of its period filled."""
    zh = {
        "year": period.first.year,
        "month": period.first.month,
        "quarter": "一二三四"[period.quarter - 1],
        "issue": issue,
        "first": _day(period.first),
        "last": _day(period.last),
    }
    en = zh | {
        "month": _MONTHS[period.first.month - 1],
        "quarter": ("first", "second", "third", "fourth")[period.quarter - 1],
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
    }
    return (
        Text(brief.headline.zh.format(**zh), brief.headline.en.format(**en)),
        Text(brief.body.zh.format(**zh), brief.body.en.format(**en)),
    )


def _before(start: date, months: int) -> date:
    for _ in range(months):
        start = (start - _DAY).replace(day=1)
    return start


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
