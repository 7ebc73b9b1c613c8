"""What every act of the room does: hold the case, refuse stale eyes, bring it up to date, tell the journal."""

from datetime import date
from typing import Any

from pinzhi.engine.casework import deadlines
from pinzhi.engine.casework.workflow import is_closed
from pinzhi.engine.errors import Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.queries.visible import visible_cases
from pinzhi.records.casework.rules import facts_of
from pinzhi.records.catalog.rulebook import calendar
from pinzhi.records.journal.actions import write


def hold_case(actor: Actor, case_id: int, seen: int | None = None) -> Case:
    """Return a case that the actor may know of, held until the transaction ends.

    Raises Conflict where somebody changed it since the version ``seen``; None asks for whatever it is now.
    """
    if not visible_cases(actor).filter(pk=case_id).exists():
        raise NotFound("casework.case", "没有这一件，或你看不到它。", "There is no such case for you.", number="")
    case = Case.objects.select_for_update().get(pk=case_id)
    if seen is not None and case.version != seen:
        raise Conflict(
            "casework.moved",
            "“{number}”刚才已由别人办理，现在是另一个情况。看过再决定。",
            "Somebody has dealt with “{number}” meanwhile. Look at where it stands now before you decide.",
            number=case.number,
        )
    return case


def bring_up_to_date(case: Case, kind: CaseType, on: date) -> None:
    """Set what is kept for lists from the steps: phase, due day, closing day; count the version and save."""
    facts = facts_of(case)
    state = kind.state_of(case.state)
    case.phase = "closed" if is_closed(kind, facts) or state is None else state.phase
    due = None
    if case.phase != "closed":
        due = deadlines.next_due(deadlines.clocks(kind, facts, on=on, days=calendar()))
    case.due_code, case.due_on = (due.code, due.last_day) if due else ("", None)
    case.closed_on = (case.closed_on or on) if case.phase == "closed" else None
    case.version += 1
    case.save()


def note(actor: Actor, action: str, case: Case, when: Moment, **detail: Any) -> None:
    """Tell the journal what was done to a case, under which edition of its type."""
    write(
        at=when.at,
        actor=actor.key,
        action=f"casework.{action}",
        object_kind="case",
        object_key=case.number,
        edition=f"{case.kind} {case.edition} {case.digest[:12]}",
        detail=detail,
    )
