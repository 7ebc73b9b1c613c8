"""The page of a standard."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from pinzhi.engine.catalog import words
from pinzhi.engine.catalog.codes import parse, printed
from pinzhi.engine.errors import BadIdentifier
from pinzhi.engine.rulebook.shapes import CertificationScheme
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.catalog.models import Capability, Certificate, Drafting, Standard
from pinzhi.records.catalog.queries.editions import Chain, Edition, chain_of
from pinzhi.records.catalog.queries.shapes import (
    NO_WORDS,
    Coded,
    Day,
    Origin,
    Ref,
    State,
    coded,
    district_ref,
    nothing_found,
    number_ref,
    organisation_ref,
    origin_of,
    standard_state,
)
from pinzhi.records.catalog.queries.validity import capability_state, valid_certificates
from pinzhi.records.catalog.queries.visible import institutions_visible_to
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.catalog.search import find, rows_of
from pinzhi.records.catalog.search.shapes import SearchRequest

TESTING_MOST = 200  # capabilities a page and its CSV list
ADOPTERS_SOUGHT = 20


@dataclass(frozen=True, slots=True)
class Drafter:
    """One drafter in the order printed; ``of`` is the length of the order."""

    rank: int
    of: int
    name: str
    organisation: Ref | None
    is_local: bool


@dataclass(frozen=True, slots=True)
class DistrictCount:
    """Valid certificates and their holders in one district; both in the province's other cities under no district."""

    district: Ref | None
    certificates: int
    holders: int


@dataclass(frozen=True, slots=True)
class SchemeCount:
    """How many valid certificates of a scheme name this edition, and how many an earlier one."""

    scheme: Coded
    certificates: int
    older_editions: int


@dataclass(frozen=True, slots=True)
class Testing:
    """An institution that may test by this standard, and on whose approval."""

    institution: Ref
    scope: Text
    approval: Text
    approval_number: str
    valid_to: date | None
    state: State


@dataclass(frozen=True, slots=True)
class StandardPage:
    """Everything the page of a standard shows, as of a day."""

    key: str
    number: str  # as printed
    title: Text
    title_local: str
    on: date
    state: State
    level: Text
    nature: Text
    published: Day
    effective_on: date | None
    withdrawn_on: date | None
    superseded_on: date | None
    authority: str
    committee: str
    ics: tuple[Coded, ...]
    ccs: tuple[Coded, ...]
    adopts: Ref | None
    adoption: Text
    adopted_by: tuple[Ref, ...]
    url: str
    editions: tuple[Edition, ...]
    successors: tuple[Ref, ...]
    drafters: tuple[Drafter, ...]
    certificates: int
    holders: int
    districts: tuple[DistrictCount, ...]
    schemes: tuple[SchemeCount, ...]
    testing: tuple[Testing, ...]
    testing_total: int
    origin: Origin

    @property
    def local_drafters(self) -> tuple[Drafter, ...]:
        return tuple(one for one in self.drafters if one.is_local)


def standard_page(canonical: str, *, on: date, actor: Actor) -> StandardPage:
    """Return the page of a standard by its canonical number; NotFound when there is none."""
    standard = Standard.objects.filter(canonical=canonical).first()
    if standard is None:
        raise nothing_found("standard", canonical)
    chain = chain_of(standard, on)
    districts = _by_district(standard, on)
    testing = _capabilities(standard, actor)
    return StandardPage(
        key=standard.canonical,
        number=printed(standard.number),
        title=Text(standard.title_zh or standard.title_local or standard.title_en, standard.title_en),
        title_local=standard.title_local if standard.title_zh else "",
        on=on,
        state=standard_state(standard, on),
        level=words.LEVELS[standard.level],
        nature=words.NATURES.get(standard.nature, NO_WORDS),
        published=Day(standard.published_on, standard.published_precision),
        effective_on=standard.effective_on,
        withdrawn_on=standard.withdrawn_on,
        superseded_on=standard.superseded_on,
        authority=standard.authority,
        committee=standard.committee,
        ics=coded("ics", standard.ics),
        ccs=coded("ccs", standard.ccs),
        adopts=_adopted(standard.adopts),
        adoption=words.ADOPTIONS.get(standard.adoption, NO_WORDS),
        adopted_by=_adopters(standard, on),
        url=standard.url,
        editions=chain.editions,
        successors=chain.successors,
        drafters=_drafters(standard),
        certificates=sum(one.certificates for one in districts),
        holders=sum(one.holders for one in districts),
        districts=districts,
        schemes=_by_scheme(standard, chain, on),
        testing=tuple(_testing(one, on) for one in testing[:TESTING_MOST]),
        testing_total=testing.count(),
        origin=origin_of(standard),
    )


def canonical_for(spelling: str, *, on: date) -> str:
    """Return the canonical number of the standard meant by another spelling; NotFound when nothing fits.

    A number without its year means the edition in force on the day, else the newest.
    """
    try:
        number = parse(spelling)
    except BadIdentifier:
        raise nothing_found("standard", spelling) from None
    editions = list(Standard.objects.filter(family__in=(number.canonical, number.family)))
    exact = [one for one in editions if one.canonical == number.canonical]
    if exact or (number.year is None and editions):
        return (exact or sorted(editions, key=lambda one: _freshness(one, on)))[-1].canonical
    direct = find(SearchRequest(spelling, kind="standard", size=1, on=on, facets=False)).direct
    rows = rows_of([direct]) if direct else []
    if not rows:
        raise nothing_found("standard", spelling)
    return rows[0].key


def _freshness(standard: Standard, on: date) -> tuple[bool, date]:
    return standard_state(standard, on).code == "current", standard.effective_on or standard.published_on or date.min


def _adopted(number: str) -> Ref | None:
    """Return the international standard adopted, with its page where the catalogue has it."""
    if not number:
        return None
    canonical = parse(number).canonical
    return number_ref(canonical, Standard.objects.filter(canonical=canonical).first())


def _adopters(standard: Standard, on: date) -> tuple[Ref, ...]:
    """Return the standards that adopt this international one, found by the number they name."""
    if standard.level != "international":
        return ()
    sought = SearchRequest(standard.canonical, kind="standard", size=ADOPTERS_SOUGHT, on=on, facets=False)
    rows = [row for row in rows_of(find(sought).hits) if row.adopts]
    adopting = [row.key for row in rows if parse(row.adopts).canonical == standard.canonical]
    return tuple(Ref("standard", key, Text(printed(key), printed(key))) for key in adopting)


def _drafters(standard: Standard) -> tuple[Drafter, ...]:
    city = rulebook().city.region
    rows = list(
        Drafting.objects.filter(standard=standard, recorded_until=None).select_related("organisation").order_by("rank")
    )
    return tuple(
        Drafter(
            rank=row.rank,
            of=max(len(rows), rows[-1].rank),
            name=row.name,
            organisation=organisation_ref(row.organisation) if row.organisation else None,
            is_local=bool(row.organisation and row.organisation.district.startswith(city)),
        )
        for row in rows
    )


def _by_district(standard: Standard, on: date) -> tuple[DistrictCount, ...]:
    """Count valid certificates to this edition; a holder has one district, so districts add up."""
    rows = (
        valid_certificates(on)
        .filter(standard=standard)
        .values_list("holder__district")
        .annotate(certificates=Count("pk"), holders=Count("holder", distinct=True))
        .order_by()
    )
    districts = rulebook().codelist("districts")
    sums: dict[str, tuple[int, int]] = {}
    for code, certificates, holders in rows:
        current = districts.current(code, on) if code in districts else code[:4]
        before = sums.get(current, (0, 0))
        sums[current] = (before[0] + certificates, before[1] + holders)
    counted = [DistrictCount(district_ref(code, on), *amounts) for code, amounts in sums.items()]
    return tuple(sorted(counted, key=lambda one: (-one.certificates, one.district.key if one.district else "")))


def _by_scheme(standard: Standard, chain: Chain, on: date) -> tuple[SchemeCount, ...]:
    """Count valid certificates by scheme, to this edition and to those before it."""
    older = [chain.ids[one.key] for one in _before(chain, standard.canonical) if one.key in chain.ids]
    counts: dict[tuple[str, bool], int] = {}
    rows: QuerySet[Certificate] = valid_certificates(on).filter(standard_id__in=[standard.pk, *older])
    for scheme, standard_id, count in rows.order_by().values_list("scheme", "standard_id").annotate(Count("pk")):
        place = (scheme, standard_id == standard.pk)
        counts[place] = counts.get(place, 0) + count
    schemes = rulebook().codelist("schemes")
    naming = [
        one.code
        for one in schemes.entries
        if isinstance(one, CertificationScheme) and standard.family in one.standards and one.holds(on)
    ]
    codes = dict.fromkeys([*naming, *sorted(scheme for scheme, _this in counts)])
    return tuple(
        SchemeCount(Coded(code, schemes.text(code)), counts.get((code, True), 0), counts.get((code, False), 0))
        for code in codes
    )


def _before(chain: Chain, canonical: str) -> list[Edition]:
    """Return the editions that this one replaces, directly or through others; parts of standards do not count."""
    by_key = {edition.key: edition for edition in chain.editions}
    seen: dict[str, Edition] = {}
    waiting = [canonical]
    while waiting:
        here = by_key.get(waiting.pop())
        for number in here.replaces if here else ():
            if number in by_key and number not in seen:
                seen[number] = by_key[number]
                waiting.append(number)
    return list(seen.values())


def _capabilities(standard: Standard, actor: Actor) -> QuerySet[Capability]:
    return (
        Capability.objects.filter(
            standard_number=standard.canonical, recorded_until=None, institution__in=institutions_visible_to(actor)
        )
        .select_related("institution__organisation")
        .order_by("institution__organisation__name", "scope_zh", "pk")
    )


def _testing(capability: Capability, on: date) -> Testing:
    organisation = capability.institution.organisation
    return Testing(
        institution=Ref("institution", organisation.code, Text(organisation.name, organisation.name_en)),
        scope=Text(capability.scope_zh, capability.scope_en),
        approval=words.APPROVALS.get(capability.approval, NO_WORDS),
        approval_number=capability.approval_number,
        valid_to=capability.valid_to,
        state=capability_state(capability, on),
    )
