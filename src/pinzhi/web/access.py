"""Who is asking; the one decorator that guards a view; what every page knows."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


def today() -> date:
    """Return the day the site takes for today: the demo's fixed day, else the city's calendar day."""
    return settings.TODAY or timezone.localdate()


def now() -> datetime:
    """Return the present moment, which is never faked: it dates what is recorded."""
    return timezone.now()


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Return what every template may use."""
    return {"today": today(), "demo": settings.DEMO, "large": request.COOKIES.get("type") == "large"}
