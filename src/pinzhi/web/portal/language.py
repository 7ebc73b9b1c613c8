"""What a reader sets for himself: language and size of type. Both live in a cookie, nothing on our side."""

from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

from pinzhi.engine.errors import NotFound

YEAR_S = 365 * 24 * 3600
LONGEST_ADDRESS = 2000  # characters; a longer redirect is refused by the framework
LONGEST_PATH = 200  # characters; each may take nine in an address


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
    given = request.GET.get("next", "/")
    if len(iri_to_uri(given)) > LONGEST_ADDRESS:
        given = given.partition("?")[0][:LONGEST_PATH]
    is_ours = given.startswith("/") and url_has_allowed_host_and_scheme(given, allowed_hosts=None)
    return given if is_ours else "/"
