"""Proofs against the test vector of the W3C Recommendation, and what must break them."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pinzhi.engine.attestation.proofs import proof_holds, signed_bytes, with_proof
from pinzhi.engine.signatures import from_base58, key_from_text, sign

VECTOR: dict[str, Any] = json.loads((Path(__file__).parent / "vectors" / "eddsa-jcs-2022.json").read_text())
PUBLIC = key_from_text(VECTOR["publicKeyMultibase"])
PRIVATE = from_base58(VECTOR["privateKeyMultibase"][1:])[2:]  # after the multicodec prefix
UNSIGNED = {name: part for name, part in VECTOR["signed"].items() if name != "proof"}


def test_signed_bytes_end_with_the_document_hash_of_the_recommendation() -> None:
    options = {name: part for name, part in VECTOR["signed"]["proof"].items() if name != "proofValue"}

    assert signed_bytes(UNSIGNED, options)[32:].hex() == VECTOR["documentHash"]


def test_with_proof_makes_the_signature_of_the_recommendation() -> None:
    made = with_proof(
        UNSIGNED,
        method=VECTOR["signed"]["proof"]["verificationMethod"],
        created=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC),
        sign=lambda message: sign(PRIVATE, message),
    )

    assert made == VECTOR["signed"]
    assert from_base58(made["proof"]["proofValue"][1:]).hex() == VECTOR["signature"]


def test_proof_holds_for_the_signed_document_of_the_recommendation() -> None:
    assert proof_holds(VECTOR["signed"], PUBLIC)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("name",), "Alumni credential"),
        (("credentialSubject", "alumniOf"), "The School of Examples "),
        (("@context",), ["https://www.w3.org/ns/credentials/v2"]),
        (("proof", "created"), "2023-02-24T23:36:39Z"),
        (("proof", "verificationMethod"), "https://vc.example/issuers/5678#another"),
        (("proof", "proofPurpose"), "authentication"),
        (("proof", "type"), "Ed25519Signature2020"),
        (("proof", "cryptosuite"), "eddsa-rdfc-2022"),
        (("proof", "proofValue"), VECTOR["signed"]["proof"]["proofValue"][:-1]),
        (("proof", "proofValue"), "zO0Il"),
        (("proof", "proofValue"), 7),
        (("proof",), [VECTOR["signed"]["proof"]]),
        (("number",), 2**60),
    ],
)
def test_proof_does_not_hold_when_anything_differs(path: tuple[str, ...], value: Any) -> None:
    changed = deepcopy(VECTOR["signed"])
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value

    assert not proof_holds(changed, PUBLIC)
