"""Issue credentials: sign what was granted, once for each content, inside the transaction of the grant."""

import json
from datetime import date, datetime, timedelta
from secrets import token_hex

from django.db import IntegrityError, transaction

from pinzhi.engine.attestation.compact import compact_of, packed
from pinzhi.engine.attestation.credentials import build
from pinzhi.engine.attestation.proofs import with_proof
from pinzhi.engine.attestation.statements import Statement, checked, digest_of
from pinzhi.engine.attestation.status_lists import place_of
from pinzhi.engine.errors import BadInput, Conflict, Unavailable
from pinzhi.engine.periods import Moment
from pinzhi.records import signing
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.attestation.models import Credential, StatusTicket, SubjectState
from pinzhi.records.attestation.queries.issuer import site_issuer
from pinzhi.records.clock import moment
from pinzhi.records.journal.actions import write as write_journal

PURPOSE = "attestation"
TOLD = ("training_certificate", "appointment")
STATES = ("active", "suspended", "withdrawn", "cancelled")
DRIFT = timedelta(minutes=10)  # by which two machines, or a long transaction, may differ


def attest(*, actor: Actor, statement: Statement, when: Moment) -> Credential:
    """Return the credential of a statement, signed now unless the same content stands signed already.

    Called inside the transaction of the grant, whose permission the caller has checked, it leaves with it. Changed
    content makes a new credential and the old one is listed as replaced. Raises BadInput for a statement nobody may
    sign, Unavailable when this machine's clock has been set back: what was signed would be refused by everybody.
    """
    said = checked(statement)
    with transaction.atomic():
        return _issued(actor, said, digest_of(said), when)


def note_state(*, actor: Actor, kind: str, key: str, state: str, since: date, ground: str, when: Moment) -> None:
    """Tell what became of a subject whose register stands in a room above: training certificates, appointments.

    Call it inside the transaction of the change. Certificates and honours need no such call and have none: their state
    is read in the catalogue.
    """
    if kind not in TOLD or state not in STATES:
        raise BadInput(
            "attestation.state",
            "{kind} 不能在这里记为“{state}”。",
            "The state “{state}” of a {kind} cannot be noted here.",
            kind=kind,
            state=state,
        )
    SubjectState.objects.filter(kind=kind, key=key).delete()  # a new row each time: published lists go by the keys
    SubjectState.objects.create(kind=kind, key=key, state=state, since=since, ground=ground[:300], at=when.at)
    write_journal(
        at=when.at,
        actor=actor.key,
        action="attestation.state",
        object_kind=kind,
        object_key=key,
        detail={"state": state, "since": since.isoformat(), "ground": ground},
    )


def _issued(actor: Actor, said: Statement, digest: str, when: Moment) -> Credential:
    """Return the credential that stands for the same content, or sign one; of two workers at once the first signs."""
    for _attempt in range(2):
        standing = Credential.objects.select_for_update().filter(kind=said.kind, key=said.key, replaced_at=None).first()
        if standing is not None and standing.digest == digest:
            return standing
        try:
            with transaction.atomic():
                return _sign(actor, said, digest, standing, when)
        except IntegrityError:
            continue  # another worker signed for the same subject between the look and the write: look again
    raise Conflict(
        "attestation.busy",
        "{number} 正由别人签发，请稍后再试。",
        "Somebody else is issuing {number} right now. Try again in a moment.",
        number=said.number,
    )


def _sign(actor: Actor, said: Statement, digest: str, standing: Credential | None, when: Moment) -> Credential:
    key, issuer = signing.signing_key(PURPOSE), site_issuer()
    signed_at = moment().at
    _require_clock(key.id, signed_at)
    code = token_hex(8)
    ticket = StatusTicket.objects.create(drawn_at=signed_at)
    document = with_proof(
        build(said, code=code, issuer=issuer, place=place_of(ticket.pk)),
        method=f"{issuer.id}#{key.id}",
        created=signed_at,
        sign=key.sign,
    )
    code_said = compact_of(said, key_id=key.id, code=code, ticket=ticket.pk, signed_at=signed_at)
    if standing is not None:
        standing.replaced_at = when.at
        standing.save(update_fields=["replaced_at"])
    made = Credential.objects.create(
        code=code,
        kind=said.kind,
        key=said.key,
        number=said.number,
        holder_name=said.holder_name,
        holder_code=said.holder_code,
        holder_kind=said.holder_kind,
        digest=digest,
        ticket=ticket,
        key_id=key.id,
        document=json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        compact=packed(code_said, issuer=issuer.id, sign=key.sign),
        granted_on=said.granted_on,
        valid_until=said.valid_until,
        recorded_at=when.at,
        signed_at=signed_at,
        synthetic=said.synthetic,
    )
    if standing is not None:
        standing.replaced_by = made
        standing.save(update_fields=["replaced_by"])
    _tell_journal(actor, said, made, standing, when)
    return made


def _require_clock(key_id: str, signed_at: datetime) -> None:
    """Refuse to sign at a moment before the key was made or before the last signature: the clock was set back."""
    made_at = next(one.made_at for one in signing.public_keys(PURPOSE) if one.id == key_id)
    last = Credential.objects.order_by("-signed_at").values_list("signed_at", flat=True).first()
    known = max(made_at, last or made_at)
    if signed_at < known - DRIFT:
        raise Unavailable(
            "attestation.clock",
            "这台机器的时钟是 {now}，而最近一次签发在 {known}：时钟被拨回了。校准时钟后再签发；没有签出任何证书。",
            "This machine's clock says {now}, but the last signature was made at {known}: the clock was set back."
            " Set it right and issue again; nothing was signed.",
            now=signed_at.isoformat(timespec="seconds"),
            known=known.isoformat(timespec="seconds"),
        )


def _tell_journal(actor: Actor, said: Statement, made: Credential, old: Credential | None, when: Moment) -> None:
    write_journal(
        at=when.at,
        actor=actor.key,
        action="attestation.replace" if old else "attestation.issue",
        object_kind=said.kind,
        object_key=said.key,
        edition=f"{said.scheme_id}/{said.edition}",
        detail={
            "credential": made.code,
            "digest": made.digest,
            "key": made.key_id,
            "replaces": old.code if old else "",
        },
    )
