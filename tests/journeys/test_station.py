"""A visitor of a service station: taken in on a phone, called, handed on as an order that his organisation sees."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pinzhi.records.accounts.demo import POINT
from pinzhi.records.casework.models import Case
from tests.journeys.pages import ENTERPRISE
from tests.journeys.test_casework import sign_in
from tests.visitors import PHONE, Complaints, Visit, sideways_scroll

pytestmark = pytest.mark.usefixtures("changing_city")
NEED = "出口的减速机要做自愿性认证"


def test_a_visitor_is_taken_in_on_a_phone_called_and_handed_on(
    visit: Visit, complaints: Complaints, axe: Callable[[Page], None]
) -> None:
    complaints.expected.add(400)
    phone = visit(**PHONE)
    sign_in(phone, "steward", "/desk/points")
    expect(phone.get_by_role("heading", level=1)).to_have_text("没有人在等")
    _looks_right(phone, axe)
    phone.get_by_role("button", name="登记，给号").click()
    expect(phone.get_by_role("alert")).to_contain_text("要办什么")
    axe(phone)
    phone.get_by_label("要办什么").fill(NEED)
    phone.get_by_label("哪个单位").fill(ENTERPRISE)
    phone.get_by_role("button", name="登记，给号").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("1 人在等")
    _put_on_duty(phone, axe)
    _everybody_sees(visit(), axe)

    phone.goto("/desk/points")
    phone.get_by_role("button", name="叫下一位：1 号").click()
    expect(phone.get_by_role("heading", name="接待中")).to_be_visible()
    _looks_right(phone, axe)
    phone.get_by_role("link", name="转服务单").click()
    expect(phone.get_by_label("服务项目")).to_have_value("C03")  # made out from the words
    _looks_right(phone, axe)
    phone.get_by_label("联系人和电话").fill("李 139 0000 1234")
    phone.get_by_role("button", name="转服务单").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(NEED)
    _looks_right(phone, axe)
    number = Case.objects.get().number

    firm = visit(**PHONE)
    sign_in(firm, "enterprise", "/desk/inbox")
    firm.get_by_role("button", name=re.compile(f"已替你的单位提交：{NEED}")).click()
    expect(firm).to_have_url(re.compile(f"/desk/orders/{number}$"))
    expect(firm.locator(".lead")).to_contain_text("已提交")
    _looks_right(firm, axe)

    phone.get_by_role("link", name="English").first.click()
    phone.goto(f"/desk/points/{POINT}")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Nobody is waiting")
    expect(phone.get_by_role("link", name=number)).to_be_visible()
    _looks_right(phone, axe)


def _put_on_duty(phone: Page, axe: Callable[[Page], None]) -> None:
    phone.get_by_role("link", name="值班表").click()
    phone.get_by_label("从几点").fill("00:00")
    phone.get_by_label("到几点").fill("23:59")
    phone.get_by_role("button", name="排班").click()
    expect(phone.locator(".days")).to_contain_text("00:00–23:59　徐静")
    _looks_right(phone, axe)


def _everybody_sees(page: Page, axe: Callable[[Page], None]) -> None:
    """Find the point on the public page, with how many wait there and without the name of who is on duty."""
    page.goto("/services?district=370213")
    expect(page.locator(".points-public")).to_contain_text("1 人在等")
    axe(page)
    page.get_by_role("link", name="李沧示例智能制造产业园质量服务驿站").click()
    expect(page.locator(".pointnow")).to_contain_text("00:00–23:59")
    assert "徐静" not in page.content()
    axe(page)


def _looks_right(page: Page, axe: Callable[[Page], None]) -> None:
    assert sideways_scroll(page) == 0
    axe(page)
