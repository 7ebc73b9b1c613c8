"""Django's admin at /operator/, for operators alone; people sign in on the platform's own page."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from pinzhi.records.accounts.permissions import actor_for, may, require
from pinzhi.records.clock import today


class BackOffice(AdminSite):
    site_header = _("品质 后台")
    site_title = _("品质 后台")
    index_title = _("后台")
    site_url = "/desk/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Ask for the role as it is held on the site's day."""
        return may(actor_for(request.user, today()), "operate")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send to the one sign-in page, so that second factor and lockout hold here too; refuse who is no operator."""
        if request.user.is_authenticated:
            require(actor_for(request.user, today()), "operate")
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next") or request.path)
