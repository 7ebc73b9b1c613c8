"""Signing in, up and out: password, lockout, second step, passkeys, and the way back to where one was."""

import base64
import hashlib
import hmac
import re
import struct
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import actor_for
from pinzhi.records.journal.models import Entry
from pinzhi.web.desk.sign_in import MfaAdapter, address_tried
from tests.build import PASSWORD, TODAY, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "li@example.org"
OPEN_PAGES = [
    "/accounts/login/",
    "/accounts/login/?next=/desk/keys",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/password/reset/key/1-no/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/no/",
    "/accounts/inactive/",
]
OWN_PAGES = [
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/logout/",
    "/accounts/sessions/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
]
GUARDED_PAGES = [
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
]


def sign_in(client: Client, password: str = PASSWORD, *, to: str = "", email: str = ADDRESS, **more: Any) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password, "next": to}, **more)


def confirm_again(client: Client) -> None:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def six_digits(secret: str, moment: float) -> str:
    """The code of RFC 6238 with the usual settings: SHA-1, 30 seconds, six digits."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(moment) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def turn_on_second_step(client: Client) -> str:
    confirm_again(client)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r'id="totp_secret">\s*(\w+)\s*<', page)
    assert found
    answer = client.post("/accounts/2fa/totp/activate/", {"code": six_digits(found[1], time.time())})
    assert answer.status_code == 302
    return found[1]


def test_sign_in_goes_to_the_desk(client: Client) -> None:
    make_user()

    assert sign_in(client)["Location"] == "/desk/"


def test_expired_sign_in_returns_to_the_same_page(client: Client) -> None:
    make_user()
    page = client.get("/desk/keys?from=mail", follow=True)
    back = re.search(r'name="next" value="([^"]+)"', page.content.decode())

    assert back
    assert sign_in(client, to=back[1])["Location"] == "/desk/keys?from=mail"


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_leads_to_no_other_site(client: Client, to: str) -> None:
    make_user()

    assert sign_in(client, to=to)["Location"] == "/desk/"


def test_sign_in_speaks_the_persons_language_afterwards(client: Client) -> None:
    user = make_user()
    user.language, user.large_type = "en", True
    user.save()

    cookies = sign_in(client).cookies

    assert (cookies["django_language"].value, cookies["type"].value) == ("en", "large")


def test_sign_in_leaves_a_device_with_its_own_choice_alone(client: Client) -> None:
    make_user()
    client.cookies["django_language"] = "en"

    assert "django_language" not in sign_in(client).cookies


def test_wrong_password_says_so_and_keeps_the_address(client: Client) -> None:
    make_user()

    page = sign_in(client, "wrong").content.decode()

    assert "邮箱或密码不对" in page
    assert f'value="{ADDRESS}"' in page


def test_lockout_after_eight_wrong_passwords_even_for_the_right_one(client: Client) -> None:
    make_user()

    answers = [sign_in(client, "wrong", email=spelled).status_code for spelled in [ADDRESS, ADDRESS.upper()] * 4]
    right = sign_in(client)

    assert answers == [200] * 7 + [429]
    assert (right.status_code, right["Retry-After"]) == (429, "900")
    assert "15 分钟内不能再试密码" in right.content.decode()
    english = sign_in(client, headers={"accept-language": "en"}).content.decode()
    assert "no password can be tried for this address for 15 minutes" in english


def test_lockout_leaves_other_addresses_and_other_networks_alone(client: Client) -> None:
    make_user()
    make_user("other@example.org")
    for _try in range(8):
        sign_in(client, "wrong")

    assert sign_in(client, email="other@example.org").status_code == 302
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7")).status_code == 302


def test_a_right_password_forgives_earlier_slips(client: Client) -> None:
    make_user()
    for _round in range(2):
        for _try in range(7):
            sign_in(client, "wrong")
        assert sign_in(client).status_code == 302
        client.post("/accounts/logout/")


def test_address_tried_has_one_spelling(rf: Any) -> None:
    assert address_tried(None, {"email": " Li@Example.ORG "}) == ADDRESS
    assert address_tried(rf.post("/", {"login": "LI@example.org"}), None) == ADDRESS
    assert address_tried(None, None) == ""


def test_inactive_account_is_told_so(client: Client) -> None:
    user = make_user()
    user.is_active = False
    user.save()

    assert sign_in(client).status_code in (200, 302)
    assert client.get("/desk/").status_code == 302


def test_sign_up_makes_a_citizen_and_sends_a_confirmation(client: Client) -> None:
    password = "eight dogs on a hill"
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": password, "password2": password})

    user = User.objects.get(email="new@example.org")
    assert (user.language, actor_for(user, TODAY).roles) == ("zh-hans", frozenset({"citizen"}))
    assert not EmailAddress.objects.get(user=user).verified
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", str(mail.outbox[0].body))
    assert link
    assert "确认邮箱" in client.get(link[1]).content.decode()
    client.post(link[1])
    assert EmailAddress.objects.get(user=user).verified


@pytest.mark.parametrize(("password", "said"), [("short", "10"), ("1234567890", "常见"), ("new@example.org", "相似")])
def test_sign_up_refuses_weak_passwords(client: Client, password: str, said: str) -> None:
    data = {"email": "new@example.org", "password1": password, "password2": password}
    answer = client.post("/accounts/signup/", data)

    assert said in answer.content.decode()
    assert User.objects.count() == 0


def test_forgotten_password_is_set_anew_by_mail(client: Client) -> None:
    make_user()
    client.post("/accounts/password/reset/", {"email": ADDRESS})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1], follow=True)
    new = "nine cats in a row"

    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})

    assert sign_in(client, new)["Location"] == "/desk/"


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "点开下面的链接"), ("en", "Open this link")])
def test_mail_speaks_the_language_of_the_page(client: Client, language: str, said: str) -> None:
    make_user()
    client.cookies["django_language"] = language

    client.post("/accounts/password/reset/", {"email": ADDRESS})

    assert str(mail.outbox[0].body).startswith(said)


def test_unknown_address_gets_the_same_answer(client: Client) -> None:
    answer = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})

    assert answer["Location"] == "/accounts/password/reset/done/"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("address", [*OPEN_PAGES, *OWN_PAGES, *GUARDED_PAGES])
def test_page_is_ours_in_both_languages(client: Client, address: str, language: str) -> None:
    client.cookies["django_language"] = language
    if address not in OPEN_PAGES:
        make_user()
        User.objects.update(language=language)
        sign_in(client)
        confirm_again(client)

    answer = client.get(address, follow=True)

    page = answer.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert answer.status_code == 200
    assert 'href="/static/css/desk.css"' in page
    assert " style=" not in page
    assert re.findall(r"<script(?![^>]*(?: src=| type=\"application/json\"))", page) == []
    if language == "en":
        assert re.findall(r"[\u4e00-\u9fff]+", main.replace("中文", "")) == []


@pytest.mark.parametrize("address", GUARDED_PAGES)
def test_ways_to_sign_in_change_only_after_confirming_again(client: Client, address: str) -> None:
    make_user()
    sign_in(client)

    assert client.get(address)["Location"].startswith("/accounts/reauthenticate/")


def test_second_step_is_asked_for_and_its_secret_is_sealed(client: Client) -> None:
    user = make_user()
    sign_in(client)
    secret = turn_on_second_step(client)
    client.post("/accounts/logout/")

    first = sign_in(client)
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    right = client.post("/accounts/2fa/authenticate/", {"code": six_digits(secret, time.time() + 30)})

    assert first["Location"] == "/accounts/2fa/authenticate/"
    assert "这个码不对" in wrong.content.decode()
    assert right["Location"] == "/desk/"
    kept = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in kept
    assert MfaAdapter().decrypt(kept) == secret


def test_recovery_code_stands_in_once(client: Client) -> None:
    make_user()
    sign_in(client)
    turn_on_second_step(client)
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"<li>(\d{8})</li>", page)
    answers = []
    for _try in range(2):
        client.post("/accounts/logout/")
        sign_in(client)
        answers.append(client.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code)

    assert len(codes) == 10
    assert answers == [302, 200]


@pytest.mark.django_db(transaction=True)
def test_changes_of_sign_in_are_in_the_journal_and_mailed_to_the_owner(client: Client) -> None:
    user = make_user()
    sign_in(client)
    new = "nine cats in a row"

    turn_on_second_step(client)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    changes = ["accounts.password_changed", "accounts.totp_activated"]
    assert sorted(Entry.objects.values_list("actor", "action")) == [(f"user:{user.pk}", change) for change in changes]
    assert [letter.to for letter in mail.outbox] == [[ADDRESS]] * 2


def test_second_step_needs_a_confirmed_address(client: Client) -> None:
    make_user(confirmed=False)
    sign_in(client)
    confirm_again(client)

    answer = client.post("/accounts/2fa/totp/activate/", {"code": "123456"}, follow=True)

    assert Authenticator.objects.count() == 0
    assert answer.status_code == 200


@pytest.mark.parametrize("address", ["/accounts/3rdparty/", "/accounts/social/login/error/", "/accounts/login/code/"])
def test_what_is_not_configured_is_not_there(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
