"""A certificate of training at the desk: its continuing education, and its withdrawal."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.accounts.permissions import may
from pinzhi.records.training.actions import certifying
from pinzhi.records.training.queries.standing import certificate_lines
from pinzhi.records.training.queries.visible import certificate_for
from pinzhi.records.training.rules import course
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput, refused


class HoursForm(forms.Form):
    """Continuing education: when, how long, and what was learnt."""

    on = forms.DateField(label=_("学习日期"), widget=DateInput)
    hours = forms.IntegerField(label=_("继续教育学时"), min_value=1, max_value=certifying.MOST_HOURS)
    what = forms.CharField(label=_("学了什么"), max_length=200)


class WithdrawForm(forms.Form):
    """Why a certificate is withdrawn, and by which decision."""

    ground = forms.CharField(
        label=_("撤销的理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("公开查验时看得到已撤销。撤销不能收回。"),
    )  # fmt: skip
    document = forms.CharField(label=_("撤销决定的文号"), max_length=200)


@require_safe
@guard("training.run")
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Show a certificate to who runs its session, with what he may do."""
    return _page(request, number)


@require_POST
@guard("training.run")
def record_hours(request: HttpRequest, number: str) -> HttpResponse:
    """Record continuing education of the holder."""
    form = HoursForm(request.POST, prefix="hours")
    return _acted(
        request, number, form, "hours_form", gettext("学时已记。"),
        lambda: certifying.record_hours(
            actor=access.actor(request), number=number, when=access.moment(), **form.cleaned_data
        ),
    )  # fmt: skip


@require_POST
@guard("training.decide")
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw the certificate."""
    form = WithdrawForm(request.POST, prefix="withdraw")
    return _acted(
        request, number, form, "withdraw_form", gettext("证书已撤销，查验结果随之改变。"),
        lambda: certifying.withdraw_certificate(
            actor=access.actor(request), number=number, when=access.moment(), **form.cleaned_data
        ),
    )  # fmt: skip


def _acted(
    request: HttpRequest, number: str, form: forms.Form, name: str, done: str, act: Callable[[], object]
) -> HttpResponse:
    """Do what a form asks and come back; a refusal stands on the form, which keeps what was written."""
    if form.is_valid():
        try:
            act()
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, done)
            return redirect("desk:training_certificate", number=number)
    return _page(request, number, status=400, **{name: form})


def _page(request: HttpRequest, number: str, *, status: int = 200, **bound: forms.Form) -> HttpResponse:
    actor = access.actor(request)
    row = certificate_for(actor, number)
    [line] = certificate_lines([row], access.today())
    context = {
        "row": row,
        "line": line,
        "title": course(row.course_id, row.edition).certificate,
        "taken": row.continuing.order_by("-on", "-pk"),
        "hours_form": HoursForm(prefix="hours"),
        "withdraw_form": WithdrawForm(prefix="withdraw"),
        "withdraws": may(actor, "training.decide") and row.state == "active",
    }
    return render(request, "desk/training/certificate.html", context | bound, status=status)
