"""The register of targets at the desk: who stands in it, who is taken off, who stands aside from whom."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import may
from pinzhi.records.casework.rules import case_types
from pinzhi.records.inspections.actions import registering
from pinzhi.records.inspections.actions.registering import Wanted
from pinzhi.records.inspections.queries import plans
from pinzhi.records.inspections.queries.draws import holders
from pinzhi.records.inspections.queries.ties import tie_lines
from pinzhi.records.inspections.rules import LEVELS
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput, refused, sent
from pinzhi.web.downloads import Sheet, download
from pinzhi.web.language import said
from pinzhi.web.pages import page_number, pager

_COLUMNS = 6  # of a pasted row: code, level, day, zone, kinds, place


class RegisterForm(forms.Form):
    """Targets pasted from a spreadsheet."""

    theme = forms.ChoiceField(label=_("主题"))
    text = forms.CharField(
        label=_("粘贴名单"), max_length=500_000, widget=forms.Textarea(attrs={"rows": 6, "class": "paste"}),
        help_text=_(
            "一行一家：统一社会信用代码、等级（general、larger、major）、从哪天起、功能区代码、类别、坐标。"
            "用制表符或逗号隔开，后三项可以不写。"
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        themes = {one.theme: said(one.theme_title) for one in case_types()}
        cast(forms.ChoiceField, self.fields["theme"]).choices = list(themes.items())


class EndForm(forms.Form):
    """Targets that are taken off, and the last day on which they stand."""

    target = forms.TypedMultipleChoiceField(label=_("对象"), coerce=int)
    last_day = forms.DateField(label=_("最后一天"), widget=DateInput, help_text=_("这一天还在册，第二天起不在。"))

    def __init__(self, *args: Any, offered: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.TypedMultipleChoiceField, self.fields["target"])
        field.choices = [(one, one) for one in offered]
        field.error_messages["required"] = gettext("先选要去掉的对象。")


class TieForm(forms.Form):
    """An organisation that somebody stands aside from."""

    who = forms.TypedChoiceField(label=_("谁回避"), coerce=int)
    code = forms.CharField(label=_("单位（统一社会信用代码）"), max_length=40)
    ground = forms.CharField(label=_("理由"), max_length=300, help_text=_("如亲属任职、持股、曾在该单位工作。"))
    until_on = forms.DateField(label=_("到哪天为止"), widget=DateInput, required=False, help_text=_("不写就一直有效。"))

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.TypedChoiceField, self.fields["who"]).choices = people
        if len(people) == 1:
            self.fields["who"].widget = forms.HiddenInput()
            self.fields["who"].initial = people[0][0]


@require_safe
@guard("desk")
def targets(request: HttpRequest, key: str, form: str = "") -> HttpResponseBase:
    """Show the targets a plan goes over today, those of the highest risk first; also as a table."""
    return _targets_page(request, key, form)


@require_POST
@guard("inspections.plan")
def end_targets(request: HttpRequest, key: str) -> HttpResponseBase:
    """Take the chosen targets off the register after a day."""
    actor, on = access.actor(request), access.today()
    held = plans.plan_by_key(actor, key)
    offered = list(plans.targets_of(held, on).values_list("pk", flat=True))
    form = EndForm(request.POST, offered=offered)
    if form.is_valid():
        try:
            made = registering.end_targets(
                actor=actor, target_ids=form.cleaned_data["target"], last_day=form.cleaned_data["last_day"],
                when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            words = ngettext("%(n)s 家在 %(day)s 之后不在名录里。", "%(n)s 家在 %(day)s 之后不在名录里。", len(made))
            messages.success(request, words % {"n": len(made), "day": form.cleaned_data["last_day"]})
            return redirect("desk:plan_targets", key=key)
    return _targets_page(request, key, "", end=form)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("inspections.plan")
def register(request: HttpRequest) -> HttpResponse:
    """Show the form for targets; POST sets those of the rows that hold and tells of the others."""
    form = RegisterForm(sent(request))
    refusals: tuple[tuple[int, Text], ...] = ()
    if form.is_valid():
        rows, refusals = _rows(form)
        if rows and not refusals:
            try:
                count, bad = registering.set_targets(actor=access.actor(request), rows=rows, when=access.moment())
            except PinzhiError as refusal:
                refused(form, refusal)
            else:
                messages.success(request, gettext("在册 %(count)s 家。") % {"count": count})
                refusals = tuple((one.number, one.refusal.text) for one in bad)
    context = {"form": form, "refusals": refusals}
    return render(request, "desk/inspections/register.html", context, status=400 if form.errors or refusals else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def ties(request: HttpRequest) -> HttpResponse:
    """Show who stands aside from whom; POST declares a tie, one's own or, as an officer, somebody's."""
    actor, on = access.actor(request), access.today()
    decides = may(actor, "inspections.plan")
    users = {one.pk: one for role in ("inspector", "expert") for one in holders(role, on)}
    people = [(pk, one.name or one.email) for pk, one in users.items() if decides or pk == actor.user_id]
    form = TieForm(sent(request), people=sorted(people, key=lambda one: one[1]))
    if form.is_valid():
        given = form.cleaned_data
        try:
            registering.declare_tie(
                actor=actor, user=users[given["who"]], code=given["code"], ground=given["ground"],
                until_on=given["until_on"], when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已登记。以后的抽取和派出会避开。"))
            return redirect("desk:inspection_ties")
    context = {"form": form if people else None, "lines": tie_lines(actor, on), "decides": decides}
    return render(request, "desk/inspections/ties.html", context, status=400 if form.errors else 200)


def _targets_page(request: HttpRequest, key: str, form: str, end: EndForm | None = None) -> HttpResponseBase:
    actor, on = access.actor(request), access.today()
    held = plans.plan_by_key(actor, key)
    found, level = plans.targets_of(held, on), request.GET.get("level", "")
    counts = plans.level_counts(found)
    if level in LEVELS:
        found = found.filter(level=level)
    if form:
        lines = plans.target_lines(found)
        also = f"{[(one.code, one.level.en, str(one.until_on)) for one in lines]}"
        return download(request, form, lambda: Sheet("targets", plans.TargetLine, lines),
                        name=f"targets-{key}", on=on, also=also)  # fmt: skip
    page, count = page_number(request), found.count()
    shown = list(found[(page - 1) * plans.PAGE : page * plans.PAGE])
    context = {
        "plan": held, "title": Text(held.title_zh, held.title_en), "level": level, "count": sum(counts.values()),
        "levels": [(code, LEVELS[code], n) for code, n in counts.items()],
        "lines": list(zip([one.pk for one in shown], plans.target_lines(shown), strict=True)),
        "pager": pager(page, max(1, -(-count // plans.PAGE)), {"level": level} if level else {}),
        "decides": may(actor, "inspections.plan", held),
        "form": end or EndForm(offered=[], initial={"last_day": on}),
        "chosen": [int(one) for one in end.data.getlist("target") if one.isdigit()] if end else [],  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "desk/inspections/targets.html", context, status=400 if end else 200)


def _rows(form: RegisterForm) -> tuple[list[Wanted], tuple[tuple[int, Text], ...]]:
    """Read pasted rows; a row that cannot be read is told by its number, and then none is written."""
    rows, bad = [], []
    lines = [line for line in form.cleaned_data["text"].splitlines() if line.strip()]
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in line.replace("，", ",").replace("\t", ",").split(",")]
        cells += [""] * (_COLUMNS - len(cells))
        try:
            day = forms.DateField().clean(cells[2])
            spot: list[float | None] = [float(part) for part in cells[5].split()[:2]] or [None, None]
            rows.append(Wanted(cells[0], form.cleaned_data["theme"], cells[1], day, cells[3], cells[4],
                               latitude=spot[0], longitude=spot[1]))  # fmt: skip
        except (forms.ValidationError, ValueError, IndexError):
            bad.append(
                (number, Text("应为：代码、等级、日期（2024-01-04）、功能区、类别、坐标（36.24 120.24）。",
                              "Expected: code, level, day (2024-01-04), zone, kinds, place (36.24 120.24)."))
            )  # fmt: skip
    return rows, tuple(bad)
