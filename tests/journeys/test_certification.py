"""A certification from its application through surveillance to suspension, restoration and expiry, as people see it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pinzhi.engine.periods import Moment
from pinzhi.records.assessment.models import Panellist
from pinzhi.records.assessment.models import Round as HeldRound
from pinzhi.records.attestation.actions.surveillance_clock import run_surveillance
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.clock import moment as now
from tests.build import give_role, make_user
from tests.journeys.town import PDF, Round, Town
from tests.records.assessment.build import CODE, make_expert, moment
from tests.visitors import PHONE, Visit

pytestmark = pytest.mark.django_db(transaction=True)
NAME, OBJECT, NUMBER = "青岛澄海精工有限公司", "精密减速机", "TSPZ-2024-01"
CALLED, GRANTED = date(2024, 1, 8), date(2024, 2, 5)
DUE, EXPIRES = date(2025, 2, 5), date(2027, 2, 4)  # surveillance within twelve months, valid for three years


class Certified(Town):
    """A town in which citizens look at one certificate, and where the clock of surveillance runs."""

    def on(self, day: date) -> None:
        """Let it be another day, and the clock do its work."""
        super().on(day)
        run_surveillance(Moment(now().at, day))

    def citizen(self, address: str) -> Page:
        """Return a citizen's telephone at an address."""
        if "citizen" not in self.pages:
            self.pages["citizen"] = self.visit(**PHONE)
        self.pages["citizen"].goto(address)
        return self.pages["citizen"]

    def says(self, word: str) -> None:
        """Let a citizen check the number of the certificate, and look at its page in the register."""
        page = self.citizen(f"/verify/{NUMBER}")
        expect(page.locator(".finding .word")).to_have_text("已过期" if word == "过期" else word)
        page = self.citizen(f"/certificates/{NUMBER}")
        expect(page.locator(".head .st")).to_have_text(word)

    def knows_nothing(self) -> None:
        """Let a citizen check the number before there is such a certificate."""
        page = self.citizen(f"/verify/{NUMBER}")
        expect(page.locator(".finding .word")).to_have_text("没有查到")


@pytest.fixture
def town(visit: Visit, settings: Any) -> Certified:
    Organisation.objects.create(
        code=CODE, name=NAME, kind="enterprise", state="active", district="370212", industry="C34",
        established_on=date(2008, 5, 1), recorded_at=moment().at,
    )  # fmt: skip
    give_role(make_user("officer@example.org", name="陈静"), "city_officer")
    give_role(make_user("chair@example.org", name="赵明远"), "chair")
    give_role(make_user("holder@example.org", name="周建国"), "enterprise", organisation_code=CODE)
    give_role(make_user("assessor@example.org", name="王敏"), "expert")
    for number in range(3):
        make_user(f"member{number}@example.org", name=f"委员{number}")
    return Certified(visit, settings)


def apply_for(town: Certified, held: Round, axe: Callable[[Page], None]) -> None:
    """Let the enterprise write and send its application."""
    page = town.page("holder", f"/desk/applications/new/{held.key}")
    page.get_by_label("产品", exact=True).check()
    page.get_by_label("班组、个人、产品或项目的名称").fill(OBJECT)
    axe(page)
    page.get_by_role("button", name="建立草稿").click()
    page.goto(f"{held.own}/sections/application")
    page.get_by_label("正文").fill("精密减速机，RV 系列，一个认证单元。")
    page.get_by_role("button", name="保存", exact=True).click()
    page.goto(f"{held.own}/sections/benchmark")
    page.locator("table.cells input").first.fill("传动精度")
    page.get_by_role("button", name="保存", exact=True).click()
    page.goto(f"{held.own}/sections/pledge")
    page.get_by_label("同意以上承诺").check()
    page.get_by_label("承诺人姓名").fill("周建国")
    page.get_by_role("button", name="保存", exact=True).click()
    page.goto(f"{held.own}/facts")
    for title in ("距上次重大事故的年数", "距上次严重违法失信的年数"):
        page.get_by_label(title).fill("15")
    page.locator("main form .btn.p").click()
    page.goto(f"{held.own}/files")
    page.locator("input[type=file]").set_input_files(
        {"name": "型式试验报告.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="上传").click()
    page.goto(f"{held.own}/submit")
    page.get_by_role("button", name="提交申报").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("提交回执")


def assess(town: Certified, held: Round, axe: Callable[[Page], None]) -> None:
    """Let officers examine it, and experts benchmark, test and inspect; who does so takes no part in the decision."""
    held.forward("officer", "资格审查")
    officer = town.page("officer", held.desk)
    officer.get_by_text("写审查意见").click()
    officer.get_by_label("依据").fill("三年内没有抽查不合格")
    officer.get_by_role("button", name="记下").first.click()
    held.forward("officer", "受理")
    for number in range(1, 7):
        Panellist.objects.create(
            round=HeldRound.objects.get(), expert=make_expert(f"E-{number:03}"), called_on=CALLED,
            declared_at=moment().at,
        )  # fmt: skip
    for stage, to in (("desk_review", "标准对标"), ("type_test", "型式试验"), ("site_visit", "初始检查")):
        held.forward("officer", to)
        held.assign(stage)
        held.hand_in(stage, 100 if stage == "type_test" else 90)
        held.seal(stage)
    axe(town.page("officer", held.desk))


def grant(town: Certified, held: Round) -> None:
    """Let the committee decide, the notice run its time, and the certificate be issued."""
    held.forward("chair", "复核并按名额排序")
    held.propose("certified")
    held.vote()
    held.forward("chair", "认证决定")
    held.forward("officer", "公示")
    held.post()
    town.knows_nothing()
    town.on(GRANTED)
    for to in ("批准发证", "公告发证"):
        held.decide("officer", to, document="泰品发〔2024〕3 号", effective_on=GRANTED)
    officer = town.page("officer", held.desk)
    expect(officer.get_by_role("link", name=NUMBER)).to_be_visible()


def test_a_certificate_lives_from_its_application_to_its_expiry(town: Certified, axe: Callable[[Page], None]) -> None:
    held = Round(town, "taishan-quality-2024", "2024-001")
    town.on(CALLED)
    town.knows_nothing()
    held.call("taishan-quality/2024", closes_on=date(2024, 1, 31))
    apply_for(town, held, axe)
    town.knows_nothing()
    assess(town, held, axe)
    town.knows_nothing()
    grant(town, held)

    # granted: it stands in the register, its paper can be fetched, and nothing is due yet
    town.says("有效")
    axe(town.citizen(f"/verify/{NUMBER}"))
    page = town.page("holder", f"/desk/surveillance/certificate/{NUMBER}")
    expect(page.locator(".st", has_text="有效").first).to_be_visible()
    page = town.citizen("/registers/products")
    expect(page.get_by_role("link", name=NUMBER)).to_be_visible()
    axe(page)

    # due: officers see it in their plan; its holder is not told the day, which is unannounced
    town.on(DUE)
    page = town.page("holder", "/desk/surveillance")
    expect(page.get_by_text("不预先通知")).to_be_visible()
    axe(page)
    page = town.page("officer", "/desk/surveillance?stage=open")
    expect(page.get_by_role("link", name="“泰山品质”认证")).to_be_visible()
    axe(page)

    # a day late: suspended by rule, and everybody sees it
    town.on(DUE + timedelta(days=1))
    town.says("暂停")
    page = town.page("holder", "/desk/inbox")
    expect(page.get_by_text("已暂停，暂停期间不得使用标志和宣传")).to_be_visible()
    expect(page.locator(".rail .unread")).to_have_text("未读 1")
    axe(page)

    # given to an assessor, who reports with the scheme's checklist; somebody else confirms
    page = town.page("officer", f"/desk/surveillance/certificate/{NUMBER}")
    page.get_by_label("交给").select_option(label="王敏")
    page.get_by_role("button", name="安排监督").click()
    expect(page.get_by_text("已安排 1 项监督。")).to_be_visible()
    axe(page)
    page = town.page("assessor", "/desk/surveillance")
    page.get_by_role("link", name=NAME).click()
    page.get_by_label("实施日期").fill(f"{DUE + timedelta(days=1)}")
    page.get_by_label("结论").fill("抽样三台，全部合格。")
    for group in page.locator("fieldset.plain").all():
        group.get_by_role("radio").first.check()
    page.get_by_label("事实").first.fill("铭牌缺执行标准号")
    axe(page)
    page.get_by_role("button", name="交报告").click()
    expect(page.get_by_text("报告已交。")).to_be_visible()
    page = town.page("officer", "/desk/surveillance")
    page.get_by_role("link", name=NAME).first.click()
    page.get_by_role("button", name="确认报告").click()
    expect(page.get_by_text("已确认，结果记入登记册。")).to_be_visible()

    # passed: restored by the officer; the minor finding is put right by the holder
    page = town.page("officer", f"/desk/surveillance/certificate/{NUMBER}")
    page.get_by_label("改为").select_option(label="恢复")
    page.get_by_label("理由").fill("监督抽样合格")
    page.get_by_role("button", name="办理").click()
    expect(page.get_by_text("已改登记状态")).to_be_visible()
    town.says("有效")
    page = town.page("holder", f"/desk/surveillance/certificate/{NUMBER}")
    page.get_by_label("怎样整改的").fill("已更换铭牌")
    page.get_by_role("button", name="交整改情况").click()
    expect(page.get_by_text("已整改，待核实")).to_be_visible()
    axe(page)

    # what was found is a case: its assessor looks again there, and the certificate's page says so
    page.get_by_role("link", name="ZS-").click()
    expect(page.get_by_text("已更换铭牌").first).to_be_visible()
    axe(page)
    page = town.page("assessor", page.url)
    page.locator("summary", has_text="核实，关闭").click()
    page.get_by_role("button", name="核实，关闭").click()
    page = town.page("holder", f"/desk/surveillance/certificate/{NUMBER}")
    expect(page.get_by_text("已关闭")).to_be_visible()

    # over: what was valid for three years is expired the day after its last
    town.on(EXPIRES + timedelta(days=1))
    town.says("过期")
    page = town.page("officer", f"/desk/surveillance/certificate/{NUMBER}")
    expect(page.get_by_role("button", name="办理")).to_have_count(0)
    axe(page)
