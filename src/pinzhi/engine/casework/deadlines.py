"""The clocks of a case, worked out from its steps: when each ends, how long it stood still, who is to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from pinzhi.engine.casework.cases import Case, Extended, Taken
from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import Stop, WorkingDays
from pinzhi.engine.rulebook.case_parts import CaseRole, Deadline
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.engine.texts import Text

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A clock of a case as it stands on a day.

    ``last_day`` is the day at whose end it runs out, None while it stands still; ``met_on`` the day on which it was
    met. ``is_late`` tells of a clock that ran out unmet, or was met too late. ``left`` are the days or working days
    that remain, negative when it is overdue by so many; ``stops`` the days on which it stood still.
    """

    code: str
    title: Text
    started_on: date
    last_day: date | None
    met_on: date | None
    is_late: bool
    left: int | None
    stops: tuple[Stop, ...]

    @property
    def is_running(self) -> bool:
        """Whether it is neither met nor standing still."""
        return self.met_on is None and self.last_day is not None


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who is to be told of a deadline that passed: which, who, and since when."""

    deadline: str
    to: CaseRole
    since: date


def clocks(kind: CaseType, case: Case, *, on: date, days: WorkingDays) -> tuple[Due, ...]:
    """Return every clock that ever started in a case, as it stands on a day, in the order of the file.

    A clock that started again, because the case came back, is shown as it last started.
    """
    found = (_clock(kind, case, deadline, on=on, days=days) for deadline in kind.deadline)
    return tuple(one for one in found if one is not None)


def next_due(dues: Sequence[Due]) -> Due | None:
    """Return the running clock that ends first; None where none runs."""
    return min((one for one in dues if one.is_running), key=lambda one: one.last_day or date.max, default=None)


def escalations(kind: CaseType, dues: Sequence[Due], *, on: date, days: WorkingDays) -> tuple[Told, ...]:
    """Return who is to be told by a day of clocks that ran out unmet; the first is told the day after the last."""
    found = []
    for due in dues:
        deadline = kind.deadline_of(due.code)
        if deadline is None or not due.is_running or due.last_day is None or on <= due.last_day:
            continue
        for step in deadline.escalate:
            since = _after(due.last_day + _DAY, step.after_days, deadline, days)
            if since <= on:
                found.append(Told(due.code, step.to, since))
    return tuple(found)


def extend(kind: CaseType, case: Case, code: str, by: int, *, ground: str, on: date, days: WorkingDays) -> Extended:
    """Move a deadline, or refuse.

    Raises Conflict where no such clock runs or it was moved as often as the type allows; BadInput where the days are
    too many or the reasons are missing.
    """
    deadline = kind.deadline_of(code)
    due = next((one for one in clocks(kind, case, on=on, days=days) if one.code == code), None)
    if deadline is None or due is None or due.met_on is not None or deadline.extension is None:
        raise Conflict("casework.extend.none", "没有可以延长的期限。", "There is no deadline that could be extended.")
    since = due.started_on
    times = sum(1 for one in case.extensions if one.deadline == code and one.on >= since)
    if times >= deadline.extension.times:
        raise Conflict(
            "casework.extend.times",
            "“{title_zh}”已延长 {times} 次，最多 {most} 次。",
            "“{title}” was extended {times} times; at most {most}.",
            title_zh=deadline.title.zh,
            title=deadline.title.en,
            times=times,
            most=deadline.extension.times,
        )
    if not 1 <= by <= deadline.extension.longest:
        raise BadInput(
            "casework.extend.days",
            "一次延长 1 到 {most} 天，现在是 {found} 天。",
            "An extension takes 1 to {most} days; found {found}.",
            most=deadline.extension.longest,
            found=by,
        )
    if not ground.strip():
        raise BadInput("casework.ground", "请写明理由。", "Give your reasons.")
    return Extended(code, by, on)


def _clock(kind: CaseType, case: Case, deadline: Deadline, *, on: date, days: WorkingDays) -> Due | None:
    start = _last_start(case.history, deadline, on)
    if start is None:
        return None
    after = case.history[start + 1 :]
    met = next((step for step in after if step.after in deadline.met and step.on <= on), None)
    started = case.history[start].on
    stops = _stops(kind, case.history[start:], on) if deadline.pauses else ()
    more = sum(one.days for one in case.extensions if one.deadline == deadline.code and started <= one.on <= on)
    if met is not None:
        stops = tuple(Stop(one.first, one.last or met.on) for one in stops if one.first <= met.on)
    given = case.days.get(deadline.until)
    if given is None:
        last_day = days.closes(started, deadline.length + more, deadline.unit, stops).last_day
    else:
        stops, last_day = (), _after(given, more, deadline, days)
    end = met.on if met else on
    return Due(
        deadline.code,
        deadline.title,
        started,
        last_day,
        met.on if met else None,
        last_day is not None and end > last_day,
        None if last_day is None else _left(end, last_day, deadline, days),
        stops,
    )


def _last_start(history: Sequence[Taken], deadline: Deadline, on: date) -> int | None:
    """Return the place of the step that started the clock last: the first into its states since it was met."""
    found: int | None = None
    is_met = True
    for place, step in enumerate(history):
        if step.on > on:
            break
        if step.after in deadline.starts and is_met:
            found, is_met = place, False
        elif step.after in deadline.met:
            is_met = True
    return found


def _stops(kind: CaseType, history: Sequence[Taken], on: date) -> tuple[Stop, ...]:
    """Return the days on which the case waited for somebody outside.

    The day on which it begins to wait still counts, so that a clock that is not full then cannot end on it; the day on
    which the answer comes counts again.
    """
    waiting = {one.code for one in kind.state if one.phase == "waiting"}
    found: list[Stop] = []
    seen = [step for step in history if step.on <= on]
    for step, following in pairwise((*seen, None)):
        if step is None or step.after not in waiting:
            continue
        first, last = step.on + _DAY, following.on - _DAY if following else None
        if last is None or first <= last:
            found.append(Stop(first, last))
    return tuple(found)


def _left(on: date, last_day: date, deadline: Deadline, days: WorkingDays) -> int:
    if deadline.unit == "day":
        return (last_day - on).days
    return days.between(on, last_day) if on <= last_day else -days.between(last_day, on)


def _after(day: date, count: int, deadline: Deadline, days: WorkingDays) -> date:
    return days.add(day, count) if deadline.unit == "wd" else day + count * _DAY
