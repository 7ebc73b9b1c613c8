"""Somebody on a phone, also a small one."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import every_kind
from tests.visitors import PHONE, Complaints, Visit, sideways_scroll

pytestmark = pytest.mark.usefixtures("city")
SMALL = PHONE | {"viewport": {"width": 320, "height": 640}}
SMALLEST_TARGET_PX = 44
# Controls lower than the target and not within running text, where the line gives the height.
LOW = """(least) => [...document.querySelectorAll("button, select, summary, input:not([type=hidden], [type=checkbox])"
    + ", label:has([type=checkbox]), nav a, .btn, .util a")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("form.search"))
    .map((one) => [one.getBoundingClientRect(), one])
    .filter(([box]) => box.width > 1 && box.height < least - 0.5)
    .map(([box, one]) => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 20)}: ${box.height}`)"""


def bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box
    return box["y"] + box["height"]


@pytest.mark.parametrize("screen", [PHONE, SMALL], ids=["390", "320"])
def test_the_first_screen_holds_the_search_and_the_notices(visit: Visit, screen: dict[str, Any]) -> None:
    page = visit(**screen)
    page.goto("/")

    height = screen["viewport"]["height"]
    assert bottom(page, "form.search") <= height
    assert bottom(page, ".beside .ls > li") <= height  # at least the first notice, whole


@pytest.mark.parametrize("script", [True, False], ids=["", "without-javascript"])
def test_the_menu_opens_and_leads_on(visit: Visit, script: bool) -> None:
    page = visit(java_script_enabled=script, **PHONE)
    page.goto("/")
    menu = page.get_by_role("navigation", name="菜单")
    expect(menu).to_be_hidden()

    page.get_by_text("菜单", exact=True).click()
    menu.get_by_role("link", name="机构").click()

    expect(page).to_have_url(re.compile("kind=institution"))
    expect(page.locator(".to-record").first).to_be_visible()


def test_filters_open_and_close_on_a_phone(phone: Page) -> None:
    phone.goto("/search?q=质量")
    level = phone.get_by_role("group", name="标准级别")
    expect(level).to_be_hidden()

    phone.get_by_role("link", name="筛选", exact=True).click()
    level.get_by_label("国家标准").check()
    expect(phone).to_have_url(re.compile("level=national"))
    phone.get_by_role("link", name="收起").click()

    expect(level).to_be_hidden()
    expect(phone.get_by_role("link", name="去掉 国家标准")).to_be_visible()


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_no_page_scrolls_sideways_and_all_controls_are_large(visit: Visit, complaints: Complaints, locale: str) -> None:
    complaints.expected.add(404)
    page = visit(**SMALL, locale=locale)
    too_wide, too_low = {}, {}
    for kind, address in every_kind().items():
        page.goto(address)
        too_wide[kind] = sideways_scroll(page)
        too_low[kind] = page.evaluate(LOW, SMALLEST_TARGET_PX)

    assert {kind: width for kind, width in too_wide.items() if width} == {}
    assert {kind: low for kind, low in too_low.items() if low} == {}
