"""One form of bytes, signatures and keys as text: the examples of RFC 8785, RFC 8032 and the Multikey text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.errors import BadIdentifier, BadInput
from pinzhi.engine.signatures import (
    base58,
    canonical,
    from_base58,
    is_signed,
    key_from_text,
    key_text,
    public_key_of,
    sign,
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)


def test_canonical_is_the_example_of_rfc_8785() -> None:
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"\u002f",
        "literals": [None, True, False],
    }

    assert canonical(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@given(JSON)
def test_canonical_form_is_kept_by_reading_it_again(value: object) -> None:
    assert canonical(json.loads(canonical(value))) == canonical(value)


@pytest.mark.parametrize("value", [2**53 + 1, float("nan"), {1: 2}, {"a": {1}}, "\ud800"])
def test_canonical_refuses_what_has_no_one_form(value: object) -> None:
    with pytest.raises(BadInput):
        canonical(value)


# RFC 8032, 7.1, tests 1 to 3: private key, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
]


@pytest.mark.parametrize(("private", "public", "message", "signature"), RFC_8032)
def test_sign_gives_the_signatures_of_rfc_8032(private: str, public: str, message: str, signature: str) -> None:
    key = bytes.fromhex(private)

    assert public_key_of(key).hex() == public
    assert sign(key, bytes.fromhex(message)).hex() == signature
    assert is_signed(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


@given(st.binary(min_size=32, max_size=32), st.binary(), st.integers(0, 63))
def test_a_changed_signature_or_message_is_refused(private: bytes, message: bytes, place: int) -> None:
    signature = sign(private, message)
    changed = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]

    assert not is_signed(public_key_of(private), message, changed)
    assert not is_signed(public_key_of(private), message + b"\0", signature)
    assert not is_signed(public_key_of(private), message, signature[:-1])
    assert not is_signed(public_key_of(private)[:-1], message, signature)


@given(st.binary(max_size=80))
def test_base58_text_gives_its_bytes_back(data: bytes) -> None:
    assert from_base58(base58(data)) == data


@pytest.mark.parametrize("text", ["0", "l", "品", "1" * 201])
def test_from_base58_refuses_other_letters_and_endless_text(text: str) -> None:
    with pytest.raises(BadIdentifier):
        from_base58(text)


def test_key_text_is_the_example_of_the_did_key_method() -> None:
    public = key_from_text("z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp")

    assert len(public) == 32
    assert key_text(public) == "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"


@pytest.mark.parametrize("text", ["", "z", "6MkiTBz1", "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooW", "zDnaerx9"])
def test_key_from_text_refuses_what_is_no_ed25519_key(text: str) -> None:
    with pytest.raises(BadIdentifier):
        key_from_text(text)
