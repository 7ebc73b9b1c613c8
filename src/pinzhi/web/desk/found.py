"""Facts that an officer found about an entry: what counts before the applicant's own word, with where it was found."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from pinzhi.engine.errors import BadInput
from pinzhi.records.assessment.actions import eligibility
from pinzhi.records.assessment.queries.visible import entry_for
from pinzhi.web import access
from pinzhi.web.access import guard


class FactForm(forms.Form):
    """A fact, its value, and where it was found."""

    fact = forms.CharField(max_length=40)
    value = forms.CharField(label=_("查到的值"), max_length=100)
    source = forms.CharField(label=_("在哪里查到"), max_length=180)


@require_POST
@guard("assessment.run")
def fact(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Keep a fact an officer found."""
    actor = access.actor(request)
    entry = entry_for(actor, key, number)
    form = FactForm(request.POST)
    if not form.is_valid():
        raise BadInput(
            "assessment.fact.form", "请写查到的值和出处。", "Give the value that was found, and where it was found."
        )
    given = form.cleaned_data
    eligibility.find_fact(
        actor=actor, entry_id=entry.pk, fact=given["fact"], value=given["value"].strip(), source=given["source"],
        when=access.moment(),
    )  # fmt: skip
    messages.success(request, gettext("已记下，条件按查到的事实重新核对。"))
    return redirect("desk:round_entry", key=key, number=number)
