"""A certification from its application through surveillance to suspension, restoration and expiry, as people see it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pinzhi.engine.periods import Moment, months_after
from pinzhi.records.attestation.actions.surveillance_clock import run_surveillance
from pinzhi.records.catalog.models import Certificate
from pinzhi.records.clock import moment as now
from tests.build import PASSWORD, give_role, make_user
from tests.records.assessment.build import CODE
from tests.records.assessment.player import called
from tests.records.assessment.test_programmes import all_the_way, make_firm
from tests.visitors import PHONE, Visit

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "TSPZ-2024-01"


class Town:
    """The people of the journey, each with a browser, and the day they share."""

    def __init__(self, visit: Visit, settings: Any) -> None:
        self.visit, self.settings = visit, settings
        self.pages: dict[str, Page] = {}

    def at(self, who: str, address: str) -> Page:
        """Return somebody's browser at an address, signed in; ``citizen`` is nobody."""
        if who not in self.pages:
            page = self.visit(**(PHONE if who == "citizen" else {}))
            if who != "citizen":
                page.goto(address)
                page.get_by_label("邮箱").fill(f"{who}@example.org")
                page.get_by_label("密码").fill(PASSWORD)
                page.locator("main form.fields .btn.p").click()
            self.pages[who] = page
        self.pages[who].goto(address)
        return self.pages[who]

    def on(self, day: date) -> None:
        """Let it be another day, and the clock do its work."""
        self.settings.TODAY = day
        run_surveillance(Moment(now().at, day))

    def says(self, word: str) -> None:
        """Let a citizen look at the certificate's public page."""
        page = self.at("citizen", f"/certificates/{NUMBER}")
        expect(page.locator(".head .st")).to_have_text(word)

    def verifies(self, word: str) -> None:
        """Let a citizen check its number, as he reads it on paper."""
        page = self.at("citizen", f"/verify/{NUMBER}")
        expect(page.locator(".finding .word")).to_have_text(word)


@pytest.fixture
def town(visit: Visit, settings: Any) -> Town:
    give_role(make_user("officer@example.org", name="陈静"), "city_officer")
    give_role(make_user("holder@example.org", name="周建国"), "enterprise", organisation_code=CODE)
    give_role(make_user("assessor@example.org", name="王敏"), "expert")
    return Town(visit, settings)


def test_a_certificate_lives_from_its_application_to_its_expiry(town: Town, axe: Callable[[Page], None]) -> None:
    make_firm()
    player = called("taishan-quality", "2024")
    entry = player.enter("N-01", "product", level=90, organisation_code=CODE)
    all_the_way(player, [entry])
    certificate = Certificate.objects.get(number=NUMBER)
    assert certificate.issued_on is not None
    assert certificate.expires_on is not None
    due = months_after(certificate.issued_on, 12)

    # granted: it stands in the register, and nothing is due yet
    town.on(certificate.issued_on)
    town.says("有效")
    page = town.at("citizen", "/registers/products")
    expect(page.get_by_role("link", name=NUMBER)).to_be_visible()
    axe(page)

    # due: officers see it in their plan; its holder is not told the day, which is unannounced
    town.on(due)
    page = town.at("holder", "/desk/surveillance")
    expect(page.get_by_text("不预先通知")).to_be_visible()
    axe(page)
    page = town.at("officer", "/desk/surveillance?stage=open")
    expect(page.get_by_role("link", name="“泰山品质”认证")).to_be_visible()
    axe(page)

    # a day late: suspended by rule, and everybody sees it
    town.on(due + timedelta(days=1))
    town.says("暂停")
    town.verifies("暂停")
    page = town.at("holder", "/desk/inbox")
    expect(page.get_by_text("已暂停，暂停期间不得使用标志和宣传")).to_be_visible()
    expect(page.locator(".rail .unread")).to_have_text("未读 1")
    axe(page)

    # given to an assessor, who reports with the scheme's checklist; somebody else confirms
    page = town.at("officer", f"/desk/surveillance/certificate/{NUMBER}")
    page.get_by_label("交给").select_option(label="王敏")
    page.get_by_role("button", name="安排监督").click()
    expect(page.get_by_text("已安排 1 项监督。")).to_be_visible()
    axe(page)
    page = town.at("assessor", "/desk/surveillance")
    page.get_by_role("link", name=certificate.holder.name).click()
    page.get_by_label("实施日期").fill(f"{due + timedelta(days=1)}")
    page.get_by_label("结论").fill("抽样三台，全部合格。")
    for group in page.locator("fieldset.plain").all():
        group.get_by_role("radio").first.check()
    page.get_by_label("事实").first.fill("铭牌缺执行标准号")
    axe(page)
    page.get_by_role("button", name="交报告").click()
    expect(page.get_by_text("报告已交。")).to_be_visible()
    page = town.at("officer", "/desk/surveillance")
    page.get_by_role("link", name=certificate.holder.name).first.click()
    page.get_by_role("button", name="确认报告").click()
    expect(page.get_by_text("已确认，结果记入登记册。")).to_be_visible()

    # passed: restored by the officer; the minor finding is put right by the holder
    page = town.at("officer", f"/desk/surveillance/certificate/{NUMBER}")
    page.get_by_label("改为").select_option(label="恢复")
    page.get_by_label("理由").fill("监督抽样合格")
    page.get_by_role("button", name="办理").click()
    expect(page.get_by_text("已改登记状态")).to_be_visible()
    town.says("有效")
    town.verifies("有效")
    page = town.at("holder", f"/desk/surveillance/certificate/{NUMBER}")
    page.get_by_label("怎样整改的").fill("已更换铭牌")
    page.get_by_role("button", name="交整改情况").click()
    expect(page.get_by_text("已整改，待核实")).to_be_visible()
    axe(page)

    # what was found is a case: its assessor looks again there, and the certificate's page says so
    page.get_by_role("link", name="ZS-").click()
    expect(page.get_by_text("已更换铭牌").first).to_be_visible()
    axe(page)
    page = town.at("assessor", page.url)
    page.locator("summary", has_text="核实，关闭").click()
    page.get_by_role("button", name="核实，关闭").click()
    page = town.at("holder", f"/desk/surveillance/certificate/{NUMBER}")
    expect(page.get_by_text("已关闭")).to_be_visible()

    # over: what was valid for three years is expired the day after its last
    town.on(certificate.expires_on + timedelta(days=1))
    town.says("过期")
    town.verifies("已过期")
    page = town.at("officer", f"/desk/surveillance/certificate/{NUMBER}")
    expect(page.get_by_role("button", name="办理")).to_have_count(0)
    axe(page)
