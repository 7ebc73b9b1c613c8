"""An order from the need to the saving: suggested, quoted by two, chosen, delivered, rated, saved, verified."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pinzhi.records.accounts.demo import MAIL_DOMAIN, PASSWORD
from pinzhi.records.accounts.models import User
from pinzhi.records.casework.models import Case
from tests.build import give_role
from tests.build_catalog import make_institution, make_organisation
from tests.journeys.pages import INSTITUTION
from tests.journeys.test_casework import sign_in, step
from tests.records.casework.build import PNG
from tests.records.casework.test_quotes import SECOND
from tests.visitors import PHONE, Visit, sideways_scroll

pytestmark = pytest.mark.usefixtures("changing_city")
NEED = "一批原材料要做成分和力学性能检测"


def test_an_order_from_the_need_to_the_verified_saving(
    visit: Visit, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    report = tmp_path / "report.png"
    report.write_bytes(PNG)
    firm = visit(**PHONE)
    second = _ask(firm, axe)
    number = Case.objects.get().number
    address = f"/desk/orders/{number}"
    lab = _quotes(visit, "institution", "3200", "8")
    _quotes(visit, second, "3600", "5")
    _looks_right(lab, axe)
    lab.goto("/desk/quotes")
    _looks_right(lab, axe)

    firm.goto(address)
    expect(firm.locator(".offers > li")).to_have_count(2)
    expect(firm.locator(".offers > li").first).to_contain_text("价格最低")
    _looks_right(firm, axe)
    firm.locator(".offers > li").first.get_by_role("button").click()
    expect(firm.locator(".lead")).to_contain_text("服务中")

    lab.goto(address)
    lab.get_by_label("交付物编号").fill("YS-BG-001")
    lab.locator("input[type=file]").first.set_input_files(report)
    step(lab, "交付")
    expect(lab.locator(".lead")).to_contain_text("已交付")

    firm.goto(address)
    step(firm, "确认办结")
    expect(firm.locator(".lead")).to_contain_text("已办结")
    firm.goto(address)
    firm.get_by_label("非常满意").check()
    firm.get_by_role("button", name="评价").click()
    expect(firm.locator(".lead")).to_contain_text("已评价")
    _save(firm, axe, report)

    officer = visit(locale="en-GB")
    sign_in(officer, "city-officer", "/desk/savings")
    officer.get_by_role("link", name="English").first.click()
    _looks_right(officer, axe)
    officer.locator(".orderlist a").first.click()
    officer.get_by_label("Grounds").fill("Compared with the other quote.")
    _looks_right(officer, axe)
    officer.get_by_role("button", name="Verified").click()
    firm.goto(address)
    expect(firm.locator("main")).to_contain_text("Compared with the other quote.")


def _ask(firm: Page, axe: Callable[[Page], None]) -> str:
    """Describe the need, choose two institutions, and return the account of the second."""
    second = make_institution(
        make_organisation("青岛示例第二检测有限公司", SECOND, district="370203"), categories="testing"
    )
    user = User.objects.create_user(f"second-lab@{MAIL_DOMAIN}", PASSWORD)
    give_role(user, "institution", organisation_code=second.organisation.code)
    sign_in(firm, "enterprise", "/desk/orders/new")
    _looks_right(firm, axe)
    firm.get_by_label("要办什么").fill(NEED)
    firm.get_by_role("button", name="看推荐").click()
    expect(firm.get_by_role("heading", level=1)).to_contain_text("能办的机构有")
    _looks_right(firm, axe)
    for code in (INSTITUTION, SECOND):
        firm.locator(f"#p-{code}").check()
    firm.get_by_role("button", name="提交", exact=True).click()
    expect(firm.locator(".lead")).to_contain_text("询价中")
    return "second-lab"


def _quotes(visit: Visit, account: str, price: str, days: str) -> Page:
    page = visit()
    sign_in(page, account, "/desk/quotes")
    page.locator(".orderlist a").first.click()
    page.get_by_label("报价（元）").fill(price)
    page.get_by_label("多少工作日交付").fill(days)
    page.get_by_label("包括什么").fill("含取样和报告。")
    page.get_by_role("button", name="报价", exact=True).click()
    expect(page.locator(".lead")).to_contain_text("已报价")
    return page


def _save(firm: Page, axe: Callable[[Page], None], evidence: Path) -> None:
    firm.locator("summary", has_text="申报节约的费用").click()
    firm.get_by_label("原来要花（元）").fill("3600")
    firm.get_by_label("实际花了（元）").fill("3200")
    firm.get_by_label("怎么算出来的").fill("对比另一家的报价。")
    firm.get_by_label("凭据").set_input_files(evidence)
    firm.get_by_role("button", name="申报", exact=True).click()
    expect(firm.locator("main")).to_contain_text("对比另一家的报价。")
    _looks_right(firm, axe)


def _looks_right(page: Page, axe: Callable[[Page], None]) -> None:
    assert sideways_scroll(page) == 0
    axe(page)
