"""Cases and orders as they stood on a day, verified savings, visits; from rows that are dated and never changed."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, F, Max, Model, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.engine.texts import Text
from pinzhi.records.casework.models import Case, CaseStep, SavingClaim, SavingFinding, VisitDay
from pinzhi.records.catalog.history import facts
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.publishing.sources.catalog import Sides, counting_since
from pinzhi.records.publishing.sources.shapes import Field, Lasting, Page, Side, Source
from pinzhi.records.publishing.times import AsOf

ORDER = "nqi-order"
COMPLETED = ("completed", "rated")
_FAMILIES = {
    "order": Text("服务单", "Orders"),
    "inspection": Text("检查", "Inspections"),
    "problem": Text("问题", "Problems"),
    "notice": Text("告知", "Notices"),
    "help": Text("帮扶", "Help"),
}


def _version(*tables: type[Model]) -> str:
    return "-".join(str(table._default_manager.aggregate(last=Max("pk"))["last"] or 0) for table in tables)


def _known(prefix: str, at: AsOf) -> Q:
    return Q() if at.known is None else Q(**{f"{prefix}__lte": at.known})


def _cases(at: AsOf) -> Sides:
    return ((Side(at), Case.objects.filter(_known("opened_at", at), opened_on__lte=at.on)),)


def _orders(at: AsOf) -> Sides:
    ((side, cases),) = _cases(at)
    return ((side, cases.filter(kind=ORDER)),)


def _state(side: Side) -> Any:
    """Return the state after the last step by the day, as known then; the first step opens the case."""
    steps = CaseStep.objects.filter(_known("made_at", side.at), case=OuterRef("pk"), made_on__lte=side.at.on)
    return Coalesce(Subquery(steps.order_by("-number").values("after")[:1]), Value(""))


def _stands(side: Side, states: Sequence[str]) -> Q:
    """Return the condition that the last step by the day led into one of some states."""
    return Q(In(_state(side), states))


def _standing(side: Side, held: Q) -> Lasting:
    """Return the days on which a step into some states (``steps__after``) was the last, until a later one."""
    known = _known("made_at", side.at)
    later = CaseStep.objects.filter(known, case=OuterRef("pk"), number__gt=OuterRef("steps__number"))
    next_on = Subquery(later.order_by("made_on").values("made_on")[:1])
    held &= _known("steps__made_at", side.at)
    return Lasting(since=(F("steps__made_on"),), before=(next_on,), held=held, apart=True)


def _closed(held: Callable[[Sequence[str]], Q]) -> Q:
    """Return the condition that a case was over, from one on states: each kind has its own of that phase."""
    closed = Q(pk__in=[])
    for kind in rulebook().all_of(CaseType):
        states = [one.code for one in kind.state if one.phase == "closed"]
        closed |= Q(kind=kind.id, edition=kind.edition) & held(states)
    return closed


def _closed_on(side: Side) -> Any:
    steps = CaseStep.objects.filter(_known("made_at", side.at), case=OuterRef("pk"), made_on__lte=side.at.on)
    return Subquery(steps.order_by("-number").values("made_on")[:1])


def _zones(side: Side) -> Any:
    """Return the zones of the organisation a case concerns, as of the day, as known then."""
    found = facts(Organisation, as_of=side.at.on, known_at=side.at.known)
    main, past = (half.filter(code=OuterRef("organisation_code")).values("zones") for half in (found.main, found.past))
    return Coalesce(Subquery(main[:1]), Subquery(past[:1]), Value(""))


_FIELDS = {
    "number": Field(Text("编号", "Number"), path="number"),
    "kind": Field(Text("类型", "Kind"), "code", "kind", dimension=True),
    "family": Field(Text("大类", "Family"), "code", "family", words=_FAMILIES, closed=True, dimension=True),
    "theme": Field(Text("主题", "Theme"), "code", "theme", dimension=True),
    "title": Field(Text("标题", "Title"), path="title"),
    "state": Field(Text("当天状态", "State on the day"), "code", value=_state, dimension=True),
    "closed": Field(
        Text("已办结", "Closed"), "flag",
        flag=lambda side: _closed(lambda states: _stands(side, states)),
        lasting=lambda side: _standing(side, _closed(lambda states: Q(steps__after__in=states))),
    ),
    "merged": Field(Text("并入别的办件", "Merged into another"), "flag", flag=lambda side: ~Q(merged_into=None)),
    "district": Field(Text("区（市）", "District"), "code", "district", codelist="districts", dimension=True),
    "zones": Field(
        Text("功能区", "Zone"), "code", value=_zones, codelist="zones", dimension=True, many=True, joined=True,
    ),
    "organisation": Field(
        Text("单位", "Organisation"), path="organisation_code",
        page=Page("organisation", "organisation_code", "organisation_name"),
    ),
    "found_on": Field(Text("发现日期", "Found on"), "date", "found_on"),
    "opened_on": Field(Text("受理日期", "Opened on"), "date", "opened_on"),
    "moved_on": Field(Text("最近一步", "Last step on"), "date", value=_closed_on),
    "synthetic": Field(Text("演示", "Invented"), "flag", flag=lambda side: Q(synthetic=True)),
}  # fmt: skip

CASES = Source(
    title=Text("办件", "Cases"),
    unit=Text("件", "cases"),
    sides=_cases,
    lasting=counting_since(_cases, "opened_on"),
    version=lambda: _version(Case, CaseStep),
    key="number",
    columns=("number", "kind", "district", "opened_on", "state"),
    order=("number",),
    large=True,
    fields=_FIELDS,
)

ORDERS = Source(
    title=Text("质量服务单", "Orders for quality services"),
    unit=Text("件", "orders"),
    sides=_orders,
    lasting=counting_since(_orders, "opened_on"),
    version=lambda: _version(Case, CaseStep),
    key="number",
    columns=("number", "organisation", "district", "opened_on", "state"),
    order=("number",),
    fields=_FIELDS
    | {
        "organisation": Field(
            Text("单位", "Organisation"),
            path="reporter_code",
            page=Page("organisation", "reporter_code", "organisation_name"),
        ),
        "completed": Field(
            Text("已完成", "Completed"), "flag",
            flag=lambda side: _stands(side, COMPLETED),
            lasting=lambda side: _standing(side, Q(steps__after__in=COMPLETED)),
        ),
    },
)  # fmt: skip


def _claims(at: AsOf) -> Sides:
    return ((Side(at), SavingClaim.objects.filter(_known("claimed_at", at), claimed_on__lte=at.on)),)


def _findings(side: Side, verdict: str) -> Any:
    return SavingFinding.objects.filter(_known("decided_at", side.at), claim=OuterRef("pk"), verdict=verdict)


def _found(side: Side, verdict: str) -> Exists:
    return Exists(_findings(side, verdict).filter(decided_on__lte=side.at.on))


def _verified(side: Side) -> Lasting:
    """Return the days from the finding that verified a claim to the one that withdrew it."""
    begun, ended = (Subquery(_findings(side, one).values("decided_on")[:1]) for one in ("verified", "withdrawn"))
    return Lasting(since=(Coalesce(begun, Value(date.max)),), before=(ended,))


SAVINGS = Source(
    title=Text("节约成本申报", "Claims of savings"),
    unit=Text("元", "yuan"),
    sides=_claims,
    lasting=counting_since(_claims, "claimed_on"),
    version=lambda: _version(SavingClaim, SavingFinding),
    key="case__number",
    columns=("order", "organisation", "kind", "amount", "claimed_on"),
    order=("claimed_on",),
    fields={
        "order": Field(Text("服务单", "Order"), path="case__number", joined=True),
        "organisation": Field(
            Text("单位", "Organisation"), path="case__organisation_code",
            page=Page("organisation", "case__organisation_code", "case__organisation_name"), joined=True,
        ),
        "kind": Field(Text("种类", "Kind"), "code", "kind", dimension=True),
        "district": Field(
            Text("区（市）", "District"), "code", "case__district", codelist="districts", dimension=True, joined=True
        ),
        "amount": Field(Text("金额（元）", "Amount (yuan)"), "number", "amount"),
        "claimed_on": Field(Text("申报日期", "Claimed on"), "date", "claimed_on"),
        "verified": Field(
            Text("已核实", "Verified"), "flag",
            flag=lambda side: Q(_found(side, "verified")) & ~Q(_found(side, "withdrawn")), lasting=_verified,
        ),
        "synthetic": Field(Text("演示", "Invented"), "flag", flag=lambda side: Q(synthetic=True)),
    },
)  # fmt: skip


def _visits(at: AsOf) -> Sides:
    return ((Side(at), VisitDay.objects.filter(_known("recorded_at", at), on__lte=at.on)),)


VISITS = Source(
    title=Text("访问量", "Visits"),
    unit=Text("次", "visits"),
    sides=_visits,
    lasting=counting_since(_visits, "on"),
    version=lambda: _version(VisitDay),
    key="on",
    columns=("on", "count"),
    order=("on",),
    fields={
        "on": Field(Text("日期", "Day"), "date", "on"),
        "count": Field(Text("次数", "Visits"), "number", "count"),
        "synthetic": Field(Text("演示", "Invented"), "flag", flag=lambda side: Q(synthetic=True)),
    },
)
