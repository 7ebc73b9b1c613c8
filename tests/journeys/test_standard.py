"""Somebody holds an old standard: which one is in force, who works by it, who wrote it, and all that as a file."""

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.usefixtures("city")
IN_FORCE = "/standards/GB/T_19001-2016"


def rows_of_file(page: Page, address: str) -> list[dict[str, str]]:
    answer = page.request.get(address)
    assert answer.ok
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig"))))


def test_the_chain_leads_from_a_replaced_edition_to_the_one_in_force(page: Page) -> None:
    page.goto("/search?q=GB/T 19001-2008")
    page.locator(".to-record").first.click()
    expect(page.locator(".head .st")).to_have_text("被代替")
    expect(page.locator(".notice")).to_contain_text("现在用的是")

    page.locator(".notice").get_by_role("link", name="GB/T 19001—2016").click()
    expect(page).to_have_url(re.compile(f"{IN_FORCE}$"))
    expect(page.locator(".head .st")).to_have_text("现行")
    expect(page.locator(".notice")).to_have_count(0)

    page.get_by_text("看表格").click()
    editions = page.get_by_role("region", name="替代关系").get_by_role("row")
    expect(editions.filter(has_text="被代替")).to_have_count(5)
    page.locator("svg.chain").locator("visible=true").get_by_text("GB/T 10300.2—1988").click()  # the first of the chain
    expect(page.get_by_role("heading", level=1)).to_contain_text("质量体系")


def test_a_standard_replaced_by_several_names_the_nearest(page: Page) -> None:
    page.goto("/standards/GB_8898-2011")

    expect(page.locator(".notice").get_by_role("link", name="GB 4943.1—2022")).to_be_visible()


def test_who_is_certified_by_it_and_the_records_behind_the_number(page: Page) -> None:
    page.goto(IN_FORCE)
    number = page.get_by_role("region", name="谁通过了认证").get_by_role("link", name=re.compile("张有效证书.*看来历"))
    count = int(number.inner_text())

    number.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("有效证书")
    expect(page.locator("tbody tr")).to_have_count(count)
    page.get_by_role("link", name="99021Q00018R4M").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("99021Q00018R4M")


def test_who_wrote_it(page: Page) -> None:
    page.goto("/standards/JB/T_00001-2022")
    local = page.get_by_role("region", name="青岛谁参与了起草")
    expect(local.locator("tbody tr").first).to_contain_text("主导")

    local.get_by_text("全部 8 个起草单位").click()
    expect(local.locator(".drafters li")).to_have_count(8)
    local.locator("tbody").get_by_role("link", name="青岛澄海精工有限公司").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("青岛澄海精工有限公司")


def test_the_page_and_its_tables_are_files_too(page: Page) -> None:
    page.goto(IN_FORCE)

    whole = page.request.get(f"{IN_FORCE}.json").json()
    editions = rows_of_file(page, f"{IN_FORCE}.csv?table=editions")

    assert whole["key"] == "GB/T 19001-2016"
    assert whole["state"]["code"] == "current"
    assert len(editions) == len(whole["editions"]) == 6


def test_a_table_says_the_same_on_its_page_and_in_its_files(page: Page) -> None:
    page.goto("/tables/certificates")
    shown = int(re.sub(r"\D", "", page.locator(".tally .big").inner_text()))

    lines = rows_of_file(page, "/tables/certificates.csv")
    whole = page.request.get("/tables/certificates.json").json()

    assert len(lines) == len(whole["rows"]) == shown
    assert page.request.get("/tables/certificates.xlsx").body()[:2] == b"PK"

    page.get_by_label("看另一天").fill("2021-06-30")
    page.get_by_role("button", name="按这一天数").click()
    expect(page).to_have_url(re.compile("on=2021-06-30"))
    then = int(re.sub(r"\D", "", page.locator(".tally .big").inner_text()))
    assert 0 < then < shown
