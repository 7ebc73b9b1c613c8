"""Savings on the officers' desk: what waits, and one claim with its evidence, to verify or refuse."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.accounts.permissions import may
from pinzhi.records.casework.actions.saving import decide_saving
from pinzhi.records.casework.queries.savings import PAGE, saving_for, savings_seen_by
from pinzhi.records.casework.queries.savings import savings as shown
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused
from pinzhi.web.pages import page_number, pager


class FindingForm(forms.Form):
    """What an officer found, and why."""

    verdict = forms.ChoiceField(choices=[(one, one) for one in ("verified", "refused", "withdrawn")])
    ground = forms.CharField(max_length=1000, required=False)


@require_safe
@guard("casework.savings")
def savings(request: HttpRequest) -> HttpResponse:
    """Show the claims that wait for a finding, or with ``decided`` those that have one."""
    decided, page = "decided" in request.GET, page_number(request)
    found = savings_seen_by(access.actor(request), decided=decided)
    count = found.count()
    context = {
        "lines": list(shown(found[(page - 1) * PAGE : page * PAGE])),
        "count": count,
        "decided": decided,
        "pager": pager(page, max(1, -(-count // PAGE)), {"decided": "1"} if decided else {}),
    }
    return render(request, "desk/service/savings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("casework.savings")
def saving(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Show a claim with its evidence; POST verifies, refuses, or withdraws what was verified."""
    actor = access.actor(request)
    form = FindingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            decide_saving(actor=actor, claim_id=claim_id, when=access.moment(), **form.cleaned_data)
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已记下。"))
            return redirect("desk:saving", claim_id=claim_id)
    found = saving_for(actor, claim_id)
    verdicts = {"claimed": ("verified", "refused"), "verified": ("withdrawn",)}.get(found.state.code, ())
    context = {
        "saving": found,
        "verdicts": verdicts if may(actor, "casework.savings") else (),
        "bound": form if form.is_bound else None,
    }
    return render(request, "desk/service/saving.html", context, status=400 if form.errors else 200)
