"""What the platform suggests for a need in somebody's own words: services, institutions with reasons, standards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from pinzhi.engine.casework.matching import Ground, Need, Provider, suggest
from pinzhi.engine.casework.needs import services_asked, things_named
from pinzhi.engine.catalog.codes import parse
from pinzhi.engine.errors import BadIdentifier
from pinzhi.engine.texts import Text
from pinzhi.records.casework.fields import seat_of
from pinzhi.records.casework.models import Case, Rating
from pinzhi.records.casework.rules import OPEN_LANES, type_now
from pinzhi.records.catalog.models import Capability, Institution, Organisation
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.catalog.search.finding import find
from pinzhi.records.catalog.search.rows import rows_of
from pinzhi.records.catalog.search.shapes import Hit, Row, SearchRequest

ORDER = "nqi-order"
MOST_INSTITUTIONS = 12
MOST_STANDARDS = 5
MOST_WEIGHED = (
    2_000  # institutions that are ranked; the ones that hold an approval for a standard needed are among them
)
LONGEST = 2_000
_LOOSE = ("any", "syllables", "corrected", "none", "browse")  # ways of finding that say nothing about a sentence


@dataclass(frozen=True, slots=True)
class Service:
    """A service that the need seems to ask for, and the words that say so; none where it was chosen."""

    code: str
    title: Text
    found: tuple[str, ...]
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Suggested:
    """An institution with its points out of 100 and what they are made of."""

    code: str
    name: str
    name_en: str
    district: Text
    points: Decimal
    grounds: tuple[Ground, ...]
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """All that is suggested for a need."""

    services: tuple[Service, ...]
    standards: tuple[Row, ...]
    institutions: tuple[Suggested, ...]
    fitting: int  # institutions that fit, shown or not


def advice(text: str, *, on: date, service: str = "", standard: str = "", district: str = "") -> Advice:
    """Return what fits a need; ``service``, ``standard`` (a number) and ``district`` were chosen, or are empty.

    A service that is chosen stands for those that the words ask for. A standard that is no number is left out.
    """
    services = services_for(text[:LONGEST], service)
    standards = _standards(text[:LONGEST], standard, services, on)
    wanted = _numbers(standard)
    institutions, fitting = _institutions(services, wanted, district, on)
    return Advice(services, standards, institutions, fitting)


def district_of(code: str) -> str:
    """Return the district of an organisation; empty where it is not known."""
    return Organisation.objects.filter(code=code).values_list("district", flat=True).first() or ""


def services_for(text: str, chosen: str = "") -> tuple[Service, ...]:
    """Return the services that a need asks for by its words, the clearest first; the chosen one alone where one is."""
    listed = rulebook().codelist("services")
    if chosen in listed:
        return (Service(chosen, listed.text(chosen), (), is_chosen=True),)
    rule = type_now(ORDER).match
    asked = services_asked(text, rule.asked if rule else ())
    return tuple(Service(one.service, listed.text(one.service), one.found, is_chosen=False) for one in asked)


def _standards(text: str, chosen: str, services: Sequence[Service], on: date) -> tuple[Row, ...]:
    """Return the standards that are numbered or titled as what was chosen, or as the things that the need names."""
    rule = type_now(ORDER).match
    idle = (*(rule.idle if rule else ()), *(word for one in services for word in one.found))
    asked = (chosen.strip(),) if chosen.strip() else things_named(text, idle)
    hits: dict[int, Hit] = {}
    for thing in asked:
        hits |= {hit.id: hit for hit in _titled(thing, on) if hit.id not in hits}
        if len(hits) >= MOST_STANDARDS:
            break
    return tuple(rows_of(list(hits.values())[:MOST_STANDARDS], on))


def _titled(thing: str, on: date) -> tuple[Hit, ...]:
    """Return what bears the words or, where nothing does, their beginning: 电缆型式 finds 电缆."""
    while len(thing) > 1:
        result = find(SearchRequest(thing[:200], kind="standard", size=MOST_STANDARDS, on=on, facets=False))
        if result.how not in _LOOSE:
            return tuple(line.hit for line in result.lines)
        if thing.isascii():
            return ()
        thing = thing[:-2]
    return ()


def _numbers(standard: str) -> frozenset[str]:
    try:
        return frozenset({parse(standard).canonical}) if standard.strip() else frozenset()
    except BadIdentifier:
        return frozenset()


def _institutions(
    services: Sequence[Service], standards: frozenset[str], district: str, on: date
) -> tuple[tuple[Suggested, ...], int]:
    rule = type_now(ORDER).match
    listed = rulebook().codelist("services")
    groups = frozenset(listed.parent(one.code) or one.code for one in services)
    if rule is None or not (groups or standards):
        return (), 0
    rows = _fitting(groups, standards)
    need = Need(groups, standards, seat_of(district), on)
    ranked = suggest(rule, need, _providers(rows, standards, on))
    known = {one.organisation.code: one.organisation for one in rows}
    return tuple(_suggested(known[one.key], one.points, one.grounds) for one in ranked[:MOST_INSTITUTIONS]), len(ranked)


def _fitting(groups: frozenset[str], standards: frozenset[str]) -> list[Institution]:
    """Return listed institutions that offer a group of services or may work by a standard, those that may first."""
    offers = Q(pk__in=[])
    for group in groups:
        offers |= Q(categories__contains=group)
    able = Q(capabilities__standard_number__in=standards, capabilities__recorded_until=None)
    base = Institution.objects.filter(state="listed").select_related("organisation")
    first = list(base.filter(able).distinct().order_by("pk")[:MOST_WEIGHED]) if standards else []
    seen = {one.pk for one in first}
    rest = base.filter(offers).order_by("pk")[:MOST_WEIGHED]
    return (first + [one for one in rest if one.pk not in seen])[:MOST_WEIGHED]


def _providers(rows: Sequence[Institution], standards: frozenset[str], on: date) -> list[Provider]:
    codes = [one.organisation.code for one in rows]
    held = _approvals([one.pk for one in rows], standards, on)
    loads = _loads(codes)
    ratings = _ratings(codes)
    return [
        Provider(
            key=one.organisation.code,
            services=frozenset(one.categories.split(";")),
            standards=held.get(one.pk, (frozenset(), frozenset()))[0],
            accredited=held.get(one.pk, (frozenset(), frozenset()))[1],
            spot=seat_of(one.organisation.district),
            open_orders=loads.get(one.organisation.code, 0),
            ratings=ratings.get(one.organisation.code, (0, 0, 0, 0, 0)),
        )
        for one in rows
    ]


def _approvals(
    ids: Sequence[int], standards: frozenset[str], on: date
) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """Return for each institution the standards it may work by and those covered by an approval in force.

    Where no standard is asked for, any approval in force counts.
    """
    rows = Capability.objects.filter(institution__in=ids, recorded_until=None)
    if standards:
        rows = rows.filter(standard_number__in=standards)
    able: dict[int, set[str]] = {}
    approved: dict[int, set[str]] = {}
    for pk, number, approval, first, last in rows.order_by().values_list(
        "institution", "standard_number", "approval", "valid_from", "valid_to"
    ):
        able.setdefault(pk, set()).add(number)
        if approval and (first is None or first <= on) and (last is None or on <= last):
            approved.setdefault(pk, set()).add(number)
    return {pk: (frozenset(numbers), frozenset(approved.get(pk, ()))) for pk, numbers in able.items()}


def _loads(codes: Iterable[str]) -> dict[str, int]:
    """Return how many orders each institution has in hand."""
    rows = Case.objects.filter(kind=ORDER, provider_code__in=codes, lane__in=OPEN_LANES).order_by()
    return dict(rows.values_list("provider_code").annotate(n=Count("pk")))


def _ratings(codes: Iterable[str]) -> dict[str, tuple[int, int, int, int, int]]:
    """Return for each institution how many ratings of 1 to 5 it has, in this order."""
    found: dict[str, list[int]] = {}
    rows = Rating.objects.filter(provider_code__in=codes).order_by()
    for code, level, count in rows.values_list("provider_code", "level").annotate(n=Count("pk")):
        found.setdefault(code, [0, 0, 0, 0, 0])[level - 1] = count
    return {code: (row[0], row[1], row[2], row[3], row[4]) for code, row in found.items()}


def _suggested(organisation: Organisation, points: Decimal, grounds: tuple[Ground, ...]) -> Suggested:
    district = organisation.district
    return Suggested(
        code=organisation.code,
        name=organisation.name,
        name_en=organisation.name_en,
        district=rulebook().codelist("districts").text(district) if district else Text("", ""),
        points=points,
        grounds=grounds,
        synthetic=organisation.synthetic,
    )
