"""Who is asking; the one decorator that guards a view; what every page knows."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from pinzhi.records.accounts import permissions
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.clock import moment, today
from pinzhi.web.language import said

__all__ = ["actor", "address_key", "guard", "moment", "now", "page_context", "today"]

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def now() -> datetime:
    """Return the present moment, which is never faked: it dates what is recorded."""
    return timezone.now()


def actor(request: HttpRequest) -> Actor:
    """Return who is asking, read once for each request."""
    known = getattr(request, "_pinzhi_actor", None)
    if known is None:
        known = permissions.actor_for(request.user, today())
        request._pinzhi_actor = known  # type: ignore[attr-defined]
    return cast(Actor, known)


def address_key(request: HttpRequest) -> str:
    """Return a key for the network address that asks, of which only a keyed digest is kept, to count its calls."""
    address = request.META.get("REMOTE_ADDR", "")
    digest = hashlib.blake2b(address.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=12).hexdigest()
    return f"ip:{digest}"


def guard(permission: str) -> Callable[[View[P]], View[P]]:
    """Let a view run only for who holds the permission somewhere; the action still checks the thing itself.

    Nobody signed in is led to the sign-in page and comes back to the same address; others get a refusal that says
    who is allowed. Answers of guarded views are not kept by any cache.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not actor(request).is_signed_in:
                return redirect_to_login(_return_address(request))
            permissions.require(actor(request), permission)
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        return guarded

    return decorate


def _return_address(request: HttpRequest) -> str:
    """Return where to come back to: a form that was sent is asked for again on the page it stood on."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    referer = request.headers.get("Referer", "")
    here = request.build_absolute_uri("/")
    return "/" + referer.removeprefix(here) if referer.startswith(here) else request.get_full_path()


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Return what every template may use."""
    return {
        "today": today(),
        "demo": settings.DEMO,
        "large": request.COOKIES.get("type") == "large",
        "city": said(rulebook().city.short_name),
    }
