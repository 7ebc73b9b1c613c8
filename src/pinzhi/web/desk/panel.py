"""Officers look after the experts of a round, and give the entries of a stage to them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.assessment.actions import experts, recusal
from pinzhi.records.assessment.actions.assigning import assign_stage
from pinzhi.records.assessment.queries import panels
from pinzhi.records.assessment.queries.matching import panel_stages
from pinzhi.records.assessment.queries.visible import round_by_key
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused
from pinzhi.web.language import said
from pinzhi.web.pages import page_number, pager

Choices = tuple[tuple[str, str], ...]


class CallForm(forms.Form):
    """Which expert is called, for how many entries."""

    expert_code = forms.ChoiceField(label=_("专家"), help_text=_("★ 是资深专家。"))
    least = forms.IntegerField(label=_("每阶段最少评几份"), min_value=0, initial=0)
    most = forms.IntegerField(label=_("每阶段最多评几份"), min_value=1, initial=10)

    def __init__(self, *args: Any, experts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "expert_code", experts)


class LeaveForm(forms.Form):
    """Which expert leaves, and why."""

    expert_code = forms.ChoiceField(label=_("专家"))
    ground = forms.CharField(label=_("退出原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, experts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "expert_code", experts)


class AboutForm(forms.Form):
    """A conflict of an expert with an entry that an officer knows of."""

    expert_code = forms.ChoiceField(label=_("专家"))
    number = forms.CharField(label=_("申报编号"), max_length=20, help_text=_("例如 08-017。"))
    kind = forms.ChoiceField(label=_("情形"))
    ground = forms.CharField(label=_("说明"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, experts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "expert_code", experts)
        _offer(self, "kind", tuple((code, said(text)) for code, text in panels.KINDS.items()))


class EnrolForm(forms.Form):
    """Somebody with an account who is put on the roster."""

    email = forms.EmailField(label=_("专家的邮箱"), help_text=_("对方要先注册，并确认邮箱。"))
    code = forms.CharField(
        label=_("专家编号"), max_length=12, help_text=_("例如 E-014。结果里只出现编号，不出现姓名。")
    )
    name = forms.CharField(label=_("姓名"), max_length=100)
    employer_name = forms.CharField(label=_("所在单位"), max_length=200, required=False)
    employer_code = forms.CharField(
        label=_("所在单位的统一社会信用代码"),
        max_length=40,
        required=False,
        help_text=_("有了代码，才查得出同单位回避。"),
    )
    fields_ = forms.MultipleChoiceField(
        label=_("专业领域"), required=False, widget=forms.SelectMultiple(attrs={"size": 6}), help_text=_("可以选几项。")
    )
    senior = forms.BooleanField(label=_("资深专家，可以当组长"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "fields_", tuple((code, said(text)) for code, text in panels.field_choices()))


class PinsForm(forms.Form):
    """Which pairs are settled beforehand, what is to be fair, and which run was seen."""

    pins = forms.CharField(
        label=_("指定的配对"), required=False, widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("可以不填。每行一对：申报编号 空格 专家编号，例如 08-017 E-014。"),
    )  # fmt: skip
    fair = forms.ChoiceField(
        label=_("怎样算最好"), required=False,
        choices=[
            ("", _("总的匹配程度最高")),
            ("worst_entry", _("先让匹配最差的申报尽量好")),
            ("weakest_pair", _("先让最弱的一对尽量好")),
        ],
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_pins(self) -> list[tuple[str, str]]:
        """Return the pairs, one a line; a line that is not a pair is refused."""
        lines = [line.split() for line in self.cleaned_data["pins"].splitlines() if line.strip()]
        odd = next((line for line in lines if len(line) != 2), None)
        if odd is not None:
            raise forms.ValidationError(
                gettext("“%(line)s”不是一对。每行写一个申报编号和一个专家编号，中间空一格。") % {"line": " ".join(odd)}
            )
        return [(number, code) for number, code in lines]


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
    field.choices = list(choices)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("assessment.oversee")
def roster(request: HttpRequest, key: str) -> HttpResponse:
    """Show the experts of a round; POST calls one, records that one leaves, declares about one, or enrols one."""
    actor, held = access.actor(request), round_by_key(key)
    bound = request.POST.get("act", "") if request.method == "POST" else ""
    tools = _forms(request, actor, key, bound) if may(actor, "assessment.run") else {}
    form = tools.get(bound)
    if request.method == "POST" and form is None:
        require(actor, "assessment.run")
    if form is not None and form.is_valid() and _done(request, actor, key, bound, form):
        return redirect("desk:experts", key=key)
    lines = panels.roster(actor, held, access.today())
    context = {
        "held": held,
        "scheme": scheme_of(held),
        "lines": lines,
        "waiting": [one for one in lines if one.status == "waiting"],
        "serving": [one for one in lines if one.status != "left"],
        "stages": panel_stages(held),
        "tools": tools,
        "bound": bound,
    }
    return render(request, "desk/panel/roster.html", context, status=400 if form is not None and form.errors else 200)


def _forms(request: HttpRequest, actor: Actor, key: str, bound: str) -> dict[str, forms.Form]:
    """Return the forms of the page; the one that was sent keeps what was typed."""
    held = round_by_key(key)
    serving, free = panels.serving_experts(actor, held), panels.not_called(actor, held)

    def made(name: str, shape: type[forms.Form], **offered: Any) -> forms.Form:
        data = request.POST if name == bound else None
        return shape(data, auto_id=f"{name}_%s", **offered)

    return {
        "call": made("call", CallForm, experts=free),
        "about": made("about", AboutForm, experts=serving),
        "leave": made("leave", LeaveForm, experts=serving),
        "enrol": made("enrol", EnrolForm),
    }


def _done(request: HttpRequest, actor: Actor, key: str, act: str, form: forms.Form) -> bool:
    given, when = dict(form.cleaned_data), access.moment()
    try:
        if act == "call":
            experts.call_expert(actor=actor, round_key=key, when=when, **given)
            messages.success(
                request, gettext("已请 %(code)s 参加，等对方回答回避声明。") % {"code": given["expert_code"]}
            )
        elif act == "leave":
            recusal.leave(actor=actor, round_key=key, when=when, **given)
            messages.success(
                request, gettext("已记录 %(code)s 退出；没有交的任务已结束。") % {"code": given["expert_code"]}
            )
        elif act == "about":
            recusal.declare_about(actor=actor, round_key=key, when=when, **given)
            messages.success(request, gettext("已记录 %(code)s 的回避情形。") % {"code": given["expert_code"]})
        else:
            experts.enrol(actor=actor, when=when, fields=given.pop("fields_"), **given)
            messages.success(request, gettext("已把 %(code)s 列入专家库。") % {"code": given["code"]})
    except PinzhiError as refusal:
        refused(form, refusal)
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@guard("assessment.oversee")
def assignment(request: HttpRequest, key: str, stage: str) -> HttpResponse:
    """Show which experts the entries of a stage were given to, and why; POST gives them anew."""
    actor, held = access.actor(request), round_by_key(key)
    form = PinsForm(request.POST if request.method == "POST" else None, auto_id="pins_%s")
    if form.is_bound and form.is_valid() and _assigned(request, actor, key, stage, form):
        return redirect("desk:assignment", key=key, stage=stage)
    number = page_number(request)
    page = panels.assignment_page(actor, held, stage, access.today(), page=number)
    if not form.is_bound:
        first = {
            "pins": "\n".join(" ".join(one) for one in page.pins),
            "seen": page.run.pk if page.run else None,
        }
        form = PinsForm(initial=first, auto_id="pins_%s")
    context = {
        "held": held,
        "scheme": scheme_of(held),
        "page": page,
        "stages": panel_stages(held),
        "form": form,
        "pager": pager(number, max(1, -(-page.count // panels.PAGE)), {}),
        "runs": may(actor, "assessment.run"),
    }
    refused_ = form.is_bound and bool(form.errors)
    return render(request, "desk/panel/assignment.html", context, status=400 if refused_ else 200)


def _assigned(request: HttpRequest, actor: Actor, key: str, stage: str, form: PinsForm) -> bool:
    given = form.cleaned_data
    try:
        run = assign_stage(
            actor=actor, round_key=key, stage=stage, pins=given["pins"], fair=given["fair"], seen=given["seen"],
            when=access.moment(),
        )  # fmt: skip
    except PinzhiError as refusal:
        refused(form, refusal)
        return False
    if run.status == "optimal":
        messages.success(request, gettext("已分配，结果是最好的，已证明。"))
    else:
        messages.warning(request, gettext("这些规则之下分配不出来。原因在下面，什么都没有改。"))
    return True
