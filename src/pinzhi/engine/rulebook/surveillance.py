"""The shape of a scheme's surveillance: how often, by what, and what an overdue one brings."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from pinzhi.engine.rulebook.scheme_parts import InstrumentUse, Length
from pinzhi.engine.rulebook.shapes import Fault, Shape
from pinzhi.engine.texts import Text

Months = Annotated[int, Field(gt=0, le=60)]
# market and factory samples, audits of the system, a report of the holder's own, and checks by sample
Kind = Literal["market-sample", "factory-sample", "audit", "report", "spot-check"]


class SurveillanceRule(Shape):
    """How what was granted is watched (ISO/IEC 17000:2020, 8.1).

    The first surveillance is due ``first_within_months`` after the day of issue, each later one ``interval_months``
    after the last; ``grace_days`` after the due day it counts as overdue. ``overdue`` says what follows then:
    ``suspend`` ends the use of the mark at once, ``flag`` shows it only. A suspension that lasted
    ``suspension_months`` without a passed surveillance must end in withdrawal. ``unannounced`` keeps the date from
    the holder. ``kinds`` take turns in the order given. ``opens_days`` before the due day the task may be given out;
    an assessor has ``task`` to report, on working days where its unit is ``wd``, and the holder has ``correct`` to put
    right what was found. ``remind_days`` are days before the
    due day and before expiry on which holder and officers are told.
    """

    interval_months: Months = 12
    first_within_months: Months = 12
    unannounced: bool = False
    kinds: tuple[Kind, ...] = ("audit",)
    grace_days: Annotated[int, Field(ge=0, le=366)] = 0
    overdue: Literal["suspend", "flag"] = "suspend"
    suspension_months: Months = 6
    opens_days: Annotated[int, Field(ge=0, le=366)] = 90
    task: Length = Length(length=20)
    correct: Length = Length(length=30)
    remind_days: tuple[Annotated[int, Field(gt=0, le=366)], ...] = (90, 30)
    instrument: InstrumentUse | None = None

    def faults(self) -> Iterable[Fault]:
        """Yield what makes no sense: no kind, a kind twice, reminders out of order, a window longer than the rhythm."""
        if not self.kinds or len(set(self.kinds)) < len(self.kinds):
            yield Fault("kinds", Text("应至少写一种，每种一次。", "Give at least one kind, each once."))
        if list(self.remind_days) != sorted(set(self.remind_days), reverse=True):
            yield Fault(
                "remind_days",
                Text("应由大到小，各不相同，如 [90, 30]。", "Expected falling days, each once: [90, 30]."),
            )
        if self.opens_days > 28 * min(self.interval_months, self.first_within_months):
            yield Fault(
                "opens_days",
                Text("比监督的间隔还长。", "It is longer than the time between two of them."),
            )
