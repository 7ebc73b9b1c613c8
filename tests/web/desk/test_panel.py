"""Pages about experts: who is let in, what each sees, what the forms do; blind stages show no name."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from pinzhi.records.accounts.models import User
from pinzhi.records.assessment.models import (
    Assignment,
    AssignmentRun,
    Declaration,
    Entry,
    Expert,
    ExpertRelative,
    ExpertTie,
    Panellist,
)
from pinzhi.records.catalog.models import Organisation
from tests.build import TODAY, give_role, make_user
from tests.records.assessment.build import CODE, make_entry, make_expert, make_round, make_task, moment

pytestmark = pytest.mark.django_db
OTHER = "91370203MA00000275"
WHEN = moment()
ROSTER = "/desk/rounds/mayor-8/experts"
ASSIGNMENT = "/desk/rounds/mayor-8/assignment/desk_review"
DECLARATION = "/desk/reviews/mayor-8/declaration"
NAME = "青岛澄海精工有限公司"


@pytest.fixture(autouse=True)
def _demo_day(demo_day: date) -> None:
    """The desk's own day is the demo's."""


@pytest.fixture
def entry() -> Entry:
    return make_entry(make_round(), state="desk_review")


def signed_in(client: Client, role: str, **where: Any) -> User:
    user = make_user(f"{role}@example.org", name=role)
    give_role(user, role, **where)
    client.force_login(user)
    return user


def call(entry: Entry, expert: Expert, *, declared: bool = True) -> Panellist:
    return Panellist.objects.create(
        round=entry.round, expert=expert, called_on=TODAY, declared_at=WHEN.at if declared else None
    )


def panel(entry: Entry, count: int) -> None:
    for n in range(1, count + 1):
        call(entry, make_expert(f"E-{n:03}", senior=n == 1))


def html(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return str(response.content.decode())


@pytest.mark.parametrize("address", [ROSTER, ASSIGNMENT])
@pytest.mark.parametrize("role", ["district_officer", "enterprise", "expert", "citizen", "operator"])
def test_rosters_are_for_those_who_oversee(client: Client, entry: Entry, role: str, address: str) -> None:
    where = {"district_officer": {"district": "370212"}, "enterprise": {"organisation_code": CODE}}.get(role, {})
    signed_in(client, role, **where)
    html(client, address, 403)


@pytest.mark.parametrize("address", ["/desk/reviews", DECLARATION])
@pytest.mark.parametrize("role", ["district_officer", "enterprise", "city_officer"])
def test_reviews_are_for_experts(client: Client, entry: Entry, role: str, address: str) -> None:
    where = {"district_officer": {"district": "370212"}, "enterprise": {"organisation_code": CODE}}.get(role, {})
    signed_in(client, role, **where)
    html(client, address, 403)


def test_city_officers_see_names_and_the_chair_sees_codes(client: Client, entry: Entry) -> None:
    panel(entry, 1)
    make_task(entry, Expert.objects.get(), "desk_review")
    signed_in(client, "city_officer")
    assert "专家E-001" in html(client, ROSTER)
    assert "专家E-001" in html(client, ASSIGNMENT)
    signed_in(client, "chair")
    for address in (ROSTER, ASSIGNMENT):
        page = html(client, address)
        assert "E-001" in page
        assert "专家E-001" not in page
        assert "csrfmiddlewaretoken" not in re.sub(r"(?s)<nav.*?</nav>|<header.*?</header>", "", page)


@pytest.mark.parametrize("act", ["call", "leave", "about", "enrol", ""])
def test_the_chair_changes_nothing(client: Client, entry: Entry, act: str) -> None:
    panel(entry, 1)
    signed_in(client, "chair")
    assert client.post(ROSTER, {"act": act, "expert_code": "E-001", "ground": "x"}).status_code == 403
    assert client.post(ASSIGNMENT, {}).status_code == 400
    assert not AssignmentRun.objects.exists()


def test_officers_call_record_leaving_and_declare(client: Client, entry: Entry) -> None:
    make_expert("E-001")
    signed_in(client, "city_officer")
    assert "还没有请专家" in html(client, ROSTER)
    sent = client.post(ROSTER, {"act": "call", "expert_code": "E-001", "least": "1", "most": "5"})
    assert sent.status_code == 302
    assert "1 位专家，1 位还没有回答回避声明" in html(client, ROSTER)
    about = {
        "act": "about",
        "expert_code": "E-001",
        "number": "08-017",
        "kind": "advisory",
        "ground": "2022 年做过辅导",
    }
    assert client.post(ROSTER, about).status_code == 302
    assert Declaration.objects.get().ground == "2022 年做过辅导"
    assert "2022 年做过辅导" in html(client, ROSTER)
    assert client.post(ROSTER, {"act": "leave", "expert_code": "E-001", "ground": "出国"}).status_code == 302
    assert Panellist.objects.get().left_on == TODAY
    assert "已退出" in html(client, ROSTER)


def test_officers_enrol_from_the_page_and_hear_why_not(client: Client, entry: Entry) -> None:
    make_user("zhang@example.org", name="张三")
    signed_in(client, "city_officer")
    given = {"act": "enrol", "email": "zhang@example.org", "code": "14", "name": "张三", "fields_": ["C", "quality"]}
    refused = client.post(ROSTER, given)
    assert refused.status_code == 400
    assert "专家编号应像 E-014" in refused.content.decode()
    assert client.post(ROSTER, given | {"code": "E-014"}).status_code == 302
    assert Expert.objects.get().fields == "C;quality"


def test_an_assignment_shows_its_proof_its_reasons_and_keeps_its_pins(client: Client, entry: Entry) -> None:
    panel(entry, 6)
    signed_in(client, "city_officer")
    assert "1 份申报，还没有分配" in html(client, ASSIGNMENT)
    assert client.post(ASSIGNMENT, {"pins": "08-017  E-006\n", "fair": "", "seen": ""}).status_code == 302
    page = html(client, ASSIGNMENT)
    assert "1 份申报都分好了" in page
    assert "最优性已证明" in page
    assert "是指定的配对" in page
    assert "08-017 E-006</textarea>" in page
    assert Assignment.objects.count() == 5


def test_two_officers_at_once_give_one_run(client: Client, entry: Entry) -> None:
    panel(entry, 6)
    signed_in(client, "city_officer")
    assert client.post(ASSIGNMENT, {"seen": ""}).status_code == 302
    second = client.post(ASSIGNMENT, {"seen": ""})
    assert second.status_code == 400
    assert "刚才已由别人分配过" in second.content.decode()
    assert AssignmentRun.objects.count() == 1


def test_a_line_that_is_no_pair_is_refused(client: Client, entry: Entry) -> None:
    panel(entry, 6)
    signed_in(client, "city_officer")
    refused = client.post(ASSIGNMENT, {"pins": "08-017", "seen": ""})
    assert refused.status_code == 400
    assert "不是一对" in refused.content.decode()


def test_without_an_assignment_the_page_says_who_is_short_and_who_was_kept_off(client: Client, entry: Entry) -> None:
    panel(entry, 4)
    call(entry, make_expert("E-009", employer_code=CODE))
    call(entry, make_expert("E-010"), declared=False)
    signed_in(client, "city_officer")
    client.post(ASSIGNMENT, {"seen": ""})
    page = html(client, ASSIGNMENT)
    assert "缺 1 次" in page
    assert "E-001 专家E-001" in page
    assert "E-009 专家E-009" in page
    assert f"任职 {CODE}，现任" in page
    assert "还有 1 位专家没有回答回避声明" in page
    assert not Assignment.objects.exists()


def test_before_the_declaration_an_expert_sees_only_that(client: Client, entry: Entry) -> None:
    expert = make_expert("E-001")
    call(entry, expert, declared=False)
    Assignment.objects.create(stage="desk_review", entry=entry, expert=expert, at=WHEN.at)
    client.force_login(expert.user)
    for address in ("/desk/reviews", DECLARATION):
        page = html(client, address)
        assert "08-017" not in page.replace("例如 08-017", "")
        assert NAME not in page
    assert client.post(DECLARATION, {"act": "answer"}).status_code == 302
    page = html(client, "/desk/reviews")
    assert "1 份申报等你评" in page
    assert "08-017" in page


def test_in_a_blind_stage_an_expert_sees_number_and_category_and_no_name(client: Client, entry: Entry) -> None:
    expert = make_expert("E-001")
    make_task(entry, expert, "desk_review")
    client.force_login(expert.user)
    page = html(client, "/desk/reviews")
    assert "盲评，不显示" in page
    for address in ("/desk/", "/desk/reviews", DECLARATION):
        shown = html(client, address)
        assert NAME not in shown
        assert CODE not in shown
    Entry.objects.update(state="site_visit")
    Assignment.objects.update(stage="site_visit")
    assert NAME in html(client, "/desk/reviews")


def test_what_ended_is_counted_and_does_not_tell_whose_it_was(client: Client, entry: Entry) -> None:
    expert = make_expert("E-001")
    make_task(entry, expert, "desk_review")
    client.force_login(expert.user)
    found = client.post(DECLARATION, {"act": "tie", "organisation": CODE, "kind": "advisory"})
    assert found.status_code == 302
    assert Assignment.objects.get().ended_at is not None
    page = html(client, "/desk/reviews")
    assert "另有 1 份" in page
    assert "08-017" not in page


def test_experts_record_ties_by_name_and_pick_among_several(client: Client, entry: Entry) -> None:
    expert = make_expert("E-001")
    call(entry, expert, declared=False)
    for code, name in ((CODE, "青岛澄海精工有限公司"), (OTHER, "青岛澄海食品有限公司")):
        Organisation.objects.create(code=code, name=name, kind="enterprise", state="active", recorded_at=WHEN.at)
    client.force_login(expert.user)
    several = client.post(DECLARATION, {"act": "tie", "organisation": "澄海", "kind": "shareholding"})
    assert several.status_code == 400
    assert "名录里有 2 个相近的单位" in several.content.decode()
    sent = {"act": "tie", "organisation": "澄海", "kind": "shareholding", "picked": OTHER, "until": "2023-05-01"}
    assert client.post(DECLARATION, sent).status_code == 302
    tie = ExpertTie.objects.get()
    assert (tie.credit_code, tie.until) == (OTHER, date(2023, 5, 1))
    assert "青岛澄海食品有限公司" in html(client, DECLARATION)
    unknown = client.post(DECLARATION, {"act": "tie", "organisation": "没有这个单位", "kind": "advisory"})
    assert unknown.status_code == 400
    assert client.post(f"{DECLARATION}/ties/{tie.pk}/remove").status_code == 302
    tie.refresh_from_db()
    assert tie.removed_at is not None


def test_relatives_are_kept_without_their_names(client: Client, entry: Entry) -> None:
    expert = make_expert("E-001")
    call(entry, expert, declared=False)
    client.force_login(expert.user)
    assert client.post(DECLARATION, {"act": "relative", "name": "欧阳建国"}).status_code == 302
    page = html(client, DECLARATION)
    assert "已登记 1 位亲属" in page
    assert "欧阳" not in page
    assert ExpertRelative.objects.count() == 1


def test_an_expert_who_recognises_an_entry_stands_aside(client: Client, entry: Entry) -> None:
    expert = make_expert("E-001")
    make_task(entry, expert, "desk_review")
    client.force_login(expert.user)
    sent = {"act": "conflict", "number": "08-017", "kind": "declared", "ground": "认出了产品"}
    assert client.post(DECLARATION, sent).status_code == 302
    assert Assignment.objects.get().ended_at is not None
    wrong = client.post(DECLARATION, sent | {"number": "08-999"})
    assert wrong.status_code == 400


def test_another_experts_tie_is_not_found(client: Client, entry: Entry) -> None:
    first, second = make_expert("E-001"), make_expert("E-002")
    for one in (first, second):
        call(entry, one)
    tie = ExpertTie.objects.create(expert=first, kind="advisory", credit_code=OTHER, recorded_at=WHEN.at)
    client.force_login(second.user)
    assert client.post(f"{DECLARATION}/ties/{tie.pk}/remove").status_code == 404


def test_an_expert_of_another_round_and_one_who_left_are_kept_out(client: Client, entry: Entry) -> None:
    client.force_login(make_expert("E-001").user)
    html(client, DECLARATION, 404)
    left = make_expert("E-002")
    Panellist.objects.create(round=entry.round, expert=left, called_on=TODAY, left_on=TODAY)
    client.force_login(left.user)
    html(client, DECLARATION, 403)
    assert "已退出" in html(client, "/desk/reviews")


@pytest.mark.parametrize("count", [4, 6])
@pytest.mark.parametrize("address", [ROSTER, ASSIGNMENT])
def test_english_pages_hold_no_chinese_of_ours(client: Client, entry: Entry, address: str, count: int) -> None:
    panel(entry, count)
    Expert.objects.update(name="Li Lei", fields="C;quality")
    Expert.objects.filter(code="E-001").update(employer_name="Ocean University")
    Entry.objects.update(name="Chenghai Precision")
    User.objects.update(name="Somebody")
    signed_in(client, "city_officer")
    client.cookies["django_language"] = "en"
    client.post(ASSIGNMENT, {"seen": ""})
    page = re.sub(r"(?s)<head>.*?</head>|<header.*?</header>|<footer.*?</footer>|<[^>]*>", "", html(client, address))
    assert re.findall(r"[^\n]*[\u4e00-\u9fff][^\n]*", page) == []


@pytest.mark.parametrize("declared", [False, True])
def test_english_pages_of_experts_hold_no_chinese_of_ours(client: Client, entry: Entry, declared: bool) -> None:
    expert = make_expert("E-001")
    Expert.objects.update(name="Li Lei")
    User.objects.update(name="Somebody")
    panellist = call(entry, expert, declared=declared)
    if panellist.declared_at:
        make_task(entry, expert, "desk_review")
    client.force_login(User.objects.get(pk=expert.user_id))
    client.cookies["django_language"] = "en"
    for address in ("/desk/reviews", DECLARATION):
        page = re.sub(
            r"(?s)<head>.*?</head>|<header.*?</header>|<footer.*?</footer>|<[^>]*>", "", html(client, address)
        )
        assert re.findall(r"[^\n]*[\u4e00-\u9fff][^\n]*", page) == []
