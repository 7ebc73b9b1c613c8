"""Sealed texts open with the same key, purpose and subject, and with no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.errors import Unavailable
from pinzhi.records.accounts.sealing import seal, unseal


@given(plain=st.binary(max_size=200), purpose=st.text(max_size=20), about=st.text(max_size=20))
def test_unseal_returns_what_was_sealed(plain: bytes, purpose: str, about: str) -> None:
    assert unseal(seal(plain, purpose=purpose, about=about), purpose=purpose, about=about) == plain


def test_the_same_text_is_never_sealed_the_same() -> None:
    assert seal(b"x", purpose="p", about="a") != seal(b"x", purpose="p", about="a")


@pytest.mark.parametrize(("purpose", "about"), [("other", "a"), ("p", "other")])
def test_unseal_refuses_another_purpose_or_subject(purpose: str, about: str) -> None:
    with pytest.raises(Unavailable):
        unseal(seal(b"x", purpose="p", about="a"), purpose=purpose, about=about)


@pytest.mark.parametrize(
    "damage", [lambda box: box[:-1], lambda box: b"", lambda box: b"\x02" + box[1:], lambda box: box + b"x"]
)
def test_unseal_refuses_a_damaged_box(damage: object) -> None:
    box = damage(seal(b"x", purpose="p", about="a"))  # type: ignore[operator]

    with pytest.raises(Unavailable):
        unseal(box, purpose="p", about="a")


def test_unseal_knows_the_key_before(settings: object) -> None:
    box = seal(b"x", purpose="p", about="a")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]  # type: ignore[attr-defined]

    assert unseal(box, purpose="p", about="a") == b"x"
    settings.SECRET_KEY_FALLBACKS = []  # type: ignore[attr-defined]
    with pytest.raises(Unavailable):
        unseal(box, purpose="p", about="a")
