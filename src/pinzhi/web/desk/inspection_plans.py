"""Plans of inspections at the desk: the register, notices and who has not signed, draws."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.casework.draws import RiskLevel
from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import may
from pinzhi.records.casework.rules import case_types
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.inspections.actions import drawing, planning
from pinzhi.records.inspections.queries import draws, experts, plans
from pinzhi.records.inspections.rules import LEVELS, checklists
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput, refused, sent
from pinzhi.web.downloads import Sheet, download
from pinzhi.web.language import said
from pinzhi.web.pages import page_number, pager


class PlanForm(forms.Form):
    """A plan of inspections."""

    key = forms.CharField(label=_("代号"), max_length=40, help_text=_("小写字母、数字和连字符，如 risk-2024。"))
    title_zh = forms.CharField(label=_("名称"), max_length=200)
    title_en = forms.CharField(label=_("英文名称"), max_length=300, required=False)
    theme = forms.ChoiceField(label=_("主题"))
    checklist = forms.ChoiceField(label=_("检查表"))
    district = forms.ChoiceField(label=_("区市"), required=False)
    zone = forms.ChoiceField(label=_("功能区"), required=False)
    document = forms.CharField(label=_("告知书名称"), max_length=200, required=False, help_text=_("不写就不发告知书。"))
    basis = forms.CharField(label=_("依据"), max_length=300, required=False)
    starts_on = forms.DateField(label=_("开始"), widget=DateInput)
    ends_on = forms.DateField(label=_("结束"), widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole = [("", gettext("全市"))]
        book = rulebook()
        themes = {one.theme: said(one.theme_title) for one in case_types()}
        choices = {
            "theme": list(themes.items()),
            "checklist": [(f"{one.id} {one.edition}", said(one.title)) for one in checklists()],
            "district": whole + [(code, said(book.codelist("districts").text(code)))
                                 for code in book.codelist("districts").codes],
            "zone": [("", gettext("不限")), *((code, said(book.codelist("zones").text(code)))
                                            for code in book.codelist("zones").codes)],
        }  # fmt: skip
        for name, offered in choices.items():
            cast(forms.ChoiceField, self.fields[name]).choices = offered

    def planned(self) -> planning.Planned:
        """Return the plan as the action takes it."""
        given = dict(self.cleaned_data)
        instrument, edition = given.pop("checklist").split(" ")
        title = Text(given.pop("title_zh"), given.pop("title_en"))
        return planning.Planned(title=title, instrument=instrument, edition=edition, **given)


class DrawForm(forms.Form):
    """How many targets of each level are drawn, by whom they are inspected, and when."""

    general = forms.IntegerField(label=_("一般风险抽几家"), min_value=0, initial=0)
    larger = forms.IntegerField(label=_("较大风险抽几家"), min_value=0, initial=0)
    major = forms.IntegerField(label=_("重大风险抽几家"), min_value=0, initial=0)
    team = forms.IntegerField(label=_("每组几人"), min_value=1, max_value=10, initial=2)
    opens_on = forms.DateField(label=_("抽取日"), widget=DateInput, help_text=_("这一天起才能抽取。"))


@require_http_methods(["GET", "HEAD", "POST"])
@guard("inspections.plan")
def new_plan(request: HttpRequest) -> HttpResponse:
    """Show the form of a plan; POST makes one."""
    form = PlanForm(sent(request))
    if form.is_valid():
        try:
            made = planning.make_plan(actor=access.actor(request), planned=form.planned(), when=access.moment())
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("计划已建立。"))
            return redirect("desk:inspection_plan", key=made.key)
    return render(request, "desk/inspections/new_plan.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@guard("desk")
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """Show a plan: its targets by level, how far its notices came, its draws."""
    return _plan_page(request, key)


@require_POST
@guard("inspections.plan")
def send_notices(request: HttpRequest, key: str) -> HttpResponse:
    """Send the notice of responsibility to every target that has none."""
    held = plans.plan_by_key(access.actor(request), key)
    made = planning.send_notices(actor=access.actor(request), plan=held, when=access.moment())
    words = gettext("已发给 %(count)s 家。") if made else gettext("名录里的每一家都已经发过。")
    messages.success(request, words % {"count": len(made)} if made else words)
    return redirect("desk:inspection_plan", key=key)


@require_POST
@guard("inspections.plan")
def announce(request: HttpRequest, key: str) -> HttpResponse:
    """Freeze the lists of a draw and publish its commitment."""
    actor, form = access.actor(request), DrawForm(request.POST)
    held = plans.plan_by_key(actor, key)
    if form.is_valid():
        given = form.cleaned_data
        wanted = {cast(RiskLevel, level): given[level] for level in LEVELS}
        try:
            made = drawing.announce_draw(
                actor=actor, plan=held, wanted=wanted, team=given["team"], opens_on=given["opens_on"],
                when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已公布 %(code)s 的承诺和名单摘要。") % {"code": made.code})
            return redirect("desk:inspection_plan", key=key)
    return _plan_page(request, key, form=form)


@require_POST
@guard("inspections.plan")
def open_draw(request: HttpRequest, code: str) -> HttpResponse:
    """Open the seed and draw."""
    return _decided(
        request, code,
        lambda: drawing.open_draw(actor=access.actor(request), code=code, when=access.moment()),
        gettext("已抽取，检查任务已派出。"),
    )  # fmt: skip


@require_POST
@guard("inspections.plan")
def call_off(request: HttpRequest, code: str) -> HttpResponse:
    """Call a draw off, with reasons."""
    ground = request.POST.get("ground", "")
    return _decided(
        request, code,
        lambda: drawing.call_off_draw(actor=access.actor(request), code=code, ground=ground, when=access.moment()),
        gettext("已取消，种子和理由一并公布。"),
    )  # fmt: skip


@require_safe
@guard("desk")
def notices(request: HttpRequest, key: str, form: str = "") -> HttpResponseBase:
    """Show the notices of a plan, those not signed for first; also as a table."""
    held, on = plans.plan_by_key(access.actor(request), key), access.today()
    found = plans.notices_of(held)
    state = request.GET.get("state", "")
    if state:
        found = found.filter(state=state)
    if form:
        lines = plans.notice_lines(found)
        also = f"{[(one.number, one.state.code) for one in lines]}"
        return download(request, form, lambda: Sheet("notices", plans.NoticeLine, lines),
                        name=f"notices-{key}", on=on, also=also)  # fmt: skip
    page, count = page_number(request), found.count()
    context = {
        "plan": held, "title": Text(held.title_zh, held.title_en), "state": state, "count": count,
        "progress": plans.progress(held, on),
        "lines": plans.notice_lines(found[(page - 1) * plans.PAGE : page * plans.PAGE]),
        "pager": pager(page, max(1, -(-count // plans.PAGE)), {"state": state} if state else {}),
    }  # fmt: skip
    return render(request, "desk/inspections/notices.html", context)


def _plan_page(request: HttpRequest, key: str, form: DrawForm | None = None) -> HttpResponse:
    actor, on = access.actor(request), access.today()
    held = plans.plan_by_key(actor, key)
    targets = plans.targets_of(held, on)
    counts = plans.level_counts(targets)
    book = rulebook()
    context = {
        "plan": held,
        "title": Text(held.title_zh, held.title_en),
        "scope": [book.codelist(name).text(code)
                  for name, code in (("districts", held.district), ("zones", held.zone)) if code],
        "checklist": next((one.title for one in checklists() if one.id == held.instrument), None),
        "levels": [(LEVELS[level], count) for level, count in counts.items()],
        "count": sum(counts.values()),
                "progress": plans.progress(held, on),
        "draws": [(draws.draw_line(one), one.opened_at is None and one.opens_on <= on, one.opened_at is None)
                  for one in draws.draws(held)],
        "form": form or DrawForm(initial={"opens_on": on}),
        "inspectors": len(draws.inspectors_on(on)),
        "decides": may(actor, "inspections.plan", held),
        "batches": experts.batch_lines(held),
    }  # fmt: skip
    return render(request, "desk/inspections/plan.html", context, status=400 if form else 200)


def _decided(request: HttpRequest, code: str, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
    except PinzhiError as refusal:
        messages.error(request, refusal.text.in_language(get_language() or ""))
    else:
        messages.success(request, done)
    return redirect("desk:inspection_plan", key=draws.draw_by_code(code).plan.key)
