"""Measures across programmes at the desk: report an event, confirm or decline what is proposed."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.attestation.actions import measures as acts
from pinzhi.records.attestation.queries import measures as queries
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput, refused, sent
from pinzhi.web.language import said
from pinzhi.web.pages import page_number, pager


class EventForm(forms.Form):
    """Something that happened at an organisation."""

    code = forms.CharField(label=_("统一社会信用代码"), max_length=40)
    kind = forms.ChoiceField(label=_("发生了什么"))
    happened_on = forms.DateField(label=_("日期"), widget=DateInput)
    ground = forms.CharField(label=_("依据"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    document = forms.CharField(label=_("文号"), max_length=200, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("attestation.measures")
def measures(request: HttpRequest) -> HttpResponse:
    """Show what waits for a decision, or with ``decided`` what was decided; POST reports an event."""
    actor, on = access.actor(request), access.today()
    form = EventForm(sent(request), initial={"happened_on": on})
    words = queries.event_words()
    form.fields["kind"].choices = [(one, said(words[one])) for one in acts.REPORTED if one in words]  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            event = acts.report_event(actor=actor, when=access.moment(), **form.cleaned_data)
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            count = event.measures.count()
            told = ngettext("已记录，提出 %(n)s 项措施。", "已记录，提出 %(n)s 项措施。", count) % {"n": count}
            messages.success(request, told)
            return redirect("desk:measures")
    decided = "decided" in request.GET
    show = queries.decided_measures if decided else queries.measures
    page = show(actor, on, page=page_number(request))
    context = {
        "page": page,
        "events": _by_event(page.rows),
        "decided": decided,
        "form": form,
        "pager": pager(page.page, page.pages, {"decided": "1"} if decided else {}),
    }
    return render(request, "desk/surveillance/measures.html", context, status=400 if form.errors else 200)


def _by_event(rows: tuple[queries.MeasureRow, ...]) -> list[list[queries.MeasureRow]]:
    """Return measures by the event they come from, in the order of its first one."""
    found: dict[int, list[queries.MeasureRow]] = {}
    for row in rows:
        found.setdefault(row.event_id, []).append(row)
    return list(found.values())


@require_POST
@guard("attestation.measures")
def decide(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Confirm a measure or decline it."""
    actor, when, ground = access.actor(request), access.moment(), request.POST.get("ground", "")
    try:
        if "confirm" in request.POST:
            document = request.POST.get("document", "")
            acts.confirm_measure(actor=actor, measure_id=measure_id, ground=ground, document=document, when=when)
            messages.success(request, gettext("已确认。"))
        else:
            acts.decline_measure(actor=actor, measure_id=measure_id, ground=ground, when=when)
            messages.success(request, gettext("已记为不采纳。"))
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
    return redirect("desk:measures")
