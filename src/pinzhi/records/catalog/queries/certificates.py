"""The page of a certificate, and certificates as rows of other pages."""

from dataclasses import dataclass, replace
from datetime import date

from pinzhi.engine.attestation.surveillance import Watched, standing
from pinzhi.engine.catalog.certificates import parse_certificate_number
from pinzhi.engine.errors import BadIdentifier
from pinzhi.engine.rulebook.shapes import CertificationScheme
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.models import Certificate, CertificateFacts, CertificatePast
from pinzhi.records.catalog.queries.shapes import (
    Coded,
    Day,
    Origin,
    Ref,
    State,
    district_ref,
    nothing_found,
    number_ref,
    organisation_ref,
    origin_of,
    state_of_certificate,
)
from pinzhi.records.catalog.queries.validity import expires_soon
from pinzhi.records.catalog.queries.watching import certificate_rules
from pinzhi.records.catalog.rulebook import rulebook


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate in a list: what it covers, how long it runs, when it was last looked at.

    ``basis`` is the standard it names, else the product. ``audits`` are the known days of surveillance.
    """

    certificate: Ref
    scheme: Coded
    basis: Ref | None
    scope: Text
    issuer: str
    issued: Day
    expires_on: date | None
    audits: tuple[date, ...]
    due_on: date | None
    overdue: bool
    expires_soon: bool
    state: State
    state_on: date | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class NumberParts:
    """What the number of a management-system certificate says of itself."""

    body: str
    year: int
    letters: str
    cycle: int
    size: str


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """Everything the page of a certificate shows, as of a day."""

    number: str
    on: date
    scheme: Coded
    scheme_kind: str
    row: CertificateRow
    state: State
    state_on: date | None
    state_ground: str
    holder: Ref
    district: Ref | None
    product: Ref | None
    standard: Ref | None
    scope: Text
    issuer: Ref
    edition: str
    first_issued_on: date | None
    issued: Day
    expires_on: date | None
    days_left: int | None
    last_audit_on: date | None
    due_on: date | None
    overdue: bool
    unannounced: bool
    people_covered: int | None
    parts: NumberParts | None
    others: tuple[CertificateRow, ...]
    origin: Origin


def certificate_page(number: str, *, on: date) -> CertificatePage:
    """Return the page of a certificate by its number; NotFound when there is none."""
    certificate = (
        Certificate.objects.filter(number=number).select_related("holder", "product", "standard", "issuer").first()
    )
    if certificate is None:
        raise nothing_found("certificate", number)
    row = replace(certificate_row(certificate, on), audits=_audits(certificate))
    rule = certificate_rules(on).get(certificate.scheme)
    others = (
        Certificate.objects.filter(holder=certificate.holder_id)
        .exclude(pk=certificate.pk)
        .select_related("standard", "product")
        .order_by("-expires_on", "number")[:20]
    )
    return CertificatePage(
        number=certificate.number,
        on=on,
        scheme=row.scheme,
        scheme_kind=_scheme_kind(certificate.scheme),
        row=row,
        state=row.state,
        state_on=certificate.state_on,
        state_ground=certificate.state_ground,
        holder=organisation_ref(certificate.holder),
        district=district_ref(certificate.holder.district, on),
        product=_product(certificate),
        standard=number_ref(certificate.standard_number, certificate.standard),
        scope=Text(certificate.scope_zh, certificate.scope_en),
        issuer=organisation_ref(certificate.issuer)
        if certificate.issuer
        else Ref("organisation", "", Text(certificate.issuer_name, "")),
        edition=certificate.edition,
        first_issued_on=certificate.first_issued_on,
        issued=row.issued,
        expires_on=certificate.expires_on,
        days_left=(certificate.expires_on - on).days if certificate.expires_on else None,
        last_audit_on=certificate.last_audit_on,
        due_on=row.due_on,
        overdue=row.overdue,
        unannounced=bool(rule and rule.unannounced),
        people_covered=certificate.people_covered,
        parts=_parts(certificate.number),
        others=tuple(certificate_row(one, on) for one in others),
        origin=origin_of(certificate),
    )


def certificate_row(certificate: Certificate, on: date) -> CertificateRow:
    """Return a certificate as a row; its standard and product are expected to be fetched already."""
    state = state_of_certificate(certificate, on)
    rule = certificate_rules(on).get(certificate.scheme)
    watch = standing(rule, watched(certificate), on) if rule and state.code == "active" else None
    return CertificateRow(
        certificate=Ref("certificate", certificate.number, Text(certificate.number, certificate.number)),
        scheme=Coded(certificate.scheme, rulebook().codelist("schemes").text(certificate.scheme)),
        basis=number_ref(certificate.standard_number, certificate.standard) or _product(certificate),
        scope=Text(certificate.scope_zh, certificate.scope_en),
        issuer=certificate.issuer_name,
        issued=_issued(certificate),
        expires_on=certificate.expires_on,
        audits=(certificate.last_audit_on,) if certificate.last_audit_on else (),
        due_on=watch.due_on if watch and not (rule and rule.unannounced) else None,
        overdue=watch is not None and watch.is_overdue,
        expires_soon=expires_soon(state, certificate.expires_on, on),
        state=state,
        state_on=certificate.state_on,
        synthetic=certificate.synthetic,
    )


def _audits(certificate: Certificate) -> tuple[date, ...]:
    """Return every day of surveillance that is or was recorded of a certificate."""
    past = CertificatePast.objects.filter(subject_id=certificate.pk, recorded_until=None)
    days = {*past.values_list("last_audit_on", flat=True), certificate.last_audit_on}
    return tuple(sorted(day for day in days if day is not None))


def _product(certificate: Certificate) -> Ref | None:
    product = certificate.product
    return Ref("product", str(product.pk), Text(product.name, product.name_en)) if product else None


def watched(certificate: CertificateFacts, *passed: date) -> Watched:
    """Return what surveillance has to know of a certificate; ``passed`` are passed ones besides its last audit."""
    audits = (certificate.last_audit_on,) if certificate.last_audit_on else ()
    return Watched(
        issued_on=certificate.issued_on,
        expires_on=certificate.expires_on,
        state=certificate.state,
        state_on=certificate.state_on,
        passed_on=(*audits, *passed),
    )


def _issued(certificate: Certificate) -> Day:
    """Return the day of issue; of an award by year, of which lists give the year alone, only that year."""
    entry = rulebook().codelist("schemes").entry(certificate.scheme)
    day = certificate.issued_on
    by_year = isinstance(entry, CertificationScheme) and entry.by_year
    return Day(day, "y" if by_year and day and (day.month, day.day) == (1, 1) else "d")


def _scheme_kind(code: str) -> str:
    entry = rulebook().codelist("schemes").entry(code)
    return entry.kind if isinstance(entry, CertificationScheme) else ""


def _parts(number: str) -> NumberParts | None:
    """Return the parts of a number of the usual form; other forms exist and say nothing."""
    try:
        parts = parse_certificate_number(number)
    except BadIdentifier:
        return None
    return NumberParts(parts.body, parts.year, parts.letters, parts.cycle, parts.size)
