"""The keys this site signs credentials with, as everybody may know them."""

from typing import Any

from pinzhi.engine.attestation.key_documents import KnownIssuer, KnownKey, key_document
from pinzhi.records.attestation.queries.issuer import site_issuer
from pinzhi.records.signing import public_keys

PURPOSE = "attestation"


def site_keys() -> KnownIssuer:
    """Return this site as an issuer with all keys it ever signed with, oldest first."""
    issuer = site_issuer()
    keys = tuple(
        KnownKey(f"{issuer.id}#{one.id}", one.public, one.made_at, one.retired_at) for one in public_keys(PURPOSE)
    )
    return KnownIssuer(issuer.id, issuer.address, keys)


def site_key_document() -> dict[str, Any]:
    """Return the key document to publish."""
    return key_document(site_issuer(), site_keys().keys)
