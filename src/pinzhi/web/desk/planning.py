"""Officers prepare a round: call it, set the dates of its stages, appoint the committee."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.accounts.queries import user_by_email
from pinzhi.records.assessment.actions import rounds as acts
from pinzhi.records.assessment.queries import board
from pinzhi.records.assessment.queries.visible import round_by_key
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput, refused, sent
from pinzhi.web.language import said


class CallForm(forms.Form):
    """Which scheme is called, and until when applications come in."""

    scheme = forms.ChoiceField(label=_("规则"))
    closes_on = forms.DateField(
        label=_("申报到哪一天"), widget=DateInput, required=False, help_text=_("含当天，到 24:00；不填按规则里的期限。")
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme"] = forms.ChoiceField(
            label=_("规则"), choices=[(f"{one.id}/{one.edition}", said(one.title)) for one in board.callable_schemes()]
        )
        self.order_fields(["scheme", "closes_on"])


class StageForm(forms.Form):
    """The dates of a stage."""

    state = forms.CharField(widget=forms.HiddenInput)
    opens_on = forms.DateField(label=_("开始"), widget=DateInput, required=False)
    closes_on = forms.DateField(label=_("最后一天"), widget=DateInput, required=False)


class MemberForm(forms.Form):
    """Whom to appoint to the committee."""

    email = forms.EmailField(label=_("邮箱"), help_text=_("对方要先注册。"))
    name = forms.CharField(label=_("记录里的姓名"), max_length=100)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("assessment.run")
def call(request: HttpRequest) -> HttpResponse:
    """Call a round."""
    form = CallForm(sent(request))
    if form.is_valid():
        scheme_id, _slash, edition = form.cleaned_data["scheme"].partition("/")
        closes, when = form.cleaned_data["closes_on"], access.moment()
        try:
            made = acts.call_round(
                actor=access.actor(request), scheme_id=scheme_id, edition=edition, when=when,
                stages={"draft": (when.on, closes)} if closes else None,
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已启动。抽签种子的承诺已写入记录。"))
            return redirect("desk:plan_round", key=made.key)
    return render(request, "desk/assessment/call.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("assessment.run")
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """Show the stages with their dates; POST sets those of one."""
    held = round_by_key(key)
    form = StageForm(sent(request))
    if form.is_valid():
        try:
            acts.plan_stage(actor=access.actor(request), round_id=held.pk, when=access.moment(), **form.cleaned_data)
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("日期已记下。"))
            return redirect("desk:plan_round", key=key)
    return _plan_page(request, key, form, MemberForm())


@require_POST
@guard("assessment.run")
def appoint(request: HttpRequest, key: str) -> HttpResponse:
    """Appoint a member of the committee."""
    held = round_by_key(key)
    form = MemberForm(request.POST)
    if form.is_valid():
        try:
            user_id = user_by_email(form.cleaned_data["email"])
            acts.appoint_member(
                actor=access.actor(request), round_id=held.pk, user_id=user_id, name=form.cleaned_data["name"],
                when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已聘为评审委员会委员。"))
            return redirect("desk:plan_round", key=key)
    return _plan_page(request, key, StageForm(), form)


def _plan_page(request: HttpRequest, key: str, form: StageForm, member_form: MemberForm) -> HttpResponse:
    held = round_by_key(key)
    context = {
        "held": held,
        "scheme": scheme_of(held),
        "stages": board.planned_stages(held),
        "form": form,
        "member_form": member_form,
        "members": board.committee(held),
    }
    bad = (form.is_bound and form.errors) or (member_form.is_bound and member_form.errors)
    return render(request, "desk/assessment/plan.html", context, status=400 if bad else 200)
