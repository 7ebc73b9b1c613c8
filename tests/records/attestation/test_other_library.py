"""An independent library (openvc-core: own canonical JSON, own status lists) verifies ours, and we verify its."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openvc.did.did_web import DidWebResolver
from openvc.errors import OpenvcError
from openvc.keys import Ed25519SigningKey
from openvc.proof.di_jcs import EddsaJcsProofSuite
from openvc.status.bitstring import decode_bitstring, encode_bitstring, get_status_bit, new_bitstring, set_status_bit

from pinzhi.engine.attestation.proofs import proof_holds
from pinzhi.engine.attestation.status_lists import decoded, is_set, place_of
from pinzhi.engine.periods import Moment
from pinzhi.engine.signatures import public_key_of
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.attestation.actions.issuing import attest
from pinzhi.records.attestation.queries.keys import site_key_document
from pinzhi.records.attestation.queries.status_lists import published_list
from pinzhi.records.clock import moment
from pinzhi.records.signing import rotate
from tests.build_attestation import ADDRESS, WHEN, make_statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def resolver(settings: Any) -> DidWebResolver:
    """Their did:web resolver, given our key document as the site would answer it."""
    settings.ADDRESS = ADDRESS

    def fetch(address: str) -> dict[str, Any]:
        assert address == f"{ADDRESS}/.well-known/did.json"
        return json.loads(json.dumps(site_key_document()))

    return DidWebResolver(fetch)


def _theirs_says(secured: dict[str, Any], resolver: DidWebResolver) -> bool:
    try:
        EddsaJcsProofSuite().verify(secured, resolver=resolver, now=datetime(2024, 1, 5, tzinfo=UTC))
    except OpenvcError:
        return False
    return True


def test_the_other_library_verifies_our_credentials_also_after_rotation(resolver: DidWebResolver) -> None:
    first = attest(actor=SYSTEM, statement=make_statement(), when=WHEN)
    rotate("attestation")
    second = attest(actor=SYSTEM, statement=make_statement(key="another"), when=WHEN)

    assert _theirs_says(json.loads(first.document), resolver)
    assert _theirs_says(json.loads(second.document), resolver)


def test_the_other_library_refuses_what_was_changed(resolver: DidWebResolver) -> None:
    document = json.loads(attest(actor=SYSTEM, statement=make_statement(), when=WHEN).document)
    document["credentialSubject"]["register"]["holder_name"] = "青岛另一家有限公司"

    assert not _theirs_says(document, resolver)


def test_we_verify_what_the_other_library_signed() -> None:
    private = b"\x05" * 32
    key = Ed25519SigningKey(Ed25519PrivateKey.from_private_bytes(private), "k")
    bare = {"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:x:1", "issuer": "did:web:a.example",
            "credentialSubject": {"name": "青岛示例精工有限公司", "number": 71, "odd": "\u2028\\\"€"}}  # fmt: skip

    signed = EddsaJcsProofSuite().add_proof(bare, signing_key=key, verification_method="did:web:a.example#k")

    assert proof_holds(signed, public_key_of(private))
    assert not proof_holds(signed | {"id": "urn:x:2"}, public_key_of(private))


def test_both_read_each_others_status_lists(resolver: DidWebResolver) -> None:
    old = attest(actor=SYSTEM, statement=make_statement(), when=WHEN)
    new = attest(actor=SYSTEM, statement=make_statement(basis="更正"), when=WHEN)
    listed = json.loads(published_list("revocation-1", Moment(moment().at, WHEN.on)).content)

    theirs = decode_bitstring(listed["credentialSubject"]["encodedList"])
    assert EddsaJcsProofSuite().verify(listed, resolver=resolver).issuer == listed["issuer"]
    assert get_status_bit(theirs, place_of(old.ticket_id).index) == 1
    assert get_status_bit(theirs, place_of(new.ticket_id).index) == 0

    bits = new_bitstring(131_072)
    set_status_bit(bits, 94_567, True)
    ours = decoded(encode_bitstring(bytes(bits)))
    assert (is_set(ours, 94_567), is_set(ours, 94_566), sum(ours)) == (True, False, 1)
