"""The page of an organisation."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Subquery

from pinzhi.engine.catalog import words
from pinzhi.engine.catalog.credit import is_temporary
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.catalog.models import (
    Brand,
    Certificate,
    Drafting,
    Honour,
    Organisation,
    OrganisationPast,
    Product,
)
from pinzhi.records.catalog.queries.certificates import CertificateRow, certificate_row
from pinzhi.records.catalog.queries.shapes import (
    Coded,
    Day,
    Origin,
    Ref,
    State,
    coded,
    district_ref,
    listed,
    nothing_found,
    origin_of,
    standard_ref,
    standard_state,
    state_in,
)
from pinzhi.records.catalog.queries.visible import institutions_visible_to

MOST = 200  # rows of one list on the page; its CSV and the search have the rest
WON = ("announced", "in_force")  # an honour on public notice is not yet one


@dataclass(frozen=True, slots=True)
class HonourRow:
    """An award or title of the organisation, or of a team or person of it."""

    code: str
    scheme: str
    edition: str
    title: Text
    recipient: str
    team: str
    issuer: str
    awarded: Day
    state: State
    synthetic: bool

    @property
    def is_won(self) -> bool:
        return self.state.code in WON


@dataclass(frozen=True, slots=True)
class DraftedRow:
    """A standard the organisation helped to draft, at which place of how many."""

    standard: Ref
    title: Text
    rank: int
    of: int
    published: Day
    effective_on: date | None
    state: State
    synthetic: bool


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product or service of the organisation."""

    product: Ref
    nature: Text
    model: str
    brand: str
    certificates: int
    synthetic: bool


@dataclass(frozen=True, slots=True)
class BrandRow:
    """A brand the organisation owns."""

    name: Text
    trademark_number: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name the organisation bore, and until when, where that is known."""

    name: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day. ``what`` is one of EVENTS; whoever shows it finds the sentence."""

    day: Day
    what: str
    subject: Text
    thing: Ref | None

    @property
    def is_key(self) -> bool:
        """Say whether it is one of those that stand out."""
        return self.what == "honoured"


EVENTS = ("established", "dissolved", "renamed", "honoured", "certified", "audited", "certificate_expired",
          "certificate_suspended", "certificate_withdrawn", "certificate_cancelled", "standard_published")  # fmt: skip


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """Everything the page of an organisation shows, as of a day."""

    code: str
    is_temporary: bool
    name: Text
    short_names: tuple[str, ...]
    on: date
    state: State
    kind: Text
    district: Ref | None
    zones: tuple[Coded, ...]
    industry: tuple[Coded, ...]
    size: Text
    established: Day
    dissolved_on: date | None
    address: str
    website: str
    phone: str
    institution: Ref | None
    names: tuple[NameRow, ...]
    certificates: tuple[CertificateRow, ...]
    honours: tuple[HonourRow, ...]
    standards: tuple[DraftedRow, ...]
    products: tuple[ProductRow, ...]
    brands: tuple[BrandRow, ...]
    events: tuple[Event, ...]
    origin: Origin

    @property
    def honours_won(self) -> int:
        return sum(one.is_won for one in self.honours)

    @property
    def certificates_valid(self) -> int:
        return sum(one.state.code == "active" for one in self.certificates)

    @property
    def certificates_expiring(self) -> int:
        return sum(one.expires_soon for one in self.certificates)

    @property
    def certificates_overdue(self) -> int:
        return sum(one.overdue for one in self.certificates)

    @property
    def standards_led(self) -> int:
        return sum(one.rank == 1 for one in self.standards)

    @property
    def standards_joined(self) -> int:
        return len(self.standards) - self.standards_led


def organisation_page(code: str, *, on: date, actor: Actor) -> OrganisationPage:
    """Return the page of an organisation by its credit code or temporary id; NotFound when there is none."""
    organisation = Organisation.objects.filter(code=code).first()
    if organisation is None:
        raise nothing_found("organisation", code)
    certificates = _certificates(organisation, on)
    honours = _honours(organisation)
    standards = _drafted(organisation, on)
    names = _names(organisation)
    return OrganisationPage(
        code=organisation.code,
        is_temporary=is_temporary(organisation.code),
        name=Text(organisation.name, organisation.name_en),
        short_names=listed(organisation.short_names),
        on=on,
        state=state_in("organisation", words.ORGANISATION_STATES, organisation.state),
        kind=words.ORGANISATION_KINDS.get(organisation.kind, Text("", "")),
        district=district_ref(organisation.district, on),
        zones=coded("zones", organisation.zones),
        industry=coded("industries", organisation.industry),
        size=words.SIZES.get(organisation.size, Text("", "")),
        established=Day(organisation.established_on, organisation.established_precision),
        dissolved_on=organisation.dissolved_on,
        address=organisation.address,
        website=organisation.website if organisation.website.startswith(("https://", "http://")) else "",
        phone=organisation.phone,
        institution=_institution(organisation, actor),
        names=names,
        certificates=certificates,
        honours=honours,
        standards=standards,
        products=_products(organisation),
        brands=_brands(organisation),
        events=_events(organisation, certificates, honours, standards, names, on),
        origin=origin_of(organisation),
    )


def code_for(former: str) -> str:
    """Return the code an organisation bears now, from one it bore before; NotFound when nobody bore it."""
    past = OrganisationPast.objects.filter(code=former).order_by("-recorded_at").first()
    now = Organisation.objects.filter(pk=past.subject_id).first() if past else None
    if now is None or now.code == former:
        raise nothing_found("organisation", former)
    return now.code


def _institution(organisation: Organisation, actor: Actor) -> Ref | None:
    if not institutions_visible_to(actor).filter(organisation=organisation).exists():
        return None
    return Ref("institution", organisation.code, Text(organisation.name, organisation.name_en))


def _certificates(organisation: Organisation, on: date) -> tuple[CertificateRow, ...]:
    """Return the certificates, those that are valid first, each group by the day on which it ends."""
    rows = (
        Certificate.objects.filter(holder=organisation)
        .select_related("standard", "product")
        .order_by("-issued_on", "number")[:MOST]
    )
    found = [certificate_row(row, on) for row in rows]
    return tuple(sorted(found, key=lambda row: (row.state.shape == "past", row.expires_on or date.max)))


def _honours(organisation: Organisation) -> tuple[HonourRow, ...]:
    rows = Honour.objects.filter(organisation=organisation).order_by("-awarded_on", "code")[:MOST]
    return tuple(honour_row(row) for row in rows)


def honour_row(honour: Honour) -> HonourRow:
    """Return an honour as a row."""
    return HonourRow(
        code=honour.code,
        scheme=honour.scheme,
        edition=honour.edition,
        title=Text(honour.title_zh, honour.title_en),
        recipient=honour.recipient,
        team=honour.team,
        issuer=honour.issuer,
        awarded=Day(honour.awarded_on, honour.awarded_precision),
        state=state_in("honour", words.HONOUR_STATES, honour.state),
        synthetic=honour.synthetic,
    )


def _drafted(organisation: Organisation, on: date) -> tuple[DraftedRow, ...]:
    order = (
        Drafting.objects.filter(standard=OuterRef("standard"), recorded_until=None)
        .order_by()
        .values("standard")
        .annotate(length=Count("pk"))
        .values("length")
    )
    rows = (
        Drafting.objects.filter(organisation=organisation, recorded_until=None)
        .select_related("standard")
        .annotate(of=Subquery(order))
        .order_by("-standard__published_on", "standard__canonical")[:MOST]
    )
    return tuple(
        DraftedRow(
            standard=standard_ref(row.standard),
            title=Text(row.standard.title_zh, row.standard.title_en),
            rank=row.rank,
            of=max(row.of, row.rank),
            published=Day(row.standard.published_on, row.standard.published_precision),
            effective_on=row.standard.effective_on,
            state=standard_state(row.standard, on),
            synthetic=row.standard.synthetic,
        )
        for row in rows
    )


def _products(organisation: Organisation) -> tuple[ProductRow, ...]:
    rows = (
        Product.objects.filter(organisation=organisation)
        .select_related("brand")
        .annotate(certified=Count("certificates"))
        .order_by("name", "model")[:MOST]
    )
    return tuple(
        ProductRow(
            product=Ref("product", str(row.pk), Text(row.name, row.name_en)),
            nature=words.PRODUCT_NATURES[row.nature],
            model=row.model,
            brand=row.brand.name if row.brand else "",
            certificates=row.certified,
            synthetic=row.synthetic,
        )
        for row in rows
    )


def _brands(organisation: Organisation) -> tuple[BrandRow, ...]:
    rows = Brand.objects.filter(owner=organisation).order_by("name")[:MOST]
    return tuple(BrandRow(Text(row.name, row.name_en), row.trademark_number, row.synthetic) for row in rows)


def _names(organisation: Organisation) -> tuple[NameRow, ...]:
    """Return the earlier names: those its history dates, newest first, then those only listed."""
    past = (
        OrganisationPast.objects.filter(subject_id=organisation.pk, recorded_until=None)
        .exclude(name=organisation.name)
        .order_by("-valid_to")
    )
    dated = {row.name: NameRow(row.name, row.valid_to) for row in reversed(past)}
    others = [NameRow(name, None) for name in listed(organisation.former_names) if name not in dated]
    return (*reversed(dated.values()), *others)


def _events(
    organisation: Organisation,
    certificates: tuple[CertificateRow, ...],
    honours: tuple[HonourRow, ...],
    standards: tuple[DraftedRow, ...],
    names: tuple[NameRow, ...],
    on: date,
) -> tuple[Event, ...]:
    """Return what happened until the day asked, the latest first."""
    name = Text(organisation.name, organisation.name_en)
    established = Day(organisation.established_on, organisation.established_precision)
    events = [
        Event(established, "established", name, None),
        Event(Day(organisation.dissolved_on), "dissolved", name, None),
        *(Event(Day(one.until), "renamed", Text(one.name, ""), None) for one in names),
        *(Event(one.awarded, "honoured", one.title, None) for one in honours if one.is_won),
        *(Event(one.published, "standard_published", one.title, one.standard) for one in standards),
        *(event for one in certificates for event in _certificate_events(one)),
    ]
    past = [event for event in events if event.day.on is not None and event.day.on <= on]
    return tuple(sorted(past, key=lambda event: (event.day.on or date.min, EVENTS.index(event.what)), reverse=True))


def _certificate_events(row: CertificateRow) -> list[Event]:
    events = [Event(row.issued, "certified", row.scheme.text, row.certificate)]
    events += [Event(Day(day), "audited", row.scheme.text, row.certificate) for day in row.audits]
    if row.state.code == "expired":
        events.append(Event(Day(row.expires_on), "certificate_expired", row.scheme.text, row.certificate))
    if row.state.code in ("suspended", "withdrawn", "cancelled"):
        events.append(Event(Day(row.state_on), f"certificate_{row.state.code}", row.scheme.text, row.certificate))
    return events
