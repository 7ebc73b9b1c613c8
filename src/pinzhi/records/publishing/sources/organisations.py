"""Organisations of the catalogue, and the institutions among them; one row for each."""

from django.db.models import Q

from pinzhi.engine.catalog.words import CATEGORIES, INSTITUTION_STATES, ORGANISATION_KINDS, ORGANISATION_STATES, SIZES
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.models import Institution, Organisation
from pinzhi.records.publishing.sources.catalog import (
    believed,
    believed_from,
    of_organisation,
    same_organisation,
    version_of,
)
from pinzhi.records.publishing.sources.shapes import Field, Page, Source

ORGANISATIONS = Source(
    title=Text("企业和组织", "Enterprises and organisations"),
    unit=Text("家", "organisations"),
    sides=lambda at: believed(Organisation, at),
    lasting=believed_from(Organisation),
    version=lambda: version_of(Organisation),
    key="code",
    page="organisation",
    columns=("code", "name", "district", "industry", "state"),
    order=(),
    large=True,
    fields={
        "code": Field(Text("统一社会信用代码", "Credit code"), path="code"),
        "name": Field(Text("名称", "Name"), path="name"),
        "kind": Field(Text("类型", "Kind"), "code", "kind", words=ORGANISATION_KINDS, closed=True, dimension=True),
        "state": Field(Text("状态", "State"), "code", "state", words=ORGANISATION_STATES, closed=True, dimension=True),
        "district": Field(Text("区（市）", "District"), "code", "district", codelist="districts", dimension=True),
        "zones": Field(Text("功能区", "Zone"), "code", "zones", codelist="zones", dimension=True, many=True),
        "industry": Field(Text("行业", "Industry"), "code", "industry", codelist="industries", dimension=True),
        "size": Field(Text("规模", "Size"), "code", "size", words=SIZES, closed=True, dimension=True),
        "established_on": Field(Text("成立日期", "Established on"), "date", "established_on"),
        "synthetic": Field(Text("演示", "Invented"), "flag", flag=lambda side: Q(synthetic=True)),
    },
)

INSTITUTIONS = Source(
    title=Text("质量服务机构", "Quality institutions"),
    unit=Text("家", "institutions"),
    sides=lambda at: believed(Institution, at),
    lasting=believed_from(Institution),
    version=lambda: version_of(Institution, Organisation),
    key="organisation__code",
    page="institution",
    columns=("organisation", "district", "categories", "state"),
    order=(),
    fields={
        "organisation": Field(
            Text("机构", "Institution"), path="organisation__code",
            page=Page("organisation", "organisation__code", "organisation__name"), joined=True,
        ),
        "state": Field(Text("状态", "State"), "code", "state", words=INSTITUTION_STATES, closed=True, dimension=True),
        "categories": Field(
            Text("类别", "Categories"), "code", "categories", words=CATEGORIES, closed=True, dimension=True, many=True
        ),
        "district": Field(
            Text("区（市）", "District"), "code", value=of_organisation("organisation", "district"),
            codelist="districts", dimension=True, joined=True, steady=same_organisation("organisation"),
        ),
        "synthetic": Field(Text("演示", "Invented"), "flag", flag=lambda side: Q(synthetic=True)),
    },
)  # fmt: skip
