"""Signing in as people do it: in a browser, with a passkey, on a phone, without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.build import PASSWORD, make_user
from tests.visitors import PHONE, Complaints, Visit, sideways_scroll

ADDRESS = "li@example.org"


def with_authenticator(page: Page) -> None:
    """Give the browser a device with a fingerprint reader that always says yes."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in_by_hand(page: Page, base: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.fill("[name=login]", ADDRESS)
    page.fill("[name=password]", PASSWORD)
    page.click(".fields .btn.p")
    page.wait_for_selector(".whoami")


@pytest.mark.django_db(transaction=True)
def test_passkey_is_added_and_signs_in_without_a_password(
    page: Page, live_server: Any, axe: Callable[[Page], None]
) -> None:
    base = live_server.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to a number
    make_user()
    with_authenticator(page)
    sign_in_by_hand(page, base)

    page.goto(f"{base}/accounts/2fa/webauthn/add/")
    page.fill("[name=password]", PASSWORD)
    page.click(".fields .btn.p")
    page.wait_for_selector("#mfa_webauthn_add")
    axe(page)
    page.fill("[name=name]", "我的手机")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_selector(".codes")  # a first second step brings recovery codes
    axe(page)
    page.goto(f"{base}/accounts/2fa/webauthn/")
    assert "我的手机" in page.inner_text("table")
    axe(page)
    page.context.clear_cookies()

    page.goto(f"{base}/desk/keys")
    page.click("#passkey_login")
    page.wait_for_selector(".whoami")
    assert page.url == f"{base}/desk/keys"


@pytest.mark.django_db(transaction=True)
def test_passkey_that_fails_says_so_in_the_page(page: Page, live_server: Any) -> None:
    base = live_server.url.replace("127.0.0.1", "localhost")
    page.goto(f"{base}/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('cancelled')); }")

    page.click("#passkey_login")
    page.wait_for_selector("#webauthn_error:not([hidden])")

    assert "没有完成" in page.inner_text("#webauthn_error")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_account_pages_pass_by_eye_and_by_phone(
    visit: Visit, complaints: Complaints, live_server: Any, axe: Callable[[Page], None], locale: str
) -> None:
    make_user()
    for screen in ({}, PHONE | {"viewport": {"width": 320, "height": 700}}):
        page = visit(locale=locale, **screen)
        for address in ("/accounts/login/?next=/desk/keys", "/accounts/signup/", "/accounts/password/reset/"):
            page.goto(address)
            axe(page)
            assert sideways_scroll(page) == 0, address
        sign_in_by_hand(page, live_server.url)
        for address in ("/desk/", "/desk/account", "/desk/keys", "/accounts/email/", "/accounts/2fa/"):
            page.goto(address)
            axe(page)
            assert sideways_scroll(page) == 0, address


@pytest.mark.django_db(transaction=True)
def test_sign_in_works_without_javascript(plain_page: Page, live_server: Any) -> None:
    make_user()

    sign_in_by_hand(plain_page, live_server.url)

    assert plain_page.url == f"{live_server.url}/desk/"
