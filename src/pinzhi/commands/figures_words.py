"""What the commands of figures share: the two times that are asked for, and numbers as programs read them."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import click
from django.utils import timezone

from pinzhi.commands.words import both
from pinzhi.engine.errors import BadInput
from pinzhi.records.clock import today


def at_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options for the day a figure is about and the moment up to which records count."""
    known = click.option(
        "--known",
        metavar="MOMENT",
        help=both(
            "按当时已知的记录，如 2024-01-04 或 2024-01-04T09:00", "as known then: 2024-01-04 or 2024-01-04T09:00"
        ),
    )
    on = click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help=both("哪一天的数字", "the day it is taken"))
    return on(known(command))


def day_asked(on: datetime | None) -> date | None:
    """Return the day of the option."""
    return on.date() if on else None


def moment_asked(known: str | None) -> datetime | None:
    """Return the moment of the option, in the city's time where it names no zone; a day means its very end."""
    if known is None:
        return None
    try:
        moment = datetime.fromisoformat(known)
    except ValueError:
        raise BadInput(
            "publishing.known",
            "“{known}”不是时刻。请写 2024-01-04 或 2024-01-04T09:00。",
            "“{known}” is no moment. Write 2024-01-04 or 2024-01-04T09:00.",
            known=known[:40],
        ) from None
    if len(known) == len("2024-01-04"):
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def statistics_day() -> date:
    """Return the last day of the year before today: the day up to which a year's figures are published."""
    return date(today().year - 1, 12, 31)


def plain(number: Decimal | Fraction | date) -> str:
    """Return a number as programs read it: exact, a share that is no decimal with six digits."""
    if isinstance(number, date):
        return number.isoformat()
    exact = Fraction(number)
    if exact.denominator == 1:
        return str(exact.numerator)
    return f"{float(exact):.6f}".rstrip("0")
