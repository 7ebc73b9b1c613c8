"""Plans at the desk and draws in public: every form does its act or says what is wrong."""

import json

import pytest
from django.test import Client

from pinzhi.records.accounts.models import User
from pinzhi.records.casework.models import Case
from pinzhi.records.inspections.models import Draw, Plan, RiskTarget
from tests.records.inspections.build import FIRMS, LARGER, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    client.force_login(User.objects.get(pk=cast.officer.user_id))
    return client


PLAN = {
    "key": "risk-2024", "title_zh": "环境风险源抽查", "title_en": "Spot checks", "theme": "risk",
    "checklist": "risk-inspection 1", "document": "责任告知书", "starts_on": "2024-01-01", "ends_on": "2024-12-31",
}  # fmt: skip


def test_a_plan_goes_from_its_register_to_an_opened_draw(desk: Client) -> None:
    rows = "\n".join(f"{code},{level},2023-03-01,gaoxin,water,36.24 120.24" for code, (_, level) in FIRMS.items())
    answer = desk.post("/desk/inspections/register", {"theme": "risk", "text": rows})
    assert (answer.status_code, RiskTarget.objects.count()) == (200, 3)
    assert desk.post("/desk/inspections/plans/new", PLAN).headers["Location"] == "/desk/inspections/plans/risk-2024"
    assert "名录里有 3 家" in desk.get("/desk/inspections/plans/risk-2024").content.decode()

    desk.post("/desk/inspections/plans/risk-2024/send")
    assert Case.objects.filter(kind="responsibility-notice").count() == 3
    page = desk.get("/desk/inspections/plans/risk-2024/notices?state=sent").content.decode()
    assert "发出 3 份，3 家还没有签收" in page
    table = b"".join(desk.get("/desk/inspections/plans/risk-2024/notices.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert table.count(",sent,") == 3

    wanted = {"general": "1", "larger": "1", "major": "0", "team": "2", "opens_on": "2024-01-04"}
    desk.post("/desk/inspections/plans/risk-2024/draws", wanted)
    held = Draw.objects.get()
    assert "抽取后公布" in desk.get(f"/draws/{held.code}").content.decode()
    desk.post(f"/desk/inspections/draws/{held.code}/open")
    page = desk.get(f"/draws/{held.code}").content.decode()
    assert "重新抽一次，结果完全相同。" in page
    assert json.loads(desk.get(f"/draws/{held.code}.json").content)["seed"] == Draw.objects.get().seed
    assert "抽中 2 家" in desk.get("/draws").content.decode()


@pytest.mark.parametrize(
    "text",
    ["only,general", f"{LARGER},general,yesterday", f"{LARGER},general,2024-01-01,gaoxin,water,here there"],
)
def test_a_row_that_cannot_be_read_is_named_and_none_is_written(desk: Client, text: str) -> None:
    answer = desk.post("/desk/inspections/register", {"theme": "risk", "text": f"{LARGER},larger,2024-01-01\n{text}"})

    assert answer.status_code == 400
    assert "第 2 行" in answer.content.decode()
    assert RiskTarget.objects.count() == 0


def test_a_plan_that_does_not_hold_says_what_is_wrong(desk: Client, cast: Cast) -> None:
    for change, words in (
        ({"key": "Risk 2024"}, "代号"),
        ({"ends_on": "2023-01-01"}, "结束早于开始"),
        ({"checklist": "nothing"}, "checklist"),
    ):
        answer = desk.post("/desk/inspections/plans/new", PLAN | change)
        assert answer.status_code == 400
        assert words in answer.content.decode()
    assert Plan.objects.count() == 0


def test_others_find_no_plan_and_draw_nothing(client: Client, cast: Cast) -> None:
    cast.registered()
    cast.plan()
    for actor in (cast.inspectors[0], cast.firms[LARGER], cast.district):
        client.force_login(User.objects.get(pk=actor.user_id))
        assert client.get("/desk/inspections").status_code == 200
        assert client.get("/desk/inspections/plans/risk-2024").status_code == 404
        assert client.post("/desk/inspections/plans/risk-2024/send").status_code in (403, 404)
    client.logout()
    assert client.get("/desk/inspections").status_code == 302
    assert client.get("/draws/none").status_code == 404
