"""Verifiable credentials: a statement in the form of the W3C VC Data Model 2.0 and Open Badges 3.0, to be signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from pinzhi.engine.attestation.statements import Kind, Statement, as_plain, checked, from_plain
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
# The one term of ours: the whole statement as a JSON literal, so that no processor needs to know its fields.
OWN_TERMS = {"register": {"@id": "https://schema.org/additionalProperty", "@type": "@json"}}
TYPES = ("VerifiableCredential", "OpenBadgeCredential")
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
ENTRY = "BitstringStatusListEntry"
PURPOSES = ("revocation", "suspension")
LOCAL = timezone(timedelta(hours=8))  # a day is a day in China

ACHIEVEMENTS: dict[Kind, str] = {
    "certificate": "Certification",
    "honour": "Award",
    "training_certificate": "CertificateOfCompletion",
    "appointment": "ext:Appointment",
}
KIND_TEXTS: dict[str, Text] = {
    "certificate": Text("认证证书", "Certificate of conformity"),
    "honour": Text("荣誉证书", "Certificate of honour"),
    "training_certificate": Text("培训合格证书", "Training certificate"),
    "appointment": Text("任职证书", "Certificate of appointment"),
}


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs: ``id`` is a decentralised identifier (did:web), ``address`` the site's, without a last slash."""

    id: str
    address: str


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where the status of a credential is published: the number of the list and the place in it, from 0."""

    list_number: int
    index: int


def did_web(address: str) -> str:
    """Return the did:web of a site's address (W3C CCG did:web 2.1): the port's colon is written %3A.

    >>> did_web("http://localhost:8000")
    'did:web:localhost%3A8000'
    """
    return "did:web:" + address.split("://", 1)[-1].rstrip("/").replace(":", "%3A").replace("/", ":")


def build(statement: Statement, *, code: str, issuer: Issuer, place: StatusPlace) -> dict[str, Any]:
    """Return the credential of a statement, unsigned. ``code`` is the last part of its address."""
    said = checked(statement)
    credential: dict[str, Any] = {
        "@context": [*CONTEXTS, dict(OWN_TERMS)],
        "id": credential_address(issuer, code),
        "type": list(TYPES),
        "name": said.title.zh,
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": said.issuer.zh, "url": issuer.address},
        "validFrom": first_moment(said.valid_from),
        "awardedDate": first_moment(said.granted_on),
        "credentialSubject": _subject(said, issuer),
        "credentialStatus": [_status(issuer, place, purpose) for purpose in PURPOSES],
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if said.valid_until is not None:
        credential["validUntil"] = last_moment(said.valid_until)
    return credential


def statement_of(credential: Mapping[str, Any]) -> Statement:
    """Return the statement that a credential of ours carries; BadInput where there is none."""
    subject = credential.get("credentialSubject")
    register = subject.get("register") if isinstance(subject, Mapping) else None
    if not isinstance(register, Mapping):
        raise BadInput(
            "attestation.no_statement",
            "这份凭证里没有登记内容，不是本平台签发的格式。",
            "This credential carries no register entry: it is not in the form that this platform issues.",
        )
    return from_plain(register)


def credential_address(issuer: Issuer, code: str) -> str:
    """Return the permanent address of a credential, which is also its id."""
    return f"{issuer.address}/credentials/{code}"


def list_address(issuer: Issuer, purpose: str, number: int) -> str:
    """Return the address of a status list."""
    return f"{issuer.address}/status/{purpose}-{number}"


def first_moment(day: date) -> str:
    """Return the first second of a day in China: 2024-01-04T00:00:00+08:00."""
    return datetime.combine(day, time(), LOCAL).isoformat()


def last_moment(day: date) -> str:
    """Return the last second of a day in China."""
    return datetime.combine(day, time(23, 59, 59), LOCAL).isoformat()


def day_of(moment: datetime) -> date:
    """Return the day in China on which a moment lies."""
    return moment.astimezone(UTC).astimezone(LOCAL).date()


def _subject(said: Statement, issuer: Issuer) -> dict[str, Any]:
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "identifier": _identifiers(said),
        "licenseNumber": said.number,
        "achievement": {
            "id": f"{issuer.address}/schemes/{said.scheme_id}/{said.edition or '1'}",
            "type": ["Achievement"],
            "achievementType": ACHIEVEMENTS[said.kind],
            "inLanguage": "zh",
            "name": said.title.zh,
            "description": said.scope.zh or said.title.zh,
            "criteria": {"narrative": said.basis or said.title.zh},
        },
        "register": as_plain(said),
    }
    results = [("等级", said.grade.zh)] if said.grade else []
    if results or said.marks:
        subject["result"] = [
            {"type": ["Result"], "status": "Completed", "value": f"{label}：{mark}"}
            for label, mark in (*results, *said.marks)
        ]
    return subject


def _identifiers(said: Statement) -> list[dict[str, Any]]:
    named = [("name", said.holder_name)]
    if said.holder_code:
        named.append(("ext:unifiedSocialCreditCode", said.holder_code))
    return [
        {"type": "IdentityObject", "hashed": False, "identityHash": value, "identityType": kind}
        for kind, value in named
    ]


def _status(issuer: Issuer, place: StatusPlace, purpose: str) -> dict[str, Any]:
    address = list_address(issuer, purpose, place.list_number)
    return {
        "id": f"{address}#{place.index}",
        "type": ENTRY,
        "statusPurpose": purpose,
        "statusListIndex": str(place.index),
        "statusListCredential": address,
    }
