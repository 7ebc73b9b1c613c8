"""The visitors of the journeys see Chinese, and hear every complaint of a page."""

from playwright.sync_api import Page

from tests.visitors import Complaints, sideways_scroll

PAGE = "/static/img/favicon.svg"  # the lightest address that needs no record
WIDTH = """(text) => {
    const pen = document.createElementNS("http://www.w3.org/1999/xhtml", "canvas").getContext("2d");
    pen.font = "20px sans-serif";
    return pen.measureText(text).width;
}"""


def test_chinese_letters_have_their_own_shape(page: Page) -> None:
    page.goto(PAGE)

    assert page.evaluate(WIDTH, "质量") == 40
    assert page.evaluate("navigator.language") == "zh-CN"


def test_what_a_page_complains_of_is_heard(page: Page, complaints: Complaints) -> None:
    page.goto(PAGE)

    page.evaluate("console.error('out of order')")
    page.evaluate("void setTimeout(() => { throw new Error('uncaught') })")
    page.goto("/static/nothing")

    heard = complaints.heard.copy()
    complaints.heard.clear()
    assert heard[0] == "console error: out of order"
    assert any("uncaught" in line for line in heard)
    assert any(line.startswith("404: ") for line in heard)


def test_a_status_asked_for_on_purpose_is_no_complaint(phone: Page, complaints: Complaints) -> None:
    complaints.expected.add(404)

    phone.goto("/static/nothing")

    assert phone.viewport_size == {"width": 390, "height": 844}
    assert sideways_scroll(phone) == 0


def test_a_broken_security_policy_is_heard(page: Page, complaints: Complaints) -> None:
    page.goto("/healthz")

    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">red</p>')")

    heard = complaints.heard.copy()
    complaints.heard.clear()
    assert any("Content Security Policy" in line for line in heard)
