"""Officers allot the stands of an expo; exhibitors say which of their products they show."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.assessment.actions import stands as actions
from pinzhi.records.assessment.queries import applications
from pinzhi.records.assessment.queries.visible import entry_for
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.language import said

_GREATEST = 10**9


class StandForm(forms.Form):
    """Which stand: the hall and the number in it."""

    hall = forms.CharField(max_length=10)
    number = forms.IntegerField(min_value=0, max_value=_GREATEST)


class ProductForm(forms.Form):
    """Which product, and whether it is shown."""

    product = forms.IntegerField(min_value=1, max_value=_GREATEST)
    shown = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


@require_POST
@guard("assessment.run")
def allot(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Allot a stand to an exhibitor."""
    actor, form = access.actor(request), StandForm(request.POST)
    entry = entry_for(actor, key, number)
    if not form.is_valid():
        messages.error(request, gettext("请选展馆，并写展位号。"))
    else:
        try:
            made = actions.allot_stand(
                actor=actor, entry_id=entry.pk, hall=form.cleaned_data["hall"], number=form.cleaned_data["number"],
                when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            messages.error(request, said(refusal.text))
        else:
            messages.success(request, gettext("已分配展位 %(stand)s。") % {"stand": made})
    return redirect("desk:round_entry", key=key, number=number)


@require_POST
@guard("assessment.run")
def free(request: HttpRequest, key: str, number: str, stand_id: int) -> HttpResponse:
    """Take a stand back."""
    actor = access.actor(request)
    entry = entry_for(actor, key, number)
    actions.free_stand(actor=actor, entry_id=entry.pk, stand_id=stand_id, when=access.moment())
    messages.success(request, gettext("已收回展位。"))
    return redirect("desk:round_entry", key=key, number=number)


@require_POST
@guard("assessment.apply")
def exhibit(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Show a product of one's own, or take it out again."""
    actor, form = access.actor(request), ProductForm(request.POST)
    entry = applications.own_entry(actor, key, number)
    if form.is_valid():
        act = actions.show_product if form.cleaned_data["shown"] == "yes" else actions.hide_product
        act(actor=actor, entry_id=entry.pk, product_id=form.cleaned_data["product"], when=access.moment())
        messages.success(request, gettext("已保存。"))
    return redirect("desk:application", key=key, number=number)
