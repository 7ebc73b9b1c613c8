"""Check what somebody presents against the register, and look numbers up in it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from django.db.models import QuerySet

from pinzhi.engine.attestation.credentials import statement_of
from pinzhi.engine.attestation.lookalikes import Link
from pinzhi.engine.attestation.means import Means
from pinzhi.engine.attestation.presented import (
    Presented,
    PresentedCode,
    PresentedCredential,
    PresentedLink,
    PresentedNumber,
    strict_json,
)
from pinzhi.engine.attestation.reports import (
    Report,
    Said,
    Standing,
    failed,
    not_checked,
    passed,
    said_of,
    verdict_of,
)
from pinzhi.engine.attestation.standings import STATES
from pinzhi.engine.attestation.verification import leads_to, refuse_link, verify_code, verify_credential
from pinzhi.engine.catalog.codes import printed
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.attestation.models import Credential
from pinzhi.records.attestation.queries.keys import site_keys
from pinzhi.records.attestation.queries.states import state_of
from pinzhi.records.catalog.models import Certificate
from pinzhi.records.catalog.rulebook import rulebook

MOST = 20  # rows shown for one number
_LONGEST_HOLDER = 120  # what a code carries of a name


def check(given: Presented, when: Moment) -> tuple[Report, ...]:
    """Return what a check of anything presented finds: one report, or one for each row that bears a number."""
    means = site_means(when)
    match given:
        case PresentedCredential():
            return (verify_credential(given, means),)
        case PresentedCode():
            return (_with_register(verify_code(given, means)),)
        case PresentedLink(link):
            return _link(link, means, when)
        case PresentedNumber(number):
            return by_number(number, when)


def _with_register(report: Report) -> Report:
    """Add what a code has no room for, from the credential issued under it; of a refused one only the holder's kind.

    Names of persons are shown masked, so the kind must be known; what a refused code says stays what it says.
    """
    kept = Credential.objects.filter(code=report.code).first()
    if report.said is None or kept is None:
        return report
    if report.verdict == "refused":
        return replace(report, said=replace(report.said, holder_kind=kept.holder_kind))
    return replace(report, said=said_of(statement_of(json.loads(kept.document))))


def site_means(when: Moment) -> Means:
    """Return what this site checks with: its own keys and its own register."""
    return Means(issuers=(site_keys(),), at=when.at, on=when.on, ask=_register(when))


def by_number(number: str, when: Moment) -> tuple[Report, ...]:
    """Return a report for each row of a register that bears a number; one of the verdict unknown where none does."""
    wanted = number.strip()
    reports = [_of_credential(one, when) for one in _credentials(wanted)]
    seen = {(one.said.kind, one.said.key) for one in reports if one.said}
    for row in Certificate.objects.filter(number=wanted).select_related("holder", "issuer", "standard")[:MOST]:
        if ("certificate", row.number) not in seen:
            reports.append(_of_certificate(row, when))
    if not reports and wanted != wanted.upper():
        return by_number(wanted.upper(), when)
    return tuple(reports) or (Report("unknown", (), None, None, when.on, when.at),)


def by_code(code: str, when: Moment) -> Report | None:
    """Return the report on an issued credential, its document checked like anybody's; None where there is none."""
    kept = Credential.objects.filter(code=code).first()
    if kept is None:
        return None
    document, odd = strict_json(kept.document)
    return verify_credential(PresentedCredential(document, odd, b""), site_means(when))


def _credentials(number: str) -> QuerySet[Credential]:
    return Credential.objects.filter(number=number, replaced_at=None).order_by("-granted_on", "pk")[:MOST]


def _register(when: Moment) -> Callable[[str, Mapping[str, Any] | None, Said], Standing]:
    def ask(code: str, document: Mapping[str, Any] | None, said: Said) -> Standing:
        kept = Credential.objects.filter(code=code).select_related("replaced_by").first()
        if kept is None:
            return Standing(False, "", None, "", "", when.at)
        return _standing(kept, _is_same(kept, document, said), when)

    return ask


def _is_same(kept: Credential, document: Mapping[str, Any] | None, said: Said) -> bool:
    """Tell whether what was presented is what was issued under its code."""
    if document is not None:
        return bool(json.loads(kept.document) == document)
    return (kept.number, kept.holder_name[:_LONGEST_HOLDER], kept.kind) == (said.number, said.holder, said.kind)


def _standing(kept: Credential, is_issued: bool, when: Moment) -> Standing:
    found = state_of(kept.kind, kept.key, when.on)
    later = kept.replaced_by.code if kept.replaced_by else ""
    return Standing(is_issued and found.is_registered, found.state, found.since, found.ground, later, when.at)


def _link(link: Link, means: Means, when: Moment) -> tuple[Report, ...]:
    if not leads_to(link, means):
        return (refuse_link(link, means),)
    place, _, key = link.path.partition("?")[0].strip("/").partition("/")
    key = unquote(key)
    if place == "credentials":
        found = by_code(key.partition(".")[0], when)
        return (found,) if found else (Report("unknown", (), None, None, when.on, when.at),)
    return by_number(key, when)


def _of_credential(kept: Credential, when: Moment) -> Report:
    said = said_of(statement_of(json.loads(kept.document)))
    return replace(_looked_up(said, _standing(kept, True, when), when), code=kept.code)


def _of_certificate(row: Certificate, when: Moment) -> Report:
    """Return the report on a certificate of the register for which nothing was signed here."""
    found = state_of("certificate", row.number, when.on)
    standing = Standing(True, found.state, found.since, found.ground, "", when.at)
    issuer = row.issuer.name if row.issuer else row.issuer_name
    first = row.issued_on or row.first_issued_on or row.valid_from or when.on
    said = Said(
        "certificate", row.number, row.number, row.holder.name, row.holder.code, "organisation",
        _titled(row), Text("", ""),
        Text(row.scope_zh, row.scope_en or row.scope_zh), Text(issuer, issuer), first, row.issued_on, row.expires_on,
        row.synthetic,
    )  # fmt: skip
    return _looked_up(said, standing, when)


def _titled(row: Certificate) -> Text:
    """Return what a certificate attests: its scheme, and the standard it names."""
    scheme, standard = rulebook().codelist("schemes").text(row.scheme), printed(row.standard_number)
    return Text(f"{scheme.zh}　{standard}".strip(), f"{scheme.en}  {standard}".strip())


def _looked_up(said: Said, standing: Standing, when: Moment) -> Report:
    """Return the report on a number alone: the register was asked, no signature was there to check."""
    only = not_checked("signature", "只查了编号，没有看证书本身", "only the number was looked up, not a document")
    there = passed("register", "登记里有这个编号", "this number stands in the register")
    good = standing.state == "active" and not standing.replaced_by
    state = STATES["replaced" if standing.replaced_by else standing.state]
    status = (passed if good else failed)("status", "登记为{state}", "{state} in the register", state=state)
    verdict = verdict_of((there, status), standing, None)
    return Report(verdict, (only, there, status), said, standing, when.on, when.at)
