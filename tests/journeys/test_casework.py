"""A dust problem in the browser: found by an inspector on a phone, given to the firm, put right, checked, closed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pinzhi.records.accounts.demo import MAIL_DOMAIN, PASSWORD
from pinzhi.records.casework.demo.story import load_cases
from pinzhi.records.casework.models import Case
from tests.journeys.pages import ENTERPRISE
from tests.records.casework.build import PNG
from tests.visitors import PHONE, Complaints, Visit, sideways_scroll

pytestmark = pytest.mark.usefixtures("changing_city")


def sign_in(page: Page, role: str, address: str) -> None:
    page.goto(address, timeout=90_000)  # the first page of a process reads the rulebook
    page.locator("[name=login]").fill(f"{role}@{MAIL_DOMAIN}")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("[name=password]")).to_have_count(0)


def step(page: Page, title: str) -> None:
    """Take the step of a title: open its form if it is closed, and send it."""
    form = page.locator("details.aside", has=page.locator("summary", has_text=title)).first
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    form.get_by_role("button", name=title, exact=True).click()


def test_a_dust_problem_from_the_street_to_its_end(
    visit: Visit, complaints: Complaints, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    complaints.expected.add(400)
    photo = tmp_path / "photo.png"
    photo.write_bytes(PNG)
    phone = visit(**PHONE)
    sign_in(phone, "inspector", "/desk/cases/new/dust-problem")
    assert sideways_scroll(phone) == 0
    axe(phone)
    phone.get_by_label("问题").fill("道路积尘")
    phone.get_by_label("类别").select_option("road")
    phone.get_by_label("地点").fill("36.1609 120.4188 九水东路")
    phone.get_by_role("button", name="立案").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("道路积尘")
    number = Case.objects.get().number
    Case.objects.update(district="370213")
    address = f"/desk/cases/{number}"

    desk = visit()
    sign_in(desk, "city-officer", address)
    desk.get_by_label("整改责任单位（统一社会信用代码）").fill(ENTERPRISE)
    step(desk, "派单")
    expect(desk.locator(".lead")).to_contain_text("整改中")
    axe(desk)

    firm = visit(**PHONE)
    sign_in(firm, "enterprise", address)
    step(firm, "提交整改")
    expect(firm.get_by_role("alert")).to_contain_text("还没有填“整改措施”")
    firm.get_by_label("整改措施").fill("已洒水清扫。")
    firm.get_by_label("整改前照片").set_input_files(photo)
    firm.get_by_label("整改后照片").set_input_files(photo)
    step(firm, "提交整改")
    expect(firm.locator(".lead")).to_contain_text("待复查")
    axe(firm)

    phone.goto(address)
    phone.locator("details", has_text="复查通过").get_by_label("理由").first.fill("路面已无积尘。")
    step(phone, "复查通过")
    expect(phone.locator(".lead")).to_contain_text("待销号")
    desk.goto(address)
    desk.locator("details", has_text="销号").get_by_label("理由").first.fill("同意销号。")
    step(desk, "销号")
    expect(desk.locator(".lead")).to_contain_text("已销号")
    expect(desk.locator(".history li")).to_have_count(5)


@pytest.mark.parametrize("options", [{}, PHONE, PHONE | {"locale": "en-GB"}], ids=["desktop", "phone", "english"])
def test_the_board_and_its_lists_serve_everybody(
    visit: Visit, axe: Callable[[Page], None], options: dict[str, str]
) -> None:
    assert load_cases()
    page = visit(**options)
    sign_in(page, "city-officer", "/desk/cases")
    if "locale" in options:
        page.get_by_role("link", name="English").first.click()
    heading = "4 overdue cases come first today" if options.get("locale") else "今天先办这 4 件逾期的"
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    for address in ("/desk/cases", "/desk/cases?column=open", "/desk/cases/calendar?month=2024-01", "/desk/shortcuts"):
        page.goto(address)
        page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        assert sideways_scroll(page) == 0
        axe(page)


def test_the_keys_lead_through_the_desk_until_they_are_switched_off(page: Page) -> None:
    load_cases()
    sign_in(page, "city-officer", "/desk/cases")
    page.goto("/desk/cases")

    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator(".cards li > a").nth(1).get_attribute("href")
    assert page.evaluate("() => document.activeElement.getAttribute('href')") == second
    page.keyboard.press("k")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=2).first).to_have_text("下一步")
    page.keyboard.press("a")
    assert page.evaluate("() => document.activeElement.closest('[data-act]') !== null")
    page.goto("/desk/cases?column=open")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tbody input[type=checkbox]").first).to_be_checked()
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.id") == "case-q"
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", level=1)).to_have_text("快捷键")

    page.get_by_role("link", name="在我的账号里关掉").click()
    page.get_by_label("用单个字母作快捷键").uncheck()
    page.get_by_role("button", name="保存").click()
    page.goto("/desk/cases")
    page.keyboard.press("j")
    assert page.evaluate("() => document.activeElement === document.body")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", level=1)).to_have_text("今天先办这 4 件逾期的")
