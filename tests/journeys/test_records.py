"""Somebody goes from an enterprise to its certificate and on; and to a laboratory, a place, a notice and a product."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import ENTERPRISE, INSTITUTION

pytestmark = pytest.mark.usefixtures("city")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def test_from_an_enterprise_to_its_certificate_its_issuer_and_its_standard(page: Page) -> None:
    page.goto(f"/organisations/{ENTERPRISE}")
    heading(page, "青岛澄海精工有限公司")
    expect(page.locator("main")).to_contain_text(ENTERPRISE)

    page.get_by_role("region", name="证书与有效期").get_by_role("link", name="质量管理体系", exact=True).click()
    expect(page.locator(".verdict")).to_contain_text("还有 73 天")
    certificate = page.url

    page.get_by_role("region", name="证书写着什么").get_by_role("link", name="青岛示例认证中心有限公司").click()
    heading(page, "青岛示例认证中心有限公司")

    page.goto(certificate)
    page.get_by_role("region", name="证书写着什么").get_by_role("link", name="GB/T 19001—2016").click()
    heading(page, "质量管理体系")


def test_a_certificate_that_ran_out_says_so_first(page: Page) -> None:
    page.goto("/search")
    page.get_by_role("combobox").fill("99021S00018R2M")
    page.get_by_role("combobox").press("Enter")

    heading(page, "99021S00018R2M")
    expect(page.locator(".head .st")).to_have_text("过期")
    expect(page.locator(".verdict")).to_contain_text("过期")


def test_a_laboratory_says_what_it_may_test(page: Page) -> None:
    page.goto(f"/institutions/{INSTITUTION}")
    able = page.get_by_role("region", name="能做什么")
    everything = able.locator("tbody tr")
    expect(everything).to_have_count(22)

    able.get_by_label("项目或标准编号").fill("生活饮用水")
    able.get_by_role("button", name="筛选").click()
    expect(everything).to_have_count(3)
    able.get_by_role("link", name="GB 5749—2022").first.click()
    heading(page, "生活饮用水卫生标准")
    expect(page.get_by_role("region", name="哪些机构能做")).to_contain_text("青岛澄海检验检测中心")


def test_a_place_says_when_and_where_and_what_is_near(page: Page) -> None:
    page.goto("/")
    page.get_by_role("region", name="在你身边").get_by_role("link", name=re.compile("李沧区")).click()
    page.get_by_role("link", name="李沧区质量服务中心（演示）").first.click()
    heading(page, "李沧区质量服务中心")

    expect(page.get_by_role("region", name="怎么去")).to_contain_text("周一至周六")
    expect(page.get_by_role("link", name="0532-00000201")).to_have_attribute("href", "tel:0532-00000201")
    expect(page.get_by_role("region", name="附近还有").locator("tbody tr")).not_to_have_count(0)


def test_a_call_says_how_long_it_is_open(page: Page) -> None:
    page.goto("/")
    page.get_by_role("region", name="正在征集").get_by_role("link", name="第八届青岛市市长质量奖申报").click()

    heading(page, "第八届青岛市市长质量奖申报")
    expect(page.locator(".deadline")).to_contain_text("2024 年 1 月 31 日")
    expect(page.locator(".deadline")).to_contain_text("还有 27 天")


def test_a_product_names_its_certificate_and_its_maker(page: Page) -> None:
    page.goto(f"/organisations/{ENTERPRISE}")
    page.get_by_role("region", name="产品和服务").get_by_role("link", name="精密减速机").click()
    heading(page, "精密减速机")

    page.get_by_role("region", name="这个产品的证书").get_by_role("link", name="自愿性产品认证").click()
    heading(page, "990-VP-2023-00018")
    page.get_by_role("region", name="证书写着什么").get_by_role("link", name="青岛澄海精工有限公司").click()
    heading(page, "青岛澄海精工有限公司")


def test_a_figure_on_the_front_page_is_the_number_of_its_records(page: Page) -> None:
    page.goto("/")
    figures = page.get_by_role("region", name="城市的数字").locator("a.tn")
    shown = {
        str(one.get_attribute("href")): int(one.inner_text().replace(",", ""))
        for one in figures.all()
        if re.fullmatch(r"[\d,]+", one.inner_text())
    }
    assert len(shown) >= 7

    for address, number in shown.items():
        page.goto(f"{address}/records")
        assert int(re.sub(r"\D", "", page.locator(".tally .big").inner_text())) == number, address
