"""Officers correct the name under which something was announced: register and credential follow."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.assessment.actions.granting import correct_grants
from pinzhi.records.assessment.queries.visible import entry_for
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.language import said


class CorrectionForm(forms.Form):
    """The right name, why, and the document that says so; what is missing the action refuses."""

    name = forms.CharField(max_length=200, required=False)
    ground = forms.CharField(max_length=2000, required=False)
    document = forms.CharField(max_length=200, required=False)


@require_POST
@guard("assessment.run")
def correct(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Correct the name of what was granted."""
    actor, form = access.actor(request), CorrectionForm(request.POST)
    entry = entry_for(actor, key, number)
    if form.is_valid():
        try:
            correct_grants(actor=actor, entry_id=entry.pk, when=access.moment(), **form.cleaned_data)
        except PinzhiError as refusal:
            messages.error(request, said(refusal.text))
        else:
            messages.success(request, gettext("已更正，登记册和证书随之改好。"))
    else:
        messages.error(request, gettext("名称最长 200 个字，理由最长 2000 个字。"))
    return redirect("desk:round_entry", key=key, number=number)
