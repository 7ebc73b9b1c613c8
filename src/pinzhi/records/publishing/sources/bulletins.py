"""Bulletins that were published; one row for each."""

from django.db.models import Max, Q

from pinzhi.engine.texts import Text
from pinzhi.records.publishing.models import Bulletin, Publication
from pinzhi.records.publishing.sources.catalog import Sides
from pinzhi.records.publishing.sources.shapes import Field, Side, Source
from pinzhi.records.publishing.times import AsOf

_KINDS = {"bulletin": Text("简报", "Bulletin"), "brief": Text("定期简报", "Scheduled brief")}


def _rows(at: AsOf) -> Sides:
    rows = Publication.objects.filter(published_on__lte=at.on)
    return ((Side(at), rows if at.known is None else rows.filter(signed_at__lte=at.known)),)


def _version() -> str:
    last = Publication.objects.aggregate(last=Max("pk"))["last"] or 0
    return f"{last}-{Bulletin.objects.filter(state='withdrawn').count()}"


def _standing(side: Side) -> Q:
    """Return the condition that a bulletin was not withdrawn by the day."""
    return Q(bulletin__withdrawn_on=None) | Q(bulletin__withdrawn_on__gt=side.at.on)


BULLETINS = Source(
    title=Text("已发布的简报", "Published bulletins"),
    unit=Text("期", "issues"),
    sides=_rows,
    version=_version,
    key="bulletin__slug",
    page="bulletin",
    columns=("slug", "kind", "issue", "published_on"),
    order=("published_on",),
    fields={
        "slug": Field(Text("编号", "Code"), path="bulletin__slug"),
        "kind": Field(Text("类型", "Kind"), "code", "bulletin__kind", words=_KINDS, closed=True, dimension=True),
        "brief": Field(Text("定期简报", "Scheduled brief"), "code", "bulletin__brief", dimension=True),
        "issue": Field(Text("期号", "Issue"), "number", "bulletin__issue"),
        "published_on": Field(Text("发布日期", "Published on"), "date", "published_on"),
        "standing": Field(Text("没有撤回", "Not withdrawn"), "flag", flag=_standing),
    },
)
