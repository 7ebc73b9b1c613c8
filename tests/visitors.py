"""Visitors who drive a real headless browser against the running site, and what no page may do before them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tests.browser import chromium

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 1}
PATIENCE_MS = 10_000
Visit = Callable[..., Page]


@dataclass
class Complaints:
    """What pages complained of: console errors (a broken security policy is one), uncaught errors, server errors."""

    heard: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)  # HTTP statuses a test asks for on purpose

    def listen(self, page: Page) -> None:
        """Note from now on whatever this page complains of."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"uncaught: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        asked_for = any(f"status of {status} " in message.text for status in self.expected)
        if message.type in ("error", "warning") and not asked_for:
            self.heard.append(f"console {message.type}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.heard.append(f"{response.status}: {response.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the browser once."""
    found = chromium()
    with sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=found.executable, env=dict(found.environment), args=list(found.flags)
        )
        yield started
        started.close()


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Collect complaints; a test passes only when there is none left at its end."""
    collected = Complaints()
    yield collected
    assert collected.heard == []


@pytest.fixture
def visit(browser: Browser, live_server: Any, complaints: Complaints) -> Iterator[Visit]:
    """Return a function that opens a page for a new visitor; its arguments are those of a browser context."""
    contexts: list[BrowserContext] = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**({"base_url": live_server.url, "locale": "zh-CN"} | DESKTOP | options))
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        opened = context.new_page()
        complaints.listen(opened)
        return opened

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(visit: Visit) -> Page:
    """Return a page on a desktop screen."""
    return visit()


@pytest.fixture
def phone(visit: Visit) -> Page:
    """Return a page on a phone."""
    return visit(**PHONE)


@pytest.fixture
def plain_page(visit: Visit) -> Page:
    """Return a page whose visitor has no JavaScript."""
    return visit(java_script_enabled=False)


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Return a check that fails with the list of what axe finds on a page."""
    checker = Axe()

    def find_nothing(page: Page) -> None:
        found = checker.run(page).response["violations"]
        assert [_in_short(violation) for violation in found] == []

    return find_nothing


def _in_short(violation: dict[str, Any]) -> str:
    places = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:5])
    return f"{violation['id']} ({violation['impact']}): {places}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, so that `-m "not browser"` leaves it out."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def sideways_scroll(page: Page) -> int:
    """Return by how many pixels the page is wider than its window; 0 is what people may expect."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
