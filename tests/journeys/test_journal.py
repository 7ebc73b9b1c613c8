"""Somebody downloads the proof of a line, brings it back, and has it checked; nothing on these pages troubles axe."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.records.journal.build import guard, run, seal_at, unguard, write_lines


@pytest.fixture
def sealed_city(city: None) -> Iterator[None]:
    """Let some lines be sealed; they are taken away again, which the triggers would refuse."""
    write_lines(25)
    seal_at(1)
    yield
    unguard()
    for table in ("journal_leaf", "journal_node", "journal_head"):
        run(f"DELETE FROM {table}")  # noqa: S608 (names of our tables)
    guard()


@pytest.mark.usefixtures("sealed_city")
@pytest.mark.parametrize("screen", ["page", "phone"])
def test_a_proof_goes_out_and_comes_back(
    screen: str, request: pytest.FixtureRequest, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    page: Page = request.getfixturevalue(screen)
    page.goto("/accounts/login/?next=/desk/journal")
    page.get_by_label("邮箱").fill("supervisor@demo.pinzhi.example")
    page.locator("input[name=password]").fill("quality-in-the-open-2024")
    page.locator("input[name=password]").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("审计记录")
    axe(page)
    with page.expect_download() as download:
        page.locator("table a[download]").first.click()
    file = tmp_path / "proof.json"
    download.value.save_as(file)

    page.goto("/journal")
    axe(page)
    page.get_by_label("证明文件").set_input_files(file)
    page.get_by_role("button", name="检验").click()

    expect(page.get_by_role("status")).to_contain_text("证明成立")
    axe(page)
    page.get_by_label("或者粘贴内容").fill(file.read_text().replace('"actor": "', '"actor": "9'))
    page.get_by_role("button", name="检验").click()
    expect(page.get_by_role("status")).to_contain_text("证明不成立")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
