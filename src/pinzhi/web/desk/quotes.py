"""Quotes on the desk of an institution: who asks, and its own answers; never those of others."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.casework.actions.quotes import decline_to_quote, give_quote
from pinzhi.records.casework.queries.quotes import PAGE, asking_for, askings, open_requests, requests_for
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused
from pinzhi.web.pages import page_number, pager


class QuoteForm(forms.Form):
    """A price with what it includes."""

    price = forms.DecimalField(
        label=_("报价（元）"), max_digits=14, decimal_places=2, help_text=_("全部费用，最多两位小数。")
    )
    days = forms.IntegerField(label=_("多少工作日交付"), help_text=_("从企业选定的第二天算起。"))
    terms = forms.CharField(
        label=_("包括什么"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class DeclineForm(forms.Form):
    """Why an institution does not take it."""

    ground = forms.CharField(label=_("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


@require_safe
@guard("desk")
def quotes(request: HttpRequest) -> HttpResponse:
    """Show who asks the reader's institution, those that wait first."""
    actor, page = access.actor(request), page_number(request)
    found = requests_for(actor)
    count = found.count()
    context = {
        "lines": list(askings(list(found[(page - 1) * PAGE : page * PAGE]))),
        "waiting": open_requests(actor),
        "pager": pager(page, max(1, -(-count // PAGE)), {}),
    }
    return render(request, "desk/service/quotes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def quote(request: HttpRequest, request_id: int) -> HttpResponse:
    """Show a need; POST quotes for it or declines."""
    actor = access.actor(request)
    asking = asking_for(actor, request_id)
    sent = request.POST if request.method == "POST" else None
    declines = sent is not None and "decline" in sent
    form = QuoteForm(None if declines else sent, auto_id="quote_%s")
    decline = DeclineForm(sent if declines else None, auto_id="decline_%s")
    bound: forms.Form = decline if declines else form
    if sent is not None and bound.is_valid():
        given = bound.cleaned_data
        try:
            if declines:
                decline_to_quote(actor=actor, request_id=request_id, when=access.moment(), **given)
            else:
                give_quote(actor=actor, request_id=request_id, when=access.moment(), **given)
        except PinzhiError as refusal:
            refused(bound, refusal)
        else:
            messages.success(request, gettext("已答复，企业看得到。"))
            return redirect("desk:quote", request_id=request_id)
    context = {"asking": asking, "form": form, "decline": decline, "bound": bound}
    return render(request, "desk/service/quote.html", context, status=400 if bound.errors else 200)
