"""Awards, titles and gradings: one row for each recipient of each grade."""

from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Substr

from pinzhi.engine.catalog.words import HONOUR_STATES
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.models import Honour, Organisation, Person
from pinzhi.records.catalog.queries.register_statistics import AWARDS
from pinzhi.records.publishing.sources.catalog import (
    Sides,
    believed,
    believed_from,
    of_organisation,
    same_organisation,
    version_of,
)
from pinzhi.records.publishing.sources.shapes import Field, Lasting, Page, Side, Source
from pinzhi.records.publishing.times import AsOf

WON = ("announced", "in_force")
KINDS = {
    "organisation": Text("单位", "Organisation"),
    "person": Text("个人", "Individual"),
    "team": Text("班组", "Team"),
}
# The words of schemes and grades; what is not named here stands for itself.
SCHEMES = {
    **AWARDS,
    "district": Text("区（市）质量奖", "District quality award"),
    "government": Text("政府质量工作评议", "Review of the government's quality work"),
    "innovation-contest": Text("质量创新大赛", "Quality innovation contest"),
    "carbon-pilot": Text("减污降碳协同创新试点", "Pilots for less pollution and carbon"),
    "standard-pilot-national": Text("国家级标准化试点", "National standardisation pilots"),
    "national-showcase": Text("国家级典型", "National showcases"),
}
GRADES = {
    "award": Text("获奖", "Award"),
    "nomination": Text("提名奖", "Nomination"),
    "excellence": Text("优秀奖", "Excellence prize"),
    "innovation": Text("创新奖", "Innovation prize"),
    "first": Text("一等奖", "First prize"),
    "second": Text("二等奖", "Second prize"),
    "third": Text("三等奖", "Third prize"),
    "city": Text("城市", "City"),
    "park": Text("产业园区", "Industrial park"),
    "approved": Text("获批立项", "Approved"),
    "accepted": Text("通过验收", "Accepted"),
    "digital-quality-cases": Text("数字化质量管理典型案例", "Cases of digital quality management"),
    "quality-power-videos": Text("质量强国优秀微视频", "Outstanding films on quality"),
    "A": Text("A 级", "Grade A"),
    "AAA": Text("3A 级", "Grade AAA"),
    "AAAA": Text("4A 级", "Grade AAAA"),
    "AAAAA": Text("5A 级", "Grade AAAAA"),
}


def _rows(at: AsOf) -> Sides:
    return believed(Honour, at)


def _won(side: Side) -> Q:
    return Q(state__in=WON) & (Q(awarded_on=None) | Q(awarded_on__lte=side.at.on))


def _since_won(side: Side) -> Lasting:
    return Lasting(since=(F("awarded_on"),), held=Q(state__in=WON))


def _kind(side: Side) -> Any:
    return Case(
        When(person__isnull=False, then=Value("person")),
        When(~Q(team=""), then=Value("team")),
        default=Value("organisation"),
    )


HONOURS = Source(
    title=Text("奖项和称号", "Awards and titles"),
    unit=Text("个", "awards"),
    sides=_rows,
    lasting=believed_from(Honour),
    version=lambda: version_of(Honour, Organisation, Person),
    key="code",
    page="",
    columns=("edition", "grade", "honoured", "region", "issuer", "awarded_on", "state"),
    order=("edition", "code"),
    fields={
        "code": Field(Text("编号", "Code"), path="code"),
        "scheme": Field(Text("奖项", "Award"), "code", "scheme", words=SCHEMES),
        "edition": Field(Text("届次", "Edition"), "code", "edition", dimension=True),
        "grade": Field(Text("等级", "Grade"), "code", "grade", words=GRADES, dimension=True),
        "category": Field(Text("类别", "Category"), "code", "category", dimension=True),
        "kind": Field(
            Text("对象", "Given to"), "code", value=_kind, words=KINDS, closed=True, dimension=True
        ),
        "recipient": Field(Text("获奖单位或个人", "Recipient"), path="recipient"),
        "honoured": Field(
            Text("获奖单位或个人", "Recipient"), path="organisation__code",
            page=Page("organisation", "organisation__code", "recipient"), joined=True,
        ),
        "title": Field(Text("名称", "Title"), path="title_zh"),
        "team": Field(Text("班组", "Team"), path="team"),
        "organisation": Field(
            Text("单位", "Organisation"), path="organisation__code",
            page=Page("organisation", "organisation__code", "organisation__name"), joined=True,
        ),
        "issuer": Field(Text("颁发机关", "Given by"), path="issuer"),
        "state": Field(Text("状态", "State"), "code", "state", words=HONOUR_STATES, closed=True, dimension=True),
        "won": Field(Text("已获得", "Given"), "flag", flag=_won, lasting=_since_won),
        "awarded_on": Field(Text("公布日期", "Announced on"), "date", "awarded_on"),
        "region": Field(Text("地区", "Region"), "code", "region", codelist="districts", dimension=True),
        "city": Field(
            Text("城市", "City"), "code", value=lambda side: Substr("region", 1, 4),
            codelist="districts", dimension=True,
        ),
        "district": Field(
            Text("区（市）", "District"), "code", value=of_organisation("organisation", "district"),
            codelist="districts", dimension=True, joined=True, steady=same_organisation("organisation"),
        ),
        "synthetic": Field(Text("演示", "Invented"), "flag", flag=lambda side: Q(synthetic=True)),
    },
)  # fmt: skip
