"""What is due of the surveillance of a certificate or title on a day: next date, overdue, suspension, withdrawal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pinzhi.engine.catalog.certificates import certificate_state, surveillance_due
from pinzhi.engine.periods import months_after
from pinzhi.engine.rulebook.shapes import CertificationScheme, Entry
from pinzhi.engine.rulebook.surveillance import Kind, SurveillanceRule

Stage = Literal[
    "upcoming",  # not yet valid
    "unknown",  # too little is known of it to hold anything against it
    "quiet",  # nothing to do for now
    "open",  # the next surveillance may be given out
    "overdue",  # its day has passed: valid on paper
    "suspended",  # the clock of the suspension runs
    "to-withdraw",  # the suspension is over without a passed surveillance
    "expired",
    "ended",  # withdrawn, or cancelled by its holder
]
Act = Literal["suspend", "withdraw"]
Result = Literal["conforms", "minor", "major"]
PASSED: frozenset[str] = frozenset({"conforms", "minor"})  # minor findings are corrected; the statement holds


@dataclass(frozen=True, slots=True)
class Watched:
    """What is recorded of a certificate or title; ``passed_on`` are days of passed surveillances, of any order.

    ``state`` is the last one recorded, in force since ``state_on``; ``expires_on`` is the last day of validity.
    """

    issued_on: date | None
    expires_on: date | None
    state: str = "active"
    state_on: date | None = None
    passed_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How surveillance stands on a day.

    ``number`` counts the surveillances of this term from 1 and ``kind`` is what the next one is; ``opens_on`` to
    ``due_on`` is when it may be done in time. ``act`` is what the rule does on this day, where it does something.
    ``withdraws_on`` is the day on which a suspension is over.
    """

    stage: Stage
    state: str
    number: int
    kind: Kind
    opens_on: date | None = None
    due_on: date | None = None
    withdraws_on: date | None = None
    act: Act | None = None

    @property
    def is_overdue(self) -> bool:
        """Whether it is valid on paper while its surveillance is overdue."""
        return self.stage == "overdue"


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder that is due: of what, for which day, and how many days before it the rule wants it."""

    of: Literal["surveillance", "expiry", "suspension"]
    day: date
    days: int


def standing(rule: SurveillanceRule, watched: Watched, on: date) -> Standing:
    """Return how surveillance stands on a day.

    CNCA-QMS-01:2025: issued 2023-03-10 and never audited, it is overdue on 2024-03-11; suspended on 2024-04-01, it is
    to be withdrawn on 2024-10-01.
    """
    state = certificate_state(
        on=on,
        state=watched.state,
        state_on=watched.state_on,
        issued_on=watched.issued_on,
        expires_on=watched.expires_on,
    )
    passed = _passed_in_term(watched, on)
    number, kind = len(passed) + 1, rule.kinds[len(passed) % len(rule.kinds)]
    if state in ("withdrawn", "cancelled"):
        return Standing("ended", state, number, kind)
    if state == "expired":
        return Standing("expired", state, number, kind)
    if state == "upcoming":
        return Standing("upcoming", state, number, kind)
    if state == "suspended":
        return _suspended(rule, watched, on, number, kind)
    return _active(rule, watched, on, passed, kind)


def due_after(rule: SurveillanceRule, watched: Watched, passed: tuple[date, ...] = ()) -> date | None:
    """Return the last day for the next surveillance; None where none is due before the term ends, or it is not known.

    The first counts from the day of issue, each later one from the last that was passed. A certificate whose last day
    is not known comes from a list of names: nothing is held against it.
    """
    if watched.issued_on is None or watched.expires_on is None:
        return None
    months = rule.interval_months if passed else rule.first_within_months
    due = surveillance_due(max(passed, default=None), watched.issued_on, months)
    return due if due is not None and due <= watched.expires_on else None


def may_restore(watched: Watched) -> bool:
    """Tell whether a suspended certificate may become valid again: a surveillance was passed since (8.5)."""
    if watched.state != "suspended":
        return False
    since = watched.state_on or watched.issued_on
    return any(since is None or day >= since for day in watched.passed_on)


def reminders(rule: SurveillanceRule, watched: Watched, on: date) -> tuple[Reminder, ...]:
    """Return the reminders due on a day: of several for one day only the nearest; nothing for days gone by.

    With ``remind_days`` 90 and 30, sixty days before an expiry that of 90 days is due, twenty days before it that of
    30. Whoever sends them keeps which were sent.
    """
    found = standing(rule, watched, on)
    days: list[tuple[Literal["surveillance", "expiry", "suspension"], date | None]] = []
    if found.stage in ("quiet", "open"):
        days.append(("surveillance", found.due_on))
    if found.stage == "suspended":
        days.append(("suspension", found.withdraws_on))
    if found.state in ("active", "suspended"):
        days.append(("expiry", watched.expires_on))
    return tuple(
        Reminder(of, day, before)
        for of, day in days
        if day is not None and (before := _nearest(rule.remind_days, (day - on).days)) is not None
    )


def rules_by_scheme(
    entries: Iterable[Entry], declared: Mapping[str, SurveillanceRule | None]
) -> dict[str, SurveillanceRule]:
    """Return the rule of each certificate scheme.

    ``declared`` are the rules of schemes with a file of their own, by the code of their register. All others are run
    by somebody else and only registered here: their rhythm is the code list's ``surveillance_months``, and an overdue
    one is shown, not acted on. A scheme without a rhythm has no rule.
    """
    rules = {
        entry.code: SurveillanceRule(
            interval_months=entry.surveillance_months,
            first_within_months=entry.surveillance_months,
            overdue="flag",
            opens_days=min(90, 28 * entry.surveillance_months),
        )
        for entry in entries
        if isinstance(entry, CertificationScheme) and entry.surveillance_months is not None
    }
    return rules | {code: rule for code, rule in declared.items() if rule is not None}


def _passed_in_term(watched: Watched, on: date) -> tuple[date, ...]:
    """Return the surveillances passed after the issue; an audit before it led to the certificate itself."""
    issued = watched.issued_on
    return tuple(sorted({day for day in watched.passed_on if day <= on and (issued is None or day > issued)}))


def _active(rule: SurveillanceRule, watched: Watched, on: date, passed: tuple[date, ...], kind: Kind) -> Standing:
    number = len(passed) + 1
    due = due_after(rule, watched, passed)
    if due is None:
        known = watched.issued_on is not None and watched.expires_on is not None
        return Standing("quiet" if known else "unknown", "active", number, kind)
    opens = max(due - timedelta(days=rule.opens_days), watched.issued_on or date.min)
    if on > due:
        late = (on - due).days > rule.grace_days
        act: Act | None = "suspend" if late and rule.overdue == "suspend" else None
        return Standing("overdue", "active", number, kind, opens, due, act=act)
    return Standing("open" if on >= opens else "quiet", "active", number, kind, opens, due)


def _suspended(rule: SurveillanceRule, watched: Watched, on: date, number: int, kind: Kind) -> Standing:
    since = watched.state_on
    if since is None:
        return Standing("suspended", "suspended", number, kind)
    ends = months_after(since, rule.suspension_months)
    if on < ends or may_restore(watched):
        return Standing("suspended", "suspended", number, kind, since, ends, ends)
    act: Act | None = "withdraw" if rule.overdue == "suspend" else None
    return Standing("to-withdraw", "suspended", number, kind, since, ends, ends, act)


def _nearest(remind_days: tuple[int, ...], left: int) -> int | None:
    """Return the smallest number of days before that has been reached; None before the first and after the day."""
    return min((days for days in remind_days if 0 <= left <= days), default=None)
