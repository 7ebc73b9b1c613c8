"""Systems that hand over problems by themselves, for operators."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from pinzhi.engine.errors import BadInput
from pinzhi.records.casework.actions import sources as acts
from pinzhi.records.casework.queries import sources as queries
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused, sent
from pinzhi.web.language import said


class SourceForm(forms.Form):
    """What a system is called and what it may bring."""

    name = forms.CharField(label=_("名字"), max_length=100, help_text=_("写哪个系统在报，比如：走航监测车。"))
    kinds = forms.MultipleChoiceField(label=_("可以上报哪几类"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["kinds"].choices = [(one.id, said(one.title)) for one in queries.source_kinds()]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@guard("operate")
def sources(request: HttpRequest) -> HttpResponse:
    """List the systems; POST enters one, whose secret this answer alone shows."""
    actor = access.actor(request)
    form, new = SourceForm(sent(request)), None
    if form.is_valid():
        try:
            new = acts.enter_source(actor=actor, when=access.moment(), **form.cleaned_data)
            form = SourceForm()
        except BadInput as refusal:
            refused(form, refusal)
    rows = [(row, gettext("、").join(map(said, row.kinds))) for row in queries.sources(actor)]
    context = {"rows": rows, "form": form, "new": new}
    return render(request, "desk/webhooks/sources.html", context, status=400 if form.errors else 200)


@require_POST
@guard("operate")
def end(request: HttpRequest, key: str) -> HttpResponse:
    """Take nothing more from a system."""
    acts.end_source(actor=access.actor(request), key=key, when=access.moment())
    messages.success(request, gettext("已停用，不再接收它的上报。"))
    return redirect("desk:sources")
