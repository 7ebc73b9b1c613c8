"""Credentials for programs: one by its code, the check of anything, refusals as problems, no names of persons."""

import json

import pytest
from django.test import Client

from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.attestation.actions.issuing import attest
from tests.build_attestation import WHEN, make_statement
from tests.build_catalog import make_honour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]


def test_a_credential_comes_with_its_check(client: Client) -> None:
    make_honour("mayor-8-08-017")
    made = attest(actor=SYSTEM, statement=make_statement(), when=WHEN)

    answer = client.get(f"/api/v1/credentials/{made.code}").json()

    assert answer["document"] == json.loads(made.document)
    assert answer["code"] == made.compact
    assert answer["check"]["verdict"] == "valid"


def test_anything_can_be_checked(client: Client) -> None:
    make_honour("mayor-8-08-017")
    made = attest(actor=SYSTEM, statement=make_statement(), when=WHEN)

    for text in (made.document, made.number, made.compact, f"http://localhost:8000/verify#{made.compact}"):
        answer = client.post("/api/v1/verifications", {"text": text}, content_type="application/json").json()
        assert [one["verdict"] for one in answer["reports"]] == ["valid"]


def test_what_cannot_be_read_is_a_problem(client: Client) -> None:
    refused = client.post("/api/v1/verifications", {"text": "<b>"}, content_type="application/json")

    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
    assert refused.json()["code"] == "attestation.unreadable"
    assert client.get("/api/v1/credentials/0000").json()["code"] == "attestation.credential"


def test_names_of_persons_are_left_out(client: Client) -> None:
    said = make_statement(kind="training_certificate", key="T-1", number="T-1", holder_kind="person",
                          holder_name="李示例", holder_code="")  # fmt: skip
    attest(actor=SYSTEM, statement=said, when=WHEN)

    answer = client.post("/api/v1/verifications", {"text": "T-1"}, content_type="application/json")

    assert answer.json()["reports"][0]["holder"] == ""
    assert "李示例" not in answer.content.decode()
