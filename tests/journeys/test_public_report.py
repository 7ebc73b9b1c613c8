"""A problem reported on a phone without an account, led to its end, asked for by number, answered for all to read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pinzhi.records.casework.models import Case
from tests.journeys.pages import ENTERPRISE
from tests.journeys.test_casework import sign_in, step
from tests.records.casework.build import PNG
from tests.visitors import PHONE, Complaints, Visit, sideways_scroll

pytestmark = pytest.mark.usefixtures("changing_city")
ANSWER = "已清扫，每日洒水两次。"


def test_a_public_report_to_its_public_answer(
    visit: Visit, complaints: Complaints, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    complaints.expected.add(400)
    photo = tmp_path / "photo.png"
    photo.write_bytes(PNG)
    phone = visit(**PHONE, geolocation={"latitude": 36.1631, "longitude": 120.4212}, permissions=["geolocation"])
    number = _report(phone, axe, photo)

    _ask(phone, number, "9999")
    expect(phone.get_by_role("alert")).to_contain_text("没有查到")
    _ask(phone, number, "1234")
    expect(phone.get_by_role("heading", level=1)).to_have_text("待研判")
    assert "139" not in phone.locator("main").inner_text()
    axe(phone)

    _put_right(visit, number, photo)

    _ask(phone, number, "1234")
    expect(phone.get_by_role("heading", level=1)).to_have_text("已销号")
    expect(phone.locator(".answer")).to_have_text(ANSWER)
    phone.get_by_role("link", name="这一件的公开页").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("道路积尘，车一过就扬起来")
    assert sideways_scroll(phone) == 0
    axe(phone)
    phone.goto("/cases")
    expect(phone.locator(".answers")).to_contain_text(ANSWER)
    axe(phone)


def _report(phone: Page, axe: Callable[[Page], None], photo: Path) -> str:
    phone.goto("/report", timeout=90_000)  # the first page of a process reads the rulebook
    axe(phone)
    phone.get_by_role("link", name="扬尘问题").click()
    assert sideways_scroll(phone) == 0
    phone.get_by_role("button", name="提交", exact=True).click()
    expect(phone.get_by_role("alert")).to_contain_text("问题")
    axe(phone)
    phone.get_by_label("问题", exact=True).fill("道路积尘，车一过就扬起来")
    phone.get_by_label("道路积尘", exact=True).check()
    phone.get_by_label("哪个区市").select_option("370213")
    phone.get_by_label("在哪里").fill("没有这个地方")
    phone.get_by_role("button", name="按名称找地点").click()
    expect(phone.locator("#place")).to_contain_text("没有叫“没有这个地方”的已知地点")
    phone.get_by_label("在哪里").fill("李沧区质量")
    phone.get_by_role("button", name="按名称找地点").click()
    expect(phone.locator("#place")).to_contain_text("李沧区质量服务中心（演示）")
    axe(phone)
    phone.get_by_role("button", name="用我现在的位置").click()
    expect(phone.locator(".said-place")).not_to_be_empty()
    phone.get_by_label("在哪里").fill("九水东路路口")
    phone.get_by_label("手机号").fill("139 0000 1234")
    phone.get_by_label("照片").set_input_files(photo)
    phone.get_by_role("button", name="提交", exact=True).click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("已提交，编号 YC-")
    axe(phone)
    case = Case.objects.get()
    assert case.latitude is not None
    assert case.number in phone.get_by_role("heading", level=1).inner_text()
    return case.number


def _ask(phone: Page, number: str, digits: str) -> None:
    phone.goto("/report/state")
    phone.get_by_label("编号").fill(number)
    phone.get_by_label("手机号后四位").fill(digits)
    phone.get_by_role("button", name="查进度").click()


def _put_right(visit: Visit, number: str, photo: Path) -> None:
    """Assign, put right, check and close, each by whom it is for."""
    address = f"/desk/cases/{number}"
    desk = visit()
    sign_in(desk, "city-officer", address)
    desk.get_by_label("整改责任单位（统一社会信用代码）").fill(ENTERPRISE)
    step(desk, "派单")
    firm = visit(**PHONE)
    sign_in(firm, "enterprise", address)
    firm.get_by_label("整改措施").fill("已洒水清扫。")
    firm.get_by_label("整改前照片").set_input_files(photo)
    firm.get_by_label("整改后照片").set_input_files(photo)
    step(firm, "提交整改")
    expect(firm.locator(".lead")).to_contain_text("待复查")
    district = visit()
    sign_in(district, "district-officer", address)
    district.locator("details", has_text="复查通过").get_by_label("理由").first.fill("路面已无积尘。")
    step(district, "复查通过")
    expect(district.locator(".lead")).to_contain_text("待销号")
    desk.goto(address)
    desk.locator("details", has_text="销号").get_by_label("理由").first.fill(ANSWER)
    step(desk, "销号")
    expect(desk.locator(".lead")).to_contain_text("已销号")
