"""No page of any kind has a fault that axe knows, in either language, on either screen, by day or by night."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import every_kind
from tests.visitors import DESKTOP, PHONE, Complaints, Visit

pytestmark = pytest.mark.usefixtures("city")
# Each language, screen and light is met. Console errors and broken policies fail the test by themselves.
VISITORS = {
    "chinese-desktop": DESKTOP,
    "english-phone-dark": PHONE | {"locale": "en-GB", "color_scheme": "dark"},
}


@pytest.mark.parametrize("options", VISITORS.values(), ids=VISITORS)
def test_axe_finds_nothing(
    visit: Visit, complaints: Complaints, axe: Callable[[Page], None], options: dict[str, Any]
) -> None:
    complaints.expected.add(404)
    page = visit(**options)
    for address in every_kind().values():
        page.goto(address)
        page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        axe(page)


def test_axe_finds_nothing_in_what_opens(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/")
    page.get_by_role("combobox").press_sequentially("青岛")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")

    axe(page)
