"""Somebody whose browser runs no JavaScript does the same as everybody."""

import re

import pytest
from playwright.sync_api import Page, expect

from pinzhi.records.accounts.demo import PASSWORD

pytestmark = pytest.mark.usefixtures("city")


def test_search_facets_and_pages(plain_page: Page) -> None:
    plain_page.goto("/")
    plain_page.get_by_label("查询全部内容").fill("质量")
    plain_page.get_by_role("search").get_by_role("button", name="查询").click()
    expect(plain_page.locator("#count")).to_contain_text("条结果")

    plain_page.get_by_role("group", name="标准级别").get_by_label("国家标准").check()
    plain_page.get_by_role("button", name="按所选筛选").click()
    expect(plain_page).to_have_url(re.compile("level=national"))
    expect(plain_page.get_by_role("link", name="去掉 国家标准")).to_be_visible()

    plain_page.get_by_role("link", name="下一页").click()
    expect(plain_page.locator("#count")).to_contain_text("第 2 页")
    expect(plain_page.get_by_role("group", name="标准级别").get_by_label("国家标准")).to_be_checked()

    plain_page.locator(".to-record").first.click()
    expect(plain_page.get_by_role("heading", level=1)).to_be_visible()


def test_a_number_leads_to_its_page_and_its_chain_is_a_table(plain_page: Page) -> None:
    plain_page.goto("/")
    plain_page.get_by_label("查询全部内容").fill("GB/T 19001-2008")
    plain_page.get_by_label("查询全部内容").press("Enter")
    plain_page.get_by_text("看表格").click()

    plain_page.get_by_role("row").get_by_role("link", name="GB/T 19001—2016").click()
    expect(plain_page.locator(".head .st")).to_have_text("现行")
    expect(plain_page.get_by_role("button", name="复制")).to_have_count(0)  # no button that would do nothing


def test_language_and_type_size(plain_page: Page) -> None:
    plain_page.goto("/search?q=质量")
    plain_page.get_by_role("link", name="English").click()
    plain_page.get_by_role("link", name="Large type").click()

    expect(plain_page.locator("html.large")).to_be_attached()
    expect(plain_page.locator("html")).to_have_attribute("lang", "en")
    expect(plain_page).to_have_url(re.compile(r"/search\?q="))


def test_signing_in_leads_where_one_was_going(plain_page: Page) -> None:
    plain_page.goto("/desk/import")
    plain_page.get_by_label("邮箱").fill("city-officer@demo.pinzhi.example")
    plain_page.get_by_label("密码").fill(PASSWORD)
    plain_page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()

    expect(plain_page.get_by_role("heading", level=1)).to_have_text("导入")
