"""What a reader sets for himself: language and size of type. Both live in a cookie, nothing on our side."""

from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from pinzhi.engine.errors import NotFound

YEAR_S = 365 * 24 * 3600
LONGEST_ADDRESS = 2000  # characters; a longer redirect is refused by the framework


def set_language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the language and return to the page."""
    if code not in dict(settings.LANGUAGES):
        raise NotFound("web.language", "没有这种语言：{given}。", "There is no such language: {given}.", given=code)
    return _remembered(request, settings.LANGUAGE_COOKIE_NAME, code)


def set_type(request: HttpRequest, size: Literal["large", "normal"]) -> HttpResponse:
    """Remember the size of type and return to the page."""
    if size not in ("large", "normal"):
        raise NotFound("web.type", "没有这种字号：{given}。", "There is no such size: {given}.", given=size)
    return _remembered(request, "type", size)


def _remembered(request: HttpRequest, name: str, value: str) -> HttpResponse:
    response = HttpResponseRedirect(_way_back(request))
    response.set_cookie(name, value, max_age=YEAR_S, samesite="Lax", secure=request.is_secure())
    return response


def _way_back(request: HttpRequest) -> str:
    """Return the page to go back to: one of ours, or the home page; never another site."""
    wanted = request.GET.get("next", "/")
    if not wanted.startswith("/") or not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return "/"
    return wanted if len(wanted) <= LONGEST_ADDRESS else wanted.partition("?")[0][:LONGEST_ADDRESS]
