"""The mayor's award from the call to the announcement, by everybody who takes part, with one objection on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pinzhi.records.accounts.permissions import actor_for
from pinzhi.records.assessment.actions.consensus import settle_item
from pinzhi.records.assessment.actions.sheets import save_sheet, submit_sheet
from pinzhi.records.assessment.models import Assignment, Entry, Panellist
from pinzhi.records.assessment.rules import instrument_of, scheme_of
from pinzhi.records.catalog.models import Honour, Organisation
from tests.build import PASSWORD, give_role, make_user
from tests.records.assessment.build import CODE, make_expert, moment
from tests.records.assessment.player import marked
from tests.visitors import Visit

NAME = "青岛澄海精工有限公司"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Town:
    """Who takes part, each with a browser of his own, and the day they share."""

    visit: Visit
    settings: Any
    pages: dict[str, Page] = field(default_factory=dict)

    def page(self, who: str, address: str) -> Page:
        """Return somebody's browser at an address, signed in."""
        if who not in self.pages:
            page = self.visit()
            page.goto(address)
            page.get_by_label("邮箱").fill(f"{who}@example.org")
            page.get_by_label("密码").fill(PASSWORD)
            page.locator("main form.fields .btn.p").click()
            self.pages[who] = page
        self.pages[who].goto(address)
        return self.pages[who]

    def on(self, day: date) -> None:
        """Let it be another day."""
        self.settings.TODAY = day


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


def forward(page: Page, to: str) -> None:
    """Press the button that moves the entry on."""
    page.get_by_role("button", name=f"办到“{to}”").click()
    expect(page.get_by_text("08-001 已到")).to_be_visible()


def hand_in(stage: str, percent: str) -> None:
    """Let the experts whose sheets are still open hand them in."""
    entry = Entry.objects.get()
    found = scheme_of(entry.round).stage_of(stage)
    assert found is not None
    instrument = instrument_of(found, entry.category)
    assert instrument is not None
    for task in Assignment.objects.filter(stage=stage, ended_at=None, submitted_at=None).select_related("expert__user"):
        actor = actor_for(task.expert.user, moment().on)
        last = task.sheets.order_by("-number").first()
        kept = save_sheet(
            actor=actor, assignment_id=task.pk, base=last.number if last else 0,
            answers=dict.fromkeys(instrument.items, percent), notes={}, when=moment(),
        )  # fmt: skip
        submit_sheet(actor=actor, assignment_id=task.pk, seen=kept.number, when=moment())


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


def assign(town: Town, stage: str) -> None:
    """Press the button that gives the entries to the panels."""
    page = town.page("officer", f"/desk/rounds/mayor-8/assignment/{stage}")
    page.get_by_role("button", name="分配", exact=True).click()
    expect(page.get_by_text("最优性已证明")).to_be_visible()


def seal(town: Town, stage: str) -> None:
    """Press the button that seals the results of a stage."""
    page = town.page("officer", f"/desk/rounds/mayor-8?state={stage}")
    page.get_by_role("button", name="封存这一阶段的得分").click()
    expect(page.get_by_text("已封存 1 份得分")).to_be_visible()


def post(town: Town) -> None:
    """Post the notice that waits."""
    page = town.page("officer", "/desk/rounds/mayor-8/notices")
    page.get_by_label("正文", exact=True).fill("现向社会公示。")
    page.get_by_label("英文正文").fill("On public notice.")
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("已公示 1 份申报")).to_be_visible()


def test_from_the_call_to_the_announcement(town: Town, axe: Callable[[Page], None]) -> None:
    entry = "/desk/rounds/mayor-8/entries/08-001"
    town.on(date(2023, 12, 1))
    officer = town.page("officer", "/desk/rounds/call")
    officer.get_by_label("规则").select_option("mayor/8")
    officer.get_by_label("申报到哪一天").fill("2024-01-31")
    officer.get_by_role("button", name="启动").click()
    for number in range(3):
        officer.get_by_label("邮箱").fill(f"member{number}@example.org")
        officer.get_by_label("记录里的姓名").fill(f"委员{number}")
        officer.get_by_role("button", name="聘任").click()

    town.on(date(2023, 12, 4))
    applicant = town.page("applicant", "/desk/applications/new/mayor-8")
    applicant.get_by_label("组织", exact=True).check()
    applicant.get_by_role("button", name="建立草稿").click()
    own = "/desk/applications/mayor-8/08-001"
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
    district = town.page("district", entry)
    forward(district, "区（市）推荐")
    district.get_by_label("区（市）推荐意见").fill("同意推荐。")
    district.get_by_role("button", name="记下").click()
    forward(district, "资格审查")

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
    forward(officer, "受理")
    forward(officer, "受理公示")
    post(town)

    town.on(date(2023, 12, 14))
    for number in range(1, 8):
        expert = make_expert(f"E-{number:03}", senior=number < 3, employer_code="")
        held = Entry.objects.get().round
        Panellist.objects.create(round=held, expert=expert, called_on=date(2023, 12, 1), declared_at=moment().at)
    officer = town.page("officer", entry)
    forward(officer, "材料评审")
    assign(town, "desk_review")
    code = Assignment.objects.order_by("pk").first().expert.code  # type: ignore[union-attr]
    judge = town.page(code.lower(), "/desk/reviews/mayor-8/08-001/desk_review")
    expect(judge.get_by_role("heading", level=1)).to_contain_text("申报 08-001")
    assert NAME not in judge.content()
    axe(judge)
    mark_by_hand(judge, "/desk/reviews/mayor-8/08-001/desk_review", "50–65", "65")
    hand_in("desk_review", "65")  # the others
    seal(town, "desk_review")
    forward(town.page("chair", entry), "社会满意度测评")
    officer = town.page("officer", entry)
    officer.get_by_label("问卷文件").set_input_files(
        {"name": "s.csv", "mimeType": "text/csv", "buffer": survey_of().encode()}
    )
    officer.get_by_role("button", name="收入").click()
    forward(town.page("officer", entry), "现场评审")
    assign(town, "site_visit")
    hand_in("site_visit", "70")
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
    seal(town, "site_visit")
    forward(town.page("chair", entry), "陈述答辩")
    assign(town, "hearing")
    hand_in("hearing", "70")
    seal(town, "hearing")
    forward(town.page("chair", entry), "评审委员会审议")

    chair = town.page("chair", "/desk/rounds/mayor-8/decision")
    chair.get_by_label("奖项").select_option("excellence")
    chair.get_by_role("button", name="开始表决").click()
    axe(chair)
    for number in range(3):
        member = town.page(f"member{number}", "/desk/rounds/mayor-8/decision")
        member.get_by_label("赞成").check()
        member.get_by_role("button", name="投票").click()
        expect(member.get_by_text("已投票，写入记录")).to_be_visible()
    chair = town.page("chair", "/desk/rounds/mayor-8/decision")
    chair.get_by_role("button", name="结束并计票").click()
    expect(chair.get_by_text("表决通过")).to_be_visible()
    forward(town.page("chair", entry), "领导小组审定")
    forward(town.page("officer", entry), "拟授奖公示")
    town.on(date(2024, 1, 4))
    post(town)

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
        officer = town.page("officer", entry)
        officer.get_by_label("文号").first.fill("青政字〔2024〕5 号")
        officer.get_by_label("生效日期").first.fill("2024-01-31")
        forward(officer, to)
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
