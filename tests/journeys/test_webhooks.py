"""A manager has the firm's own system told, on a phone; it breaks, an operator sees why, and it is sent again."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from pinzhi.records.tasks.models import Task
from pinzhi.records.tasks.queue import TRIES
from tests.build import PASSWORD, give_role, make_user, work_at
from tests.examples import from_page
from tests.records.notices.webhooks.receiver import receiving
from tests.visitors import Visit, sideways_scroll

FIRM = "91370212MA0000015Y"


def sign_in(page: Page, email: str, address: str) -> None:
    page.goto(address)
    page.get_by_label("邮箱").fill(email)
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("main form.fields .btn.p").click()
    expect(page.get_by_label("密码")).to_have_count(0)


def test_a_receiver_is_tried_breaks_and_gets_it_again(
    phone: Page, visit: Visit, axe: Callable[[Page], None], settings: Any, demo_day: date
) -> None:
    settings.WEBHOOKS_LOCAL = True
    give_role(make_user("manager@example.org"), "enterprise", organisation_code=FIRM)
    give_role(make_user("operator@example.org"), "operator")
    with receiving() as receiver:
        sign_in(phone, "manager@example.org", "/desk/webhooks")
        axe(phone)
        phone.get_by_label("名字").fill("证书台账")
        phone.get_by_label("地址").fill(f"http://127.0.0.1:{receiver.port}/in")
        phone.get_by_label("办件").check()
        phone.get_by_role("button", name="开始推送").click()
        secret = phone.locator("#secret").inner_text().strip()
        phone.get_by_role("button", name="试推送一条").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("证书台账")

        receiver.answer = 500
        Task.objects.update(tries=TRIES - 1)
        work_at(timezone.now())
        operator = visit()
        sign_in(operator, "operator@example.org", "/desk/tasks")
        expect(operator.get_by_role("heading", level=1)).to_have_text("1 件后台任务没有做成")
        expect(operator.get_by_role("row", name="证书台账")).to_contain_text("HTTP 500")
        axe(operator)

        receiver.answer = 204
        phone.reload()
        assert sideways_scroll(phone) == 0
        axe(phone)
        phone.get_by_role("button", name="放弃的再推送一次").click()
        expect(phone.get_by_text("1 条会再推送一次。")).to_be_visible()
        work_at(timezone.now())
        phone.reload()
        expect(phone.get_by_text("已送达")).to_be_visible()

    (_, first, _), (_, again, body) = receiver.got
    assert first["webhook-id"] == again["webhook-id"]
    is_genuine = from_page("docs/how-to/receive-webhooks.md", "is_genuine")
    assert is_genuine(secret, again, body, timezone.now().timestamp())


@pytest.mark.usefixtures("demo_day")
def test_an_operator_enters_a_system_that_reports(page: Page, axe: Callable[[Page], None]) -> None:
    give_role(make_user("operator@example.org"), "operator")
    sign_in(page, "operator@example.org", "/desk/sources")
    page.get_by_label("名字").fill("走航监测车")
    page.get_by_label("扬尘问题").check()
    page.get_by_role("button", name="登记").click()

    expect(page.locator("#secret")).to_contain_text("whsec_")
    axe(page)
