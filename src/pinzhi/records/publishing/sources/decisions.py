"""Decisions of the rulebook: editions of schemes, the systems of a programme, courses; one row for each."""

from collections.abc import Iterator
from typing import Any

from pinzhi.engine.rulebook.courses import Course
from pinzhi.engine.rulebook.scheme_grants import PARTIES
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.publishing.sources.shapes import Field, Listing
from pinzhi.records.publishing.times import AsOf

Row = dict[str, Any]


def _begun(at: AsOf) -> list[Scheme]:
    """Return the editions decided by the day: what the rulebook says does not depend on when it was known."""
    return [one for one in rulebook().all_of(Scheme) if one.in_force_from is None or one.in_force_from <= at.on]


def _schemes(at: AsOf) -> Iterator[Row]:
    for one in _begun(at):
        starts_on = one.term.starts_on if one.term else None
        yield {
            "key": f"{one.id} {one.edition}",
            "scheme": one.id,
            "edition": one.edition,
            "kind": one.kind,
            "title": one.title.zh,
            "decider": one.decider.zh,
            "approved_by": one.approved_by.zh if one.approved_by else "",
            "party": one.party or "",
            "places": sum(quota.places for quota in one.quota) if one.quota else None,
            "in_force_from": one.in_force_from,
            "starts_on": starts_on,
            "ends_on": one.term.last_day(starts_on) if one.term and starts_on else None,
        }


def _modules(at: AsOf) -> Iterator[Row]:
    for one in _begun(at):
        for place, module in enumerate(one.module, start=1):
            key = f"{one.id} {one.edition} {place} {module.code}"
            yield {"key": key, "scheme": one.id, "edition": one.edition, "code": module.code, "title": module.title.zh}


def _courses(at: AsOf) -> Iterator[Row]:
    for one in rulebook().all_of(Course):
        if one.in_force_from is None or one.in_force_from <= at.on:
            yield {
                "key": f"{one.id} {one.edition}",
                "course": one.id,
                "edition": one.edition,
                "title": one.title.zh,
                "role": one.role,
                "hours": one.hours,
            }


_SCHEME = Field(Text("项目", "Scheme"), "code", dimension=True)
_EDITION = Field(Text("版次", "Edition"), "code", dimension=True)
_KEY = Field(Text("编号", "Code"))
_TITLE = Field(Text("名称", "Title"))

SCHEMES = Listing(
    title=Text("项目的各版规则", "Editions of schemes"),
    unit=Text("版", "editions"),
    rows=_schemes,
    key="key",
    columns=("title", "edition", "decider", "places", "in_force_from"),
    order=("key",),
    fields={
        "key": _KEY,
        "scheme": _SCHEME,
        "edition": _EDITION,
        "kind": Field(Text("类型", "Kind"), "code", dimension=True),
        "title": _TITLE,
        "decider": Field(Text("决定机关", "Decided by")),
        "approved_by": Field(Text("批准机关", "Approved by")),
        "party": Field(Text("评价方", "Assessed by"), "code", words=PARTIES, closed=True),
        "places": Field(Text("名额", "Places"), "number"),
        "in_force_from": Field(Text("施行日期", "In force from"), "date"),
        "starts_on": Field(Text("开始日期", "Starts on"), "date"),
        "ends_on": Field(Text("结束日期", "Ends on"), "date"),
    },
)

MODULES = Listing(
    title=Text("工程的体系", "Systems of programmes"),
    unit=Text("个", "systems"),
    rows=_modules,
    key="key",
    columns=("title", "scheme", "edition"),
    order=("key",),
    fields={
        "key": _KEY,
        "scheme": _SCHEME,
        "edition": _EDITION,
        "code": Field(Text("体系", "System"), "code"),
        "title": _TITLE,
    },
)

COURSES = Listing(
    title=Text("培训课程", "Courses"),
    unit=Text("门", "courses"),
    rows=_courses,
    key="key",
    columns=("title", "edition", "role", "hours"),
    order=("key",),
    fields={
        "key": _KEY,
        "course": Field(Text("课程", "Course"), "code", dimension=True),
        "edition": _EDITION,
        "title": _TITLE,
        "role": Field(Text("角色", "Role"), "code", dimension=True),
        "hours": Field(Text("学时", "Lessons"), "number"),
    },
)
