"""The installation's keys: made at first use, kept for ever, never shown, and one winner of two that begin at once."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from pinzhi.engine.errors import Unavailable
from pinzhi.engine.signatures import is_signed
from pinzhi.records.signing import _make, public_keys, rotate, signing_key


def test_signing_key_is_made_once_and_readable_by_its_owner_alone(settings: Any) -> None:
    key = signing_key("attestation")

    assert key == signing_key("attestation")
    assert is_signed(key.public, b"text", key.sign(b"text"))
    (file,) = Path(settings.KEYS).iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == ("attestation-0001.json", 0o600)


def test_each_purpose_has_a_key_of_its_own() -> None:
    assert signing_key("attestation").public != signing_key("journal").public


def test_rotate_keeps_the_old_key_as_retired() -> None:
    old = signing_key("attestation")

    new = rotate("attestation")

    assert signing_key("attestation").public == new.public != old.public
    first, second = public_keys("attestation")
    assert (first.public, first.retired_at) == (old.public, second.made_at)
    assert (second.id, second.retired_at) == ("attestation-0002", None)


def test_the_first_of_two_that_make_a_key_wins() -> None:
    key = signing_key("journal")

    _make("journal", 1)

    assert signing_key("journal") == key


@pytest.mark.parametrize("content", ["", "{}", json.dumps({"private": "?", "made_at": "2024-01-04"})])
def test_a_damaged_key_is_refused_with_its_name(settings: Any, content: str) -> None:
    signing_key("attestation")
    Path(settings.KEYS, "attestation-0001.json").write_text(content)

    with pytest.raises(Unavailable, match=r"signing\.key"):
        signing_key("attestation")


def test_a_key_does_not_show_its_private_half() -> None:
    assert repr(signing_key("journal")) == "SigningKey(journal-0001)"
