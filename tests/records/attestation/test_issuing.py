"""Issuing: once for each content, with a place of its own, and never by a clock that was set back."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from pinzhi.engine.attestation.compact import unpacked
from pinzhi.engine.attestation.credentials import statement_of
from pinzhi.engine.attestation.proofs import proof_holds
from pinzhi.engine.errors import BadInput, Unavailable
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.attestation.actions.issuing import attest
from pinzhi.records.attestation.models import Credential, StatusTicket
from pinzhi.records.journal.models import Entry
from pinzhi.records.signing import public_keys, rotate
from tests.build_attestation import WHEN, make_statement

pytestmark = pytest.mark.django_db


def test_attest_signs_the_statement_so_that_it_holds_in_both_forms() -> None:
    said = make_statement()

    made = attest(actor=SYSTEM, statement=said, when=WHEN)

    (key,) = public_keys("attestation")
    document = json.loads(made.document)
    assert proof_holds(document, key.public)
    assert statement_of(document) == said
    assert unpacked(made.compact).is_by("did:web:localhost%3A8000", key.public)
    assert document["credentialSubject"]["result"][1]["value"] == "总得分率：71.25"
    assert Entry.objects.get(action="attestation.issue").detail["credential"] == made.code


def test_attest_again_returns_the_standing_credential() -> None:
    first = attest(actor=SYSTEM, statement=make_statement(), when=WHEN)

    again = attest(actor=SYSTEM, statement=make_statement(), when=WHEN)

    assert again == first
    assert StatusTicket.objects.count() == 1


def test_attest_replaces_when_the_content_changed() -> None:
    first = attest(actor=SYSTEM, statement=make_statement(), when=WHEN)

    second = attest(actor=SYSTEM, statement=make_statement(valid_until=date(2030, 1, 3)), when=WHEN)

    first.refresh_from_db()
    assert (first.replaced_by, first.replaced_at) == (second, WHEN.at)
    assert Credential.objects.filter(replaced_at=None).get() == second


def test_attest_after_rotation_signs_with_the_new_key() -> None:
    attest(actor=SYSTEM, statement=make_statement(), when=WHEN)
    rotate("attestation")

    made = attest(actor=SYSTEM, statement=make_statement(key="another"), when=WHEN)

    assert made.key_id == "attestation-0002"


def test_attest_refuses_when_the_clock_was_set_back() -> None:
    made = attest(actor=SYSTEM, statement=make_statement(), when=WHEN)
    Credential.objects.filter(pk=made.pk).update(signed_at=made.signed_at + timedelta(days=1))

    with pytest.raises(Unavailable) as refused:
        attest(actor=SYSTEM, statement=make_statement(key="another"), when=WHEN)

    assert refused.value.code == "attestation.clock"
    assert Credential.objects.count() == StatusTicket.objects.count() == 1


def test_attest_refuses_when_the_key_is_younger_than_the_clock() -> None:
    attest(actor=SYSTEM, statement=make_statement(), when=WHEN)
    Credential.objects.all().delete()
    file = Path(settings.KEYS) / "attestation-0001.json"
    kept = json.loads(file.read_text())
    file.write_text(json.dumps(kept | {"made_at": "2100-01-01T00:00:00+08:00"}))

    with pytest.raises(Unavailable):
        attest(actor=SYSTEM, statement=make_statement(), when=WHEN)


@pytest.mark.parametrize(
    "changes",
    [{"kind": "medal"}, {"number": " "}, {"holder_name": ""}, {"valid_until": date(2023, 1, 1)}, {"basis": "a\x00b"}],
)
def test_attest_refuses_what_nobody_may_sign(changes: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        attest(actor=SYSTEM, statement=make_statement(**changes), when=WHEN)
