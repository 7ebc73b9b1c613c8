"""Issue credentials for what already stands in a register: awards given, and certificates, before there were any."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from pinzhi.engine.attestation.statements import HolderKind, Statement
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.attestation.actions.issuing import attest
from pinzhi.records.attestation.queries.states import HONOUR_STATES
from pinzhi.records.catalog.models import Certificate, Honour
from pinzhi.records.catalog.rulebook import rulebook

BATCH = 200  # rows of one transaction: an interruption loses at most these, and the next run does them
_GIVEN = [word for word, state in HONOUR_STATES.items() if state == "active"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: rows looked at, of how many, and how many were signed anew."""

    done: int
    total: int
    signed: int


def attest_registered(
    *, actor: Actor, kind: str, scheme: str, when: Moment, invented_only: bool = False
) -> Iterator[Progress]:
    """Sign a credential for each row of a scheme that is in force and has none, or whose content has changed.

    Batch by batch, each in a transaction of its own; running it again goes on where it stopped and signs nothing twice.
    """
    require(actor, "operate")
    rows: QuerySet[Honour] | QuerySet[Certificate]
    if kind == "honour":
        rows = Honour.objects.filter(scheme=scheme, state__in=_GIVEN, awarded_on__isnull=False)
    else:
        rows = Certificate.objects.filter(scheme=scheme, state="active", issued_on__isnull=False)
    if invented_only:
        rows = rows.filter(synthetic=True)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    signed = 0
    for start in range(0, len(ids), BATCH):
        signed += _batch(actor, kind, ids[start : start + BATCH], when)
        yield Progress(min(start + BATCH, len(ids)), len(ids), signed)


def _batch(actor: Actor, kind: str, ids: list[int], when: Moment) -> int:
    with transaction.atomic():
        if kind == "honour":
            honours = Honour.objects.filter(pk__in=ids).select_related("organisation", "person").order_by("pk")
            said = [_of_honour(one) for one in honours]
        else:
            rows = Certificate.objects.filter(pk__in=ids).select_related("holder", "issuer").order_by("pk")
            said = [_of_certificate(one) for one in rows]
        made = [attest(actor=actor, statement=one, when=when) for one in said]
        return sum(one.recorded_at == when.at for one in made)


def _of_honour(row: Honour) -> Statement:
    given = row.awarded_on
    if given is None:
        raise ValueError(row.code)
    kind: HolderKind = "person" if row.person_id else "team" if row.team else "organisation"
    return Statement(
        kind="honour",
        key=row.code,
        number=row.code,
        holder_name=row.recipient,
        holder_code=row.organisation.code if row.organisation and kind == "organisation" else "",
        holder_kind=kind,
        title=Text(row.title_zh, row.title_en or row.title_zh),
        grade=None,  # the title of the register names it
        scheme_id=row.scheme,
        edition=row.edition,
        scope=Text("", ""),
        issuer=Text(row.issuer, row.issuer),
        basis=row.source if not row.synthetic else "",
        granted_on=given,
        valid_from=given,
        valid_until=None,
        synthetic=row.synthetic,
    )


def _of_certificate(row: Certificate) -> Statement:
    issued, issuer = row.issued_on, row.issuer.name if row.issuer else row.issuer_name
    if issued is None:
        raise ValueError(row.number)
    return Statement(
        kind="certificate",
        key=row.number,
        number=row.number,
        holder_name=row.holder.name,
        holder_code=row.holder.code,
        holder_kind="organisation",
        title=rulebook().codelist("schemes").text(row.scheme),
        grade=None,
        scheme_id=row.scheme,
        edition=row.edition,
        scope=Text(row.scope_zh, row.scope_en),
        issuer=Text(issuer or rulebook().city.operator.zh, issuer or rulebook().city.operator.en),
        basis=row.standard_number,
        granted_on=issued,
        valid_from=issued,
        valid_until=row.expires_on,
        synthetic=row.synthetic,
    )
