"""What is not public about persons: kept sealed, shown masked, read only by who may and never without a trace.

The box is made by `records.accounts.sealing` for the purpose ``person`` and bound to the person's code, so that it
opens neither without the installation's key nor in another person's row.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.accounts.sealing import seal, unseal
from pinzhi.records.catalog.models import Person, PersonalData
from pinzhi.records.journal.actions import write

PURPOSE = "person"
STARS = "****"


@dataclass(frozen=True, slots=True)
class PersonalFacts:
    """Telephone, mail and identity number of a person; empty where not known."""

    phone: str = ""
    email: str = ""
    id_number: str = ""


def sealed(person_code: str, facts: PersonalFacts) -> bytes:
    """Return the box to keep for a person; for imports, which write many rows at once."""
    known = {name: value for name, value in asdict(facts).items() if value}
    return seal(json.dumps(known, ensure_ascii=False).encode(), purpose=PURPOSE, about=person_code)


def opened(person_code: str, box: bytes | memoryview) -> PersonalFacts:
    """Return what a person's box holds, for who writes it anew; nobody is shown it without `personal_data`."""
    return PersonalFacts(**json.loads(unseal(bytes(box), purpose=PURPOSE, about=person_code)))


def keep_personal_data(*, actor: Actor, person: Person, facts: PersonalFacts, now: datetime) -> None:
    """Keep a person's data in place of what was kept before."""
    require(actor, "people.personal_data", person)
    with transaction.atomic():
        PersonalData.objects.update_or_create(
            person=person, defaults={"sealed": sealed(person.code, facts), "recorded_at": now}
        )
        _note(actor, "people.personal_data.write", person, now, {})


def personal_data(*, actor: Actor, person: Person, reason: str, now: datetime) -> PersonalFacts:
    """Return a person's data in full; the look and its reason are in the journal before anything is shown."""
    require(actor, "people.personal_data", person)
    reason = reason.strip()
    if not reason:
        raise BadInput(
            "people.personal_data.reason",
            "看个人信息要写理由，会留在审计记录里。",
            "Give the reason for looking at personal data; it stays in the journal.",
        )
    facts = _open(person)
    with transaction.atomic():
        _note(actor, "people.personal_data.read", person, now, {"reason": reason})
    return facts


def masked_personal_data(*, actor: Actor, person: Person) -> PersonalFacts:
    """Return a person's data with the middle hidden, enough to tell two people apart; this look is not recorded."""
    require(actor, "people.personal_data", person)
    facts = _open(person)
    return PersonalFacts(
        phone=masked(facts.phone, front=3, back=4),
        email=_masked_mail(facts.email),
        id_number=masked(facts.id_number, front=6, back=2),
    )


def masked(text: str, *, front: int, back: int) -> str:
    """Hide the middle of a text: ``370202****12``; all of it where it is too short to hide four or more."""
    if not text:
        return ""
    if len(text) < front + back + len(STARS):
        return STARS
    return f"{text[:front]}{STARS}{text[-back:]}"


def _masked_mail(address: str) -> str:
    name, at, domain = address.partition("@")
    return f"{name[:1]}{STARS}{at}{domain}" if at else masked(address, front=1, back=1)


def _open(person: Person) -> PersonalFacts:
    kept = PersonalData.objects.filter(person=person).first()
    if kept is None:
        raise NotFound(
            "people.personal_data.none", "没有这个人的个人信息。", "No personal data of this person are kept."
        )
    return opened(person.code, kept.sealed)


def _note(actor: Actor, action: str, person: Person, now: datetime, detail: dict[str, str]) -> None:
    write(at=now, actor=actor.key, action=action, object_kind="person", object_key=person.code, detail=detail)
