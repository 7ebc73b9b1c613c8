"""What may be watched and changed: certificates and titles, as the register has them, under one shape."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pinzhi.engine.attestation.surveillance import Watched
from pinzhi.engine.errors import NotFound
from pinzhi.engine.periods import months_after
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.surveillance import SurveillanceRule
from pinzhi.engine.texts import Text
from pinzhi.records.attestation.models import SurveillanceTask
from pinzhi.records.catalog.models import Certificate, Honour
from pinzhi.records.catalog.queries.watching import certificate_rules
from pinzhi.records.catalog.rulebook import rulebook

# An honour's words for the states that certificates have.
OF_HONOUR = {
    "announced": "active",
    "in_force": "active",
    "suspended": "suspended",
    "revoked": "withdrawn",
    "cancelled": "cancelled",
}
TO_HONOUR = {"active": "in_force", "suspended": "suspended", "withdrawn": "revoked", "cancelled": "cancelled"}


@dataclass(frozen=True, slots=True)
class Subject:
    """A certificate or title as its surveillance and its state see it.

    ``state`` is recorded, in the words of certificates; an honour on public notice is ``upcoming``. ``to`` is set
    where somebody asks to change it: permissions look at it.
    """

    kind: str
    key: str
    record_id: int
    scheme: str
    edition: str
    title: Text
    scope: Text
    holder_code: str
    holder_name: str
    district: str
    issuer_code: str
    issuer_name: str
    issued_on: date | None
    expires_on: date | None
    state: str
    state_on: date | None
    last_audit_on: date | None
    since: date | None  # the day from which the register's row holds as it is
    synthetic: bool
    to: str = ""


def subject(kind: str, key: str) -> Subject:
    """Return a certificate or title by its public key; NotFound where the register has none."""
    if kind == "certificate":
        row = Certificate.objects.filter(number=key).select_related("holder", "issuer", "product").first()
        if row is not None:
            return of_certificate(row)
    elif kind == "honour":
        honour = Honour.objects.filter(code=key).select_related("organisation").first()
        if honour is not None:
            return of_honour(honour)
    raise NotFound(
        "attestation.subject",
        "登记册里没有“{key}”。",
        "The register has no “{key}”.",
        key=key[:80],
        kind=kind[:24],
    )


def of_certificate(row: Certificate) -> Subject:
    """Return a certificate as a subject; holder, issuer and product are expected to be fetched already."""
    product = Text(row.product.name, row.product.name_en) if row.product else Text("", "")
    return Subject(
        kind="certificate",
        key=row.number,
        record_id=row.pk,
        scheme=row.scheme,
        edition=row.edition,
        title=rulebook().codelist("schemes").text(row.scheme),
        scope=Text(row.scope_zh or product.zh, row.scope_en or product.en),
        holder_code=row.holder.code,
        holder_name=row.holder.name,
        district=row.holder.district,
        issuer_code=row.issuer.code if row.issuer else "",
        issuer_name=row.issuer_name,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        state=row.state,
        state_on=row.state_on,
        last_audit_on=row.last_audit_on,
        since=row.valid_from,
        synthetic=row.synthetic,
    )


def of_honour(row: Honour) -> Subject:
    """Return a title as a subject; its term is the scheme's, where the scheme gives one."""
    scheme = _scheme_of(row.scheme, row.edition)
    years = scheme.validity_years if scheme else None
    issued = row.awarded_on if row.awarded_precision == "d" else None
    organisation = row.organisation
    return Subject(
        kind="honour",
        key=row.code,
        record_id=row.pk,
        scheme=row.scheme,
        edition=row.edition,
        title=Text(row.title_zh, row.title_en),
        scope=Text("", ""),
        holder_code=organisation.code if organisation else "",
        holder_name=row.recipient,
        district=organisation.district if organisation else row.region,
        issuer_code="",
        issuer_name=row.issuer,
        issued_on=issued,
        expires_on=months_after(issued, 12 * years) - timedelta(days=1) if issued and years else None,
        state=OF_HONOUR.get(row.state, "upcoming"),
        state_on=row.valid_from,
        last_audit_on=None,
        since=row.valid_from,
        synthetic=row.synthetic,
    )


def rule_of(one: Subject, on: date) -> SurveillanceRule | None:
    """Return the rule by which a subject is watched on a day; None where nobody decided one."""
    if one.kind == "certificate":
        return certificate_rules(on).get(one.scheme)
    scheme = _scheme_of(one.scheme, one.edition)
    return scheme.surveillance if scheme else None


def watched_of(one: Subject, passed: Iterable[date]) -> Watched:
    """Return what the engine has to know of a subject; ``passed`` are its passed surveillances of this platform."""
    audits = (one.last_audit_on,) if one.last_audit_on else ()
    return Watched(one.issued_on, one.expires_on, one.state, one.state_on, (*audits, *passed))


def passed_surveillances(kind: str, keys: Iterable[str]) -> dict[str, list[date]]:
    """Return the days of the surveillances that each of some subjects passed, by its key."""
    rows = SurveillanceTask.objects.filter(
        subject_kind=kind, subject_key__in=list(keys), state="closed", result__in=("conforms", "minor")
    ).values_list("subject_key", "carried_out_on")
    found: dict[str, list[date]] = defaultdict(list)
    for key, day in rows:
        if day is not None:
            found[key].append(day)
    return found


def _scheme_of(honours: str, edition: str) -> Scheme | None:
    """Return the scheme file under which honours of a code and edition were given; None for those of others."""
    found = [one for one in rulebook().all_of(Scheme) if one.honours == honours]
    return next((one for one in found if one.edition == edition), found[-1] if found else None)
