"""A citizen looks up how the mayor's award is judged, and who won it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.visitors import PHONE, Visit, sideways_scroll

pytestmark = pytest.mark.usefixtures("city")
DEVICES: list[dict[str, Any]] = [
    {},
    PHONE,
    {"viewport": {"width": 320, "height": 700}},
    {"locale": "en-GB"},
    {"java_script_enabled": False},
]


@pytest.mark.parametrize("device", DEVICES, ids=["desktop", "phone", "narrow", "english", "plain"])
def test_how_the_award_is_judged(visit: Visit, axe: Callable[[Page], None], device: dict[str, Any]) -> None:
    page = visit(**device)
    page.goto("/awards")
    if device.get("java_script_enabled", True):
        axe(page)
    page.locator('main a[href="/awards/mayor/8"]').click()

    expect(page.locator(".path li")).to_have_count(12)
    expect(page.locator(".crit dt")).to_have_count(7)
    page.locator("main details summary").first.click()
    expect(page.locator("main table.t").first.locator("tbody tr")).to_have_count(17)
    if device.get("java_script_enabled", True):
        assert sideways_scroll(page) == 0
        axe(page)


def test_a_number_of_winners_leads_to_their_names(page: Page) -> None:
    page.goto("/awards/mayor/8")
    page.locator("#h-won .tn").click()

    expect(page).to_have_url("/tables/mayor-award")
