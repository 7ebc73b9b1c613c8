"""A batch of experts is planned, an expert advises on a phone, an enterprise objects and somebody else answers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pinzhi.records.inspections.models import Finding, Inspection
from tests.build import give_role, make_user
from tests.journeys.test_inspection import sign_in
from tests.records.inspections.build import LARGER
from tests.records.inspections.test_batches import Help
from tests.records.inspections.test_records import filled
from tests.visitors import PHONE, Visit

pytestmark = pytest.mark.usefixtures("changing_city")


def somebody(name: str, role: str, organisation_code: str = "") -> str:
    """Make an account with a role; return its address."""
    email = f"{name}@example.org"
    give_role(make_user(email, name=name), role, organisation_code=organisation_code)
    return email


def test_experts_advise_and_somebody_else_answers_an_objection(visit: Visit, axe: Callable[[Page], None]) -> None:
    cast = Help()
    plan = f"/desk/inspections/plans/{cast.held.key}"
    desk, phone, firm, other = visit(), visit(**PHONE), visit(**PHONE), visit()
    sign_in(desk, somebody("planning", "city_officer"), f"{plan}/targets")
    axe(desk)
    desk.goto("/desk/inspections/ties")
    axe(desk)
    desk.goto(f"{plan}/batches")
    axe(desk)
    desk.get_by_label("water 专家").check()
    desk.get_by_label("青岛示例精工有限公司").check()
    desk.get_by_label("第一天").fill("2024-01-04")
    desk.get_by_role("button", name="安排这一批").click()
    expect(desk.get_by_role("status")).to_contain_text("已安排 1 家")

    # The expert finds the visit, fills in the checklist and hands in a report with advice.
    sign_in(phone, "water@example.org", "/desk/inspections")
    phone.get_by_role("link", name="青岛示例精工有限公司").click()
    expect(phone.locator("#sync-words")).to_have_text("已同步")
    inspection = Inspection.objects.get()
    filled(cast.actor("water"), inspection, "drainage")
    phone.goto(f"/desk/inspections/{inspection.number}/hand-in")
    phone.get_by_label("给企业的意见").fill("雨水口加闸板。")
    axe(phone)
    phone.get_by_role("button", name="提交记录").click()
    expect(phone.get_by_text("雨水口加闸板。")).to_be_visible()

    # The enterprise objects to the finding; an officer who took no part upholds it, and the finding is none.
    sign_in(firm, somebody("firm", "enterprise", LARGER), f"/desk/inspections/{inspection.number}")
    firm.get_by_text("提出异议", exact=True).first.click()
    firm.get_by_label("理由").fill("当天正在清淤。")
    axe(firm)
    firm.get_by_role("button", name="提出异议").click()
    expect(firm.get_by_role("status")).to_contain_text("2024-01-25 前答复你")
    sign_in(
        other, somebody("answering", "city_officer"), str(firm.locator("#h-objections ~ ul a").get_attribute("href"))
    )
    other.get_by_label("成立", exact=True).check()
    other.get_by_role("textbox", name="答复").fill("照片为证。")
    axe(other)
    other.get_by_role("button", name="答复").click()
    firm.reload()
    expect(firm.locator("section", has=firm.locator("#h-objections"))).to_contain_text("异议成立")
    assert Finding.objects.get().case.state == "unfounded"
