"""Proofs over JSON documents: Data Integrity with the cryptosuite eddsa-jcs-2022 (W3C vc-di-eddsa, section 3.3)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pinzhi.engine.attestation.moments import moment_text
from pinzhi.engine.errors import BadInput
from pinzhi.engine.signatures import base58, canonical, from_base58, is_signed, sha256

TYPE, SUITE, PURPOSE = "DataIntegrityProof", "eddsa-jcs-2022", "assertionMethod"


def with_proof(
    document: Mapping[str, Any], *, method: str, created: datetime, sign: Callable[[bytes], bytes]
) -> dict[str, Any]:
    """Return a document with a proof by the key that ``method`` names; ``sign`` makes the signature, 64 bytes."""
    options = {
        "type": TYPE,
        "cryptosuite": SUITE,
        "created": moment_text(created),
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
    }
    if "@context" in document:
        options = {"@context": document["@context"]} | options
    value = "z" + base58(sign(signed_bytes(document, options)))
    return {**document, "proof": options | {"proofValue": value}}


def signed_bytes(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """Return the 64 bytes that are signed: the hash of the proof's options, then that of the document without proof."""
    return sha256(canonical(dict(options))) + sha256(canonical(dict(document)))


def proof_holds(secured: Mapping[str, Any], public: bytes) -> bool:
    """Tell whether the document carries a proof of this suite made with a key over exactly this content."""
    proof = secured.get("proof")
    if not isinstance(proof, Mapping) or proof.get("type") != TYPE or proof.get("cryptosuite") != SUITE:
        return False
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z"):
        return False
    # The proof binds its own context; it must be that of the document, or begin it (3.3.2, step 4).
    if "@context" in proof and not _begins(secured.get("@context"), proof["@context"]):
        return False
    document = {name: part for name, part in secured.items() if name != "proof"}
    options = {name: part for name, part in proof.items() if name != "proofValue"}
    if "@context" in proof:
        document["@context"] = proof["@context"]
    writings = [options]
    if "@context" not in proof and "@context" in document:
        writings.append({**options, "@context": document["@context"]})  # some libraries sign it and leave it out
    try:
        signature = from_base58(value[1:])
        return any(is_signed(public, signed_bytes(document, one), signature) for one in writings)
    except BadInput:
        return False


def _begins(whole: object, start: object) -> bool:
    if isinstance(whole, list) and isinstance(start, list):
        return whole[: len(start)] == start
    return whole == start
