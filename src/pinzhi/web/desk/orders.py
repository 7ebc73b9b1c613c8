"""Orders of services on the desk: describe a need, see what fits, order or ask; compare quotes, choose, rate, save."""

from secrets import token_hex
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.casework.savings import BEST_RATING
from pinzhi.engine.errors import NotFound, PinzhiError
from pinzhi.records.casework.actions import keeping, quotes
from pinzhi.records.casework.actions.ordering import order_service
from pinzhi.records.casework.actions.rating import REASONS, rate_order
from pinzhi.records.casework.actions.saving import claim_saving
from pinzhi.records.casework.queries import desk
from pinzhi.records.casework.queries.dossier import dossier
from pinzhi.records.casework.queries.orders import ORDER, PAGE, order_states, orders_seen_by
from pinzhi.records.casework.queries.quotes import comparison
from pinzhi.records.casework.queries.savings import KINDS, savings_of
from pinzhi.records.casework.queries.suggesting import advice, district_of
from pinzhi.records.casework.queries.visible import case_for
from pinzhi.records.casework.rules import SERVED, roles_in
from pinzhi.records.storage import Sent
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.case_forms import StepForm
from pinzhi.web.desk.fields import DateInput, code_choices, refused, sent
from pinzhi.web.language import said
from pinzhi.web.pages import page_number, pager

_FORM = 40  # letters of the name by which a form that was sent twice is known


class NeedForm(forms.Form):
    """A need in somebody's own words, with what narrows down the suggestions."""

    need = forms.CharField(
        label=_("要办什么"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("用自己的话写：做什么、给什么东西做、什么时候要、用在哪里。"),
    )  # fmt: skip
    service = forms.ChoiceField(
        label=_("服务项目"), required=False, help_text=_("不知道选什么就留空，平台按你写的推荐。")
    )
    standard = forms.CharField(
        label=_("按哪项标准"), max_length=100, required=False, help_text=_("知道就写标准号，如 GB/T 12706.1-2020。")
    )


class OrderForm(forms.Form):
    """What comes with an order beside the need: by when, whom to call, for which organisation, from whom."""

    need = forms.CharField(max_length=2000, widget=forms.HiddenInput)
    service = forms.CharField(max_length=20, widget=forms.HiddenInput, required=False)
    standard = forms.CharField(max_length=100, widget=forms.HiddenInput, required=False)
    form = forms.CharField(max_length=_FORM, widget=forms.HiddenInput)
    wanted_by = forms.DateField(label=_("希望哪天完成"), required=False, widget=DateInput)
    contact = forms.CharField(
        label=_("联系人和电话"), max_length=200, required=False, help_text=_("只有办理的人看得到。")
    )
    organisation = forms.ChoiceField(label=_("以哪个单位的名义"))


class RatingForm(forms.Form):
    """A rating in five levels; a low one says why."""

    level = forms.TypedChoiceField(
        label=_("评价"), coerce=int, widget=forms.RadioSelect,
        choices=[(5, _("非常满意")), (4, _("满意")), (3, _("基本满意")), (2, _("不满意")), (1, _("非常不满意"))],
    )  # fmt: skip
    reasons = forms.MultipleChoiceField(
        label=_("哪里不满意"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("选“不满意”时，选一个原因或写几句。一个工作日内有人回访。"),
    )  # fmt: skip
    words = forms.CharField(
        label=_("想说的话"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class SavingForm(forms.Form):
    """What an order saved, in yuan."""

    kind = forms.ChoiceField(label=_("哪一类"))
    baseline = forms.DecimalField(
        label=_("原来要花（元）"), max_digits=14, decimal_places=2, help_text=_("不通过平台时的费用。")
    )
    actual = forms.DecimalField(label=_("实际花了（元）"), max_digits=14, decimal_places=2)
    basis = forms.CharField(
        label=_("怎么算出来的"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如：对比 2023 年 11 月另一家的报价单。"),
    )  # fmt: skip


@require_safe
@guard("desk")
def orders(request: HttpRequest) -> HttpResponse:
    """Show the orders that the reader may know of."""
    found, page = orders_seen_by(access.actor(request)), page_number(request)
    count = found.count()
    lines = list(desk.lines(found[(page - 1) * PAGE : page * PAGE], access.today()))
    context = {"lines": lines, "count": count, "pager": pager(page, max(1, -(-count // PAGE)), {})}
    context["may_order"] = bool(access.actor(request).organisation_codes)
    return render(request, "desk/service/orders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def new_order(request: HttpRequest) -> HttpResponse:
    """Show what fits a need; POST orders from one institution, asks several for quotes, or leaves it to officers."""
    actor = access.actor(request)
    if not actor.organisation_codes:
        raise NotFound(
            "casework.order.who",
            "下单以单位的名义办。请先在“我的单位”登记，或到服务站点登记。",
            "Orders are made in the name of an organisation. Ask yours to delegate to you, or go to a service point.",
        )
    order = _order_form(request)
    if request.method == "POST" and order.is_valid():
        given = order.cleaned_data
        try:
            made = order_service(
                actor=actor,
                values={
                    "need": given["need"], "service": given["service"], "standard": given["standard"], "channel": "web",
                    "wanted-by": given["wanted_by"].isoformat() if given["wanted_by"] else "",
                    "contact": given["contact"],
                },
                providers=request.POST.getlist("provider"), reporter_code=given["organisation"],
                once=f"web/{actor.key}/{given['form']}", when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(order, refusal)
        else:
            messages.success(request, gettext("已提交，编号 %(number)s。") % {"number": made.number})
            return redirect("desk:order", number=made.number)
    return _need_page(request, order)


@require_safe
@guard("desk")
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Show an order: where it stands, the quotes side by side, its rating, what it saved."""
    return _order_page(request, number)


@require_POST
@guard("desk")
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask several institutions for quotes."""
    found = case_for(access.actor(request), number)
    form = forms.Form(request.POST)
    return _done(
        request, number, form, gettext("已询价，报价会显示在这里。"),
        lambda: quotes.ask_for_quotes(
            actor=access.actor(request), case_id=found.pk, providers=request.POST.getlist("provider"), seen=None,
            when=access.moment(),
        ),
    )  # fmt: skip


@require_POST
@guard("desk")
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """Choose a quote."""
    case_for(access.actor(request), number)
    form = forms.Form(request.POST)
    text = request.POST.get("quote", "")
    quote = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    return _done(
        request, number, form, gettext("已选定，机构开始服务。"),
        lambda: quotes.choose_quote(
            actor=access.actor(request), quote_id=quote, seen=None, when=access.moment()
        ),
    )  # fmt: skip


@require_POST
@guard("desk")
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Rate an order."""
    found = case_for(access.actor(request), number)
    form = _rating_form(request)
    return _done(
        request, number, form, gettext("谢谢评价。"),
        lambda: rate_order(
            actor=access.actor(request), case_id=found.pk, seen=None, when=access.moment(), **form.cleaned_data
        ),
    )  # fmt: skip


@require_POST
@guard("desk")
def save(request: HttpRequest, number: str) -> HttpResponse:
    """State what an order saved, with the files that show it."""
    actor = access.actor(request)
    found = case_for(actor, number)
    form = _saving_form(request)

    def act() -> object:
        for file in request.FILES.getlist("evidence"):
            brought = Sent(file.name or "", file.chunks(), file.size)
            keeping.add_file(actor=actor, case_id=found.pk, kind=keeping.SAVING, sent=brought, when=access.moment())
        return claim_saving(actor=actor, case_id=found.pk, when=access.moment(), **form.cleaned_data)

    return _done(request, number, form, gettext("已申报，等待核实。"), act)


def _done(request: HttpRequest, number: str, form: forms.Form, word: str, act: Any) -> HttpResponse:
    """Act if the form is right, and come back to the order; else show it with what is wrong and what was written."""
    if form.is_valid():
        try:
            act()
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, word)
            return redirect("desk:order", number=number)
    return _order_page(request, number, bound=form)


def _need_page(request: HttpRequest, order: forms.Form) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    need = NeedForm(asked if asked.get("need") else None)
    need.fields["service"].choices = code_choices("services")  # type: ignore[attr-defined]
    found = None
    if need.is_bound and need.is_valid():
        given = need.cleaned_data
        codes = sorted(access.actor(request).organisation_codes)
        found = advice(
            given["need"], on=access.today(), service=given["service"], standard=given["standard"],
            district=district_of(request.POST.get("organisation") or codes[0]),
        )  # fmt: skip
        service = given["service"] or (found.services[0].code if found.services else "X01")
        order.initial.update(need=given["need"], service=service, standard=given["standard"])
    context = {
        "need": need,
        "order": order,
        "advice": found,
        "chosen": request.POST.getlist("provider"),
        "most": quotes.MOST,
    }
    status = 400 if order.errors or need.errors else 200
    return render(request, "desk/service/new.html", context, status=status)


def _order_form(request: HttpRequest) -> OrderForm:
    form = OrderForm(sent(request), initial={"form": token_hex(12)}, auto_id="order_%s")
    codes = sorted(access.actor(request).organisation_codes)
    form.fields["organisation"].choices = desk.organisation_choices(codes)  # type: ignore[attr-defined]
    return form


def _rating_form(request: HttpRequest | None) -> RatingForm:
    form = RatingForm(request.POST if request else None, auto_id="rate_%s")
    form.fields["reasons"].choices = [(code, said(text)) for code, text in REASONS.items()]  # type: ignore[attr-defined]
    return form


def _saving_form(request: HttpRequest | None) -> SavingForm:
    form = SavingForm(request.POST if request else None, auto_id="save_%s")
    form.fields["kind"].choices = [(code, said(text)) for code, text in KINDS.items()]  # type: ignore[attr-defined]
    return form


def _order_page(request: HttpRequest, number: str, *, bound: forms.Form | None = None) -> HttpResponse:
    actor, on = access.actor(request), access.today()
    found = case_for(actor, number)
    if found.kind != ORDER:
        raise NotFound("casework.order", "“{number}”不是服务单。", "“{number}” is no order.", number=number)
    seen, roles = dossier(actor, found, on), roles_in(actor, found)
    through = {way.step.code for way in seen.ways if way.step.through}
    # who delivers sees no other institution's quote, nor what was offered before
    offers = comparison(found) if roles & {"reporter", "officer", "supervisor", "station"} else ()
    needs_advice = "ask" in through and found.values.get("service")
    context = {
        "dossier": seen,
        "case": found,
        "states": order_states(found),
        "offers": offers,
        "may_choose": "choose" in through,
        "forms": [
            (way, StepForm(seen.kind, way.step.code, seen=found.version)) for way in seen.ways if not way.step.through
        ],
        "advice": advice(
            str(found.values["need"]), on=on, service=str(found.values["service"]), district=found.district,
            standard=str(found.values.get("standard", "")),
        ) if needs_advice else None,
        "most": quotes.MOST,
        "has_better": bool(through & {"choose", "rate"}),
        "rating": getattr(found, "rating", None),
        "best": BEST_RATING,
        "rating_form": (bound if isinstance(bound, RatingForm) else _rating_form(None)) if "rate" in through else None,
        "savings": savings_of(found) if roles else (),
        "saving_form": (bound if isinstance(bound, SavingForm) else _saving_form(None))
        if "reporter" in roles and found.state in SERVED else None,
        "bound": bound,
        "on": on,
    }  # fmt: skip
    return render(
        request, "desk/service/order.html", context, status=400 if bound is not None and bound.errors else 200
    )
