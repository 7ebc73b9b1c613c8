"""Renew a certificate after a re-certification audit: a new number, a new term, and the old one ended."""

from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction

from pinzhi.engine.attestation.statements import Statement
from pinzhi.engine.catalog.certificates import parse_certificate_number, renewed_number
from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import Moment, months_after
from pinzhi.engine.rulebook.shapes import CertificationScheme
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.attestation.actions.issuing import attest
from pinzhi.records.attestation.queries.surveillance_subjects import Subject, subject
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.catalog.models import Certificate
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.journal.actions import write as write_journal
from pinzhi.records.notices.actions import OrganisationPeople, send

COPIED = ("scheme", "standard_number", "scope_zh", "scope_en", "issuer_name", "edition", "people_covered", "source")


def renew_certificate(*, actor: Actor, key: str, audited_on: date, number: str = "", when: Moment) -> Subject:
    """Renew a certificate by an audit on site; return the new one.

    In time, on the last day of validity at the latest, the cycle goes up and the new term begins where the old one
    ends; later it is an initial certification: the cycle is 0 and the term begins today (CNCA-QMS-01:2025). A number of
    another form has to be given. What is withdrawn or given up is not renewed.
    """
    with transaction.atomic():
        list(Certificate.objects.select_for_update().filter(number=key).values_list("pk"))
        one = subject("certificate", key)
        require(actor, "attestation.watch", one)
        expires = _check(one, audited_on, when)
        in_time = audited_on <= expires
        new = number.strip() or _number(one, audited_on, expires)
        if Certificate.objects.filter(number=new).exists():
            raise Conflict(
                "attestation.renewal.number",
                "编号 {number} 已经用过。",
                "The number {number} is taken.",
                number=new[:80],
            )
        last = months_after(expires if in_time else when.on - timedelta(days=1), 12 * _years(one.scheme))
        _write(actor, one, new, audited_on, last, in_time=in_time, when=when)
        renewed = subject("certificate", new)
        attest(actor=actor, statement=_statement(renewed, when.on), when=when)
        write_journal(
            at=when.at, actor=actor.key, action="attestation.renew", object_kind="certificate", object_key=new,
            edition=one.scheme,
            detail={"renews": key, "audited_on": audited_on.isoformat(), "in_time": in_time,
                    "expires_on": last.isoformat()},
        )  # fmt: skip
        send(
            to=OrganisationPeople(one.holder_code),
            subject=Text(f"{one.title.zh}已换发：{new}", f"{one.title.en} renewed: {new}"),
            body=Text(f"{key} 换发为 {new}，有效期到 {last}。", f"{key} is renewed as {new}, valid until {last}."),
            link=f"/desk/surveillance/certificate/{new}",
            about=("certificate", new),
            when=when,
            once=f"renewed:{new}"[:200],
        )
    return renewed


def _check(one: Subject, audited_on: date, when: Moment) -> date:
    if one.state in ("withdrawn", "cancelled") or one.expires_on is None:
        raise Conflict(
            "attestation.renewal.ended",
            "“{key}”已终止或没有写明有效期，不能换发，只能重新申请认证。",
            "“{key}” has ended or has no last day: it is not renewed; apply for a new certification.",
            key=one.key,
        )
    if audited_on > when.on or (one.issued_on is not None and audited_on <= one.issued_on):
        raise BadInput(
            "attestation.renewal.audit",
            "再认证审核的日期应在颁发之后、今天以前。",
            "The re-certification audit lies after the issue, and not after today.",
        )
    return one.expires_on


def _number(one: Subject, audited_on: date, expires: date) -> str:
    return str(renewed_number(parse_certificate_number(one.key), audited_on=audited_on, expires_on=expires))


def _years(scheme: str) -> int:
    entry = rulebook().codelist("schemes").entry(scheme)
    return entry.validity_years or 3 if isinstance(entry, CertificationScheme) else 3


def _write(
    actor: Actor, one: Subject, new: str, audited_on: date, last: date, *, in_time: bool, when: Moment
) -> None:  # fmt: skip
    """Write the new row and end the old one, unless it has expired by itself."""
    old, trusted = Certificate.objects.get(pk=one.record_id), replace(actor, trusted=True)
    values = {name: getattr(old, name) for name in COPIED}
    values |= {
        "standard": values.pop("standard_number"), "issuer": values.pop("issuer_name"), "holder": one.holder_code,
        "product": old.product.name if old.product else "", "issued_on": when.on, "expires_on": last,
        "first_issued_on": (old.first_issued_on or old.issued_on) if in_time else when.on, "last_audit_on": audited_on,
        "state": "active", "synthetic": old.synthetic,
    }  # fmt: skip
    record_change(actor=trusted, kind="certificate", key=new, values=values, valid_from=when.on, now=when.at)
    if old.expires_on is not None and old.expires_on >= when.on:
        ended = {"state": "cancelled", "state_on": when.on, "state_ground": f"换发 {new}"}
        record_change(actor=trusted, kind="certificate", key=one.key, values=ended, valid_from=when.on, now=when.at)


def _statement(one: Subject, on: date) -> Statement:
    return Statement(
        kind="certificate", key=one.key, number=one.key, holder_name=one.holder_name, holder_code=one.holder_code,
        holder_kind="organisation", title=one.title, grade=None, scheme_id=one.scheme, edition=one.edition,
        scope=one.scope, issuer=Text(one.issuer_name or "—", one.issuer_name or "—"), basis="", granted_on=on,
        valid_from=one.issued_on or on, valid_until=one.expires_on, synthetic=one.synthetic,
    )  # fmt: skip
