"""The public journal: heads, keys, proofs by digest alone, and a proof that is brought back to be checked."""

import json
from contextvars import Context
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pinzhi.engine.journal.proofs import check, keys_from_json, proof_from_json
from pinzhi.engine.journal.tree import is_consistent
from pinzhi.records.journal.proving import proof_of_line
from tests.build import give_role, make_user
from tests.records.journal.build import seal_at, write_lines

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def ids() -> list[int]:
    found = write_lines(3)
    seal_at(1)
    found += write_lines(2, first=3)
    seal_at(2)
    return found


def asked(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.json()


def test_anybody_can_follow_the_journal_without_seeing_a_line(client: Client, ids: list[int]) -> None:
    keys = keys_from_json(asked(client, "/journal/keys.json"))
    proof = proof_from_json(asked(client, "/journal/positions/4.json"))
    first, second = asked(client, "/journal/heads/1.json"), asked(client, "/journal/heads/2.json")
    grown = asked(client, "/journal/consistency/1-2.json")

    assert check(proof, keys).is_good
    assert (proof.position, proof.line, proof.head.as_json()) == (3, None, second)
    assert (grown["first"], grown["second"]) == (first, second)
    roots = bytes.fromhex(first["root"]), bytes.fromhex(second["root"])
    assert is_consistent(3, 5, roots, [bytes.fromhex(step) for step in grown["path"]])
    assert "mayor-8" not in client.get("/journal").content.decode()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/journal/heads/9.json", 404),
        ("/journal/heads/99999999999999999999999.json", 404),
        ("/journal/positions/0.json", 400),
        ("/journal/positions/99.json", 404),
        ("/journal/consistency/2-1.json", 400),
        ("/journal/consistency/1-9.json", 404),
        ("/journal?before=x", 400),
        ("/journal?before=²", 400),
        ("/journal?before=2", 200),
    ],
)
def test_odd_addresses_are_answered(client: Client, ids: list[int], address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_nothing_sealed_is_said(client: Client) -> None:
    assert "还没有封存的记录" in client.get("/journal").content.decode()
    assert "Nothing is sealed yet" in client.get("/journal", headers=ENGLISH).content.decode()


def test_a_proof_is_checked_as_file_and_as_text(client: Client, ids: list[int]) -> None:
    value = proof_of_line(ids[1]).as_json()
    file = SimpleUploadedFile("journal-2.json", json.dumps(value).encode())
    changed = {**value, "line": {**value["line"], "actor": "user:99"}}

    assert "证明成立" in client.post("/journal/check", {"file": file}).content.decode()
    page = client.post("/journal/check", {"text": json.dumps(value)}, headers=ENGLISH).content.decode()
    assert "The proof holds" in page
    assert "mayor-8/0001" in page
    assert "证明不成立" in client.post("/journal/check", {"text": json.dumps(changed)}).content.decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "请选文件"),
        ("x", "这不是 JSON"),
        ("[" * 90_000, "这不是 JSON"),
        ("{}", "这不是记录证明"),
        ("1" * 100_001, "100000"),
    ],
)
def test_what_is_no_proof_is_told_so(client: Client, text: str, said: str) -> None:
    answer = client.post("/journal/check", {"text": text})

    assert answer.status_code == 400
    assert said in answer.content.decode()


@pytest.mark.parametrize(("role", "status"), [("supervisor", 200), ("operator", 200), ("city_officer", 403)])
def test_the_proof_of_any_line_is_for_who_may_read_the_journal(
    client: Client, ids: list[int], role: str, status: int
) -> None:
    user = make_user()
    give_role(user, role)
    client.force_login(user)

    answer = client.get(f"/desk/journal/{ids[0]}.json")

    assert answer.status_code == status
    assert (b"mayor-8/0000" in answer.content) == (status == 200)


def test_the_desk_shows_position_origin_and_what_waits(client: Client, ids: list[int]) -> None:
    user = make_user()
    give_role(user, "supervisor")
    client.force_login(user)
    waiting = Context().run(write_lines, 1, first=9)

    page = client.get("/desk/journal").content.decode()

    assert f'href="/desk/journal/{ids[4]}.json"' in page
    assert f'href="/desk/journal/{waiting[0]}.json"' not in page
    assert "已封存 5 行，签名头 2" in page
    assert "1 行等待封存" in page
    assert "task/" in page
    assert client.get(f"/desk/journal/{waiting[0]}.json").status_code == 409


def test_what_a_request_writes_says_that_it_came_from_the_web(client: Client) -> None:
    user = make_user()
    give_role(user, "operator")
    client.force_login(user)
    client.post("/desk/keys", {"name": "r", "per_minute": "60"})
    page = client.get("/desk/journal").content.decode()

    assert "accounts.api_key.create" in page
    assert "web/" in page
