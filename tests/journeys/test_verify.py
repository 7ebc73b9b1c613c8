"""Anybody checks a certificate: by number, code, file, picture or text, on a desktop, on a phone, without scripts."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect

from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.attestation.actions.issuing import attest
from pinzhi.records.attestation.models import Credential
from pinzhi.records.attestation.printing import certificate_pdf, code_link
from pinzhi.records.catalog.models import Certificate
from tests.build_attestation import WHEN, make_statement
from tests.visitors import Complaints, Visit, sideways_scroll

NUMBER = "99021Q00018R4M"
HOLDER = "青岛澄海精工有限公司"
pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def made(live_server: Any, settings: Any) -> Credential:
    settings.ADDRESS = live_server.url
    return attest(actor=SYSTEM, statement=make_statement(kind="certificate", key=NUMBER, number=NUMBER), when=WHEN)


def _file(tmp_path: Path, name: str, content: bytes) -> Path:
    file = tmp_path / name
    file.write_bytes(content)
    return file


def _present(page: Page, file: Path) -> None:
    page.goto("/verify")
    page.get_by_text("有证书文件、照片，或只有一段文字").click()
    page.get_by_label("文件或照片").set_input_files(file)
    page.get_by_role("button", name="查验这一份").click()


def _result(page: Page) -> str:
    return page.locator(".finding .word").inner_text()


def test_a_number_is_checked_from_the_home_page(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/")
    page.get_by_role("link", name="查验证书").click()
    page.get_by_label("证书编号").fill(NUMBER)
    page.get_by_role("button", name="查验", exact=True).click()

    expect(page).to_have_url(re.compile(f"/verify/{NUMBER}$"))
    assert _result(page) == "有效"
    expect(page.locator(".finding")).to_contain_text("2024-01-04")
    axe(page)


def test_the_code_of_a_certificate_opens_its_result_on_a_phone(
    phone: Page, made: Credential, axe: Callable[[Page], None]
) -> None:
    phone.goto(code_link(made))

    expect(phone.locator(".finding .word")).to_have_text("有效")
    expect(phone.locator(".finding")).to_contain_text("青岛示例精工有限公司")
    phone.get_by_text("查了什么，没有查什么").click()
    expect(phone.locator(".looked li")).to_have_count(7)
    assert sideways_scroll(phone) == 0
    axe(phone)


def test_what_stands_behind_the_code_reaches_no_server_by_itself(phone: Page, made: Credential) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))

    phone.goto(code_link(made))
    expect(phone.locator(".finding .word")).to_be_visible()

    assert not any(made.compact in address for address in asked)


def test_without_scripts_the_page_of_a_code_says_what_to_do(plain_page: Page, made: Credential) -> None:
    plain_page.goto(code_link(made))

    expect(plain_page.get_by_text("请输入码下面印的编号，结果一样")).to_be_visible()
    plain_page.get_by_label("证书编号").fill(made.number)
    plain_page.get_by_role("button", name="查验", exact=True).click()
    assert _result(plain_page) == "有效"


def test_a_certificate_printed_and_photographed_verifies(page: Page, made: Credential, tmp_path: Path) -> None:
    """The sheet as PDF is rendered to pixels, photographed askew and out of focus, and sent as JPEG."""
    with pypdfium2.PdfDocument(certificate_pdf(made)) as document:
        sheet = document[0].render(scale=200 / 72).to_pil().convert("L")
    seen = sheet.rotate(11, expand=True, fillcolor=120, resample=Image.Resampling.BICUBIC)
    photograph = BytesIO()
    seen.filter(ImageFilter.GaussianBlur(1)).save(photograph, "JPEG", quality=60)

    _present(page, _file(tmp_path, "IMG_0001.jpg", photograph.getvalue()))

    assert _result(page) == "有效"
    expect(page.locator(".finding")).to_contain_text(NUMBER)


@pytest.mark.parametrize("form", ["pdf", "json"])
def test_the_files_of_a_certificate_verify(page: Page, made: Credential, tmp_path: Path, form: str) -> None:
    page.goto(f"/credentials/{made.code}")
    content = page.request.get(f"/credentials/{made.code}.{form}").body()

    _present(page, _file(tmp_path, f"certificate.{form}", content))

    assert _result(page) == "有效"


def test_a_changed_credential_is_refused_and_says_why(
    page: Page, made: Credential, axe: Callable[[Page], None]
) -> None:
    document = json.loads(made.document)
    document["credentialSubject"]["register"]["holder_name"] = "青岛另一家有限公司"

    page.goto("/verify")
    page.get_by_text("有证书文件、照片，或只有一段文字").click()
    page.get_by_label("或粘贴凭证、链接").fill(json.dumps(document, ensure_ascii=False))
    page.get_by_role("button", name="查验这一份").click()

    assert _result(page) == "不能相信"
    expect(page.locator(".looked")).to_contain_text("与内容不符")
    expect(page.locator(".finding")).to_contain_text("它自己写的是")
    axe(page)


@pytest.mark.parametrize(
    ("state", "word"), [("suspended", "暂停"), ("withdrawn", "已撤销"), ("cancelled", "已注销"), ("active", "有效")]
)
def test_the_page_of_a_certificate_tells_its_state_now(phone: Page, made: Credential, state: str, word: str) -> None:
    Certificate.objects.filter(number=NUMBER).update(state=state, state_on=WHEN.on, state_ground="逾期未接受监督")

    phone.goto(f"/credentials/{made.code}")

    assert _result(phone) == word
    assert sideways_scroll(phone) == 0


def test_a_picture_without_a_code_gets_advice_and_keeps_the_form(
    page: Page, complaints: Complaints, tmp_path: Path
) -> None:
    complaints.expected.add(400)
    blank = BytesIO()
    Image.new("L", (400, 300), 180).save(blank, "PNG")

    _present(page, _file(tmp_path, "blank.png", blank.getvalue()))

    expect(page.get_by_role("alert")).to_contain_text("图里没有找到码")
    expect(page.get_by_label("文件或照片")).to_be_visible()


def test_a_persons_name_is_masked(page: Page, settings: Any, live_server: Any) -> None:
    settings.ADDRESS = live_server.url
    said = make_statement(kind="training_certificate", key="T-1", number="T-2024-001", holder_kind="person",
                          holder_name="李示例", holder_code="")  # fmt: skip
    made = attest(actor=SYSTEM, statement=said, when=WHEN)

    for address in ("/verify/T-2024-001", code_link(made)):
        page.goto(address)
        expect(page.locator(".finding .holder")).to_have_text("李**")
        expect(page.locator("main")).not_to_contain_text("李示例")
        expect(page.get_by_role("link", name="证书文件")).to_have_count(0)


def test_all_in_english(visit: Visit, made: Credential, axe: Callable[[Page], None]) -> None:
    page = visit(locale="en-GB")

    page.goto(f"/credentials/{made.code}")

    assert _result(page) == "Valid"
    expect(page.get_by_role("link", name="Certificate, PDF")).to_be_visible()
    axe(page)
