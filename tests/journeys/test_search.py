"""Somebody looks for something: by typing, by narrowing, by keys, and by a number."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.visitors import Complaints

pytestmark = pytest.mark.usefixtures("city")


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="查询全部内容")


def results(page: Page) -> Locator:
    return page.locator(".to-record")


def numbers_shown(page: Page) -> list[tuple[str, int]]:
    """Return the standards on the page as issuer and number: ("GB/T", 19001)."""
    found = [re.match(r"(\S+) (\d+)", text) for text in results(page).all_inner_texts()]
    return [(one[1], int(one[2])) for one in found if one]


def test_proposals_follow_the_typing_and_are_chosen_by_keys(page: Page) -> None:
    page.goto("/")
    proposals = page.get_by_role("option")

    box(page).press_sequentially("汉缆")
    expect(proposals.first).to_contain_text("汉缆")
    expect(box(page)).to_have_attribute("aria-expanded", "true")

    box(page).press("Escape")
    expect(proposals).to_have_count(0)
    expect(box(page)).to_have_value("汉缆")

    box(page).press("ArrowDown")
    expect(proposals.first).to_be_visible()
    box(page).press("ArrowDown")
    expect(proposals.first).to_have_attribute("aria-selected", "true")
    box(page).press("ArrowUp")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)

    box(page).press("ArrowDown")
    box(page).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("青岛汉缆股份有限公司")


def test_results_follow_the_typing_and_show_where_they_match(page: Page) -> None:
    page.goto("/search")
    box(page).press_sequentially("卓越绩效")

    expect(page.locator("#count")).to_have_text(re.compile(r"^\d+ 条结果"))
    expect(results(page).first.locator("mark")).to_have_text(["卓越绩效"])
    expect(page).to_have_url(re.compile(r"/search\?q=%E5%8D%93"))
    expect(page.get_by_role("status")).to_contain_text("条结果")  # also said to those who do not see it


def test_a_facet_narrows_and_its_count_was_right(page: Page) -> None:
    page.goto("/search?q=质量")
    level = page.get_by_role("group", name="标准级别")
    promised = level.locator("label", has_text="行业标准").locator(".r").inner_text()

    level.get_by_label("行业标准").check()

    expect(page.locator("#count")).to_have_text(f"{promised} 条结果")
    expect(page).to_have_url(re.compile("level=industry"))
    expect(level.get_by_label("行业标准")).to_be_focused()

    page.get_by_role("link", name="去掉 行业标准").click()
    expect(page).not_to_have_url(re.compile("level="))
    expect(page.locator("#count")).not_to_have_text(f"{promised} 条结果")


def test_results_are_sorted_and_leafed_through(page: Page) -> None:
    page.goto("/search?q=质量&kind=standard")
    page.get_by_role("link", name="按编号").click()
    expect(page.locator(".orders b")).to_have_text("按编号")
    numbers = numbers_shown(page)

    page.get_by_role("link", name="下一页").click()
    expect(page.locator("#count")).to_contain_text("第 2 页")
    numbers += numbers_shown(page)
    assert len(numbers) == 20
    assert numbers == sorted(numbers)

    page.go_back()
    expect(page.locator("#count")).not_to_contain_text("页")


def test_keys_lead_through_the_results(page: Page) -> None:
    page.goto("/search?q=质量")

    page.keyboard.press("j")
    expect(results(page).nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(results(page).nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(results(page).nth(0)).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#count")).to_contain_text("第 2 页")
    page.keyboard.press("p")
    expect(page.locator("#count")).not_to_contain_text("页")
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.press("j")  # a letter in the box is a letter
    expect(box(page)).to_have_value("j")


def test_letters_as_keys_can_be_switched_off(page: Page) -> None:
    page.goto("/search?q=质量")
    page.keyboard.press("?")
    page.get_by_label("使用单个字母的快捷键").uncheck()
    page.reload()

    page.keyboard.press("j")
    page.keyboard.press("/")

    expect(page.locator("body")).to_be_focused()


def test_nothing_found_says_what_to_do(page: Page) -> None:
    page.goto("/search?q=zzqqxxyy&kind=standard")
    expect(page.get_by_role("heading", level=2)).to_have_text("没有找到“zzqqxxyy”")

    page.get_by_role("link", name="去掉全部筛选再查").click()
    page.get_by_role("link", name="打电话或上门：质量服务地点").click()
    expect(results(page).first).to_be_visible()


def test_a_number_sent_with_enter_opens_its_page(page: Page) -> None:
    page.goto("/")
    box(page).fill("gbt19580-2012")
    box(page).press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("卓越绩效评价准则"))
    expect(page).to_have_url(re.compile("/standards/GB/T_19580-2012$"))


def test_without_a_connection_the_words_stay_and_can_be_sent_again(page: Page, complaints: Complaints) -> None:
    page.goto("/search?q=质量")
    page.route("**/search?*", lambda route: route.abort())
    box(page).fill("环境")
    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text("没有连上")
    expect(box(page)).to_have_value("环境")

    page.unroute("**/search?*")
    trouble.get_by_role("button", name="再试一次").click()
    expect(trouble).to_be_hidden()
    expect(results(page).first).to_contain_text("环境")
    complaints.heard.clear()  # the browser notes the broken connection in its console
