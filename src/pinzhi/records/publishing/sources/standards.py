"""Standards, one row for each edition; and who drafted them, one row for each drafter named."""

from collections.abc import Callable
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Substr

from pinzhi.engine.catalog.words import LEVELS, NATURES
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.history import believed_states, facts, links_known
from pinzhi.records.catalog.models import Drafting, Organisation, Standard
from pinzhi.records.catalog.queries.participation import rule_on
from pinzhi.records.catalog.queries.validity import CURRENT_ALWAYS, current_on
from pinzhi.records.publishing.sources.catalog import (
    LastingSides,
    Sides,
    believed,
    believed_from,
    of_organisation,
    same_organisation,
    version_of,
)
from pinzhi.records.publishing.sources.shapes import Field, Lasting, Page, Side, Source
from pinzhi.records.publishing.times import AsOf


def _currency(side: Side) -> Lasting:
    """Return the days of ``current_on``."""
    return Lasting(
        since=(F("published_on"), F("effective_on")),
        before=(F("superseded_on"), F("withdrawn_on")),
        held=CURRENT_ALWAYS,
    )


STANDARDS = Source(
    title=Text("标准", "Standards"),
    unit=Text("条", "standards"),
    sides=lambda at: believed(Standard, at),
    lasting=believed_from(Standard),
    version=lambda: version_of(Standard),
    key="canonical",
    page="standard",
    columns=("number", "title", "level", "published_on", "effective_on"),
    order=(),
    large=True,
    fields={
        "number": Field(Text("标准号", "Number"), path="number"),
        "title": Field(Text("名称", "Title"), path="title_zh"),
        "level": Field(Text("级别", "Level"), "code", "level", words=LEVELS, closed=True, dimension=True),
        "nature": Field(Text("性质", "Nature"), "code", "nature", words=NATURES, closed=True, dimension=True),
        "published_on": Field(Text("发布日期", "Published on"), "date", "published_on"),
        "effective_on": Field(Text("实施日期", "In force from"), "date", "effective_on"),
        "withdrawn_on": Field(Text("废止日期", "Withdrawn on"), "date", "withdrawn_on"),
        "current": Field(Text("现行", "Current"), "flag", flag=lambda side: current_on(side.at.on), lasting=_currency),
        "synthetic": Field(Text("演示", "Invented"), "flag", flag=lambda side: Q(synthetic=True)),
    },
)


def _drafters(at: AsOf) -> Sides:
    """Return who is named in standards: of those that hold now, and of those whose state of the day is history."""
    found = facts(Standard, as_of=at.on, known_at=at.known)
    links = Drafting.objects.filter(links_known(at.known))
    holding = Q(standard__valid_from=None) | Q(standard__valid_from__lte=at.on)
    holding &= Q(standard__valid_to=None) | Q(standard__valid_to__gt=at.on)
    if at.known is not None:
        holding &= Q(standard__recorded_at__lte=at.known)
    earlier = links.filter(standard__in=found.past.values("subject_id"))
    return (Side(at), links.filter(holding)), (Side(at, past=True), earlier)


def _drafters_from(first: AsOf, last: AsOf) -> LastingSides:
    """Return who is named in standards on any day; those whose standard has a history are counted day by day."""
    found = believed_states(Standard, known_at=last.known)
    links = Drafting.objects.filter(links_known(last.known))
    known = Q() if last.known is None else Q(standard__recorded_at__lte=last.known)
    states = Lasting(since=(F("standard__valid_from"),), before=(F("standard__valid_to"),))
    past = found.past.filter(Q(valid_to=None) | Q(valid_to__gt=first.on))
    earlier = links.filter(standard__in=past.values("subject_id"))
    return (Side(last), links.filter(known), states), (Side(last, past=True), earlier, None)


def _of_standard(column: str) -> Callable[[Side], Any]:
    """Return the maker of an expression: a column of the standard, as of the day, as known then."""

    def value(side: Side) -> Any:
        if not side.past:
            return F(f"standard__{column}")
        found = facts(Standard, as_of=side.at.on, known_at=side.at.known).past
        return Subquery(found.filter(subject_id=OuterRef("standard_id")).values(column)[:1])

    return value


_DISTRICT = of_organisation("organisation", "district")

DRAFTING = Source(
    title=Text("标准的起草单位", "Drafters of standards"),
    unit=Text("个", "drafters named"),
    sides=_drafters,
    lasting=_drafters_from,
    version=lambda: version_of(Standard, Organisation, Drafting),
    key="standard__canonical",
    page="standard",
    columns=("standard", "name", "rank", "district", "published_on"),
    order=("standard__canonical", "rank"),
    repeats="standard",
    large=True,
    fields={
        "standard": Field(
            Text("标准", "Standard"), path="standard__canonical",
            page=Page("standard", "standard__canonical", "standard__number"), joined=True, identity="standard_id",
        ),
        "name": Field(Text("起草单位", "Drafter"), path="name"),
        "rank": Field(Text("排名", "Rank"), "number", "rank"),
        "lead": Field(
            Text("主导", "Led"), "flag", flag=lambda side: Q(rank__lte=rule_on(side.at.on).lead_rank)
        ),
        "organisation": Field(
            Text("单位", "Organisation"), path="organisation__code",
            page=Page("organisation", "organisation__code", "organisation__name"), joined=True,
        ),
        "district": Field(
            Text("区（市）", "District"), "code", value=_DISTRICT, codelist="districts", dimension=True, joined=True,
            steady=same_organisation("organisation"),
        ),
        "city": Field(
            Text("城市", "City"), "code", value=lambda side: Substr(_DISTRICT(side), 1, 4), codelist="districts",
            dimension=True, joined=True, steady=same_organisation("organisation"),
        ),
        "level": Field(
            Text("级别", "Level"), "code", value=_of_standard("level"), words=LEVELS, closed=True, dimension=True,
            joined=True,
        ),
        "published_on": Field(
            Text("发布日期", "Published on"), "date", value=_of_standard("published_on"), joined=True
        ),
    },
)  # fmt: skip
