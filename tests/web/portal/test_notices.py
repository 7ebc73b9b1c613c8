"""Notices in public: the list, the clock, the form that keeps what was typed, the receipt; no number, no objector."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from pinzhi.records.assessment.actions.notices import post_notice
from pinzhi.records.assessment.models import Entry, Objection
from tests.build import give_role, make_actor, make_user
from tests.records.assessment.build import CODE, make_entry, make_round, moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
GIVEN = {
    "entry": "1",
    "ground": "false-material",
    "text": "检测报告是旧的。",
    "name": "刘某某",
    "contact": "13900001111",
}


@pytest.fixture
def entry() -> Entry:
    held = make_round()
    made = make_entry(held, state="acceptance_notice")
    post_notice(
        actor=make_actor("city_officer"), round_id=held.pk, stage="acceptance_notice", document="公告〔2023〕7 号",
        text_zh="拟受理下列申报。", text_en="To be accepted.", when=moment(date(2023, 12, 28)),
    )  # fmt: skip
    return made


def officer(email: str) -> Client:
    user = make_user(email)
    give_role(user, "city_officer")
    client = Client()
    client.force_login(user)
    return client


def test_the_list_and_the_notice_name_the_applicant_and_no_number(client: Client, entry: Entry) -> None:
    addresses = ("/notices", "/notices.json", "/notices/mayor-8-1", "/notices/mayor-8-1.json")
    assert [one["name"] for one in client.get(addresses[-1]).json()["rows"]] == ["青岛澄海精工有限公司"]  # type: ignore[attr-defined]
    pages = "".join(client.get(one).content.decode() for one in addresses)
    assert "青岛澄海精工有限公司" in pages
    assert entry.number not in pages  # a blind judge knows it
    assert "2024-01-05" in pages


def test_what_is_wrong_stands_at_the_field_and_what_was_typed_stays(client: Client, entry: Entry) -> None:
    answer = client.post("/notices/mayor-8-1", GIVEN | {"ground": ""})
    assert answer.status_code == 400
    assert "检测报告是旧的。" in answer.content.decode()
    answer = client.post("/notices/mayor-8-1", GIVEN | {"name": "", "contact": ""})
    assert "不署名的异议要附上可以核查的证据" in answer.content.decode()
    assert not Objection.objects.exists()


def test_an_objection_goes_its_way(client: Client, entry: Entry, settings: Any) -> None:
    receipt = client.post("/notices/mayor-8-1", GIVEN)["Location"]
    assert "已收到" in client.get(receipt).content.decode()
    assert client.get("/notices/objections/guess").status_code == 404
    first, second = officer("first@example.org"), officer("second@example.org")
    desk = "/desk/rounds/mayor-8/notices"
    assert "检测报告" not in first.get(desk).content.decode()
    objection = Objection.objects.get()
    handler = make_user("applicant@example.org")
    give_role(handler, "city_officer")
    give_role(handler, "enterprise", organisation_code=CODE)
    base = f"/desk/rounds/mayor-8/objections/{objection.pk}"
    assert first.post(f"{base}/take-up", {"handler": handler.pk}).status_code == 403
    second_id = second.session["_auth_user_id"]
    assert first.post(f"{base}/take-up", {"handler": second_id}).status_code == 302
    assert "检测报告" in second.get(desk).content.decode()
    assert "检测报告" not in first.get(desk).content.decode()
    assert first.post(f"{base}/objector").status_code == 403
    assert "刘某某" in second.post(f"{base}/objector").content.decode()
    closing = {"outcome": "unfounded", "finding": "报告是当年的，已与机构核对。"}
    assert second.post(f"{base}/close", closing).status_code == 302
    page = client.get(receipt).content.decode()
    assert "已与机构核对" in page
    assert "刘某某" not in page


def test_a_notice_is_posted_from_the_desk() -> None:
    make_entry(make_round(), state="acceptance_notice")
    sent = {"stage": "acceptance_notice", "document": "7 号", "text_zh": "公示", "text_en": "Notice"}
    client = officer("first@example.org")
    assert client.post("/desk/rounds/mayor-8/notices", sent | {"text_en": ""}).status_code == 400
    assert client.post("/desk/rounds/mayor-8/notices", sent).status_code == 302
    assert "公示中" in client.get("/notices").content.decode()


def test_more_than_five_a_minute_from_one_address_wait_and_lose_no_word(client: Client, entry: Entry) -> None:
    sent = [client.post("/notices/mayor-8-1", GIVEN | {"text": f"第 {number} 件"}) for number in range(12)]
    assert {one.status_code for one in sent} == {302, 400}
    assert Objection.objects.count() in range(5, 11)  # a minute may turn between two of them
    assert "第 11 件" in sent[-1].content.decode()
    assert "一分钟内提交太多了" in sent[-1].content.decode()
