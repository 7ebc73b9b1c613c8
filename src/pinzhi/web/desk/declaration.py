"""An expert's rounds and tasks, and the declaration of interests that comes before any of them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.actions import experts, recusal
from pinzhi.records.assessment.queries import own
from pinzhi.records.assessment.queries.panels import KINDS
from pinzhi.records.assessment.queries.visible import round_by_key
from pinzhi.records.catalog.names import organisations_named
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput, refused
from pinzhi.web.language import said


class TieForm(forms.Form):
    """An organisation with which the expert has to do; of several found, one is picked."""

    organisation = forms.CharField(
        label=_("单位名称或统一社会信用代码"),
        max_length=200,
        help_text=_("写名称的一部分就能查；名录里没有的，写代码。"),
    )
    picked = forms.ChoiceField(label=_("是哪一个"), required=False, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("什么关系"))
    since = forms.DateField(label=_("从哪天（可以不填）"), required=False, widget=DateInput)
    until = forms.DateField(
        label=_("到哪天（可以不填）"), required=False, widget=DateInput, help_text=_("现在还有的关系不填。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, picked = self.fields["kind"], self.fields["picked"]
        assert isinstance(kind, forms.ChoiceField) and isinstance(picked, forms.ChoiceField)  # noqa: S101, PT018
        kind.choices = [(code, said(KINDS[code])) for code in experts.TIE_KINDS]
        picked.choices = [(code, f"{name}（{code}）") for code, name in organisations_named(self._typed())]
        if not self.is_bound or len(picked.choices) < 2:
            del self.fields["picked"]

    def _typed(self) -> str:
        return str(self.data.get("organisation", "")) if self.is_bound else ""

    def clean(self) -> dict[str, Any]:
        """Find the organisation that was meant."""
        given = super().clean() or {}
        found = organisations_named(self._typed())
        if given.get("picked"):
            given["credit_code"] = given["picked"]
        elif len(found) > 1:
            self.add_error("picked", gettext("名录里有 %(count)s 个相近的单位，请选一个。") % {"count": len(found)})
        else:
            given["credit_code"] = found[0][0] if found else given.get("organisation", "")
        return given


class RelativeForm(forms.Form):
    """A relative; the name is compared and not kept."""

    name = forms.CharField(
        label=_("亲属姓名"), max_length=100,
        help_text=_("只保存不能还原的摘要，用来和申报单位负责人比对；姓名本身不保存，也没有人看得到。"),
    )  # fmt: skip


class ConflictForm(forms.Form):
    """An entry that the expert recognised, with what stands between."""

    number = forms.CharField(label=_("申报编号"), max_length=20, help_text=_("例如 08-017。"))
    kind = forms.ChoiceField(label=_("情形"))
    ground = forms.CharField(label=_("说明"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 (for the type checker)
        kind.choices = [(code, said(text)) for code, text in KINDS.items()]


@require_safe
@guard("assessment.judge")
def reviews(request: HttpRequest) -> HttpResponse:
    """List the rounds an expert was called to, with his tasks; before the declaration only that."""
    rounds = own.own_rounds(access.actor(request))
    context = {
        "rounds": rounds,
        "to_declare": [one for one in rounds if one.waits],
        "open": sum(one.open for one in rounds),
    }
    return render(request, "desk/panel/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("assessment.judge")
def declaration(request: HttpRequest, key: str) -> HttpResponse:
    """Ask what ties the expert to applicants; POST adds a tie, a relative or an entry, or answers."""
    actor, held = access.actor(request), round_by_key(key)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    shown = own.own_declaration(actor, held)
    tools: dict[str, forms.Form] = {
        name: shape(request.POST if name == act else None, auto_id=f"{name}_%s")
        for name, shape in (("tie", TieForm), ("relative", RelativeForm), ("conflict", ConflictForm))
    }
    if act == "answer":
        return _answered(request, actor, key)
    form = tools.get(act)
    if form is not None and form.is_valid() and _added(request, actor, key, act, form):
        return redirect("desk:declaration", key=key)
    context = {"own": shown, "tools": tools, "kinds": [(code, said(text)) for code, text in KINDS.items()]}
    failed = form is not None and bool(form.errors)
    return render(request, "desk/panel/declaration.html", context, status=400 if failed else 200)


@require_POST
@guard("assessment.judge")
def remove_tie(request: HttpRequest, key: str, tie_id: int) -> HttpResponse:
    """Let a tie entered by mistake count no longer."""
    actor = access.actor(request)
    code = own.own_declaration(actor, round_by_key(key)).panellist.expert.code
    experts.remove_tie(actor=actor, expert_code=code, tie_id=tie_id, when=access.moment())
    messages.success(request, gettext("已作废，仍留在记录里。"))
    return redirect("desk:declaration", key=key)


def _answered(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Answer the declaration with the entries marked on the page; none marked says that there is none."""
    marked = [
        (name.removeprefix("kind-"), kind, request.POST.get(name.replace("kind-", "ground-", 1), ""))
        for name, kind in request.POST.items()
        if name.startswith("kind-") and kind
    ]
    try:
        recusal.declare(actor=actor, round_key=key, conflicts=[_text(one) for one in marked], when=access.moment())
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
        return redirect("desk:declaration", key=key)
    messages.success(request, gettext("声明已提交。以后情况有变化，随时回来补充。"))
    return redirect("desk:reviews")


def _text(marked: tuple[str, object, object]) -> tuple[str, str, str]:
    return marked[0], str(marked[1]), str(marked[2])


def _added(request: HttpRequest, actor: Actor, key: str, act: str, form: forms.Form) -> bool:
    given, when = form.cleaned_data, access.moment()
    code = own.own_declaration(actor, round_by_key(key)).panellist.expert.code
    try:
        if act == "tie":
            experts.add_tie(
                actor=actor, expert_code=code, kind=given["kind"], credit_code=given["credit_code"],
                since=given["since"], until=given["until"], when=when,
            )  # fmt: skip
            messages.success(request, gettext("已登记这个单位。"))
        elif act == "relative":
            experts.add_relative(actor=actor, expert_code=code, name=given["name"], when=when)
            messages.success(request, gettext("已登记一位亲属，姓名没有保存。"))
        else:
            conflict = (given["number"], given["kind"], given["ground"])
            recusal.declare(actor=actor, round_key=key, conflicts=[conflict], when=when)
            messages.success(request, gettext("已声明回避 %(number)s。") % {"number": given["number"]})
    except PinzhiError as refusal:
        refused(form, refusal)
        return False
    return True
