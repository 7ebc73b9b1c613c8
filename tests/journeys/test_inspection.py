"""From the draw to the danger put right: a checklist filled in without a network, synced, signed, followed up."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pinzhi.records.accounts.demo import MAIL_DOMAIN
from pinzhi.records.accounts.demo import PASSWORD as DEMO_PASSWORD
from pinzhi.records.inspections.models import Capture, Finding, Inspection, Photo
from tests.build import PASSWORD, give_role, make_user
from tests.journeys.pages import ENTERPRISE
from tests.records.casework.build import PNG
from tests.visitors import PHONE, Complaints, Visit, sideways_scroll

pytestmark = pytest.mark.usefixtures("changing_city")
SITE = {"latitude": 36.2402, "longitude": 120.2410, "accuracy": 6}
OUTSIDE = PHONE | {"geolocation": SITE, "permissions": ["geolocation"]}
NO_NETWORK = "ERR_INTERNET_DISCONNECTED"


def sign_in(page: Page, email: str, address: str) -> None:
    page.goto(address)
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(DEMO_PASSWORD if email.endswith(MAIL_DOMAIN) else PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("[name=password]")).to_have_count(0)


def demo(role: str) -> str:
    return f"{role}@{MAIL_DOMAIN}"


def draw(desk: Page, axe: Callable[[Page], None]) -> Inspection:
    """Register a target, make a plan, seal and open a draw, all by clicks."""
    sign_in(desk, demo("city-officer"), "/desk/inspections/register")
    desk.get_by_label("主题").select_option("risk")
    desk.get_by_label("粘贴名单").fill(f"{ENTERPRISE},larger,2023-03-01,gaoxin,water,36.2402 120.2410")
    axe(desk)
    desk.get_by_role("button", name="列入名录").click()
    expect(desk.get_by_role("status")).to_contain_text("在册 1 家")
    desk.goto("/desk/inspections/plans/new")
    desk.get_by_label("代号").fill("risk-2024")
    desk.get_by_label("名称", exact=True).fill("环境风险源抽查")
    desk.get_by_label("主题").select_option("risk")
    desk.get_by_label("检查表").select_option("risk-inspection 1")
    desk.get_by_label("告知书名称").fill("责任告知书")
    desk.get_by_label("开始").fill("2024-01-01")
    desk.get_by_label("结束").fill("2024-12-31")
    desk.get_by_role("button", name="建立计划").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("环境风险源抽查")
    desk.get_by_text("公布一次抽取").click()
    axe(desk)
    desk.get_by_label("较大风险抽几家").fill("1")
    desk.get_by_role("button", name="封存名单，公布承诺").click()
    desk.get_by_role("button", name="公布种子并抽取").click()
    expect(desk.get_by_role("status")).to_contain_text("已抽取")
    desk.goto("/draws/risk-2024-1")
    expect(desk.get_by_text("重新抽一次，结果完全相同。")).to_be_visible()
    axe(desk)
    return Inspection.objects.get()


def answer(phone: Page, words: str) -> None:
    phone.locator(".item:visible .pick", has_text=words).first.click()


def onward(phone: Page) -> None:
    phone.get_by_role("button", name="下一项").click()


def test_a_danger_from_the_draw_to_its_end(
    visit: Visit, complaints: Complaints, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    picture = tmp_path / "photo.png"
    picture.write_bytes(PNG)
    second = make_user("second@example.org", name="第二位检查员")
    give_role(second, "inspector")
    desk = visit()
    inspection = draw(desk, axe)
    address = f"/desk/inspections/{inspection.number}"
    emails = [member.user.email for member in inspection.members.order_by("place") if member.user]
    assert len(emails) == 2

    # On the way: opened once with a network, then without.
    phone = visit(**OUTSIDE)
    sign_in(phone, emails[0], address)
    expect(phone.locator("#sync-words")).to_have_text("已同步")
    phone.locator("#sync").click()
    expect(phone.locator("#kept")).to_contain_text("没有网络也能打开")
    axe(phone)
    phone.get_by_role("button", name="继续检查").click()
    axe(phone)
    assert sideways_scroll(phone) == 0
    phone.context.set_offline(True)
    answer(phone, "不符合")
    phone.locator(".item:visible").get_by_label("说明").fill("阀门锈死")
    phone.locator(".item:visible").get_by_label("加照片").set_input_files(picture)
    expect(phone.locator(".offline p")).to_be_visible()
    for _ in range(3):
        onward(phone)
        answer(phone, "符合")
    expect(phone.locator("#sync-words")).to_contain_text("6 条等待上传")

    # The phone is shut and opened again, still without a network: everything is there.
    phone.goto(address)
    expect(phone.locator("#place")).to_have_text("第 5 / 9 项")
    for number in range(5):
        answer(phone, "不适用" if number == 0 else "符合")
        if number == 0:
            phone.locator(".item:visible").get_by_label("说明").fill("没有有限空间")
        if number < 4:
            onward(phone)
    phone.locator("#sync").click()
    expect(phone.locator("#waiting li")).to_have_count(12)
    axe(phone)
    assert Capture.objects.count() == 0

    # The network is back: all of it is sent, once.
    phone.context.set_offline(False)
    phone.get_by_role("button", name="再试一次").click()
    expect(phone.locator("#sync-words")).to_have_text("已同步")
    expect(phone.locator("#waiting li")).to_have_count(0)
    assert (Capture.objects.count(), Capture.objects.filter(standing="current").count()) == (11, 9)
    assert "far" not in set(Capture.objects.values_list("place", flat=True))
    assert Capture.objects.filter(place="near").count() >= 5  # an answer given before the first fix has none
    assert Photo.objects.get().place == "near"

    # Handed in on the phone, read and signed by all three.
    phone.get_by_role("button", name="继续检查").click()
    phone.get_by_role("link", name="查看并提交记录").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("有 1 项不符合")
    axe(phone)
    phone.get_by_role("button", name="提交记录").click()
    phone.get_by_role("button", name="看过，签字").click()
    axe(phone)
    other, firm = visit(**PHONE), visit(**PHONE)
    for page, email in ((other, emails[1]), (firm, demo("enterprise"))):
        sign_in(page, email, address)
        page.get_by_role("button", name="看过，签字").click()
    expect(firm.locator(".lead")).to_contain_text("已签字")
    expect(firm.get_by_text("记录和签名时一字不差")).to_be_visible()

    # The danger is given to the firm, put right, verified and closed.
    case = f"/desk/cases/{Finding.objects.get().case.number}"
    desk.goto(case)
    desk.get_by_label("整改责任单位（统一社会信用代码）").fill(ENTERPRISE)
    desk.get_by_role("button", name="派单").click()
    firm.goto(case)
    firm.get_by_label("整改措施").fill("更换阀门。")
    firm.get_by_label("整改后照片").set_input_files(picture)
    firm.get_by_role("button", name="提交整改").click()
    phone.goto(case)
    phone.locator("details", has_text="复查通过").get_by_label("理由").first.fill("阀门开关灵活。")
    phone.get_by_role("button", name="复查通过").first.click()
    expect(phone.locator(".lead")).to_contain_text("待销号")
    desk.goto(case)
    desk.locator("details", has_text="销号").get_by_label("理由").first.fill("同意销号。")
    desk.get_by_role("button", name="销号").first.click()
    expect(desk.locator(".lead")).to_contain_text("已销号")
    complaints.heard = [one for one in complaints.heard if NO_NETWORK not in one]
