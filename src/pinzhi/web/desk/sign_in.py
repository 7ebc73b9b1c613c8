"""How the sign-in library behaves here: cookies of the person, sealed second factors, the page of a lockout."""

import base64
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext

from pinzhi.records.accounts.actions import note_sign_in_change
from pinzhi.records.accounts.sealing import seal, unseal

PURPOSE = "second-factor"
COOKIE_DAYS = 365


def remember_choices(response: HttpResponse, *, language: str, large_type: bool) -> HttpResponse:
    """Set the cookies by which every page knows language and type size."""
    age = COOKIE_DAYS * 24 * 3600
    cookie: dict[str, Any] = {"max_age": age, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **cookie)
    response.set_cookie("type", "large" if large_type else "normal", **cookie)
    return response


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no types
    """Sign-in as the library does it, with the person's language and type size, and a line for each change."""

    def save_user(self, request: HttpRequest, user: AbstractBaseUser, form: Any, commit: bool = True) -> Any:
        """Keep the language somebody signed up in."""
        user.language = get_language() or settings.LANGUAGE_CODE  # type: ignore[attr-defined]
        return super().save_user(request, user, form, commit)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **told: Any) -> HttpResponse:
        """Bring the person's choices to a device that has made none of its own."""
        response: HttpResponse = super().post_login(request, user, **told)
        if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or told["signup"]:
            return response
        return remember_choices(response, language=user.language, large_type=user.large_type)  # type: ignore[attr-defined]

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Note in the journal what the mail tells the owner: password, address or second step have changed."""
        note_sign_in_change(user_id=user.pk, change=template_prefix.rpartition("/")[2], now=timezone.now())
        super().send_notification_mail(template_prefix, user, context, email)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library has no types
    """Second factors kept under the installation's key instead of in the clear."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text.encode(), purpose=PURPOSE, about="")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(base64.b64decode(encrypted_text), purpose=PURPOSE, about="").decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": gettext("品质")}


def address_tried(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """Return the mail address somebody tries to sign in with, in one spelling, so that capitals open no new tries."""
    given = credentials or {}
    tried = given.get("email") or given.get("username") or (request.POST.get("login") if request else "") or ""
    return str(tried).strip().lower()[:255]


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Say that sign-in rests for a while, how long, and what helps meanwhile."""
    wait = get_cool_off(request)
    minutes = int(wait.total_seconds()) // 60 if wait else 0
    answer = render(request, "account/locked_out.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer
