"""Enrolments and sessions: states as data, places and the waiting list, who may sit and who may sit again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from pinzhi.engine.errors import Conflict
from pinzhi.engine.rulebook.courses import Course
from pinzhi.engine.texts import Text

EnrolmentState = Literal["applied", "admitted", "waiting", "rejected", "withdrawn", "cancelled"]
SessionState = Literal["planned", "open", "full", "enrolled", "running", "exam", "closed", "cancelled"]

STATES: Mapping[str, Text] = MappingProxyType(
    {
        "applied": Text("已报名", "applied"),
        "admitted": Text("已录取", "admitted"),
        "waiting": Text("候补", "on the waiting list"),
        "rejected": Text("未录取", "not admitted"),
        "withdrawn": Text("已退出", "withdrawn"),
        "cancelled": Text("培训班取消", "session cancelled"),
    }
)
SESSION_STATES: Mapping[str, Text] = MappingProxyType(
    {
        "planned": Text("未开始报名", "not open yet"),
        "open": Text("正在报名", "open"),
        "full": Text("已报满，可候补", "full, waiting list open"),
        "enrolled": Text("报名已结束", "enrolment closed"),
        "running": Text("正在上课", "running"),
        "exam": Text("待考试", "examination to come"),
        "closed": Text("已结束", "closed"),
        "cancelled": Text("已取消", "cancelled"),
    }
)
MOVES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "applied": frozenset({"admitted", "waiting", "rejected", "withdrawn", "cancelled"}),
        "waiting": frozenset({"admitted", "rejected", "withdrawn", "cancelled"}),
        "admitted": frozenset({"withdrawn", "cancelled"}),
        "rejected": frozenset({"applied"}),
        "withdrawn": frozenset({"applied"}),
        "cancelled": frozenset(),
    }
)


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of a session; the examination may be absent."""

    enrol_from: date
    enrol_until: date
    starts_on: date
    ends_on: date
    exam_on: date | None = None


def session_state(dates: Dates, *, on: date, capacity: int, admitted: int, is_cancelled: bool = False) -> SessionState:
    """Return the state of a session on a day; nothing stores it."""
    if is_cancelled:
        return "cancelled"
    if on < dates.enrol_from:
        return "planned"
    if on <= dates.enrol_until:
        return "open" if admitted < capacity else "full"
    if on < dates.starts_on:
        return "enrolled"
    if on <= dates.ends_on:
        return "running"
    return "exam" if dates.exam_on is not None and on <= dates.exam_on else "closed"


# Who holds a place, or hopes for one: cancelling a session concerns them.
LIVE = frozenset({"applied", "waiting", "admitted"})


def check_move(before: str, after: str) -> None:
    """Refuse a move that the states do not know."""
    if after not in MOVES[before]:
        raise Conflict(
            "training.enrolment.state",
            "这一报名现在是“{now_zh}”，不能改为“{to_zh}”。",
            "This enrolment is {now}; it cannot become {to}.",
            now=STATES[before].en,
            now_zh=STATES[before].zh,
            to=STATES[after].en,
            to_zh=STATES[after].zh,
        )


def place_for(capacity: int, admitted: int, waiting: int) -> Literal["admitted", "waiting"]:
    """Return where the next one goes: in while there are places and nobody waits before him."""
    return "admitted" if admitted < capacity and waiting == 0 else "waiting"


def moves_up(capacity: int, admitted: int, waiting: Sequence[int]) -> tuple[int, ...]:
    """Return which of those waiting, in the order in which they came, get the free places."""
    return tuple(waiting[: max(0, capacity - admitted)])


@dataclass(frozen=True, slots=True)
class Attempt:
    """One examination of an enrolment: the day, and passed or not; None while it is not marked."""

    on: date
    passed: bool | None


def attendance_share(attended: int, held: int) -> Fraction:
    """Return the share of lessons attended; 0 where none was held."""
    return Fraction(attended, held) if held else Fraction(0)


def has_attended(course: Course, attended: int, held: int) -> bool:
    """Tell whether the attendance is enough; exactly the share asked for is."""
    return held > 0 and attendance_share(attended, held) >= Fraction(course.attendance_share)


def bars(
    course: Course, *, state: str, attended: int, held: int, attempts: Sequence[Attempt], on: date
) -> tuple[Text, ...]:
    """Return what keeps an enrolment from sitting an examination on a day; nothing means that it may.

    Only sittings count as attempts: who stayed away has used up none.
    """
    found: list[Text] = []
    if state != "admitted":
        found.append(Text(f"报名状态是“{STATES[state].zh}”", f"the enrolment is {STATES[state].en}"))
    if not has_attended(course, attended, held):
        need = course.attendance_share * 100
        found.append(
            Text(
                f"出勤 {attended}/{held} 学时，应不少于 {need.normalize():f}%",
                f"attended {attended} of {held} lessons; at least {need.normalize():f}% is needed",
            )
        )
    found += _attempt_bars(course, attempts, on)
    return tuple(found)


def _attempt_bars(course: Course, attempts: Sequence[Attempt], on: date) -> list[Text]:
    if any(one.passed for one in attempts):
        return [Text("已经合格", "has passed already")]
    if any(one.passed is None for one in attempts):
        return [Text("上一次考试还没有出成绩", "the last examination is not marked yet")]
    if len(attempts) > course.resits:
        return [Text(f"补考机会（{course.resits} 次）已用完", f"no resit left of {course.resits}")]
    if attempts:
        until = attempts[0].on + timedelta(days=course.resit_within_days)
        if on > until:
            return [Text(f"补考应在 {until} 前参加", f"a resit was possible until {until}")]
    return []


def percent_words(share: Decimal) -> str:
    """Return a share of 0 to 1 as a percentage without needless zeros.

    >>> percent_words(Decimal("0.80"))
    '80%'
    """
    return f"{(share * 100).normalize():f}%"
