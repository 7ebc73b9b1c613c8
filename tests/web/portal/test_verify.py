"""The pages of the check and the documents that let anybody check without us."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pinzhi.engine.attestation.key_documents import known_issuer
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.attestation.actions.dumping import dump_register
from pinzhi.records.attestation.actions.issuing import attest
from pinzhi.records.attestation.models import Credential
from pinzhi.records.attestation.queries.keys import site_keys
from pinzhi.records.signing import rotate
from tests.build_attestation import WHEN, make_statement
from tests.build_catalog import make_honour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]


@pytest.fixture
def made() -> Credential:
    make_honour("mayor-8-08-017")
    return attest(actor=SYSTEM, statement=make_statement(), when=WHEN)


def _posted(client: Client, text: str) -> tuple[int, str]:
    response = client.post("/verify", {"text": text})
    return response.status_code, response.content.decode()


def test_a_status_list_has_a_tag_may_be_kept_and_is_not_sent_twice(client: Client, made: Credential) -> None:
    first = client.get("/status/revocation-1")
    again = client.get("/status/revocation-1", headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, first["Content-Type"], first["Cache-Control"]) == (
        200, "application/vc", "public, max-age=300",
    )  # fmt: skip
    assert first["Access-Control-Allow-Origin"] == "*"
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/status/revocation-9").status_code == 404


def test_the_key_document_holds_all_keys_and_the_page_their_fingerprints(client: Client, made: Credential) -> None:
    rotate("attestation")

    document = client.get("/.well-known/did.json").json()
    page = client.get("/keys").content.decode()

    assert client.get("/keys.json").json() == document
    read = known_issuer(document)
    assert [one.public for one in read.keys] == [one.public for one in site_keys().keys]
    assert [one.until is None for one in read.keys] == [False, True]
    assert all(one["publicKeyMultibase"] in page for one in document["verificationMethod"])


def test_the_files_of_a_credential(client: Client, made: Credential) -> None:
    given = client.get(f"/credentials/{made.code}.json")

    assert (given["Content-Type"], given.content.decode()) == ("application/vc", made.document)
    assert client.get(f"/credentials/{made.code}.pdf").content.startswith(b"%PDF-1.7")
    assert client.get(f"/credentials/{made.code}.svg").content.startswith(b"<svg")
    assert client.get(f"/credentials/{made.code}.exe").status_code == 404
    assert client.get("/credentials/0000000000000000.json").status_code == 404
    assert client.get("/credentials/0000000000000000").status_code == 404


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("", 400, "请输入编号"),
        ("<b>", 400, "不是编号、链接、码，也不是凭证"),
        ('{"a":', 400, "不是完整的 JSON"),
        ("{}", 200, "不能相信"),
        ("https://pinzhi@evil.example/", 400, "故意藏起了它通向哪里"),
        ("https://localhost.evil.example/verify/1", 200, "不能相信"),
        ("没有这个编号", 200, "没有查到"),
    ],
)
def test_what_is_presented_gets_a_plain_answer(client: Client, text: str, status: int, words: str) -> None:
    found, page = _posted(client, text)

    assert found == status
    assert words in page


def test_a_file_of_ten_megabytes_is_refused_with_a_sentence(client: Client) -> None:
    response = client.post("/verify", {"file": SimpleUploadedFile("big.json", b"{" + b" " * (10 << 20) + b"}")})

    assert response.status_code == 400
    assert "内容太大" in response.content.decode()


def test_many_pictures_within_a_minute_are_slowed_down(client: Client) -> None:
    statuses = [client.post("/verify", {"file": SimpleUploadedFile("a.json", b"{}")}).status_code for _ in range(41)]

    assert (statuses[:40], statuses[40]) == ([200] * 40, 400)


def test_a_result_is_never_kept_by_a_cache(client: Client, made: Credential) -> None:
    assert client.get(f"/verify/{made.number}")["Cache-Control"] == "no-store"


def test_a_number_in_the_box_leads_to_its_own_address(client: Client) -> None:
    assert client.get("/verify", {"q": "08-017"})["Location"] == "/verify/08-017"


def test_a_certificates_page_offers_its_credential(client: Client, made: Credential) -> None:
    page = client.get(f"/credentials/{made.code}").content.decode()

    assert f"/credentials/{made.code}.pdf" in page
    assert "noindex" in client.get(f"/credentials/{made.code}")["X-Robots-Tag"]


def test_a_dump_is_offered_and_nothing_else_of_the_folder(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    folder = dump_register(actor=SYSTEM, when=WHEN)
    (folder / "secret.txt").write_text("x")

    listed = client.get("/dumps/2024-01-04/manifest.json")

    assert json.loads(b"".join(listed.streaming_content))["type"] == ["RegisterDump"]  # type: ignore[attr-defined]
    assert "organisations.csv.gz" in client.get("/dumps").content.decode()
    assert client.get("/dumps/2024-01-04/secret.txt").status_code == 404
    assert client.get("/dumps/..%2F..%2Fkeys/attestation-0001.json").status_code == 404
