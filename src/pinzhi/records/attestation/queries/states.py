"""The state of what credentials speak of, read where it stands: in the registers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from pinzhi.engine.catalog.certificates import certificate_state
from pinzhi.records.attestation.models import Credential, SubjectState
from pinzhi.records.catalog.models import Certificate, Honour

# The words of the register of honours, in those of certificates.
HONOUR_STATES = {"notice": "upcoming", "announced": "active", "in_force": "active", "revoked": "withdrawn"}
ENDED = ("withdrawn", "cancelled")


@dataclass(frozen=True, slots=True)
class SubjectStanding:
    """A state, since when, and on what ground; ``is_registered`` False where the register has no such row."""

    state: str
    since: date | None = None
    ground: str = ""
    is_registered: bool = True


def state_of(kind: str, key: str, on: date) -> SubjectStanding:
    """Return the state of a subject on a day."""
    if kind == "certificate":
        return _certificate(key, on)
    if kind == "honour":
        return _honour(key)
    told = SubjectState.objects.filter(kind=kind, key=key, since__lte=on).first()
    return SubjectStanding(told.state, told.since, told.ground) if told else SubjectStanding("active")


def _certificate(number: str, on: date) -> SubjectStanding:
    row = Certificate.objects.filter(number=number).first()
    if row is None:
        return SubjectStanding("withdrawn", is_registered=False)
    state = certificate_state(
        on=on, state=row.state, state_on=row.state_on, issued_on=row.issued_on, expires_on=row.expires_on
    )
    recorded = state == row.state
    return SubjectStanding(state, row.state_on if recorded else None, row.state_ground if recorded else "")


def _honour(code: str) -> SubjectStanding:
    row = Honour.objects.filter(code=code).first()
    if row is None:
        return SubjectStanding("withdrawn", is_registered=False)
    state = HONOUR_STATES.get(row.state, row.state)
    return SubjectStanding(state, None if state == "active" else row.valid_from)


def honours_out_of_force() -> tuple[tuple[int, str], ...]:
    """Return the key and the state of each honour that is suspended or has ended; they are few."""
    out = _honour_words(("suspended", *ENDED))
    return tuple(Honour.objects.filter(state__in=out).order_by("pk").values_list("pk", "state"))


def tickets_set(purpose: str, first: int, last: int, on: date) -> Iterator[int]:
    """Yield the tickets of the credentials, first to last, whose bit is set in the list of a purpose on a day.

    Revocation: what was withdrawn or cancelled, and what a later credential replaced. Suspension: what is suspended.
    Each register is asked by itself, from its few rows that are not in force: one question for all would look at every
    credential there is. A ticket may come twice.
    """
    states = ENDED if purpose == "revocation" else ("suspended",)
    certificates = Certificate.objects.filter(Q(state_on=None) | Q(state_on__lte=on), state__in=states)
    told = SubjectState.objects.filter(state__in=states, since__lte=on)
    keys = {
        "certificate": certificates.values("number"),
        "honour": Honour.objects.filter(state__in=_honour_words(states)).values("code"),
        **{kind: told.filter(kind=kind).values("key") for kind in ("training_certificate", "appointment")},
    }
    numbered = Credential.objects.filter(ticket_id__gte=first, ticket_id__lte=last)
    for kind, ended in keys.items():
        yield from numbered.filter(kind=kind, key__in=ended).values_list("ticket_id", flat=True).iterator()
    if purpose == "revocation":
        yield from numbered.filter(replaced_at__isnull=False).values_list("ticket_id", flat=True).iterator()


def _honour_words(states: tuple[str, ...]) -> list[str]:
    """Return what the register of honours calls some states of certificates."""
    return [word for word, state in HONOUR_STATES.items() if state in states] + list(states)
