"""Rows of the tables behind headline figures."""

from dataclasses import dataclass
from datetime import date

from pinzhi.engine.catalog import words
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.models import CertificateFacts, HonourFacts, Institution, Organisation, PlaceFacts
from pinzhi.records.catalog.models import StandardFacts as AnyStandard
from pinzhi.records.catalog.queries.shapes import (
    Coded,
    Day,
    Ref,
    State,
    coded,
    district_ref,
    listed,
    organisation_ref,
    standard_ref,
    standard_state,
    state_in,
    state_of_certificate,
)
from pinzhi.records.catalog.rulebook import rulebook


@dataclass(frozen=True, slots=True)
class HonourLine:
    """An honour: who received what, from whom, when."""

    edition: str
    title: Text
    recipient: str
    organisation: Ref | None
    region: Text
    issuer: str
    awarded: Day
    state: State
    synthetic: bool


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """A certificate and its holder."""

    certificate: Ref
    holder: Ref
    district: Ref | None
    scheme: Text
    standard: Ref | None
    issued_on: date | None
    expires_on: date | None
    state: State
    synthetic: bool


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """An organisation: where it is and what it does."""

    organisation: Ref
    code: str
    district: Ref | None
    industry: tuple[Coded, ...]
    state: State
    synthetic: bool


@dataclass(frozen=True, slots=True)
class InstitutionLine:
    """An institution and what it offers."""

    institution: Ref
    district: Ref | None
    categories: tuple[Coded, ...]
    state: State
    synthetic: bool


@dataclass(frozen=True, slots=True)
class StandardLine:
    """A standard and how it stands on the day."""

    standard: Ref
    title: Text
    level: Text
    published: Day
    effective_on: date | None
    state: State
    synthetic: bool


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place that serves."""

    place: Ref
    kind: Text
    district: Ref | None
    host: Text
    address: Text
    opened_on: date | None
    synthetic: bool


def honour_line(honour: HonourFacts, on: date) -> HonourLine:
    organisation = honour.organisation
    return HonourLine(
        edition=honour.edition,
        title=Text(honour.title_zh, honour.title_en),
        recipient=honour.recipient,
        organisation=organisation_ref(organisation) if organisation else None,
        region=_region(honour.region, on),
        issuer=honour.issuer,
        awarded=Day(honour.awarded_on, honour.awarded_precision),
        state=state_in("honour", words.HONOUR_STATES, honour.state),
        synthetic=honour.synthetic,
    )


def _region(code: str, on: date) -> Text:
    districts = rulebook().codelist("districts")
    return districts.text(code) if code in districts else rulebook().codelist("regions").text(code)


def certificate_line(certificate: CertificateFacts, on: date) -> CertificateLine:
    number = Text(certificate.number, certificate.number)
    standard = certificate.standard
    return CertificateLine(
        certificate=Ref("certificate", certificate.number, number),
        holder=organisation_ref(certificate.holder),
        district=district_ref(certificate.holder.district, on),
        scheme=rulebook().codelist("schemes").text(certificate.scheme),
        standard=standard_ref(standard) if standard else None,
        issued_on=certificate.issued_on,
        expires_on=certificate.expires_on,
        state=state_of_certificate(certificate, on),
        synthetic=certificate.synthetic,
    )


def organisation_line(organisation: Organisation, on: date) -> OrganisationLine:
    return OrganisationLine(
        organisation=organisation_ref(organisation),
        code=organisation.code,
        district=district_ref(organisation.district, on),
        industry=coded("industries", organisation.industry),
        state=state_in("organisation", words.ORGANISATION_STATES, organisation.state),
        synthetic=organisation.synthetic,
    )


def institution_line(institution: Institution, on: date) -> InstitutionLine:
    organisation = institution.organisation
    return InstitutionLine(
        institution=Ref("institution", organisation.code, Text(organisation.name, organisation.name_en)),
        district=district_ref(organisation.district, on),
        categories=tuple(
            Coded(one, words.CATEGORIES.get(one, Text(one, one))) for one in listed(institution.categories)
        ),
        state=state_in("institution", words.INSTITUTION_STATES, institution.state),
        synthetic=institution.synthetic,
    )


def standard_line(standard: AnyStandard, on: date) -> StandardLine:
    return StandardLine(
        standard=standard_ref(standard),
        title=Text(standard.title_zh or standard.title_local or standard.title_en, standard.title_en),
        level=words.LEVELS[standard.level],
        published=Day(standard.published_on, standard.published_precision),
        effective_on=standard.effective_on,
        state=standard_state(standard, on),
        synthetic=standard.synthetic,
    )


def place_line(place: PlaceFacts, on: date) -> PlaceLine:
    return PlaceLine(
        place=Ref("place", place.code, Text(place.name_zh, place.name_en)),
        kind=words.PLACE_KINDS.get(place.kind, Text(place.kind, place.kind)),
        district=district_ref(place.district, on),
        host=Text(place.host_zh, place.host_en),
        address=Text(place.address_zh, place.address_en),
        opened_on=place.opened_on,
        synthetic=place.synthetic,
    )
