"""Visits of experts at the desk: who may go, batches planned and how far they came."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import may
from pinzhi.records.inspections.actions import advising
from pinzhi.records.inspections.queries import experts, plans
from pinzhi.records.inspections.queries.draws import holders
from pinzhi.records.inspections.rules import FIELDS, KINDS
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput, refused
from pinzhi.web.language import said

MOST_OFFERED = 60  # enterprises to choose from; the search box finds the others
_CHECKS = forms.CheckboxSelectMultiple


class BatchForm(forms.Form):
    """A batch of visits: experts, enterprises, days."""

    experts = forms.TypedMultipleChoiceField(label=_("专家"), coerce=int, widget=_CHECKS)
    targets = forms.MultipleChoiceField(label=_("企业"), widget=_CHECKS)
    first_on = forms.DateField(label=_("第一天"), widget=DateInput)
    a_day = forms.IntegerField(label=_("每天几家"), min_value=1, max_value=20, initial=4, help_text=_("只排工作日。"))

    def __init__(self, *args: Any, experts: list[tuple[int, str]], targets: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        cast(forms.TypedMultipleChoiceField, self.fields["experts"]).choices = experts
        cast(forms.MultipleChoiceField, self.fields["targets"]).choices = targets


class ExpertForm(forms.Form):
    """An expert who goes on visits, and his field."""

    who = forms.TypedChoiceField(label=_("专家账号"), coerce=int)
    field = forms.ChoiceField(label=_("专业"))

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.TypedChoiceField, self.fields["who"]).choices = people
        cast(forms.ChoiceField, self.fields["field"]).choices = [(code, said(text)) for code, text in FIELDS.items()]


@require_safe
@guard("desk")
def batches(request: HttpRequest, key: str) -> HttpResponse:
    """Show the batches of a plan, and the form of the next."""
    return _page(request, plans.plan_by_key(access.actor(request), key))


@require_POST
@guard("inspections.plan")
def plan_batch(request: HttpRequest, key: str) -> HttpResponse:
    """Plan a batch: its experts are told, each visit has a day."""
    actor = access.actor(request)
    held = plans.plan_by_key(actor, key)
    form = _batch_form(request, held, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        wanted = advising.Batch(tuple(given["experts"]), tuple(given["targets"]), given["first_on"], given["a_day"])
        try:
            made = advising.plan_batch(actor=actor, plan=held, wanted=wanted, when=access.moment())
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            words = ngettext("已安排 %(n)s 家，专家收到了消息。", "已安排 %(n)s 家，专家收到了消息。", len(made))
            messages.success(request, words % {"n": len(made)})
            return redirect("desk:expert_batches", key=key)
    return _page(request, held, form=form)


@require_POST
@guard("inspections.plan")
def list_expert(request: HttpRequest, key: str) -> HttpResponse:
    """Put an expert on the list of those who go on visits."""
    users = {one.pk: one for one in holders("expert", access.today())}
    form = ExpertForm(request.POST, people=_people())
    if form.is_valid():
        try:
            advising.list_expert(
                actor=access.actor(request), user=users[form.cleaned_data["who"]],
                field=form.cleaned_data["field"], when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            messages.error(request, refusal.text.in_language(get_language() or ""))
        else:
            messages.success(request, gettext("已列入。"))
    else:
        messages.error(request, gettext("请选一个专家账号和一个专业。"))
    return redirect("desk:expert_batches", key=key)


def _people() -> list[tuple[int, str]]:
    found = [(one.pk, one.name or one.email) for one in holders("expert", access.today())]
    return sorted(found, key=lambda one: one[1])


def _batch_form(request: HttpRequest, held: Any, given: Any = None) -> BatchForm:
    on, lines = access.today(), experts.expert_lines(held, access.today())
    chosen = given.getlist("targets") if given is not None else []
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:100]
    found = experts.unvisited_first(held, on, kind=kind if kind in KINDS else "", words=words)
    offered = {one.organisation_code: one for one in plans.targets_of(held, on).filter(organisation_code__in=chosen)}
    offered |= {one.organisation_code: one for one in found[:MOST_OFFERED]}
    return BatchForm(
        given,
        experts=[(one.row, _words_of(one)) for one in lines],
        targets=[(code, _target_words(one)) for code, one in offered.items()],
        initial={"first_on": max(on, held.starts_on)},
    )


def _words_of(line: experts.ExpertLine) -> str:
    load = ngettext("已派 %(n)s 次", "已派 %(n)s 次", line.visits) % {"n": line.visits}
    parts = [line.name, said(line.field), load]
    if line.barred:
        parts.append(gettext("回避 %(names)s") % {"names": "、".join(line.barred)})
    return "　".join(parts)


def _target_words(target: Any) -> str:
    kinds = "、".join(said(KINDS[one]) for one in target.kinds.split() if one in KINDS)
    parts = [target.organisation_name, kinds]
    if getattr(target, "visited", False):
        parts.append(gettext("去过"))
    return "　".join(part for part in parts if part)


def _page(request: HttpRequest, held: Any, form: BatchForm | None = None) -> HttpResponse:
    actor, on = access.actor(request), access.today()
    decides = may(actor, "inspections.plan", held)
    lines = experts.batch_lines(held)
    context = {
        "plan": held, "title": Text(held.title_zh, held.title_en), "lines": lines, "decides": decides,
        "people": len({name for one in lines for name, _field in one.experts}),
        "visits": sum(len(one.visits) for one in lines),
        "form": form or (_batch_form(request, held) if decides else None),
        "expert_form": ExpertForm(people=_people()) if decides else None,
        "listed": experts.expert_lines(held, on),
        "kinds": KINDS.items(), "kind": request.GET.get("kind", ""), "q": request.GET.get("q", ""),
    }  # fmt: skip
    return render(request, "desk/inspections/batches.html", context, status=400 if form else 200)
