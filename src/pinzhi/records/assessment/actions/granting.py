"""Grant what was announced: the row of the register, its number, and the credential that attests it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import cast

from django.db import IntegrityError, transaction

from pinzhi.engine.attestation.statements import HolderKind, Statement
from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import Moment, months_after
from pinzhi.engine.rulebook.scheme_grants import Numbering
from pinzhi.engine.rulebook.scheme_parts import OF_UNITS, UNITS, Grade
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import SYSTEM, Actor, require
from pinzhi.records.assessment.actions.common import hold_entry, note
from pinzhi.records.assessment.models import Entry, Grant
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.records.attestation.actions.issuing import attest
from pinzhi.records.attestation.actions.states import change_state
from pinzhi.records.attestation.queries.surveillance_subjects import subject
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.catalog.models import Certificate, Honour, Organisation

# What a state of an entry is called in the register.
REGISTERED: Mapping[str, str] = {
    "suspended": "suspended",
    "in_force": "active",
    "revoked": "withdrawn",
    "cancelled": "cancelled",
    "failed": "withdrawn",
}
_TRIES = 20


def grant(
    entry: Entry, scheme: Scheme, *, when: Moment, effective_on: date, document: str = "", grade: str = ""
) -> Grant | None:
    """Write into the register what an entry is granted, give it its number and attest it; None for no grade.

    Once for each grade of an entry: granted before, nothing is written twice. Call it inside the transaction of the
    announcement, with the entry held. Raises Conflict where a certificate's holder is not in the catalogue.
    """
    found = _grade(entry, scheme, grade)
    if found is None or not (scheme.honours or scheme.register_code):
        return None
    standing = Grant.objects.filter(entry=entry, grade=found.code).first()
    made = standing or _numbered(entry, scheme, found, when=when, effective_on=effective_on, document=document)
    _write(entry, scheme, found, made, when)
    return made


def correct_grants(
    *, actor: Actor, entry_id: int, name: str, ground: str, document: str, when: Moment
) -> tuple[Grant, ...]:
    """Correct the name under which an entry was announced, in the register and with a credential that replaces the old.

    Raises BadInput without grounds, a document or a name, Conflict where nothing was granted.
    """
    require(actor, "assessment.run")
    plain = " ".join(name.split())
    if not plain or len(plain) > 200 or not ground.strip() or not document.strip():
        raise BadInput(
            "assessment.grant.correction",
            "更正要写名称（最长 200 字）、理由和文号。",
            "A correction needs the name (at most 200 characters), its grounds and a document.",
        )
    with transaction.atomic():
        entry = hold_entry(entry_id)
        scheme = scheme_of(entry.round)
        made = tuple(entry.grants.order_by("pk"))
        if not made:
            raise Conflict("assessment.grant.none", "还没有授予，不用更正。", "Nothing was granted yet.")
        before, entry.name = entry.name, plain
        entry.save(update_fields=["name"])
        for one in made:
            if one.scope_zh == before:
                one.scope_zh = one.scope_en = plain
                one.save(update_fields=["scope_zh", "scope_en"])
            grade = next(grade for grade in scheme.grade if grade.code == one.grade)
            _write(entry, scheme, grade, one, when)
        note(actor, "correct", entry, when, before=before, after=plain, ground=ground, document=document)
    return made


def register_state(
    actor: Actor, entry: Entry, state: str, *, when: Moment, effective_on: date, ground: str, document: str
) -> None:
    """Tell the register that an entry was suspended, restored, revoked or given up; credentials follow from it.

    The permission was that of the move. What surveillance has brought to that state already is left as it is.
    """
    to = REGISTERED.get(state)
    for one in entry.grants.order_by("pk") if to else ():
        if to and subject(one.kind, one.key).state != to:
            change_state(
                actor=replace(actor, trusted=True), kind=one.kind, key=one.key, to=to, ground=ground,
                document=document, effective_on=effective_on, when=when,
            )  # fmt: skip


def _grade(entry: Entry, scheme: Scheme, grade: str) -> Grade | None:
    """Return the grade asked for, the one proposed, or the only one of a scheme that proposes nobody."""
    only = scheme.grade[0].code if len(scheme.grade) == 1 and not scheme.proposes else ""
    wanted = grade or entry.grade or only
    return next((one for one in scheme.grade if one.code == wanted), None)


def _numbered(entry: Entry, scheme: Scheme, grade: Grade, *, when: Moment, effective_on: date, document: str) -> Grant:
    """Take the next number of the series; whoever is second at the same number takes the one after."""
    kind = scheme.grants
    code = f"{entry.round.key}-{entry.number}".lower()
    own_key = code if grade.code == entry.grade or not entry.grade else f"{code}-{grade.code.lower()}"
    scope = entry.name if _object(entry, scheme) in (*OF_UNITS, "project") else ""
    for _ in range(_TRIES):
        series, serial, number = own_key, 1, own_key
        if scheme.number is not None:
            series, serial, number = _next(scheme.number, scheme.edition, grade.code, effective_on)
        try:
            with transaction.atomic():
                return Grant.objects.create(
                    entry=entry, grade=grade.code, kind=kind, key=number if kind == "certificate" else own_key,
                    number=number, series=series, serial=serial, scope_zh=scope, scope_en=scope, document=document,
                    granted_on=effective_on, valid_until=_last_day(scheme, effective_on), recorded_at=when.at,
                )  # fmt: skip
        except IntegrityError:
            continue
    raise Conflict(
        "assessment.grant.busy",
        "编号正由别人使用，请再试一次。",
        "Others are taking numbers of this series. Try once more.",
    )


def _next(rule: Numbering, edition: str, grade: str, on: date) -> tuple[str, int, str]:
    """Return series, serial and number after the last of the series that no register has."""
    series = rule.series(edition=edition, on=on, grade=grade)
    last = Grant.objects.filter(series=series).order_by("-serial").values_list("serial", flat=True).first()
    serial = (last or 0) + 1
    while Certificate.objects.filter(number=rule.number(series, serial)).exists():
        serial += 1  # a number that was given before the platform gave them
    return series, serial, rule.number(series, serial)


def _last_day(scheme: Scheme, granted_on: date) -> date | None:
    if scheme.term is not None:
        return scheme.term.last_day(granted_on)
    if scheme.validity_years is None:
        return None
    return date.fromordinal(months_after(granted_on, 12 * scheme.validity_years).toordinal() - 1)


def _write(entry: Entry, scheme: Scheme, grade: Grade, made: Grant, when: Moment) -> None:
    holder = Organisation.objects.filter(code=entry.organisation_code).first() if entry.organisation_code else None
    if made.kind == "certificate":
        _write_certificate(entry, scheme, made, _require_holder(holder, entry), when)
    else:
        _write_honour(entry, scheme, grade, made, holder, when)
    attest(actor=SYSTEM, statement=_statement(entry, scheme, grade, made, holder), when=when)


def _write_certificate(entry: Entry, scheme: Scheme, made: Grant, holder: Organisation, when: Moment) -> None:
    kind = _object(entry, scheme)
    if kind in ("product", "service"):
        product = {"name": entry.name, "nature": kind, "source": entry.round.key, "synthetic": entry.synthetic}
        record_change(actor=SYSTEM, kind="product", key=holder.code, values=product, valid_from=None, now=when.at)
    values = {
        "scheme": scheme.register_code,
        "holder": holder.code,
        "product": entry.name if kind in ("product", "service") else "",
        "scope_zh": made.scope_zh,
        "scope_en": made.scope_en if made.scope_en != made.scope_zh else "",
        "issuer": scheme.decider.zh,
        "edition": scheme.edition,
        "first_issued_on": made.granted_on,
        "issued_on": made.granted_on,
        "expires_on": made.valid_until,
        "source": entry.round.key,
        "synthetic": entry.synthetic,
    }
    record_change(actor=SYSTEM, kind="certificate", key=made.key, values=values, valid_from=None, now=when.at)


def _write_honour(
    entry: Entry, scheme: Scheme, grade: Grade, made: Grant, holder: Organisation | None, when: Moment
) -> None:
    title = _title(scheme, grade)
    values = {
        "scheme": scheme.honours,
        "edition": scheme.edition,
        "grade": grade.code,
        "category": entry.category,
        "title_zh": title.zh,
        "title_en": title.en,
        "organisation": holder.code if holder else "",
        "team": entry.name if _object(entry, scheme) == "team" else "",
        "recipient": entry.name,
        "issuer": scheme.decider.zh,
        "awarded_on": made.granted_on,
        "region": entry.district,
        "source": entry.round.key,
        "synthetic": entry.synthetic,
    }
    if not Honour.objects.filter(code=made.key).exists():
        values["state"] = "announced"
    record_change(actor=SYSTEM, kind="honour", key=made.key, values=values, valid_from=None, now=when.at)


def _statement(entry: Entry, scheme: Scheme, grade: Grade, made: Grant, holder: Organisation | None) -> Statement:
    """Say what the register says: who holds it is the unit, also where a product was entered."""
    kind = _object(entry, scheme)
    is_unit = kind in (*UNITS, *OF_UNITS, "project")
    holder_kind = cast(HolderKind, "organisation" if is_unit else kind)
    name = holder.name if holder and kind in (*OF_UNITS, "project") else entry.name
    return Statement(
        kind="certificate" if made.kind == "certificate" else "honour",
        key=made.key,
        number=made.number,
        holder_name=name,
        holder_code=entry.organisation_code if is_unit else "",
        holder_kind=holder_kind,
        title=scheme.title,
        grade=grade.title,
        scheme_id=scheme.register_code or scheme.honours,
        edition=scheme.edition,
        scope=Text(made.scope_zh, made.scope_en),
        issuer=scheme.decider,
        basis=made.document or scheme.basis,
        granted_on=made.granted_on,
        valid_from=made.granted_on,
        valid_until=made.valid_until,
        synthetic=entry.synthetic,
    )


def _title(scheme: Scheme, grade: Grade) -> Text:
    return Text(f"{scheme.title.zh}{grade.title.zh}", f"{scheme.title.en}, {grade.title.en}")


def _object(entry: Entry, scheme: Scheme) -> str:
    return next(one.object for one in scheme.category if one.code == entry.category)


def _require_holder(holder: Organisation | None, entry: Entry) -> Organisation:
    if holder is None:
        raise Conflict(
            "assessment.grant.holder",
            "“{name}”的申报单位不在名录里，不能发证。请先把它收进名录。",
            "The organisation behind “{name}” is not in the catalogue, so no certificate can be issued. Enter it there "
            "first.",
            name=entry.name,
        )
    return holder
