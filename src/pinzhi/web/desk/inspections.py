"""Inspections at the desk: whose they are, each with its record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import may
from pinzhi.records.inspections.queries import plans
from pinzhi.web import access
from pinzhi.web.access import guard


@require_safe
@guard("desk")
def home(request: HttpRequest) -> HttpResponse:
    """Show what of inspections is the actor's: plans he keeps, visits he makes, records he signs."""
    actor = access.actor(request)
    context = {
        "plans": [(one, Text(one.title_zh, one.title_en)) for one in plans.plans_for(actor)],
        "decides": may(actor, "inspections.plan"),
    }
    return render(request, "desk/inspections/home.html", context)
