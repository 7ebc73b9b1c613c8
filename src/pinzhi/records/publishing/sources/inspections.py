"""Inspections that took place, the experts who came along, and who was out on which day."""

from typing import Any

from django.db.models import CharField, Max, Model, Q, Value
from django.db.models.functions import Cast, Concat

from pinzhi.engine.texts import Text
from pinzhi.records.inspections.models import Inspection, Member, Trip
from pinzhi.records.publishing.sources.catalog import Sides, counting_since
from pinzhi.records.publishing.sources.shapes import Field, Page, Side, Source
from pinzhi.records.publishing.times import AsOf

_KINDS = {
    "spot": Text("抽查", "Spot check"),
    "expert": Text("专家帮扶", "Visit of experts"),
    "own": Text("企业自查", "An enterprise's own"),
}
_LEVELS = {
    "general": Text("一般风险", "General risk"),
    "larger": Text("较大风险", "Larger risk"),
    "major": Text("重大风险", "Major risk"),
}


def _version(*tables: type[Model]) -> str:
    return "-".join(str(table._default_manager.aggregate(last=Max("pk"))["last"] or 0) for table in tables)


def _visited(at: AsOf, prefix: str = "") -> Q:
    """Return the condition that a visit took place by the day; as known then, that its record was handed in."""
    held = Q(**{f"{prefix}visited_on__lte": at.on})
    if at.known is None:
        return held
    return held & (Q(**{f"{prefix}frozen_at": None}) | Q(**{f"{prefix}frozen_at__lte": at.known}))


def _about(prefix: str, *, joined: bool) -> dict[str, Field]:
    """Return the fields of the inspection itself, reached over a path."""
    return {
        "number": Field(Text("编号", "Number"), path=f"{prefix}number", joined=joined),
        "kind": Field(
            Text("种类", "Kind"), "code", f"{prefix}kind", words=_KINDS, closed=True, dimension=True, joined=joined
        ),
        "level": Field(
            Text("风险等级", "Level of risk"), "code", f"{prefix}level", words=_LEVELS, closed=True, dimension=True,
            joined=joined,
        ),
        "organisation": Field(
            Text("单位", "Organisation"), path=f"{prefix}organisation_code",
            page=Page("organisation", f"{prefix}organisation_code", f"{prefix}organisation_name"), joined=joined,
        ),
        "district": Field(
            Text("区（市）", "District"), "code", f"{prefix}district", codelist="districts", dimension=True,
            joined=joined,
        ),
        "zone": Field(
            Text("功能区", "Zone"), "code", f"{prefix}zone", codelist="zones", dimension=True, joined=joined
        ),
        "batch": Field(Text("批次", "Batch"), "number", f"{prefix}batch", joined=joined),
        "visited_on": Field(Text("检查日期", "Visited on"), "date", f"{prefix}visited_on", joined=joined),
        "synthetic": Field(
            Text("演示", "Invented"), "flag", flag=lambda side: Q(**{f"{prefix}synthetic": True})
        ),
    }  # fmt: skip


def _inspections(at: AsOf) -> Sides:
    return ((Side(at), Inspection.objects.filter(_visited(at))),)


INSPECTIONS = Source(
    title=Text("检查", "Inspections"),
    unit=Text("次", "inspections"),
    sides=_inspections,
    lasting=counting_since(_inspections, "visited_on"),
    version=lambda: _version(Inspection),
    key="number",
    columns=("number", "kind", "level", "organisation", "visited_on"),
    order=("number",),
    fields=_about("", joined=False),
)


def _experts(at: AsOf) -> Sides:
    rows = Member.objects.filter(_visited(at, "inspection__"), inspection__kind="expert")
    return ((Side(at), rows),)


EXPERTS = Source(
    title=Text("专家帮扶", "Experts on visits"),
    unit=Text("人次", "experts on visits"),
    sides=_experts,
    lasting=counting_since(_experts, "inspection__visited_on"),
    version=lambda: _version(Inspection, Member),
    key="pk",
    columns=("expert", "field", "batch", "organisation", "visited_on"),
    order=("inspection__number", "place"),
    fields=_about("inspection__", joined=True)
    | {
        "expert": Field(Text("专家", "Expert"), path="code"),
        "field": Field(Text("专业", "Field"), "code", "field", dimension=True),
    },
)


def _trips(at: AsOf) -> Sides:
    return ((Side(at), Trip.objects.filter(_visited(at, "inspection__"), on__lte=at.on)),)


def _person_and_day(side: Side) -> Any:
    return Concat("code", Value(" "), Cast("on", CharField()), output_field=CharField())


TRIPS = Source(
    title=Text("出动", "People out"),
    unit=Text("次", "trips"),
    sides=_trips,
    lasting=counting_since(_trips, "inspection__visited_on", "on"),
    version=lambda: _version(Inspection, Trip),
    key="pk",
    columns=("outing", "number", "organisation", "on"),
    order=("on", "code"),
    fields=_about("inspection__", joined=True)
    | {
        "outing": Field(Text("人和日期", "Person and day"), value=_person_and_day),
        "on": Field(Text("日期", "Day"), "date", "on"),
    },
)
