"""The shape of a scheduled brief: what it says each month or quarter, on which day it is drafted, whose it is."""

import re
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from pinzhi.engine.rulebook.shapes import BothLanguages, Fault, RulebookFile, Shape
from pinzhi.engine.texts import Text

PLACES = frozenset({"year", "month", "quarter", "issue", "first", "last"})
_PLACE = re.compile(r"\{(\w*)\}")


class Schedule(Shape):
    """When a brief is drafted: on ``day`` of the month that follows the period it tells of."""

    every: Literal["month", "quarter"]
    day: Annotated[int, Field(ge=1, le=28)]


class Brief(RulebookFile):
    """A brief that is drafted by the calendar. 定期简报.

    ``headline`` and ``body`` may name {year}, {month}, {quarter}, {issue}, {first} and {last} (the period's days); the
    body is the text of a bulletin with figures by their ids, taken on the last day of the period.
    """

    owner: BothLanguages
    schedule: Schedule
    headline: BothLanguages
    body: BothLanguages

    def faults(self) -> Iterable[Fault]:
        """Yield places that nothing fills."""
        for key in ("headline", "body"):
            text: Text = getattr(self, key)
            unknown = sorted({name for name in _PLACE.findall(text.zh + text.en) if name not in PLACES})
            if unknown:
                yield Fault(
                    key,
                    Text(
                        f"不认识 {{{'}、{'.join(unknown)}}}。可以用 {'、'.join(sorted(PLACES))}。",
                        f"Nothing fills {{{'}, {'.join(unknown)}}}. Known: {', '.join(sorted(PLACES))}.",
                    ),
                )
