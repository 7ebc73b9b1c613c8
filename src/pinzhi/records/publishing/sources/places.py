"""Places and documents of the catalogue; one row for each."""

from django.db.models import F, Q

from pinzhi.engine.catalog.words import DOCUMENT_KINDS, HOST_KINDS, PLACE_KINDS
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.models import Document, Place
from pinzhi.records.publishing.sources.catalog import believed, believed_from, version_of
from pinzhi.records.publishing.sources.shapes import Field, Lasting, Side, Source


def _open(side: Side) -> Q:
    begun = Q(opened_on=None) | Q(opened_on__lte=side.at.on)
    return begun & (Q(closed_on=None) | Q(closed_on__gt=side.at.on))


def _opening(side: Side) -> Lasting:
    return Lasting(since=(F("opened_on"),), before=(F("closed_on"),))


PLACES = Source(
    title=Text("地点", "Places"),
    unit=Text("处", "places"),
    sides=lambda at: believed(Place, at),
    lasting=believed_from(Place),
    version=lambda: version_of(Place),
    key="code",
    page="place",
    columns=("name", "kind", "district", "host_kind", "opened_on"),
    order=("district", "code"),
    fields={
        "code": Field(Text("编号", "Code"), path="code"),
        "name": Field(Text("名称", "Name"), path="name_zh"),
        "kind": Field(Text("类型", "Kind"), "code", "kind", words=PLACE_KINDS, closed=True, dimension=True),
        "host_kind": Field(Text("载体", "Host"), "code", "host_kind", words=HOST_KINDS, closed=True, dimension=True),
        "district": Field(Text("区（市）", "District"), "code", "district", codelist="districts", dimension=True),
        "zone": Field(Text("功能区", "Zone"), "code", "zone", codelist="zones", dimension=True),
        "open": Field(Text("当天开放", "Open on the day"), "flag", flag=_open, lasting=_opening),
        "opened_on": Field(Text("开放日期", "Opened on"), "date", "opened_on"),
        "closed_on": Field(Text("关闭日期", "Closed on"), "date", "closed_on"),
        "synthetic": Field(Text("演示", "Invented"), "flag", flag=lambda side: Q(synthetic=True)),
    },
)

DOCUMENTS = Source(
    title=Text("文件公告", "Documents"),
    unit=Text("件", "documents"),
    sides=lambda at: believed(Document, at),
    lasting=believed_from(Document),
    version=lambda: version_of(Document),
    key="code",
    page="document",
    columns=("title", "kind", "issuer", "issued_on"),
    order=("code",),
    fields={
        "code": Field(Text("编号", "Code"), path="code"),
        "kind": Field(Text("类型", "Kind"), "code", "kind", words=DOCUMENT_KINDS, closed=True, dimension=True),
        "title": Field(Text("标题", "Title"), path="title_zh"),
        "issuer": Field(Text("发文机关", "Issued by"), path="issuer_zh"),
        "number": Field(Text("文号", "Number"), path="number"),
        "issued_on": Field(Text("发布日期", "Issued on"), "date", "issued_on"),
        "synthetic": Field(Text("演示", "Invented"), "flag", flag=lambda side: Q(synthetic=True)),
    },
)
