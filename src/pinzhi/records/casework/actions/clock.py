"""What the clock does to cases: steps that come by silence, people who are told of what is overdue."""

from pinzhi.engine.casework.deadlines import clocks, escalations
from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.actions.telling import tell_of_deadline
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.rules import OPEN_LANES, facts_of, type_of
from pinzhi.records.catalog.rulebook import calendar


def do_what_is_due(when: Moment) -> tuple[str, ...]:
    """Take every step that silence takes, tell whoever is to be told; return the numbers of the cases concerned.

    Running it again on the same day takes no step and tells nobody twice.
    """
    concerned = []
    overdue = Case.objects.filter(due_on__lt=when.on).filter(lane__in=OPEN_LANES).order_by("pk")
    for case in overdue.select_related("merged_into").iterator(chunk_size=500):
        if _by_silence(case, when) or _escalated(case, when):
            concerned.append(case.number)
    return tuple(concerned)


def _by_silence(case: Case, when: Moment) -> bool:
    kind = type_of(case)
    for step in kind.steps_from(case.state):
        deadline = kind.deadline_of(case.due_code)
        if step.by != ("system",) or deadline is None or step.to not in deadline.met:
            continue
        try:
            take_step(actor=SYSTEM, case_id=case.pk, wish=Wish(step.code), seen=case.version, when=when)
        except PinzhiError:
            continue  # somebody was first, or the step takes more than silence
        return True
    return False


def _escalated(case: Case, when: Moment) -> bool:
    kind, days = type_of(case), calendar()
    told = escalations(kind, clocks(kind, facts_of(case), on=when.on, days=days), on=when.on, days=days)
    return sum(tell_of_deadline(case, kind, one, when) for one in told) > 0
