"""Plans and the register they go over: targets in force on a day, notices sent and signed for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from pinzhi.engine.errors import NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, may
from pinzhi.records.casework.models import Case
from pinzhi.records.catalog.queries.shapes import State
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.inspections.models import Plan, RiskTarget
from pinzhi.records.inspections.rules import LEVELS

NOTICE = "responsibility-notice"
PAGE = 50
_STATES: dict[str, State] = {
    "sent": State("sent", Text("待签收", "To be signed for"), "warn"),
    "signed": State("signed", Text("已签收，待自查", "Signed for, own inspection due"), "run"),
    "answered": State("answered", Text("已自查", "Own inspection done"), "ok"),
    "undeliverable": State("undeliverable", Text("无法送达", "Could not be delivered"), "bad"),
}


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target of the register, ready to show."""

    code: str
    name: str
    level: Text
    district: Text
    zone: Text
    kinds: str
    from_on: date
    until_on: date | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice of responsibility and how far it came."""

    number: str
    code: str
    name: str
    state: State
    sent_on: date
    due_on: date | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the notices of a plan came; the parts add up to ``sent``. ``targets`` is whom they are for."""

    targets: int
    sent: int
    waiting: int
    signed: int
    answered: int
    undeliverable: int


def plans_for(actor: Actor) -> QuerySet[Plan]:
    """Return the plans that somebody keeps: city officers all, district officers those of their districts."""
    plans = Plan.objects.order_by("-starts_on", "key")
    if actor.trusted or actor.has("city_officer", "supervisor"):
        return plans
    return plans.filter(district__in=actor.districts) if may(actor, "inspections.plan") else plans.none()


def plan_by_key(actor: Actor, key: str) -> Plan:
    """Return a plan that somebody keeps; NotFound for any other."""
    found = plans_for(actor).filter(key=key).first()
    if found is None:
        raise NotFound(
            "inspections.plan",
            "没有“{key}”这个检查计划，或它不由你管。",
            "There is no plan “{key}” for you.",
            key=key[:40],
        )
    return found


def in_force(on: date) -> Q:
    """Return the condition that a target stands in the register on a day; both ends count."""
    return Q(from_on__lte=on) & (Q(until_on=None) | Q(until_on__gte=on))


def targets_of(plan: Plan, on: date) -> QuerySet[RiskTarget]:
    """Return the targets a plan goes over as the register stands on a day, by credit code."""
    targets = RiskTarget.objects.filter(in_force(on), theme=plan.theme)
    if plan.district:
        targets = targets.filter(district=plan.district)
    if plan.zone:
        targets = targets.filter(zone=plan.zone)
    return targets.order_by("organisation_code")


def level_counts(targets: QuerySet[RiskTarget]) -> dict[str, int]:
    """Return how many targets stand at each level, none left out."""
    counts = dict(targets.order_by().values_list("level").annotate(n=Count("pk")))
    return {level: counts.get(level, 0) for level in LEVELS}


def target_lines(targets: Iterable[RiskTarget]) -> tuple[TargetLine, ...]:
    """Return targets as lines of a table."""
    districts, zones = rulebook().codelist("districts"), rulebook().codelist("zones")
    nothing = Text("", "")
    return tuple(
        TargetLine(
            one.organisation_code,
            one.organisation_name,
            LEVELS[one.level],
            districts.text(one.district) if one.district else nothing,
            zones.text(one.zone) if one.zone else nothing,
            one.kinds,
            one.from_on,
            one.until_on,
            one.synthetic,
        )
        for one in targets
    )


def notices_of(plan: Plan) -> QuerySet[Case]:
    """Return the notices of a plan as cases: those not signed for first."""
    found = Case.objects.filter(kind=NOTICE, once__startswith=f"notice/{plan.key}/")
    return found.order_by("phase", "due_on", "organisation_code")


def own_notices(actor: Actor) -> QuerySet[Case]:
    """Return the notices that somebody's organisations have still to sign for or to answer, those due first."""
    found = Case.objects.filter(kind=NOTICE, handler_code__in=actor.organisation_codes)
    return found.exclude(phase="closed").order_by("due_on", "pk")


def notice_lines(cases: Iterable[Case]) -> tuple[NoticeLine, ...]:
    """Return notices as lines of a table."""
    return tuple(
        NoticeLine(
            one.number,
            one.organisation_code,
            one.organisation_name,
            _STATES[one.state],
            one.opened_on,
            one.due_on,
            one.synthetic,
        )
        for one in cases
    )


def progress(plan: Plan, on: date) -> Progress:
    """Return how far the notices of a plan came."""
    counts = dict(notices_of(plan).order_by().values_list("state").annotate(n=Count("pk")))
    return Progress(
        targets_of(plan, on).count(),
        sum(counts.values()),
        counts.get("sent", 0),
        counts.get("signed", 0),
        counts.get("answered", 0),
        counts.get("undeliverable", 0),
    )
