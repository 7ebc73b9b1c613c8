"""From the draw to the danger put right: a checklist filled in without a network, synced, signed, followed up."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Page, expect

from pinzhi.engine.casework.published_draws import check
from pinzhi.records.accounts.demo import MAIL_DOMAIN
from pinzhi.records.accounts.demo import PASSWORD as DEMO_PASSWORD
from pinzhi.records.inspections.actions.recording import hand_in
from pinzhi.records.inspections.models import Capture, Finding, Inspection, Photo
from tests.build import PASSWORD, TODAY, give_role, make_user
from tests.journeys.pages import ENTERPRISE
from tests.records.casework.build import PNG
from tests.records.inspections.build import Cast, at
from tests.records.inspections.test_field import ITEMS, said, send
from tests.visitors import PHONE, Complaints, Visit, sideways_scroll

pytestmark = pytest.mark.usefixtures("changing_city")
SITE = {"latitude": 36.2402, "longitude": 120.2410, "accuracy": 6}
OUTSIDE = PHONE | {"geolocation": SITE, "permissions": ["geolocation"]}
NO_NETWORK = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
WORDS = "阀门锈死"
# Everything of inspections that a device holds: how many rows, what can be read in them, which pages.
DEVICE = """async () => {
  const done = (asked) => new Promise((tell) => { asked.onsuccess = () => tell(asked.result); });
  const held = await done(indexedDB.open("pinzhi-field")), rows = [], pages = [];
  for (const name of held.objectStoreNames) {
    rows.push(...await done(held.transaction(name).objectStore(name).getAll()));
  }
  held.close();
  const text = JSON.stringify(rows) + await Promise.all(rows.map((row) => row.box.text()));
  for (const name of await caches.keys()) {
    for (const one of await (await caches.open(name)).keys()) pages.push(new URL(one.url).pathname);
  }
  return { rows: rows.length, text, pages: pages.filter((one) => one.startsWith("/desk")) };
}"""


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
    desk.get_by_role("button", name="发给名录里还没有收到的每一家").click()
    expect(desk.get_by_role("status")).to_contain_text("已发给 1 家")
    desk.get_by_text("公布一次抽取").click()
    axe(desk)
    desk.get_by_label("较大风险抽几家").fill("1")
    desk.get_by_role("button", name="封存名单，公布承诺").click()
    desk.get_by_role("button", name="公布种子并抽取").click()
    expect(desk.get_by_role("status")).to_contain_text("已抽取")
    desk.goto("/draws/risk-2024-1")
    expect(desk.get_by_text("重新抽一次，结果完全相同。")).to_be_visible()
    axe(desk)
    file = desk.request.get("/draws/risk-2024-1.json").json()
    assert [one.holds for one in check(file)] == [True] * 3  # what anybody finds who makes the draw again
    return Inspection.objects.get()


def receive(firm: Page, axe: Callable[[Page], None]) -> None:
    """Sign for the notice of responsibility, as the enterprise."""
    sign_in(firm, demo("enterprise"), "/desk/inspections")
    axe(firm)
    firm.get_by_role("link", name="去签收").click()
    firm.get_by_label("签收人").fill("周建国")
    firm.get_by_role("button", name="签收").click()
    expect(firm.locator(".lead")).to_contain_text("待自查")


def device(page: Page) -> dict[str, Any]:
    return cast(dict[str, Any], page.evaluate(DEVICE))


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
    desk, firm = visit(), visit(**PHONE)
    inspection = draw(desk, axe)
    receive(firm, axe)
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
    phone.locator(".item:visible").get_by_label("说明").fill(WORDS)
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
    kept = device(phone)
    assert (Capture.objects.count(), kept["rows"], kept["pages"]) == (0, 12, [address])
    assert WORDS not in kept["text"]  # sealed: nobody reads it without the page

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
    kept = device(phone)
    assert (kept["rows"], kept["pages"]) == (0, [])
    other = visit(**PHONE)
    sign_in(other, emails[1], address)
    firm.goto(address)
    for page in (other, firm):
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
    complaints.heard = [one for one in complaints.heard if not any(words in one for words in NO_NETWORK)]


def test_what_a_phone_keeps_is_sealed_until_the_same_account_sends_it(
    visit: Visit, complaints: Complaints, tmp_path: Path
) -> None:
    picture = tmp_path / "photo.png"
    picture.write_bytes(PNG)
    cast = Cast()
    inspection = cast.inspection()
    lead, second = (one.user.email for one in inspection.members.order_by("place") if one.user)
    address = f"/desk/inspections/{inspection.number}"

    # The lead records, nothing is sent, and signs out: no page is left, and no words can be read.
    phone = visit(**OUTSIDE)
    sign_in(phone, lead, address)
    phone.route("**/sync", lambda route: route.abort())
    expect(phone.locator("#sync-words")).to_have_text("已同步")
    answer(phone, "符合")
    phone.locator(".item:visible").get_by_label("说明").fill(WORDS)
    phone.locator("#sync").click()
    expect(phone.locator("#waiting li")).to_have_count(2)
    expect(phone.locator("#kept")).to_contain_text("没有网络也能打开")
    phone.goto("/desk/inspections")
    phone.get_by_role("button", name="退出登录").click()
    phone.wait_for_url("**/")
    kept = device(phone)
    assert (kept["rows"], kept["pages"], WORDS in kept["text"]) == (2, [], False)

    # A colleague on the same phone sees that something waits, and not what.
    sign_in(phone, second, address)
    expect(phone.locator("#notice")).to_contain_text("别的账号的记录")
    expect(phone.locator("textarea").first).to_have_value("")
    phone.goto("/desk/inspections")
    phone.get_by_role("button", name="退出登录").click()

    # The lead is back: it is sent. Meanwhile the colleague recorded something on his own phone, without a network.
    other = visit(**OUTSIDE)
    sign_in(other, second, address)
    expect(other.locator("#sync-words")).to_have_text("已同步")
    other.context.set_offline(True)
    onward(other)
    answer(other, "符合")
    phone.unroute("**/sync")
    sign_in(phone, lead, address)
    expect(phone.locator("#sync-words")).to_have_text("已同步")
    assert list(Capture.objects.values_list("note", flat=True)) == ["", WORDS]

    # A photo is cut off on its way: it stays on the phone and is sent again.
    complaints.expected.add(400)
    phone.route("**/photos", lambda route: route.continue_(post_data=b""), times=1)
    phone.locator(".item:visible").get_by_label("加照片").set_input_files(picture)
    expect(phone.locator("#notice")).to_contain_text("没有收到照片")
    assert Photo.objects.count() == 0
    phone.locator("#sync").click()
    phone.get_by_role("button", name="再试一次").click()
    expect(phone.locator("#sync-words")).to_have_text("已同步")
    assert Photo.objects.count() == 1

    # The record is handed in; what the colleague had is kept beside it, and his phone is empty.
    leader = cast.lead(inspection)
    send(leader, inspection, *[said(f"r-{item}", item) for item in ITEMS[1:]])
    hand_in(actor=leader, number=inspection.number, result="clean", visited_on=TODAY, when=at(5))
    other.context.set_offline(False)
    expect(other.get_by_role("heading", name="提交以后又收到 1 条")).to_be_visible()
    kept = device(other)
    assert (kept["rows"], kept["pages"]) == (0, [])
    complaints.heard = [one for one in complaints.heard if not any(words in one for words in NO_NETWORK)]
