"""Officers run a round on pages: the board, an entry's moves and findings, the decision room; others do not see it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pinzhi.records.accounts.models import User
from pinzhi.records.assessment.actions.rounds import appoint_member
from pinzhi.records.assessment.models import Entry, Motion, Panellist
from pinzhi.records.assessment.queries.facts import eligibility_of
from pinzhi.records.assessment.rules import scheme_of
from tests.build import TODAY, give_role, make_actor, make_user
from tests.records.assessment.build import CODE, make_entry, make_expert, make_round, make_task, moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]


def visitor(role: str, **where: str) -> Client:
    user = make_user(f"{role}@example.org")
    give_role(user, role, **where)
    return signed_in(user)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_board_counts_what_is_where_and_what_is_late() -> None:
    held = make_round()
    make_entry(held, "08-001", state="draft")
    late = make_entry(held, "08-002", state="eligibility_check")
    make_entry(held, "08-003", state="desk_review")
    Entry.objects.filter(pk=late.pk).update(in_state_since=date(2023, 12, 1))
    page = visitor("city_officer").get("/desk/rounds/mayor-8").content.decode()
    assert "2 份申报，1 份逾期" in page
    assert "08-001" not in page  # a draft is the applicant's own affair
    rows = visitor("supervisor").get("/desk/rounds/mayor-8.json?state=eligibility_check").json()["rows"]
    assert [(row["number"], row["late"]) for row in rows] == [("08-002", True)]


def test_the_table_is_new_after_every_step() -> None:
    held = make_round()
    entry = make_entry(held, state="accepted")
    client = visitor("city_officer")
    first = client.get("/desk/rounds/mayor-8.csv")
    assert client.get("/desk/rounds/mayor-8.csv", headers={"If-None-Match": first["ETag"]}).status_code == 304
    client.post("/desk/rounds/mayor-8/entries/08-017", {"to": "acceptance_notice", "seen": entry.version})
    assert client.get("/desk/rounds/mayor-8.csv", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_district_sees_its_own_entries_and_no_scores() -> None:
    held = make_round()
    own = make_entry(held, "08-001", state="deliberation", district="370212")
    make_entry(held, "08-002", state="submitted", district="370213")
    own.results.create(
        stage="desk_review", number=1, percent="73", marks_digest="d", actor="system", sealed_at=moment().at
    )
    client = visitor("district_officer", district="370212")
    page = client.get("/desk/rounds/mayor-8").content.decode()
    assert "08-001" in page
    assert "08-002" not in page
    assert client.get("/desk/rounds/mayor-8/entries/08-002").status_code == 404
    assert "73" not in client.get("/desk/rounds/mayor-8/entries/08-001").content.decode().split("得分")[-1][:200]
    assert client.get("/desk/rounds/mayor-8/decision").status_code == 403


@pytest.mark.parametrize("role", ["citizen", "enterprise", "expert", "inspector", "operator"])
@pytest.mark.parametrize("path", ["", "/mayor-8", "/mayor-8.csv", "/mayor-8/entries/08-017", "/mayor-8/decision"])
def test_the_board_is_not_for_others(role: str, path: str) -> None:
    make_entry(make_round(), state="desk_review")
    where = {"organisation_code": CODE} if role == "enterprise" else {}
    answer = visitor(role, **where).get(f"/desk/rounds{path}")
    assert answer.status_code in (403, 404)
    assert "澄海精工" not in answer.content.decode()


def test_who_judges_in_a_round_sees_nothing_of_it_by_another_role() -> None:
    held = make_round()
    make_entry(held, state="desk_review")
    expert = make_expert("E-001")
    give_role(expert.user, "city_officer")
    client = signed_in(expert.user)
    assert "澄海精工" in client.get("/desk/rounds/mayor-8").content.decode()
    Panellist.objects.create(round=held, expert=expert, called_on=TODAY)
    assert "澄海精工" not in client.get("/desk/rounds/mayor-8").content.decode()
    assert client.get("/desk/rounds/mayor-8/entries/08-017").status_code == 404
    assert client.get("/desk/rounds/mayor-8/decision").status_code == 404


def test_an_officer_examines_and_moves_an_entry() -> None:
    entry = make_entry(make_round(), state="eligibility_check")
    client = visitor("city_officer")
    address = "/desk/rounds/mayor-8/entries/08-017"
    refused = client.post(address, {"to": "accepted", "seen": entry.version})
    assert refused.status_code == 400
    assert "资格条件还没有全部满足" in refused.content.decode()
    refused = client.post(f"{address}/word", {"rule": "transferable-method", "holds": "yes", "ground": ""})
    assert refused.status_code == 400
    kept = client.post(f"{address}/word", {"rule": "transferable-method", "holds": "yes", "ground": "已在供方推广"})
    assert kept.status_code == 302
    client.post(f"{address}/consult")
    answer = {"department": "tax", "objects": "yes", "answered_on": "2024-01-04", "document": "函 1", "ground": ""}
    assert "请写明理由" in client.post(f"{address}/answer", answer).content.decode()
    assert client.post(f"{address}/answer", answer | {"ground": "欠税"}).status_code == 302
    page = client.get(address).content.decode()
    assert "有异议" in page
    assert "已在供方推广" in page
    returned = client.post(address, {"to": "returned", "seen": entry.version, "ground": "缺自评报告"})
    assert returned.status_code == 302
    stale = client.post(address, {"to": "not_eligible", "seen": entry.version, "ground": "x"})
    assert "刚才已由别人办理" in stale.content.decode()


def test_a_committee_votes_on_the_record() -> None:
    held = make_round()
    entry = make_entry(held, state="deliberation")
    for stage in ("desk_review", "site_visit", "hearing"):
        entry.results.create(
            stage=stage, number=1, percent="70", marks_digest="d", judges={"E-1": "70", "E-2": "75"},
            actor="system", sealed_at=moment().at,
        )  # fmt: skip
    officer, chair = make_actor("city_officer"), visitor("chair")
    members = [make_user(f"m{number}@example.org") for number in range(3)]
    for member in members:
        appoint_member(actor=officer, round_id=held.pk, user_id=member.pk, name=f"委员{member.pk}", when=moment())
    give_role(members[2], "enterprise", organisation_code=CODE)
    room = "/desk/rounds/mayor-8/decision"
    assert chair.post(f"{room}/motions", {"number": "08-017", "grade": "gold"}).status_code == 400
    assert chair.post(f"{room}/motions", {"number": "08-017", "grade": "excellence"}).status_code == 302
    motion = entry.motions.get()
    page = signed_in(members[0]).get(room).content.decode()
    assert "现在表决：08-017 授卓越奖" in page
    assert "澄海精工" not in page  # the committee decides on numbers
    for member in members[:2]:
        answer = signed_in(member).post(f"{room}/motions/{motion.pk}/ballot", {"choice": "yes", "reason": "证据充分"})
        assert answer.status_code == 302
    recused = signed_in(members[2]).post(f"{room}/motions/{motion.pk}/ballot", {"choice": "yes"})
    assert recused.status_code == 403
    assert signed_in(members[0]).post(f"{room}/motions/{motion.pk}/close").status_code == 403
    chair.post(f"{room}/motions/{motion.pk}/close")
    entry.refresh_from_db()
    assert entry.grade == "excellence"
    assert "证据充分" in visitor("supervisor").get(room).content.decode()


def test_entries_at_the_line_lie_side_by_side_and_a_vote_on_them_needs_its_reason() -> None:
    held = make_round()
    for number, percent in enumerate((90, 85, 80, 75, 66, 65), start=1):  # five places: 08-005 and 08-006 overlap
        entry = make_entry(held, f"08-00{number}", state="deliberation", organisation_code=f"91370212MA000{number}")
        for stage in ("desk_review", "satisfaction_survey", "site_visit", "hearing"):
            judges = {f"E-{judge}": str(percent + judge) for judge in (-4, 0, 4)}
            entry.results.create(
                stage=stage, number=1, percent=str(percent), marks_digest="d", judges=judges, actor="system",
                sealed_at=moment().at,
            )  # fmt: skip
    officer, chair, member = make_actor("city_officer"), visitor("chair"), make_user("m@example.org")
    appoint_member(actor=officer, round_id=held.pk, user_id=member.pk, name="委员甲", when=moment())
    give_role(member, "enterprise", organisation_code="91370212MA0001")
    room = "/desk/rounds/mayor-8/decision"
    page = chair.get(room).content.decode()
    assert "08-005、08-006 的区间跨过名额线" in page
    assert "名额线上，摆在一起看" in page
    assert "<span>委员甲　" in page  # recused from 08-001
    assert "代表申报单位" in page
    assert "<b>分歧</b>" in chair.get(f"{room}?sort=spread").content.decode()
    assert chair.get(f"{room}?sort=luck").status_code == 400
    for number, status in (("08-006", 400), ("08-002", 302)):
        chair.post(f"{room}/motions", {"number": number, "grade": "nomination"})
        motion = Motion.objects.get(entry__number=number)
        answer = signed_in(member).post(f"{room}/motions/{motion.pk}/ballot", {"choice": "no", "reason": " "})
        assert answer.status_code == status, number
    told = {"choice": "no", "reason": "结果类有一项没有趋势"}
    first = Motion.objects.get(entry__number="08-006")
    assert signed_in(member).post(f"{room}/motions/{first.pk}/ballot", told).status_code == 302


def test_a_lot_is_drawn_once_and_shows_its_seed() -> None:
    make_round()
    chair = visitor("chair")
    room = "/desk/rounds/mayor-8/decision"
    chair.post(f"{room}/lot")
    assert chair.post(f"{room}/lot").status_code == 409


def test_results_are_sealed_and_the_rest_is_told_why(client: Any) -> None:
    held = make_round()
    ready, waiting = make_entry(held, "08-001", state="hearing"), make_entry(held, "08-002", state="hearing")
    for number in range(5):
        make_task(ready, make_expert(f"E-{number}"), "hearing", handed_in=True)
    officer = visitor("city_officer")
    page = officer.post("/desk/rounds/mayor-8/stages/hearing/seal", follow=True).content.decode()
    assert "已封存 1 份得分" in page
    assert "08-002：有效评分 0 份，至少要 5 份。" in page
    assert not waiting.results.exists()


def test_a_survey_is_read_row_by_row() -> None:
    entry = make_entry(make_round(), state="satisfaction_survey")
    officer = visitor("city_officer")
    address = "/desk/rounds/mayor-8/entries/08-017/survey"
    bad = officer.post(address, {"file": SimpleUploadedFile("s.csv", b"nonsense\n5\n")})
    assert bad.status_code == 400
    assert "没有“nonsense”这个问题" in bad.content.decode()
    assert not entry.survey_answers.exists()


def test_an_officer_calls_a_round_sets_its_dates_and_appoints_its_committee() -> None:
    officer = visitor("city_officer")
    called = officer.post("/desk/rounds/call", {"scheme": "innovation-contest/2", "closes_on": "2024-02-29"})
    assert called["Location"] == "/desk/rounds/innovation-contest-2/plan"
    assert officer.post("/desk/rounds/call", {"scheme": "innovation-contest/2"}).status_code == 400
    plan = "/desk/rounds/innovation-contest-2/plan"
    backwards = {"state": "hearing", "opens_on": "2024-05-02", "closes_on": "2024-05-01"}
    assert "早于开始日" in officer.post(plan, backwards).content.decode()
    assert officer.post(plan, backwards | {"closes_on": "2024-05-09"}).status_code == 302
    assert officer.post(f"{plan}/members", {"email": "nobody@example.org", "name": "某"}).status_code == 400
    make_user("member@example.org")
    assert officer.post(f"{plan}/members", {"email": "member@example.org", "name": "委员甲"}).status_code == 302
    page = officer.get(plan).content.decode()
    assert "委员甲" in page
    assert 'value="2024-05-09"' in page
    assert visitor("chair").get(plan).status_code == 403


def test_a_fact_that_was_found_counts_before_the_applicants_word() -> None:
    entry = make_entry(make_round(), state="eligibility_check")
    entry.facts.create(fact="years_since_accident", value="15", source="applicant", actor="user:1", at=moment().at)
    officer, address = visitor("city_officer"), "/desk/rounds/mayor-8/entries/08-017"
    sent = {"fact": "years_since_accident", "value": "2", "source": "应急局 2023 年通报"}
    assert officer.post(f"{address}/fact", sent | {"source": ""}).status_code == 400
    assert officer.post(f"{address}/fact", sent | {"value": "两年"}).status_code == 400
    assert visitor("chair").post(f"{address}/fact", sent).status_code == 403
    assert officer.post(f"{address}/fact", sent).status_code == 302
    found = {one.rule: one.state for one in eligibility_of(entry, TODAY).findings}
    assert found["no-accident"] == "unmet"
    assert entry.facts.count() == 2


def test_a_round_is_worked_out_under_a_changed_file_and_nothing_is_kept() -> None:
    held = make_round()
    for number, percents in (("08-001", (50, 60, 70, 60)), ("08-002", (70, 60, 50, 60))):
        entry = make_entry(held, number, state="announced")
        for stage, percent in zip(
            ("desk_review", "satisfaction_survey", "site_visit", "hearing"), percents, strict=True
        ):
            entry.results.create(
                stage=stage, number=1, percent=str(percent), marks_digest="d", actor="system", sealed_at=moment().at
            )
    rules = (Path(__file__).parents[3] / "rulebook/qingdao/awards/mayor-8.toml").read_text(encoding="utf-8")
    changed = rules.replace("weight = 0.5", "weight = 0.2").replace("weight = 0.3", "weight = 0.6")
    chair, address = visitor("chair"), "/desk/rounds/mayor-8/replay"

    def send(text: str) -> Any:
        return chair.post(address, {"file": SimpleUploadedFile("mayor-8b.toml", text.encode())})

    assert "2 份中有 2 份名次或奖项会变" in send(changed).content.decode()
    torn = send(changed.replace("weight = 0.6", "weight = 0.7"))
    assert (torn.status_code, "mayor-8b.toml" in torn.content.decode()) == (400, True)
    assert send(rules.replace('id = "mayor"', 'id = "other"', 1)).status_code == 400
    same = chair.get(f"{address}.json?edition=8").json()["rows"]
    assert [(one["entry"], one["rank_before"], one["rank_after"]) for one in same] == [
        ("08-001", 1, 1), ("08-002", 2, 2),
    ]  # fmt: skip
    assert chair.get(f"{address}?edition=99").status_code == 404
    assert visitor("expert").get(address).status_code == 403
    assert scheme_of(held).edition == "8"
