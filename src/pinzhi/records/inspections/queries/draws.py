"""Draws as everybody sees them: announced, opened, called off; each with what is needed to make it again."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from pinzhi.engine.casework.published_draws import Lists, lists_from, published
from pinzhi.engine.errors import NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.models import User
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.queries.shapes import State
from pinzhi.records.inspections.models import Draw, InspectorTie, Plan, RiskTarget

_ANNOUNCED = State("announced", Text("已公布承诺，待抽取", "Sealed, to be drawn"), "wait")
_OPENED = State("opened", Text("已抽取", "Drawn"), "ok")
_CALLED_OFF = State("called-off", Text("已取消", "Called off"), "past")


@dataclass(frozen=True, slots=True)
class DrawLine:
    """A draw in a list."""

    code: str
    title: Text
    state: State
    announced_at: datetime
    opens_on: date
    opened_on: date | None
    targets: int
    drawn: int
    synthetic: bool


def draw_by_code(code: str) -> Draw:
    """Return a draw; all of them are public."""
    found = Draw.objects.select_related("plan").filter(code=code).first()
    if found is None:
        raise NotFound("inspections.draw", "没有“{code}”这次抽取。", "There is no draw “{code}”.", code=code[:40])
    return found


def draws(plan: Plan | None = None) -> QuerySet[Draw]:
    """Return the draws, of a plan or all, the newest first."""
    found = Draw.objects.select_related("plan").order_by("-announced_at", "-pk")
    return found if plan is None else found.filter(plan=plan)


def state_of(held: Draw) -> State:
    """Return where a draw stands."""
    if held.called_off:
        return _CALLED_OFF
    return _OPENED if held.opened_at else _ANNOUNCED


def title_of(held: Draw) -> Text:
    """Return what a draw is of."""
    return Text(held.plan.title_zh, held.plan.title_en)


def draw_line(held: Draw) -> DrawLine:
    """Return a draw as a line of a list."""
    return DrawLine(
        held.code,
        title_of(held),
        state_of(held),
        held.announced_at,
        held.opens_on,
        held.opened_on,
        len(held.lists["targets"]),
        len(held.visits),
        held.synthetic,
    )


def document_of(held: Draw) -> dict[str, Any]:
    """Return a draw as it is published, with the names of its targets."""
    return published(
        code=held.code,
        title=title_of(held),
        lists=lists_of(held),
        names=names_of(held),
        commitment=held.commitment,
        announced_at=held.announced_at,
        seed=held.seed,
        opened_at=held.opened_at,
        visits=held.visits,
        called_off=held.called_off,
    )


def lists_of(held: Draw) -> Lists:
    """Return what a draw is drawn from, as it was frozen."""
    return lists_from(held.lists)


def names_of(held: Draw) -> dict[str, str]:
    """Return the names of a draw's targets by their credit codes."""
    codes = [one["key"] for one in held.lists["targets"]]
    rows = RiskTarget.objects.filter(organisation_code__in=codes).values_list("organisation_code", "organisation_name")
    return dict(rows) | dict(Organisation.objects.filter(code__in=codes).values_list("code", "name"))


def holders(role: str, on: date) -> QuerySet[User]:
    """Return the accounts that hold a role on a day, by account."""
    held = Q(memberships__starts_on=None) | Q(memberships__starts_on__lte=on)
    ends = Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=on)
    users = User.objects.filter(held, ends, memberships__role=role, memberships__ended_at=None, is_active=True)
    return users.distinct().order_by("pk")


def inspectors_on(on: date) -> list[User]:
    """Return the accounts that may be drawn as inspectors on a day, by account."""
    return list(holders("inspector", on))


def bars_of(user: User, on: date) -> frozenset[str]:
    """Return the organisations somebody stands aside from on a day: those he acts for, and those declared."""
    ends = Q(until_on=None) | Q(until_on__gte=on)
    declared = InspectorTie.objects.filter(ends, user=user, from_on__lte=on).values_list("organisation_code", flat=True)
    own = user.memberships.filter(ended_at=None).exclude(organisation_code="")
    return frozenset(declared) | frozenset(own.values_list("organisation_code", flat=True))
