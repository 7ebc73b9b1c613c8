"""A city officer protects the account with a second step, imports a file on the web, and finds the change."""

import csv
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from pinzhi.records.accounts.demo import PASSWORD
from pinzhi.records.catalog.search.follow import follow_once
from tests.journeys.pages import ENTERPRISE

OFFICER = "city-officer@demo.pinzhi.example"
STEP_S = 30  # how long a code of an authenticator lasts
ROWS = f"""code,name,short_names,established_on
{ENTERPRISE},青岛澄海精工有限公司,澄海精工;澄海;齿轮人家,2008-05-12
91370200MA0000023D,青岛海月有限公司,,2016-02-30
"""


def code_of(secret: str, *, steps_ahead: int = 0) -> str:
    """Return what an authenticator shows; a code counts once, the next one is accepted a little early."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // STEP_S + steps_ahead)))


def send(page: Page) -> None:
    page.locator("main form.fields .btn.p").click()


def sign_in(page: Page) -> None:
    page.goto("/desk/import")
    page.get_by_label("邮箱").fill(OFFICER)
    page.get_by_label("密码").fill(PASSWORD)
    send(page)
    expect(page.get_by_label("密码")).to_have_count(0)


@pytest.mark.usefixtures("city")
def test_a_second_step_is_switched_on_and_asked_for(page: Page, axe: Callable[[Page], None]) -> None:
    sign_in(page)
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_label("密码").fill(PASSWORD)  # asked again before the way of signing in is changed
    send(page)
    secret = page.locator("#totp_secret").inner_text().strip()
    axe(page)
    page.locator("[name=code]").fill(code_of(secret))
    send(page)
    expect(page.locator(".codes")).to_be_visible()  # recovery codes, for the day the phone is lost

    page.get_by_role("button", name="退出登录").click()
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("第二道验证")
    axe(page)
    page.locator("[name=code]").fill(code_of(secret, steps_ahead=1))
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("导入")


@pytest.mark.usefixtures("changing_city")
def test_a_file_is_previewed_imported_corrected_and_found(
    page: Page, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    sign_in(page)
    axe(page)
    upload(page, ROWS)
    expect(page.get_by_role("heading", level=1)).to_have_text("会有什么变化")
    expect(page.get_by_role("region", name=ENTERPRISE)).to_contain_text("齿轮人家")
    expect(page.get_by_role("region", name="1 行有错，不会导入")).to_contain_text("2016-02-30")
    axe(page)

    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("导入结果")
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载被拒的行").click()
    rejects = tmp_path / "rejects.csv"
    download.value.save_as(rejects)
    with rejects.open(encoding="utf-8-sig") as lines:
        (refused,) = csv.DictReader(lines)
    assert (refused["name"], refused["_field"]) == ("青岛海月有限公司", "established_on")

    upload(page, rejects.read_text("utf-8-sig").replace("2016-02-30", "2016-02-29"))
    expect(page.get_by_role("region", name="91370200MA0000023D")).to_contain_text("新增")
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("导入结果")

    follow_once()  # in service a process of its own does this within a second
    for words, name in (("齿轮人家", "青岛澄海精工有限公司"), ("青岛海月", "青岛海月有限公司")):
        page.goto(f"/search?q={words}")
        expect(page.locator(".to-record").first).to_contain_text(name)


def upload(page: Page, text: str) -> None:
    page.goto("/desk/import")
    page.get_by_label("内容", exact=True).select_option("organisations")
    page.get_by_label("文件", exact=True).set_input_files(
        {"name": "企业.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    send(page)
