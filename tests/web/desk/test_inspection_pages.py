"""Pages beside the plan: the register that shrinks, ties, batches of experts, objections and who answers them."""

from typing import Any

import pytest
from django.test import Client

from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.models import Case
from pinzhi.records.inspections.models import FieldExpert, Inspection, InspectorTie, RiskTarget
from tests.build import make_actor
from tests.records.inspections.build import LARGER, SECOND, THIRD, Cast
from tests.records.inspections.test_batches import Help
from tests.records.inspections.test_records import filled, handed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
PLAN = "/desk/inspections/plans/risk-2024"


def enter(client: Client, actor: Actor) -> Client:
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def body(answer: Any) -> str:
    return str(answer.content.decode())


def test_targets_are_taken_off_from_a_day_on_all_or_none(client: Client) -> None:
    cast = Cast()
    cast.registered()
    cast.plan()
    desk = enter(client, cast.officer)
    rows = dict(RiskTarget.objects.values_list("organisation_code", "pk"))
    assert body(desk.get(f"{PLAN}/targets")).count('name="target"') == 3
    for chosen, day, words in (
        ([], "2024-01-04", "先选要去掉的对象"),
        ([rows[SECOND]], "soon", "最后一天"),
        ([rows[SECOND], rows[THIRD]], "2022-01-01", "不能在 2022-01-01 结束"),
    ):
        answer = desk.post(f"{PLAN}/targets/end", {"target": chosen, "last_day": day})
        assert (answer.status_code, words in body(answer)) == (400, True)
    assert not RiskTarget.objects.exclude(until_on=None).exists()

    page = body(desk.post(f"{PLAN}/targets/end", {"target": rows[SECOND], "last_day": "2024-01-03"}, follow=True))
    assert "1 家在 2024-01-03 之后不在名录里。" in page
    assert "名录里有 2 家" in page
    table = b"".join(desk.get(f"{PLAN}/targets.csv?level=larger").streaming_content).decode()  # type: ignore[attr-defined]
    assert [LARGER in table, THIRD in table] == [True, False]
    enter(client, cast.inspectors[0])
    assert client.get(f"{PLAN}/targets").status_code == 404


def test_an_inspector_declares_his_own_tie_and_an_officer_anybodys(client: Client) -> None:
    cast = Cast()
    own = enter(client, cast.inspectors[0])
    page = "/desk/inspections/ties"
    given = {"who": cast.users[0].pk, "code": LARGER, "ground": "配偶任职"}
    for wrong in ({"code": "91370200NOBODY"}, {"ground": ""}, {"who": cast.users[1].pk}, {"until_on": "2020-01-01"}):
        assert own.post(page, given | wrong).status_code == 400
    assert own.post(page, given | {"until_on": "2024-06-30"}).status_code == 302
    assert "配偶任职" in body(own.get(page))

    assert "配偶任职" not in body(enter(client, cast.inspectors[1]).get(page))
    desk = enter(client, cast.officer)
    desk.post(page, given | {"who": cast.users[1].pk, "code": SECOND})
    assert body(desk.get(page)).count("配偶任职") == 2
    assert InspectorTie.objects.count() == 2
    assert "登记回避</h2>" not in body(enter(client, cast.firms[LARGER]).get(page))


def test_a_batch_is_planned_on_a_page_and_each_expert_finds_his_visits(client: Client) -> None:
    cast = Help()
    desk = enter(client, cast.officer)
    page = body(desk.get(f"{PLAN}/batches?kind=waste-gas"))
    assert page.count('name="targets"') == 1
    given = {"experts": cast.experts["water"].pk, "targets": [SECOND], "first_on": "2024-01-08", "a_day": "4"}
    answer = desk.post(f"{PLAN}/batches/plan", given)
    assert (answer.status_code, "没有专业对口的专家" in body(answer)) == (400, True)
    assert "checked" in body(answer)  # what was chosen stays chosen
    page = body(desk.post(f"{PLAN}/batches/plan", given | {"targets": [LARGER, THIRD]}, follow=True))
    assert "1 批，专家 1 人，企业 2 家次" in page
    assert "已派 2 次" in page

    expert = enter(client, cast.actor("water"))
    home = body(expert.get("/desk/inspections"))
    assert home.count("安排在 2024-01-08") == 2
    visit = Inspection.objects.get(organisation_code=LARGER)
    filled(cast.actor("water"), visit)
    address = f"/desk/inspections/{visit.number}"
    report = {"result": "clean", "visited_on": "2024-01-04"}
    assert expert.post(f"{address}/hand-in", report).status_code == 400
    assert "雨水口加闸板" in body(expert.post(f"{address}/hand-in", report | {"advice": "雨水口加闸板"}, follow=True))
    assert "雨水口加闸板" in body(enter(client, cast.firms[LARGER]).get(address))


def test_officers_list_experts_and_others_do_not(client: Client) -> None:
    cast = Help()
    desk, user = enter(client, cast.officer), cast.experts["gas"].user
    for who, field, words in (
        (cast.users[0].pk, "water", "请选一个专家账号和一个专业。"), (user.pk, "water", "已列入。")
    ):  # fmt: skip
        assert words in body(desk.post(f"{PLAN}/batches/experts", {"who": who, "field": field}, follow=True))
    assert FieldExpert.objects.filter(user=user).count() == 2
    enter(client, cast.actor("gas"))
    assert client.post(f"{PLAN}/batches/experts", {"who": user.pk, "field": "safety"}).status_code == 403
    assert client.get(f"{PLAN}/batches").status_code == 404


def test_an_enterprise_objects_on_the_record_and_another_officer_answers_on_a_page(client: Client) -> None:
    cast = Cast()
    inspection = handed_in(cast, "drainage")
    address = f"/desk/inspections/{inspection.number}"
    firm = enter(client, cast.firms[LARGER])
    assert "请写明理由" in body(firm.post(f"{address}/object", {"item": "drainage", "reasons": ""}, follow=True))
    page = body(firm.post(f"{address}/object", {"item": "drainage", "reasons": "当天正在清淤。"}, follow=True))
    assert "2024-01-25 前答复你" in page
    case = Case.objects.get(kind="inspection-objection")
    objection = f"/desk/inspections/objections/{case.number}"
    assert objection in page
    assert "当天正在清淤。" in body(firm.get(objection))
    assert firm.post(objection, {"outcome": "upheld", "answer": "好"}).status_code == 400

    desk = enter(client, make_actor("city_officer", district="370203"))
    assert objection in body(desk.get(f"/desk/cases/{case.number}"))
    assert desk.post(objection, {"outcome": "maybe", "answer": ""}).status_code == 400
    assert "异议成立" in body(desk.post(objection, {"outcome": "upheld", "answer": "照片为证。"}, follow=True))
    assert "照片为证。" in body(enter(client, cast.firms[LARGER]).get(address))
    enter(client, cast.firms[SECOND])
    assert client.get(objection).status_code == 404
