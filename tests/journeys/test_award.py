"""The mayor's award from the call to the announcement, by everybody who takes part, with one objection on the way."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pinzhi.records.accounts.permissions import actor_for
from pinzhi.records.assessment.actions.consensus import settle_item
from pinzhi.records.assessment.models import Assignment, Entry, Panellist
from pinzhi.records.assessment.rules import instrument_of, scheme_of
from pinzhi.records.catalog.models import Honour, Organisation
from tests.build import give_role, make_user
from tests.journeys.town import PDF, Round, Town
from tests.records.assessment.build import CODE, make_expert, moment
from tests.records.assessment.player import marked
from tests.visitors import Visit

NAME = "青岛澄海精工有限公司"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(visit: Visit, settings: Any) -> Town:
    Organisation.objects.create(
        code=CODE, name=NAME, kind="enterprise", state="active", district="370212", industry="C34",
        established_on=date(2008, 5, 1), recorded_at=moment().at,
    )  # fmt: skip
    give_role(make_user("applicant@example.org", name="周建国"), "enterprise", organisation_code=CODE)
    give_role(make_user("district@example.org", name="刘洋"), "district_officer", district="370212")
    for name in ("officer", "other"):
        give_role(make_user(f"{name}@example.org", name=f"经办{name}"), "city_officer")
    give_role(make_user("chair@example.org", name="赵明远"), "chair")
    for number in range(3):
        make_user(f"member{number}@example.org", name=f"委员{number}")
    return Town(visit, settings)


def mark_by_hand(judge: Page, address: str, band: str, percent: str) -> None:
    """Mark every item of a sheet in the browser, one after the other, check the table, and hand it in for good."""
    judge.goto(address)
    expect(judge.get_by_text("你的独立评分，其他评审员看不到")).to_be_visible()
    items = judge.locator("#items a").count()
    for number in range(1, items + 1):
        judge.get_by_role("button", name=band).click()
        judge.locator("#sheet .steps label", has_text=f"{percent}%").click()
        judge.locator("#sheet [data-go=after]").click()
        if number < items:
            expect(judge.locator("#items a").nth(number)).to_have_attribute("aria-current", "true")
    expect(judge.get_by_role("heading", level=1)).to_have_text("核对并提交")
    judge.get_by_role("button", name="提交，以后不再改").click()
    judge.goto(address)
    expect(judge.locator("#saved")).to_contain_text("已提交")


def settle_by_hand(lead: Page, address: str, item: str, percent: str) -> None:
    """Write down in the browser what the panel agreed on for an item."""
    lead.goto(address)
    line = lead.locator(f'[id="i-{item}"]')
    if line.locator("details").last.get_attribute("open") is None:
        line.locator("summary").last.click()
    line.locator(f'[id="p-{item}"]').select_option(percent)
    line.locator(f'[id="r-{item}"]').fill("现场核对")
    line.get_by_role("button", name="写入").click()
    expect(lead.locator(f'[id="i-{item}"]')).to_contain_text("有结论")


def test_from_the_call_to_the_announcement(town: Town, axe: Callable[[Page], None]) -> None:
    held = Round(town, "mayor-8", "08-001")
    entry, own = held.desk, held.own
    town.on(date(2023, 12, 1))
    held.call("mayor/8", closes_on=date(2024, 1, 31))

    town.on(date(2023, 12, 4))
    applicant = town.page("applicant", "/desk/applications/new/mayor-8")
    applicant.get_by_label("组织", exact=True).check()
    applicant.get_by_role("button", name="建立草稿").click()
    for code in ("profile", "self-assessment"):
        applicant.goto(f"{own}/sections/{code}")
        applicant.get_by_label("正文").fill("我们每月开一次质量例会。")
        applicant.get_by_role("button", name="保存", exact=True).click()
    applicant.goto(f"{own}/sections/results")
    applicant.locator("table.cells input").first.fill("一次交验合格率")
    applicant.get_by_role("button", name="保存", exact=True).click()
    applicant.goto(f"{own}/sections/pledge")
    applicant.get_by_label("同意以上承诺").check()
    applicant.get_by_label("承诺人姓名").fill("周建国")
    applicant.get_by_role("button", name="保存", exact=True).click()
    applicant.goto(f"{own}/facts")
    for title in ("距上次重大事故的年数", "距上次严重违法失信的年数"):
        applicant.get_by_label(title).fill("15")
    applicant.get_by_label("连续亏损年数").fill("0")
    applicant.locator("main form .btn.p").click()
    applicant.goto(f"{own}/files")
    applicant.locator("input[type=file]").set_input_files(
        {"name": "证明.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    applicant.get_by_role("button", name="上传").click()
    applicant.goto(f"{own}/submit")
    applicant.get_by_role("button", name="提交申报").click()
    expect(applicant.get_by_role("heading", level=1)).to_have_text("提交回执")
    axe(applicant)

    town.on(date(2023, 12, 6))
    held.forward("district", "区（市）推荐")
    district = town.page("district", entry)
    district.get_by_label("区（市）推荐意见").fill("同意推荐。")
    district.get_by_role("button", name="记下").click()
    held.forward("district", "资格审查")

    officer = town.page("officer", entry)
    axe(officer)
    officer.get_by_text("写审查意见").click()
    officer.get_by_label("依据").fill("已在三家供方推广")
    officer.get_by_role("button", name="记下").click()
    officer.get_by_role("button", name="征求部门意见").click()
    for left in range(7, 0, -1):
        expect(officer.get_by_text("登记答复")).to_have_count(left)
        officer.get_by_text("登记答复").first.click()
        officer.get_by_role("button", name="登记", exact=True).first.click()
    held.forward("officer", "受理")
    held.forward("officer", "受理公示")
    held.post()

    town.on(date(2023, 12, 14))
    for number in range(1, 8):
        expert = make_expert(f"E-{number:03}", senior=number < 3, employer_code="")
        Panellist.objects.create(
            round=Entry.objects.get().round, expert=expert, called_on=date(2023, 12, 1), declared_at=moment().at
        )
    held.forward("officer", "材料评审")
    held.assign("desk_review")
    code = Assignment.objects.order_by("pk").first().expert.code  # type: ignore[union-attr]
    judge = town.page(code.lower(), "/desk/reviews/mayor-8/08-001/desk_review")
    expect(judge.get_by_role("heading", level=1)).to_contain_text("申报 08-001")
    assert NAME not in judge.content()
    axe(judge)
    mark_by_hand(judge, "/desk/reviews/mayor-8/08-001/desk_review", "50–65", "65")
    held.hand_in("desk_review", 65)  # the others
    held.seal("desk_review")
    held.forward("chair", "社会满意度测评")
    officer = town.page("officer", entry)
    officer.get_by_label("问卷文件").set_input_files(
        {"name": "s.csv", "mimeType": "text/csv", "buffer": survey_of().encode()}
    )
    officer.get_by_role("button", name="收入").click()
    held.forward("officer", "现场评审")
    held.assign("site_visit")
    held.hand_in("site_visit", 70)
    lead = Assignment.objects.get(stage="site_visit", lead=True, ended_at=None)
    actor = actor_for(lead.expert.user, moment().on)
    first, *others = instrument_items("site_visit")
    panel = "/desk/reviews/mayor-8/08-001/site_visit/panel"
    settle_by_hand(town.page(lead.expert.code.lower(), panel), panel, first, "70")
    for item in others:
        settle_item(
            actor=actor, entry_id=lead.entry_id, stage="site_visit", item=item, percent=Decimal(70), reason="现场核对",
            when=moment(),
        )  # fmt: skip
    held.seal("site_visit")
    held.forward("chair", "陈述答辩")
    held.assign("hearing")
    held.hand_in("hearing", 70)
    held.seal("hearing")
    held.forward("chair", "评审委员会审议")

    axe(held.propose("excellence"))
    held.vote()
    held.forward("chair", "领导小组审定")
    held.forward("officer", "拟授奖公示")
    town.on(date(2024, 1, 4))
    held.post()

    citizen = town.visit()
    citizen.goto("/notices/mayor-8-2")
    axe(citizen)
    citizen.get_by_label("对谁").select_option(NAME)
    citizen.get_by_label("材料不实").check()
    citizen.get_by_label("事实").fill("检测报告是旧的。")
    citizen.get_by_label("姓名或单位").fill("王先生")
    citizen.get_by_role("button", name="提交异议").click()
    expect(citizen.get_by_role("heading", level=1)).to_contain_text("已收到")
    receipt = citizen.url
    town.on(date(2024, 1, 5))
    officer = town.page("officer", entry)
    officer.get_by_text("异议处理", exact=True).first.click()
    officer.get_by_role("button", name="异议处理").click()
    officer = town.page("officer", "/desk/rounds/mayor-8/notices")
    officer.get_by_role("button", name="交办").click()
    other = town.page("other", "/desk/rounds/mayor-8/notices")
    other.get_by_label("结论").select_option("unfounded")
    other.get_by_label("核实情况").fill("报告是当年的。")
    other.get_by_role("button", name="办结").click()
    citizen.goto(receipt)
    expect(citizen.get_by_text("报告是当年的。")).to_be_visible()
    officer = town.page("officer", entry)
    officer.locator("details.aside summary", has_text="拟授奖公示").click()
    officer.get_by_role("button", name="拟授奖公示").click()

    town.on(date(2024, 1, 31))
    for to in ("市政府批准", "公布"):
        held.decide("officer", to, document="青政字〔2024〕5 号", effective_on=date(2024, 1, 31))
    assert Honour.objects.filter(scheme="mayor", edition="8", recipient=NAME).count() == 1
    applicant = town.page("applicant", f"{own}/feedback")
    expect(applicant.get_by_role("heading", level=1)).to_contain_text("反馈报告")
    axe(applicant)


def survey_of() -> str:
    """Return three questionnaires as the survey's instrument asks for them."""
    answers = marked(instrument("satisfaction_survey"), 90)
    return ",".join(answers) + "\n" + (",".join(str(one) for one in answers.values()) + "\n") * 3


def instrument(stage: str) -> Any:
    """Return the instrument of a stage."""
    held = Entry.objects.get()
    found = scheme_of(held.round).stage_of(stage)
    assert found is not None
    return instrument_of(found, held.category)


def instrument_items(stage: str) -> list[str]:
    """Return the items of a stage's instrument."""
    return list(instrument(stage).items)
