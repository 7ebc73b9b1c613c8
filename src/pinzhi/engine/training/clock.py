"""The clock of a sitting: it runs on the server, never backwards, and stops at the second."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pinzhi.engine.errors import Conflict

WARN_AT_MINUTES = (10, 5, 1)
Ending = Literal["sent", "time", "closed"]


@dataclass(frozen=True, slots=True)
class Window:
    """When an examination may be begun and when it ends for everybody; the end itself is outside."""

    opens_at: datetime
    ends_at: datetime

    def is_open(self, at: datetime) -> bool:
        """Tell whether somebody may begin at a moment."""
        return self.opens_at <= at < self.ends_at


def deadline(window: Window, began_at: datetime, minutes: int) -> datetime:
    """Return when a sitting ends: its minutes from the beginning, and never after the window."""
    return min(began_at + timedelta(minutes=minutes), window.ends_at)


def honest(at: datetime, latest: datetime | None) -> datetime:
    """Return the moment that counts: a server clock that was set back gives nobody time that has passed already."""
    return at if latest is None else max(at, latest)


def remaining_s(until: datetime, at: datetime) -> int:
    """Return the whole seconds left, 0 once the deadline is reached."""
    return max(0, int((until - at).total_seconds()))


def takes_answers(until: datetime, at: datetime) -> bool:
    """Tell whether an answer that arrives at a moment still counts; at the deadline itself it does not."""
    return at < until


def require_open(window: Window, at: datetime) -> None:
    """Refuse to begin before or after the window."""
    if at < window.opens_at:
        raise Conflict(
            "training.exam.early",
            "考试还没有开始。{opens} 开始，届时再点“开始”。",
            "The examination has not begun. It begins at {opens}; press “Begin” then.",
            opens=f"{window.opens_at:%Y-%m-%d %H:%M}",
        )
    if at >= window.ends_at:
        raise Conflict(
            "training.exam.over",
            "考试已经在 {ends} 结束，不能再进入。没有参加的，可以问培训机构补考的安排。",
            "The examination ended at {ends} and can no longer be entered. Ask the training body about a resit.",
            ends=f"{window.ends_at:%Y-%m-%d %H:%M}",
        )
