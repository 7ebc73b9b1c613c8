"""Headline figures: each is the count of a table of tables.py on a day."""

from collections import Counter
from datetime import date
from fractions import Fraction

from django.core.cache import cache
from django.db.models import Count

from pinzhi.engine.rulebook.shapes import CertificationScheme
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.headlines import Figure, Picture
from pinzhi.records.catalog.queries.tables import TABLES, statistics_year
from pinzhi.records.catalog.queries.validity import current_on
from pinzhi.records.catalog.queries.version import catalogue_version
from pinzhi.records.catalog.rulebook import rulebook

KEPT_S = 24 * 3600  # as long as the catalogue does not change
STALE_S = 60  # after a change the figures may be this old, so that a day of edits does not count them all day long
COUNTING_S = 30  # while one request counts, the others show what was counted before
NO_UNIT = Text("", "")
LARGEST_DENOMINATOR = 12  # 1/3 says more than 33 %; 17/40 does not


def headline_figures(on: date) -> list[Figure]:
    """Return the headline figures of a day that have records behind them.

    They are counted anew when the catalogue has changed, at most once a minute and by one request at a time.
    """
    version = catalogue_version().number
    kept: tuple[int, list[Figure]] | None = cache.get(f"figures:{on}")
    if kept and (kept[0] == version or not cache.add(f"figures:{on}:counting", 1, COUNTING_S)):
        return kept[1]
    if kept and cache.get(f"figures:{on}:fresh"):
        cache.delete(f"figures:{on}:counting")
        return kept[1]
    figures = _counted(on)
    cache.set(f"figures:{on}", (version, figures), KEPT_S)
    cache.set(f"figures:{on}:fresh", 1, STALE_S)
    cache.delete(f"figures:{on}:counting")
    return figures


def _counted(on: date) -> list[Figure]:
    figures = [
        _mayor(on),
        _national_share(on),
        _governor(on),
        _graded(on),
        _certified(on),
        _drafted(on),
        _premium(on),
        _points(on),
        _all_certificates(on),
        _organisations(on),
        _institutions(on),
        _standards(on),
    ]
    return [figure for figure in figures if figure is not None]


def _by(table: str, field: str, on: date) -> Counter[str]:
    """Return how many records of a table have each value of a field."""
    counts: Counter[str] = Counter()
    for half in TABLES[table].halves(on, {}):
        counts.update(dict(half.order_by().values_list(field).annotate(Count("pk"))))
    return counts


def _mayor(on: date) -> Figure | None:
    editions = _by("mayor-award", "edition", on)
    label = Text(f"连续 {len(editions)} 届，获市长质量奖", f"of the Mayor's Quality Award, in {len(editions)} rounds")
    return _award(on, "A21", "mayor-award", label, editions)


def _governor(on: date) -> Figure | None:
    label = Text("省长质量奖和提名奖", "of the provincial governor, nominations included")
    return _award(on, "A18", "governor-award", label, _by("governor-award", "edition", on))


def _award(on: date, figure: str, table: str, label: Text, editions: Counter[str]) -> Figure | None:
    """Tell how many received an award; its picture has a dot for each and a group for each edition."""
    if not editions:
        return None
    parts = tuple(
        (Text(f"第 {edition} 届", f"Edition {edition}"), editions[edition])
        for edition in sorted(editions, key=lambda text: (len(text), text))
    )
    return Figure(
        id=figure,
        value=f"{sum(editions.values()):,}",
        unit=TABLES[table].unit,
        label=label,
        as_of=on,
        href=f"/tables/{table}",
        picture=Picture("dots", parts),
    )


def _national_share(on: date) -> Figure | None:
    regions = _by("china-award", "region", on)
    whole = sum(regions.values())
    if not whole:
        return None
    own = sum(count for region, count in regions.items() if region.startswith(rulebook().city.region))
    share = Fraction(own, whole)
    value = str(share) if 1 < share.denominator <= LARGEST_DENOMINATOR else f"{own / whole:.0%}"
    city = rulebook().city.short_name
    return Figure(
        id="A14",
        value=value,
        unit=NO_UNIT,
        label=Text(
            f"中国质量奖和提名奖占全省份额：{city.zh} {own} 个，全省 {whole} 个",
            f"of the province's China Quality Awards and nominations: {own} of {whole}",
        ),
        as_of=on,
        href="/tables/china-award",
        picture=Picture("grid", ((city, own), (Text("全省", "Province"), whole))),
    )


def _graded(on: date) -> Figure | None:
    grades = _by("good-practice", "grade", on)
    if not grades:
        return None
    listed = sorted(grades.items(), key=lambda one: len(one[0]))
    said_zh = "、".join(f"{len(grade)}A 级 {count}" for grade, count in listed)
    said_en = ", ".join(f"{count} at {grade}" for grade, count in listed)
    return Figure(
        id="A55",
        value=f"{sum(grades.values()):,}",
        unit=Text("家", "enterprises"),
        label=Text(f"标准化良好行为企业：{said_zh}", f"graded for good standardisation practice: {said_en}"),
        as_of=on,
        href="/tables/good-practice",
        picture=Picture("bars", tuple((Text(grade, grade), count) for grade, count in listed)),
    )


def _certified(on: date) -> Figure | None:
    certificates = TABLES["certificates"].count(on, {"scheme": "qms"})
    if not certificates:
        return None
    holders = TABLES["certificate-holders"].count(on, {"scheme": "qms"})
    return Figure(
        id="A60",
        value=f"{certificates:,}",
        unit=Text("张", "certificates"),
        label=Text(
            f"有效的质量管理体系证书，获证组织 {holders:,} 家",
            f"of quality management systems in force, held by {holders:,} organisations",
        ),
        as_of=on,
        href="/tables/certificates?scheme=qms",
        picture=Picture("bars", ((Text("证书", "Certificates"), certificates), (Text("组织", "Holders"), holders))),
    )


def _drafted(on: date) -> Figure | None:
    levels = _by("drafted-standards", "level", on)
    if not levels:
        return None
    national, industry, year = levels["national"], levels["industry"], statistics_year(on)
    return Figure(
        id="A53",
        value=f"{national + industry:,}",
        unit=TABLES["drafted-standards"].unit,
        label=Text(
            f"{year} 年参与制定国家标准 {national:,}、行业标准 {industry:,}",
            f"drafted with us in {year}: {national:,} national, {industry:,} industry",
        ),
        as_of=on,
        href="/tables/drafted-standards",
        picture=Picture("stack", ((Text("国家", "National"), national), (Text("行业", "Industry"), industry))),
    )


def _premium(on: date) -> Figure | None:
    """Count the holders of the yearly premium certification in the district that has most of them."""
    schemes = rulebook().codelist("schemes")
    yearly = [one for one in schemes.entries if isinstance(one, CertificationScheme) and one.by_year]
    scheme = next((one for one in yearly if one.kind == "product" and one.holds(on)), None)
    if scheme is None:
        return None
    districts = rulebook().codelist("districts")
    (holders,) = TABLES["certificate-holders"].halves(on, {"scheme": scheme.code})
    counts: Counter[str] = Counter()
    for code, count in holders.order_by().values_list("district").annotate(Count("pk")):
        if code in districts:
            counts[districts.current(code, on)] += count
    if not counts:
        return None
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    code, most = ranked[0]
    district = districts.text(code)
    return Figure(
        id="B11",
        value=f"{most:,}",
        unit=Text("家", "organisations"),
        label=Text(
            f"{district.zh}获{scheme.name.zh}，全市最多", f"{scheme.name.en} in {district.en}, most in the city"
        ),
        as_of=on,
        href=f"/tables/certificate-holders?scheme={scheme.code}&district={code}",
        picture=Picture("dots", tuple((districts.text(one), count) for one, count in reversed(ranked))),
    )


def _points(on: date) -> Figure | None:
    kinds = _by("service-points", "kind", on)
    if not kinds:
        return None
    centres, stations = kinds["centre"], kinds["station"]
    return Figure(
        id="A41",
        value=f"{centres + stations:,}",
        unit=TABLES["service-points"].unit,
        label=Text(
            f"质量服务中心 {centres:,}、质量服务驿站 {stations:,}",
            f"to get quality services: {centres:,} centres, {stations:,} stations",
        ),
        as_of=on,
        href="/tables/service-points",
        picture=Picture("stack", ((Text("中心", "Centres"), centres), (Text("驿站", "Stations"), stations))),
    )


def _all_certificates(on: date) -> Figure | None:
    schemes = _by("certificates", "scheme", on)
    if not schemes:
        return None
    names = rulebook().codelist("schemes")
    largest = tuple((names.text(scheme), count) for scheme, count in schemes.most_common(3))
    return Figure(
        id="K01",
        value=f"{sum(schemes.values()):,}",
        unit=TABLES["certificates"].unit,
        label=Text(f"各类有效证书，{len(schemes)} 个认证项目", f"in force, under {len(schemes)} schemes"),
        as_of=on,
        href="/tables/certificates",
        picture=Picture("bars", largest),
    )


def _organisations(on: date) -> Figure | None:
    listed, holding = TABLES["organisations"].count(on), TABLES["certificate-holders"].count(on)
    label = Text(
        f"名录收录的企业和组织，持有有效证书的 {holding:,} 家",
        f"listed in the catalogue, {holding:,} with a certificate in force",
    )
    return _of_which(on, "A45", "organisations", label, listed, holding)


def _institutions(on: date) -> Figure | None:
    halves = TABLES["institutions"].halves(on, {})
    testing = sum(half.filter(categories__contains="testing").count() for half in halves)
    label = Text(
        f"名录收录的质量服务机构，做检验检测的 {testing:,} 家",
        f"for quality services listed, {testing:,} of them for testing",
    )
    return _of_which(on, "A46", "institutions", label, TABLES["institutions"].count(on), testing)


def _standards(on: date) -> Figure | None:
    whole = current = 0
    for half in TABLES["standards"].halves(on, {}):  # both counts in one pass: a million rows are read
        counts = half.order_by().aggregate(whole=Count("pk"), current=Count("pk", filter=current_on(on)))
        whole, current = whole + counts["whole"], current + counts["current"]
    label = Text(f"名录收录的标准，现行的 {current:,} 条", f"listed in the catalogue, {current:,} of them current")
    return _of_which(on, "A47", "standards", label, whole, current)


def _of_which(on: date, figure: str, table: str, label: Text, whole: int, part: int) -> Figure | None:
    """Tell a count and a part of it, as two bars."""
    if not whole:
        return None
    return Figure(
        id=figure,
        value=f"{whole:,}",
        unit=TABLES[table].unit,
        label=label,
        as_of=on,
        href=f"/tables/{table}",
        picture=Picture("bars", ((Text("全部", "All"), whole), (Text("其中", "Of which"), part))),
    )
