"""The tables behind headline figures: a figure is the count of its table, so both always agree."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Model, Q, QuerySet

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.history import facts
from pinzhi.records.catalog.models import (
    Certificate,
    Honour,
    Institution,
    Organisation,
    Place,
    Standard,
)
from pinzhi.records.catalog.queries import table_rows
from pinzhi.records.catalog.queries.participation import with_role
from pinzhi.records.catalog.queries.validity import valid_on
from pinzhi.records.catalog.rulebook import rulebook

PAGE = 50
DEEPEST = 200  # pages one may leaf through; whoever wants more takes the CSV
WON = ("announced", "in_force")

Filters = Mapping[str, str]
Half = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what it counts and what it leaves out, and the records of a day.

    ``halves`` are disjoint: states that hold now, and states from the history; each row is one record.
    """

    name: str
    title: Text
    unit: Text
    says: Text
    leaves_out: Text
    line_type: type[Any]
    halves: Callable[[date, Filters], tuple[Half, ...]]
    line: Callable[[Any, date], Any]
    filters: tuple[str, ...] = ()

    def count(self, on: date, filters: Filters | None = None) -> int:
        """Return how many records the table has on a day."""
        return sum(half.count() for half in self.halves(on, filters or {}))

    def lines(self, on: date, filters: Filters, *, start: int = 0, limit: int | None = None) -> Iterator[Any]:
        """Yield rows in a stable order; memory stays that of a chunk."""
        for half in self.halves(on, filters):
            taken = half[start:] if limit is None else half[start : start + limit]
            number = 0
            for record in taken.iterator(chunk_size=2000):
                number += 1
                yield self.line(record, on)
            if limit is not None and number == limit:
                return
            limit = None if limit is None else limit - number
            start = 0 if number else max(0, start - half.count())


@dataclass(frozen=True, slots=True)
class TablePage:
    """One page of a table as of a day."""

    table: Table
    on: date
    filters: Filters
    words: tuple[Text, ...]  # what the filters mean
    total: int
    page: int
    pages: int
    lines: tuple[Any, ...]


def table_named(name: str) -> Table:
    """Return a table by its name; NotFound names none, because there is nothing near to offer."""
    if name not in TABLES:
        raise NotFound(
            "catalog.table",
            "没有“{name}”这张表。",
            "There is no table “{name}”.",
            name=name[:60],
        )
    return TABLES[name]


def table_page(table: Table, *, on: date, filters: Filters, page: int = 1) -> TablePage:
    """Return one page of a table, in two statements for each half."""
    meanings = check_filters(table, filters)
    total = table.count(on, filters)
    pages = max(1, min(DEEPEST, -(-total // PAGE)))
    if not 1 <= page <= pages:
        raise NotFound(
            "catalog.table.page",
            "这张表可以翻到第 {pages} 页；要更多请下载 CSV。",
            "This table can be leafed through to page {pages}; for more, download the CSV.",
            pages=pages,
        )
    lines = tuple(table.lines(on, filters, start=(page - 1) * PAGE, limit=PAGE))
    return TablePage(table, on, filters, meanings, total, page, pages, lines)


def check_filters(table: Table, filters: Filters) -> tuple[Text, ...]:
    """Return what the filters mean in words; refuse one the table does not know."""
    meanings = []
    for name, value in filters.items():
        unlisted = name in _LISTS and value not in rulebook().codelist(_LISTS[name])
        if name not in table.filters or unlisted or "\0" in value:  # PostgreSQL does not even look for a NUL
            raise BadInput(
                "catalog.table.filter",
                "这张表不认识筛选“{name}＝{value}”。可用的有：{known}。",
                "This table does not know the filter “{name} = {value}”. It knows: {known}.",
                name=name[:40],
                value=value[:60],
                known=", ".join(table.filters) or "—",
            )
        meanings.append(rulebook().codelist(_LISTS[name]).text(value) if name in _LISTS else Text(value, value))
    return tuple(meanings)


def statistics_year(on: date) -> int:
    """Return the year that statistics of a day are about: the last one that has ended."""
    return (on + timedelta(days=1)).year - 1


_LISTS = {"scheme": "schemes", "district": "districts"}


def _believed(model: type[Model], on: date, *conditions: Q) -> tuple[Half, Half]:
    found = facts(model, as_of=on).filter(*conditions)
    return found.main.order_by("pk"), found.past.order_by("pk")


def _district_codes(code: str, on: date) -> list[str]:
    """Return a district's code and those of the districts that were merged into it."""
    districts = rulebook().codelist("districts")
    current = districts.current(code, on)
    return [one for one in districts.codes if districts.current(one, on) == current]


def _honours(scheme: str, region: Callable[[], str]) -> Callable[[date, Filters], tuple[Half, ...]]:
    def halves(on: date, filters: Filters) -> tuple[Half, ...]:
        won = Q(scheme=scheme, state__in=WON) & (Q(awarded_on=None) | Q(awarded_on__lte=on))
        rows = _believed(Honour, on, won & Q(region__startswith=region()))
        return tuple(half.select_related("organisation").order_by("edition", "code") for half in rows)

    return halves


def _certificates(on: date, filters: Filters) -> tuple[Half, ...]:
    halves = _believed(Certificate, on, valid_on(on), _certificate_filters(on, filters))
    return tuple(half.select_related("holder", "standard") for half in halves)


def _certificate_filters(on: date, filters: Filters) -> Q:
    wanted = Q()
    if "scheme" in filters:
        wanted &= Q(scheme=filters["scheme"])
    if "standard" in filters:
        wanted &= Q(standard_number=filters["standard"])
    if "district" in filters:
        wanted &= Q(holder__district__in=_district_codes(filters["district"], on))
    return wanted


def _holders(on: date, filters: Filters) -> tuple[Half, ...]:
    held = [half.order_by().values("holder") for half in _certificates(on, filters)]
    return (Organisation.objects.filter(Q(pk__in=held[0]) | Q(pk__in=held[1])).order_by("pk"),)


def _drafted(on: date, filters: Filters) -> tuple[Half, ...]:
    year = statistics_year(on)
    wanted = Q(published_on__range=(date(year, 1, 1), date(year, 12, 31)))
    wanted &= Q(level=filters["level"]) if "level" in filters else Q(level__in=("national", "industry"))
    role = filters.get("role", "")
    main, past = _believed(Standard, on, wanted)
    return main.filter(with_role(role, "pk", on)), past.filter(with_role(role, "subject_id", on))


def _organisations(on: date, filters: Filters) -> tuple[Half, ...]:
    where = Q(district__in=_district_codes(filters["district"], on)) if "district" in filters else Q()
    return _believed(Organisation, on, where)


def _institutions(on: date, filters: Filters) -> tuple[Half, ...]:
    halves = _believed(Institution, on, Q(state="listed"))
    return tuple(half.select_related("organisation") for half in halves)


def _standards(on: date, filters: Filters) -> tuple[Half, ...]:
    return _believed(Standard, on)


def _service_points(on: date, filters: Filters) -> tuple[Half, ...]:
    serving = Q(kind__in=("centre", "station")) & (Q(opened_on=None) | Q(opened_on__lte=on))
    serving &= Q(closed_on=None) | Q(closed_on__gt=on)
    if "district" in filters:
        serving &= Q(district__in=_district_codes(filters["district"], on))
    return _believed(Place, on, serving)


def _city() -> str:
    return rulebook().city.region


def _province() -> str:
    return rulebook().city.province


_PIECE = Text("张", "certificates")
_UNIT = Text("家", "organisations")
_RECIPIENT = Text("个单位（个人）", "winners")
_NO_NOTICE = Text("还在公示的不算，撤销的不算。", "Those still on public notice and those revoked are not counted.")


def _award(name: str, scheme: str, title: Text, says: Text, region: Callable[[], str] = _city) -> Table:
    return Table(
        name=name,
        title=title,
        unit=_RECIPIENT,
        says=says,
        leaves_out=_NO_NOTICE,
        line_type=table_rows.HonourLine,
        halves=_honours(scheme, region),
        line=table_rows.honour_line,
    )


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _award(
            "mayor-award",
            "mayor",
            Text("市长质量奖获奖名单", "Recipients of the Mayor's Quality Award"),
            Text("本市各届市长质量奖及提名奖、单项奖的每一个获奖单位、班组和个人，一行一个。",
                 "Every organisation, team and person given the mayor's award, its nominations or its single prizes;"
                 " one row each."),
        ),
        _award(
            "governor-award",
            "governor",
            Text("省长质量奖获奖名单", "Recipients of the Governor's Quality Award"),
            Text("本市各届省长质量奖及提名奖的每一个获奖单位和个人，一行一个。",
                 "Every organisation and person of the city given the governor's award or its nomination; one row"
                 " each."),
        ),
        _award(
            "china-award",
            "china",
            Text("中国质量奖获奖名单（全省）", "Recipients of the China Quality Award in the province"),
            Text("全省各届中国质量奖及提名奖的每一个获奖单位和个人，一行一个；份额是本市的行数除以全部行数。",
                 "Every winner in the province of the China Quality Award or its nomination, one row each; the share"
                 " is the city's rows over all rows."),
            _province,
        ),
        _award(
            "good-practice",
            "good-practice",
            Text("标准化良好行为企业", "Enterprises graded for good standardisation practice"),
            Text("本市获得标准化良好行为等级的企业，一行一次评定。",
                 "Enterprises of the city graded for good standardisation practice; one row for each grading."),
        ),
        Table(
            "certificates",
            Text("有效证书", "Valid certificates"),
            _PIECE,
            Text("当天状态为“有效”的证书，一行一张。", "Certificates whose state on the day is “valid”; one row each."),
            Text("暂停、撤销、注销、过期和还没有生效的不算。",
                 "Suspended, withdrawn, cancelled and expired ones are not counted, nor those not yet valid."),
            table_rows.CertificateLine,
            _certificates,
            table_rows.certificate_line,
            ("scheme", "standard", "district"),
        ),
        Table(
            "certificate-holders",
            Text("持有有效证书的组织", "Organisations holding a valid certificate"),
            _UNIT,
            Text("当天至少持有一张有效证书的组织，一行一家；一家有几张证书也只算一次。",
                 "Organisations with at least one valid certificate on the day; each counts once, however many it"
                 " has."),
            Text("只有暂停或过期证书的组织不算。",
                 "Those whose certificates are all suspended or expired do not count."),
            table_rows.OrganisationLine,
            _holders,
            table_rows.organisation_line,
            ("scheme", "standard", "district"),
        ),
        Table(
            "drafted-standards",
            Text("本市单位参与起草的标准", "Standards drafted with organisations of the city"),
            Text("项标准", "standards"),
            Text("统计年度内发布、起草单位中至少有一家在本市的国家标准和行业标准，一行一项；几家一起参与也只算一项。",
                 "National and industry standards published in the statistical year that name at least one organisation"
                 " of the city among their drafters; each counts once."),
            Text("地方、团体和企业标准不算。", "Local, group and enterprise standards are not counted."),
            table_rows.StandardLine,
            _drafted,
            table_rows.standard_line,
            ("level", "role"),
        ),
        Table(
            "organisations",
            Text("名录中的企业和组织", "Enterprises and organisations in the catalogue"),
            _UNIT,
            Text("名录收录的企业和其他组织，一行一家。", "Enterprises and other organisations listed; one row each."),
            Text("没有登记、只在别的记录里出现名字的不算。", "Names that only occur in other records are not counted."),
            table_rows.OrganisationLine,
            _organisations,
            table_rows.organisation_line,
            ("district",),
        ),
        Table(
            "institutions",
            Text("名录中的质量服务机构", "Quality institutions in the catalogue"),
            _UNIT,
            Text("已入驻的计量、标准、检验检测、认证、认可和培训机构，一行一家。",
                 "Listed institutions for metrology, standards, testing, certification, accreditation and training."),
            Text("申请中、暂停和已退出的不算。", "Those that have applied, are suspended or have left do not count."),
            table_rows.InstitutionLine,
            _institutions,
            table_rows.institution_line,
        ),
        Table(
            "standards",
            Text("名录中的标准", "Standards in the catalogue"),
            Text("条标准", "standards"),
            Text("名录收录的标准，每个版本一行，被代替和废止的也在内。",
                 "Standards listed, one row for each edition, replaced and withdrawn ones included."),
            Text("只在代替关系里出现编号、没有收录的不算。",
                 "Numbers known only from what replaced them are not counted."),
            table_rows.StandardLine,
            _standards,
            table_rows.standard_line,
        ),
        Table(
            "service-points",
            Text("质量服务中心和驿站", "Quality service centres and stations"),
            Text("处", "places"),
            Text("当天开放的质量服务中心和质量服务驿站，一行一处。",
                 "Centres and stations open on the day, one row each."),
            Text("还没有开放和已经关闭的不算，园区本身不算。",
                 "Those not yet open or already closed are not counted, nor are the parks themselves."),
            table_rows.PlaceLine,
            _service_points,
            table_rows.place_line,
            ("district",),
        ),
    )
}  # fmt: skip
