"""Orders of services: those that somebody may know of, and the way of one of them."""

from collections.abc import Mapping

from django.db.models import F, QuerySet

from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.queries.visible import visible_cases
from pinzhi.records.casework.rules import type_of

ORDER = "nqi-order"
PAGE = 50
_LATER = ("in-service", "delivered", "completed", "rated")
_AHEAD: Mapping[str, tuple[str, ...]] = {
    "submitted": _LATER,
    "accepted": _LATER,
    "asked": _LATER,
    "dispatched": ("quoted", *_LATER),
    "quoted": _LATER,
    "in-service": _LATER[1:],
    "delivered": _LATER[2:],
    "completed": _LATER[3:],
}


def orders_seen_by(actor: Actor) -> QuerySet[Case]:
    """Return the orders that somebody may know of: those in hand first, then the newest."""
    return visible_cases(actor).filter(kind=ORDER).order_by(F("closed_on").desc(nulls_first=True), "-opened_on", "-pk")


def order_states(case: Case) -> tuple[tuple[Text, str], ...]:
    """Return the way of an order as a line of states: what is done, where it is now, what is to come."""
    kind = type_of(case)
    passed = [*case.steps.order_by("number").values_list("after", flat=True)]
    found = []
    for number, code in enumerate([*passed, *_AHEAD.get(case.state, ())], start=1):
        state = kind.state_of(code)
        mark = "now" if number == len(passed) else "done" if number < len(passed) else "to-come"
        found.append((state.title if state else Text(code, code), mark))
    return tuple(found)
