"""Everything that one organisation holds, by its credit code."""

from collections.abc import Iterator
from datetime import date

from pinzhi.engine.attestation.measures import Holding
from pinzhi.engine.catalog.certificates import certificate_state
from pinzhi.engine.rulebook.shapes import CertificationScheme
from pinzhi.engine.texts import Text
from pinzhi.records.attestation.models import Credential, SubjectState
from pinzhi.records.attestation.queries.surveillance_subjects import Subject, of_certificate, of_honour
from pinzhi.records.catalog.models import Certificate, Honour
from pinzhi.records.catalog.rulebook import rulebook

# What rooms above this one keep: they issue a credential for each row, so that it is known here without asking them.
KEPT_ABOVE = ("training_certificate", "appointment")


def holdings_of(code: str, on: date) -> tuple[Holding, ...]:
    """Return what an organisation holds on a day, what has ended included."""
    return (*_registered(code, on), *_kept_above(code, on))


def _registered(code: str, on: date) -> Iterator[Holding]:
    certificates = Certificate.objects.filter(holder__code=code).select_related("holder", "issuer", "product")
    honours = Honour.objects.filter(organisation__code=code).select_related("organisation")
    for row in certificates.order_by("number"):
        one = of_certificate(row)
        yield Holding(
            "certificate", one.key, one.scheme, _kind_of(one.scheme), _state(one, on),
            Text(f"{one.title.zh} {one.key}", f"{one.title.en} {one.key}"),
        )  # fmt: skip
    for honour in honours.order_by("code"):
        one = of_honour(honour)
        yield Holding("honour", one.key, one.scheme, "", _state(one, on), one.title)


def _kept_above(code: str, on: date) -> Iterator[Holding]:
    standing = Credential.objects.filter(kind__in=KEPT_ABOVE, holder_code=code, replaced_at=None).order_by("pk")
    rows = list(standing)
    states = {
        (one.kind, one.key): one.state
        for one in SubjectState.objects.filter(kind__in=KEPT_ABOVE, key__in=[row.key for row in rows])
    }
    for row in rows:
        ended = row.valid_until is not None and row.valid_until < on
        state = states.get((row.kind, row.key), "active")
        named = Text(f"{_WORDS[row.kind].zh} {row.number} {row.holder_name}", f"{_WORDS[row.kind].en} {row.number}")
        yield Holding(row.kind, row.key, "", "", "expired" if ended and state == "active" else state, named)


_WORDS = {
    "training_certificate": Text("培训证书", "Training certificate"),
    "appointment": Text("质量官聘任", "Appointment as quality officer"),
}


def _state(one: Subject, on: date) -> str:
    return certificate_state(
        on=on, state=one.state, state_on=one.state_on, issued_on=one.issued_on, expires_on=one.expires_on
    )


def _kind_of(scheme: str) -> str:
    entry = rulebook().codelist("schemes").entry(scheme)
    return entry.kind if isinstance(entry, CertificationScheme) else ""
