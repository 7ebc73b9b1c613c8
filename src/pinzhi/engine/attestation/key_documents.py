"""The issuer's key document: every key it ever signed with, as a did:web document, and reading one back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pinzhi.engine.attestation.credentials import Issuer, did_web
from pinzhi.engine.attestation.moments import moment_from, moment_text
from pinzhi.engine.errors import BadInput
from pinzhi.engine.signatures import key_from_text, key_text

CONTEXT = ("https://www.w3.org/ns/did/v1", "https://www.w3.org/ns/cid/v1")
DRIFT = timedelta(minutes=10)  # by which clocks of signer and key keeper may differ
_MOST_KEYS = 1000


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key of an issuer: ``id`` is its whole name (did:web:…#attestation-0001), and when it signed."""

    id: str
    public: bytes
    since: datetime | None
    until: datetime | None

    def signed_at(self, moment: datetime) -> bool:
        """Tell whether the key was in use at a moment."""
        after = self.since is None or self.since - DRIFT <= moment
        return after and (self.until is None or moment <= self.until + DRIFT)


@dataclass(frozen=True, slots=True)
class KnownIssuer:
    """An issuer whose keys the reader has from a source that he trusts."""

    id: str
    address: str
    keys: tuple[KnownKey, ...]

    def key(self, name: str) -> KnownKey | None:
        """Return a key by its whole name, or by the part after #."""
        return next((one for one in self.keys if name in (one.id, one.id.rpartition("#")[2])), None)


def key_document(issuer: Issuer, keys: Iterable[KnownKey]) -> dict[str, Any]:
    """Return the document to publish (W3C DID 1.0 and Controlled Identifiers 1.0).

    Retired keys stay in it for good, with ``expires``: what they signed before still verifies.
    """
    methods = [
        {"id": one.id, "type": "Multikey", "controller": issuer.id, "publicKeyMultibase": key_text(one.public)}
        | ({"created": moment_text(one.since)} if one.since else {})
        | ({"expires": moment_text(one.until)} if one.until else {})
        for one in keys
    ]
    return {
        "@context": list(CONTEXT),
        "id": issuer.id,
        "alsoKnownAs": [issuer.address],
        "verificationMethod": methods,
        "assertionMethod": [one["id"] for one in methods],
    }


def known_issuer(document: object) -> KnownIssuer:
    """Return the issuer of a key document; BadInput for anything else, or for a document at odds with itself."""
    try:
        if not isinstance(document, Mapping):
            raise TypeError("not an object")
        name, methods = str(document["id"]), document["verificationMethod"]
        (address,) = document["alsoKnownAs"]
        if did_web(address) != name or len(methods) > _MOST_KEYS:
            raise ValueError("id and address differ")
        asserting = set(document["assertionMethod"])
        keys = tuple(key for key in (_key(one, name) for one in methods) if key.id in asserting)
    except (KeyError, TypeError, ValueError, BadInput) as error:
        raise BadInput(
            "attestation.key_document",
            "这不是签发方的密钥文件（{reason}）。它在签发方网站的 /.well-known/did.json。",
            "This is no issuer's key document ({reason}). It lies at /.well-known/did.json of the issuer's site.",
            reason=str(error)[:100],
        ) from error
    return KnownIssuer(name, str(address), keys)


def _key(method: Mapping[str, Any], controller: str) -> KnownKey:
    if method["controller"] != controller or not str(method["id"]).startswith(f"{controller}#"):
        raise ValueError("key of another controller")
    return KnownKey(
        method["id"],
        key_from_text(method["publicKeyMultibase"]),
        moment_from(method["created"]) if "created" in method else None,
        moment_from(method["expires"]) if "expires" in method else None,
    )
