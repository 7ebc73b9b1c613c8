"""The page of an institution: what it may do, by whose approval and until when."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from pinzhi.engine.catalog import words
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.catalog.models import Capability, Institution
from pinzhi.records.catalog.queries.shapes import (
    NO_WORDS,
    Coded,
    Origin,
    Ref,
    State,
    district_ref,
    listed,
    nothing_found,
    number_ref,
    origin_of,
    state_in,
)
from pinzhi.records.catalog.queries.validity import capability_state
from pinzhi.records.catalog.queries.visible import institutions_visible_to

PAGE = 50


@dataclass(frozen=True, slots=True)
class CapabilityRow:
    """One thing the institution may do."""

    category: Text
    scope: Text
    standard: Ref | None
    approval: Text
    approval_number: str
    valid_from: date | None
    valid_to: date | None
    state: State


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """How many capabilities a category has."""

    category: Coded
    count: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which capabilities are wanted: of one category, with a text in scope or standard, one page of them."""

    category: str = ""
    text: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class InstitutionPage:
    """Everything the page of an institution shows, as of a day.

    ``total`` counts all capabilities, ``found`` those wanted; ``capabilities`` are one page of these.
    """

    code: str
    name: Text
    on: date
    state: State
    organisation: Ref
    district: Ref | None
    address: str
    categories: tuple[Coded, ...]
    services: Text
    contact: str
    wanted: Wanted
    counts: tuple[CategoryCount, ...]
    total: int
    found: int
    pages: int
    capabilities: tuple[CapabilityRow, ...]
    origin: Origin


def institution_page(code: str, *, on: date, actor: Actor, wanted: Wanted | None = None) -> InstitutionPage:
    """Return the page of an institution by its organisation's code.

    NotFound when there is none or the actor may not see it: who has applied and is not listed stays unknown.
    """
    wanted = wanted or Wanted()
    institution = institutions_visible_to(actor).filter(organisation__code=code).select_related("organisation").first()
    if institution is None:
        raise nothing_found("institution", code)
    organisation = institution.organisation
    counts = _counts(institution)
    rows = capabilities_of(institution, wanted)
    found = rows.count()
    start = (wanted.page - 1) * PAGE
    return InstitutionPage(
        code=organisation.code,
        name=Text(organisation.name, organisation.name_en),
        on=on,
        state=state_in("institution", words.INSTITUTION_STATES, institution.state),
        organisation=Ref("organisation", organisation.code, Text(organisation.name, organisation.name_en)),
        district=district_ref(organisation.district, on),
        address=organisation.address,
        categories=tuple(
            Coded(one, words.CATEGORIES[one]) for one in listed(institution.categories) if one in words.CATEGORIES
        ),
        services=Text(institution.services_zh, institution.services_en),
        contact=institution.contact,
        wanted=wanted,
        counts=counts,
        total=sum(one.count for one in counts),
        found=found,
        pages=max(1, -(-found // PAGE)),
        capabilities=tuple(_row(one, on) for one in rows[start : start + PAGE]),
        origin=origin_of(institution),
    )


def all_capabilities(code: str, *, on: date, actor: Actor, wanted: Wanted) -> tuple[CapabilityRow, ...]:
    """Return every capability wanted, whatever the page; NotFound where the actor may not see the institution."""
    institution = institutions_visible_to(actor).filter(organisation__code=code).first()
    if institution is None:
        raise nothing_found("institution", code)
    return tuple(_row(one, on) for one in capabilities_of(institution, wanted))


def capabilities_of(institution: Institution, wanted: Wanted) -> QuerySet[Capability]:
    """Return the capabilities wanted, by category, scope and standard."""
    rows = Capability.objects.filter(institution=institution, recorded_until=None).select_related("standard")
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    if wanted.text:
        rows = rows.filter(
            Q(scope_zh__icontains=wanted.text)
            | Q(scope_en__icontains=wanted.text)
            | Q(standard_number__icontains=wanted.text)
        )
    return rows.order_by("category", "scope_zh", "standard_number", "pk")


def _counts(institution: Institution) -> tuple[CategoryCount, ...]:
    rows = (
        Capability.objects.filter(institution=institution, recorded_until=None)
        .order_by()
        .values_list("category")
        .annotate(Count("pk"))
    )
    found = dict(rows)
    return tuple(
        CategoryCount(Coded(code, text), found[code]) for code, text in words.CATEGORIES.items() if code in found
    )


def _row(capability: Capability, on: date) -> CapabilityRow:
    return CapabilityRow(
        category=words.CATEGORIES.get(capability.category, Text(capability.category, capability.category)),
        scope=Text(capability.scope_zh, capability.scope_en),
        standard=number_ref(capability.standard_number, capability.standard),
        approval=words.APPROVALS.get(capability.approval, NO_WORDS),
        approval_number=capability.approval_number,
        valid_from=capability.valid_from,
        valid_to=capability.valid_to,
        state=capability_state(capability, on),
    )
