"""A visitor from abroad: English on one click, on every page, and back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import ENTERPRISE, every_kind
from tests.visitors import Complaints, Visit

pytestmark = pytest.mark.usefixtures("city")
# Text and labels with Chinese characters in them that no element declares to be Chinese.
UNDECLARED = r"""() => {
    const han = /\p{Script=Han}/u, found = [];
    const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const { parentElement: home, data } = texts.currentNode;
        if (han.test(data) && !home.closest("[lang]").lang.startsWith("zh")) found.push(data.trim());
    }
    for (const name of ["aria-label", "alt", "title", "placeholder"]) {
        for (const one of document.querySelectorAll(`[${name}]`)) {
            const text = one.getAttribute(name);
            if (han.test(text) && !one.closest("[lang]").lang.startsWith("zh")) found.push(`${name}: ${text}`);
        }
    }
    return found;
}"""


def test_the_language_is_switched_where_one_is_and_stays(page: Page) -> None:
    page.goto(f"/organisations/{ENTERPRISE}")
    page.get_by_role("link", name="English").click()

    expect(page).to_have_url(re.compile(f"/organisations/{ENTERPRISE}$"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Qingdao Chenghai Precision")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Standards").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")

    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page).to_have_url(re.compile("kind=standard"))


def test_the_switch_follows_a_search_that_changed_while_typing(page: Page) -> None:
    page.goto("/search")
    page.get_by_role("combobox").press_sequentially("cable")
    expect(page).to_have_url(re.compile("q=cable"))
    expect(page.locator(".to-record").first).to_be_visible()

    page.get_by_role("link", name="English").click()

    expect(page).to_have_url(re.compile("q=cable"))
    expect(page.locator("#count")).to_have_text(re.compile("result"))


def test_english_pages_hold_no_chinese_that_is_not_declared(visit: Visit, complaints: Complaints) -> None:
    complaints.expected.add(404)
    page = visit(locale="en-GB")
    found = {}
    for kind, address in every_kind().items():
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        found[kind] = page.evaluate(UNDECLARED)

    assert {kind: texts for kind, texts in found.items() if texts} == {}
