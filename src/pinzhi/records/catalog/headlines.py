"""What stands on the front page: headline figures worked out from the records, and what closes soon."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from django.db.models import Count, F, Q, QuerySet

from pinzhi.engine.catalog import words
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.history import Facts, facts
from pinzhi.records.catalog.models import Certificate, Document, Drafting, Honour, Place
from pinzhi.records.catalog.rulebook import rulebook

WON = ("announced", "in_force")  # a name on notice is not yet an award, a revoked one no longer


@dataclass(frozen=True, slots=True)
class Picture:
    """The amounts a small picture is drawn from; whoever shows it decides how.

    - ``dots``: one dot for each thing, a group for each part (winners by edition)
    - ``grid``: the first part filled out of the second (9 of 27)
    - ``share``: the first part of the second, as a bar
    - ``bars``: amounts to compare, one bar each
    - ``stack``: parts of a sum, side by side with their names
    """

    shape: Literal["dots", "grid", "share", "bars", "stack"]
    parts: tuple[tuple[Text, int], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline figure: the number as printed, what it counts, the day it holds, and the table it leads to."""

    id: str  # short and stable: A21
    value: str  # 12,667
    unit: Text  # 张 certificates; both empty for a share
    label: Text
    as_of: date
    href: str  # /tables/…
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """A call or a notice that somebody can still answer; ``closes_on`` is its last day."""

    key: str
    title: Text  # the English one is empty where there is none
    issuer: Text
    closes_on: date
    synthetic: bool


def open_calls(on: date) -> list[Closing]:
    """Return the calls that can still be answered, the next to close first."""
    return _closing(Document.objects.filter(kind="call"), on)


def notices(on: date) -> list[Closing]:
    """Return the public notices under which anybody may object, the next to close first."""
    return _closing(Document.objects.filter(kind="notice"), on)


def _closing(documents: QuerySet[Document], on: date) -> list[Closing]:
    begun = Q(issued_on=None) | Q(issued_on__lte=on)
    rows = documents.filter(begun, closes_on__gte=on).order_by(F("closes_on"), "code")[:6]
    return [
        Closing(
            key=row.code,
            title=Text(row.title_zh, row.title_en),
            issuer=Text(row.issuer_zh, row.issuer_en),
            closes_on=row.closes_on,
            synthetic=row.synthetic,
        )
        for row in rows
        if row.closes_on
    ]


def headline_figures(on: date) -> list[Figure]:
    """Return the figures of the day; one that counts nothing is left out, because a zero would mean "not recorded"."""
    figures = [figure(on) for figure in _FIGURES]
    return [figure for figure in figures if figure is not None]


def _mayor_winners(on: date) -> Figure | None:
    by_edition = _by_edition(_won("mayor", on))
    return _told(
        "A21",
        sum(by_edition.values()),
        Text("个单位（个人）", "winners"),
        Text(f"连续 {len(by_edition)} 届，获市长质量奖", f"of the Mayor's Quality Award, in {len(by_edition)} rounds"),
        on,
        "mayor-award",
        Picture("dots", _parts(by_edition)),
    )


def _governor_winners(on: date) -> Figure | None:
    by_edition = _by_edition(_in_city(_won("governor", on)))
    return _told(
        "A18",
        sum(by_edition.values()),
        Text("个", "awards"),
        Text("省长质量奖和提名奖", "of the provincial governor, nominations included"),
        on,
        "governor-award",
        Picture("dots", _parts(by_edition)),
    )


def _national_share(on: date) -> Figure | None:
    province = _won("china", on).filter(region__startswith=rulebook().city.province)
    ours, all_of_them = _in_city(province).count(), province.count()
    if not ours:
        return None
    share = Fraction(ours, all_of_them)
    simple = share.denominator <= 10
    return Figure(
        id="A14",
        value=f"{share.numerator}/{share.denominator}" if simple else f"{round(share * 100)}%",
        unit=Text("", ""),
        label=Text(
            f"全省 {all_of_them} 个中国质量奖（含提名奖）中的 {ours} 个",
            f"of the province's {all_of_them} China Quality Awards and nominations: {ours}",
        ),
        as_of=on,
        href="/tables/china-award",
        picture=Picture("grid", ((Text("本市", "city"), ours), (Text("全省", "province"), all_of_them))),
    )


def _quality_systems(on: date) -> Figure | None:
    valid = facts(Certificate, as_of=on).filter(scheme="qms", state="active", issued_on__lte=on, expires_on__gte=on)
    count, holders = valid.count(), valid.count_distinct("holder_id")
    return _told(
        "A60",
        count,
        Text("张", "certificates"),
        Text(
            f"有效的质量管理体系证书，获证组织 {holders:,} 家",
            f"of quality management systems in force, held by {holders:,} organisations",
        ),
        on,
        "quality-systems",
        Picture("bars", ((Text("证书", "certificates"), count), (Text("组织", "organisations"), holders))),
    )


def _drafted_standards(on: date) -> Figure | None:
    """Count the national and industry standards of last year that an organisation of the city helped to draft."""
    year = on.year - 1
    standards = Drafting.objects.filter(
        recorded_until=None,
        organisation__district__startswith=rulebook().city.region,
        standard__level__in=("national", "industry"),
        standard__published_on__year=year,
    )
    rows = standards.values_list("standard__level").annotate(Count("standard_id", distinct=True))
    by_level = dict(rows.order_by("standard__level"))
    national, industry = by_level.get("national", 0), by_level.get("industry", 0)
    return _told(
        "A53",
        national + industry,
        Text("项标准", "standards"),
        Text(
            f"{year} 年参与制定国家标准 {national:,}、行业标准 {industry:,}",
            f"drafted with us in {year}: {national:,} national, {industry:,} industry",
        ),
        on,
        "drafted-standards",
        Picture("stack", ((Text("国家", "national"), national), (Text("行业", "industry"), industry))),
    )


def _premium_products(on: date) -> Figure | None:
    region = rulebook().city.region
    valid = facts(Certificate, as_of=on).filter(scheme="taishan-quality", state="active", issued_on__lte=on)
    valid = valid.filter(Q(expires_on=None) | Q(expires_on__gte=on), holder__district__startswith=region)
    by_district = Counter(valid.count_by("holder__district")).most_common(4)
    districts = rulebook().codelist("districts")
    return _told(
        "B11",
        valid.count(),
        Text("张", "certificates"),
        Text("有效的“泰山品质”认证", "of “Taishan Quality” in force"),
        on,
        "taishan-quality",
        Picture("stack", tuple((_short(districts.text(code)), count) for code, count in by_district)),
    )


def _good_practice(on: date) -> Figure | None:
    grades = _in_city(_won("good-practice", on)).count_by("grade")
    return _told(
        "A57",
        sum(grades.values()),
        Text("家", "enterprises"),
        Text("标准化良好行为企业", "graded for good standardisation practice"),
        on,
        "good-practice",
        Picture("stack", _parts(grades)),
    )


def _service_places(on: date) -> Figure | None:
    open_now = facts(Place, as_of=on).filter(Q(closed_on=None) | Q(closed_on__gt=on), kind__in=("centre", "station"))
    kinds = open_now.count_by("kind")
    return _told(
        "A47",
        sum(kinds.values()),
        Text("处", "places"),
        Text("质量服务中心和质量服务驿站", "quality service centres and stations"),
        on,
        "service-places",
        Picture("dots", tuple((words.PLACE_KINDS[kind], kinds[kind]) for kind in ("centre", "station"))),
    )


_FIGURES: tuple[Callable[[date], Figure | None], ...] = (
    _mayor_winners,
    _national_share,
    _governor_winners,
    _premium_products,
    _quality_systems,
    _drafted_standards,
    _good_practice,
    _service_places,
)


def _told(figure_id: str, count: int, unit: Text, label: Text, on: date, table: str, picture: Picture) -> Figure | None:
    if not count:
        return None
    return Figure(figure_id, f"{count:,}", unit, label, on, f"/tables/{table}", picture)


def _won(scheme: str, on: date) -> Facts[Honour]:
    return facts(Honour, as_of=on).filter(scheme=scheme, state__in=WON)


def _in_city(honours: Facts[Honour]) -> Facts[Honour]:
    return honours.filter(region__startswith=rulebook().city.region)


def _by_edition(honours: Facts[Honour]) -> dict[str, int]:
    counts = honours.count_by("edition")
    return {edition: counts[edition] for edition in sorted(counts, key=lambda edition: (len(edition), edition))}


def _parts(counts: dict[str, int]) -> tuple[tuple[Text, int], ...]:
    return tuple(
        (Text(name, name), count) for name, count in sorted(counts.items(), key=lambda one: (len(one[0]), one))
    )


def _short(district: Text) -> Text:
    return Text(district.zh[:2], district.en)
