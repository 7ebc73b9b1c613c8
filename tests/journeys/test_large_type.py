"""Somebody who sees poorly: 大字 on one click, kept, and nothing runs off the screen."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import every_kind
from tests.visitors import PHONE, Complaints, Visit, sideways_scroll

pytestmark = pytest.mark.usefixtures("city")
FOUR_TIMES = {"viewport": {"width": 320, "height": 225}, "device_scale_factor": 4}  # a desktop screen at 400 %


def root_size(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).fontSize"))


def test_large_type_is_remembered_until_it_is_switched_off(page: Page) -> None:
    page.goto("/search?q=质量")
    assert root_size(page) == "16px"

    page.get_by_role("link", name="大字").click()
    expect(page).to_have_url(re.compile(r"/search\?q="))
    expect(page.locator("html.large")).to_be_attached()
    assert root_size(page) == "20px"

    page.goto("/standards/GB/T_19001-2016")
    expect(page.locator("html.large")).to_be_attached()

    page.get_by_role("link", name="标准字号").click()
    expect(page.locator("html:not(.large)")).to_be_attached()
    assert root_size(page) == "16px"


@pytest.mark.parametrize("screen", [FOUR_TIMES, PHONE], ids=["400-percent", "phone"])
def test_nothing_runs_off_the_screen(visit: Visit, complaints: Complaints, screen: dict[str, Any]) -> None:
    complaints.expected.add(404)
    page = visit(**screen)
    page.goto("/type/large?next=/")
    too_wide = {}
    for kind, address in every_kind().items():
        page.goto(address)
        expect(page.locator("html.large")).to_be_attached()
        too_wide[kind] = sideways_scroll(page)

    assert {kind: width for kind, width in too_wide.items() if width} == {}
