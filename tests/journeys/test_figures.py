"""From the front page's number to its records; another day; the dashboard: none of it needs JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pinzhi.records.accounts.demo import MAIL_DOMAIN, PASSWORD
from tests.visitors import PHONE, Complaints, Visit, sideways_scroll

pytestmark = pytest.mark.usefixtures("city")


def test_a_number_is_followed_to_its_records(visit: Visit, axe: Callable[[Page], None]) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/")
    page.locator("#figures a[data-f=A60]").click()
    expect(page).to_have_url("/figures/A60")
    total = page.locator(".xl").inner_text().split("\n")[0].strip(" 张")
    expect(page.get_by_role("heading", name="怎么算的")).to_be_visible()
    page.get_by_role("link", name="全部").first.click()
    expect(page.locator(".tally .big")).to_contain_text(total)
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_another_day_is_a_form_without_scripts(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/figures/A21")
    page.get_by_label("哪一天", exact=True).fill("2010-01-01")
    page.get_by_role("button", name="按这一天算").click()

    expect(page).to_have_url("/figures/A21?on=2010-01-01&known=")
    expect(page.locator(".when")).to_contain_text("截至 2010 年 1 月 1 日")


def test_a_part_leads_to_the_records_of_the_part(visit: Visit) -> None:
    page = visit()
    page.goto("/figures/A60")
    row = page.locator(".bars tr").first
    amount = row.locator("td").last.inner_text()
    row.get_by_role("link").click()

    expect(page.locator(".tally .big")).to_contain_text(amount)


def test_pages_of_figures_fit_a_phone(visit: Visit, axe: Callable[[Page], None]) -> None:
    page = visit(**PHONE)
    for address in ("/figures", "/figures/A60", "/figures/A60/records", "/figures/A14"):
        page.goto(address)
        assert sideways_scroll(page) == 0, address
        axe(page)


def test_leaders_see_the_dashboard_and_others_do_not(
    visit: Visit, complaints: Complaints, axe: Callable[[Page], None]
) -> None:
    complaints.expected.add(403)
    for role, seen in (("chair", True), ("enterprise", False)):
        page = visit(**PHONE)
        page.goto("/desk/dashboard")
        page.locator("[name=login]").fill(f"{role}@{MAIL_DOMAIN}")
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("[name=password]")).to_have_count(0)
        expect(page.locator(".dashboard")).to_have_count(1 if seen else 0)
        if seen:
            assert sideways_scroll(page) == 0
            axe(page)
            page.get_by_role("link", name="区（市）对比").click()
            expect(page.get_by_role("heading", level=1)).to_contain_text("区（市）对比")
            assert sideways_scroll(page) == 0
            axe(page)
