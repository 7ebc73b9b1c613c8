"""Objections to inspections at the desk: the enterprise makes one on the record, an officer answers on a page."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.inspections.actions import objecting
from pinzhi.records.inspections.queries import objections
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused, sent
from pinzhi.web.language import said


class AnswerForm(forms.Form):
    """An answer to an objection."""

    outcome = forms.ChoiceField(label=_("结论"), widget=forms.RadioSelect)
    answer = forms.CharField(label=_("答复"), max_length=objecting.LONGEST, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(code, said(text)) for code, text in objections.outcomes()]
        cast(forms.ChoiceField, self.fields["outcome"]).choices = offered


@require_POST
@guard("desk")
def object_to(request: HttpRequest, number: str) -> HttpResponse:
    """Object to a finding or to the whole record."""
    try:
        made = objecting.object_to(
            actor=access.actor(request), number=number, item=request.POST.get("item", ""),
            reasons=request.POST.get("reasons", ""), when=access.moment(),
        )  # fmt: skip
    except PinzhiError as refusal:
        messages.error(request, refusal.text.in_language(get_language() or ""))
    else:
        messages.success(request, gettext("已提出，%(day)s 前答复你。") % {"day": made.due_on})
    return redirect("desk:inspection", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def objection(request: HttpRequest, number: str) -> HttpResponse:
    """Show an objection to who may know of it; POST answers it."""
    actor = access.actor(request)
    case, inspection = objections.objection_for(actor, number)
    form = AnswerForm(sent(request))
    if form.is_valid():
        try:
            objecting.answer_objection(actor=actor, number=number, when=access.moment(), **form.cleaned_data)
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已答复，对方收到了消息。"))
            return redirect("desk:objection", number=number)
    context = {
        "inspection": inspection, "case": case, "line": objections.objection_line(inspection, case), "form": form,
        "may_answer": objections.may_answer(actor, case, inspection),
        "took_part": objections.took_part(actor, inspection),
    }  # fmt: skip
    return render(request, "desk/inspections/objection.html", context, status=400 if form.errors else 200)
