"""From a sentence through the drawer to the records; a false sentence is never signed; signed by another; corrected."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pinzhi.records.accounts.demo import MAIL_DOMAIN, PASSWORD
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.catalog.models import Honour
from pinzhi.records.clock import moment
from pinzhi.records.publishing.demo.bulletins import load_bulletins
from pinzhi.records.publishing.models import Bulletin
from tests.visitors import PHONE, Complaints, Visit, sideways_scroll

pytestmark = pytest.mark.usefixtures("changing_city")
DRAFT = "/desk/bulletins/2024-mayor-award-history"


@pytest.fixture(autouse=True)
def _bulletins(changing_city: None) -> None:
    load_bulletins()


def sign_in(page: Page, role: str, address: str) -> None:
    page.goto(address)
    page.locator("[name=login]").fill(f"{role}@{MAIL_DOMAIN}")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("[name=password]")).to_have_count(0)


def test_from_a_sentence_through_the_drawer_to_the_records(
    visit: Visit, complaints: Complaints, axe: Callable[[Page], None]
) -> None:
    page = visit(viewport={"width": 1440, "height": 900})
    page.goto("/bulletins")
    axe(page)
    page.locator(".ls h2 a[href='/bulletins/2023-quality-year']").click()
    number = page.locator(".art .tn[data-f=A21]").first
    expect(number).to_have_attribute("aria-expanded", "false")
    axe(page)

    number.focus()
    page.keyboard.press("Enter")

    expect(page.locator("#drawer h2")).to_be_focused()
    expect(page.locator("#drawer")).to_contain_text("今天重算，与文中一致")
    expect(page).to_have_url("/bulletins/2023-quality-year/figures/A21")
    expect(number).to_have_attribute("aria-expanded", "true")
    axe(page)
    page.keyboard.press("Escape")
    expect(number).to_be_focused()
    expect(page.locator("#drawer")).not_to_be_visible()
    expect(page).to_have_url("/bulletins/2023-quality-year")
    page.go_back()
    expect(page.locator("#drawer h2")).to_contain_text("54")
    page.locator("#drawer .recs a").last.click()
    expect(page).to_have_url("/figures/A21/records?on=2023-12-31")
    expect(page.get_by_role("table").first).to_be_visible()


def test_on_a_phone_and_without_scripts_the_drawer_is_a_page(
    visit: Visit, complaints: Complaints, axe: Callable[[Page], None]
) -> None:
    page = visit(**PHONE, java_script_enabled=False)
    page.goto("/bulletins/2023-quality-year")
    assert sideways_scroll(page) == 0

    page.locator(".art .tn[data-f=A21]").first.click()

    expect(page).to_have_url("/bulletins/2023-quality-year/figures/A21")
    expect(page.locator("#drawer h2")).to_contain_text("54")
    expect(page.locator(".art")).not_to_be_visible()
    assert sideways_scroll(page) == 0
    page.get_by_role("link", name="回到文章").click()
    expect(page.locator(".art")).to_be_visible()


def test_a_false_sentence_is_marked_and_a_true_one_signed_by_another(
    visit: Visit, complaints: Complaints, axe: Callable[[Page], None]
) -> None:
    editor, chair = visit(), visit()
    sign_in(editor, "city-officer", DRAFT)
    expect(editor.locator(".preview .false").first).to_contain_text("得过中国质量奖的有3个")
    expect(editor.locator(".preview .why").first).to_contain_text("A12 文中写“3”，记录得 1，多 2")
    axe(editor)
    for language, words in (("zh", "得过市长质量奖的有[[A21|54]]个。"), ("en", "In all [[A21|54]] recipients.")):
        editor.locator(f"#id_body_{language}").fill(words)
    expect(editor.locator("#preview")).to_contain_text("每一处都和记录相符")
    expect(editor.locator(".preview .false")).to_have_count(0)
    editor.locator("#id_title_zh").fill("得奖的[[A21|53]]个")
    expect(editor.locator(".preview .headline .false")).to_contain_text("得奖的53个")
    editor.locator("#id_title_zh").fill("得奖的[[A21|54]]个")
    expect(editor.locator("#preview")).to_contain_text("每一处都和记录相符")
    expect(editor.locator("#sheets img")).to_have_count(1)
    editor.get_by_role("button", name="保存").click()
    editor.get_by_role("button", name="送审").click()
    expect(editor.locator(".lead").first).to_contain_text("等待审核")
    expect(editor.get_by_role("button", name="审核通过")).to_have_count(0)

    sign_in(chair, "chair", DRAFT)
    chair.get_by_role("button", name="审核通过").click()
    chair.get_by_role("button", name="签发并发布").click()

    expect(chair.locator(".lead").first).to_contain_text("已发布")
    axe(chair)
    chair.get_by_role("link", name="看发布的页面").click()
    expect(chair.locator(".art .tn")).to_have_text("54")


def test_a_number_that_changed_is_said_and_corrected_in_the_open(visit: Visit, complaints: Complaints) -> None:
    honour = Honour.objects.filter(scheme="mayor", state="announced").order_by("code")[0]
    record_change(
        actor=SYSTEM, kind="honour", key=honour.code, values={"state": "revoked"}, valid_from=honour.awarded_on,
        now=moment().at,
    )  # fmt: skip
    reader, chair = visit(), visit()
    reader.goto("/bulletins/2023-quality-year")
    expect(reader.locator(".tail")).to_contain_text("文中 54，今天重算 53")
    expect(reader.locator(".art .tn[data-f=A21]").first).to_have_text("54")

    sign_in(chair, "chair", "/desk/bulletins/2023-quality-year")
    form = chair.locator("details.aside", has=chair.locator("summary", has_text="更正一个数字"))
    form.locator("summary").click()
    form.get_by_label("哪个数字").select_option("A21@2023-12-31")
    form.get_by_label("理由", exact=True).fill("一家获奖单位的称号被撤销。")
    form.get_by_role("button", name="更正一个数字").click()
    expect(chair.locator(".said")).to_contain_text("更正已发布")

    reader.reload()
    expect(reader.locator(".told").first).to_contain_text("更正：“54”（A21）改为“53”。一家获奖单位的称号被撤销。")
    expect(reader.locator(".art .tn[data-f=A21] del").first).to_have_text("54")
    expect(reader.locator(".art .tn[data-f=A21] ins").first).to_have_text("53")
    assert Bulletin.objects.get(slug="2023-quality-year").publication.errata.count() == 1
