"""Forms of cases: opening one, a step with what it takes, words, more time, merging."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pinzhi.engine.rulebook.case_parts import CaseField, CaseRole, CaseStep
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.records.casework.actions.steps import Wish
from pinzhi.records.casework.queries.people import people_for
from pinzhi.web import access
from pinzhi.web.desk.fields import DateInput, code_choices, sent
from pinzhi.web.language import said

ASSIGN = "assign_"  # a form field that names who is given a role
FIELD = "field_"  # a form field that fills a field of the case


class StepForm(forms.Form):
    """A step of a case with what it takes: fields, reasons, who is given a role."""

    step = forms.CharField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, kind: CaseType, code: str, data: Any = None, **initial: Any) -> None:
        super().__init__(data, initial={"step": code, **initial}, auto_id=f"{code}_%s")
        if (step := kind.step_of(code)) is not None:
            self._ask_for(kind, step)

    def _ask_for(self, kind: CaseType, step: CaseStep) -> None:
        for name in step.needs:
            field = kind.field_of(name)
            if field is not None:
                self.fields[FIELD + name] = _form_field(field, is_required=False)
        for role in step.assigns:
            self.fields[ASSIGN + role] = people_field(role)
        if step.ground:
            self.fields["ground"] = forms.CharField(
                label=_("理由"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )

    def wish(self) -> Wish:
        """Return the step as the action takes it."""
        given = self.cleaned_data
        assign: dict[CaseRole, str] = {
            name.removeprefix(ASSIGN): value  # type: ignore[misc]
            for name, value in given.items()
            if name.startswith(ASSIGN) and value
        }
        return Wish(given["step"], given.get("ground", ""), values_of(given), assign)


class RemarkForm(forms.Form):
    """Words on a case."""

    text = forms.CharField(label=_("留言"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    internal = forms.BooleanField(label=_("只给办理的人看"), required=False, initial=True)


class ExtendForm(forms.Form):
    """How many days a deadline is moved, and why."""

    deadline = forms.CharField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    days = forms.IntegerField(label=_("延长几天"), min_value=1, max_value=366)
    ground = forms.CharField(label=_("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class MergeForm(forms.Form):
    """The case in which another one ends, and why."""

    into = forms.CharField(widget=forms.HiddenInput, max_length=24)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    ground = forms.CharField(label=_("理由"), max_length=2000)


class OpeningForm(forms.Form):
    """What a case is opened with: every field of its type, those required that it opens with."""

    def __init__(self, kind: CaseType, request: HttpRequest) -> None:
        super().__init__(sent(request))
        for field in kind.field:
            self.fields[FIELD + field.code] = _form_field(field, is_required=field.code in kind.opens_with)
        actor = access.actor(request)
        if "reporter" in kind.opened_by and actor.organisation_codes:
            choices = [(code, code) for code in sorted(actor.organisation_codes)]
            self.fields["organisation"] = forms.ChoiceField(label=_("以哪个单位的名义"), choices=choices)
        if kind.family == "problem":
            self.fields["found_on"] = forms.DateField(
                label=_("发现日期"), required=False, initial=access.today(), widget=DateInput
            )


def values_of(given: dict[str, Any]) -> dict[str, str]:
    """Return the fields of a case out of what a form took."""
    return {
        name.removeprefix(FIELD): "" if value is None else str(value)
        for name, value in given.items()
        if name.startswith(FIELD)
    }


def people_field(role: CaseRole) -> forms.Field:
    """Return the field that names who is given a role: an organisation by its code, or one of the people who may."""
    label = {
        "handler": _("整改责任单位（统一社会信用代码）"),
        "provider": _("服务机构（统一社会信用代码）"),
        "verifier": _("复查人"),
        "expert": _("专家"),
    }[role]
    people = people_for(role, access.today())
    if people is None:
        return forms.CharField(label=label, max_length=40, required=False)
    return forms.ChoiceField(label=label, choices=[("", "—"), *people], required=False)


def _form_field(field: CaseField, *, is_required: bool) -> forms.Field:
    label = said(field.title)
    if field.unit is not None:
        label = f"{label}（{said(field.unit)}）"
    if field.codelist:
        return forms.ChoiceField(label=label, required=is_required, choices=code_choices(field.codelist))
    match field.kind:
        case "choice":
            words = [(one.code, said(one.title)) for one in field.choices]
            return forms.ChoiceField(label=label, required=is_required, choices=[("", "—"), *words])
        case "date":
            return forms.DateField(label=label, required=is_required, widget=DateInput)
        case "flag":
            return forms.ChoiceField(
                label=label, required=is_required, choices=[("", "—"), ("yes", _("是")), ("no", _("否"))]
            )
        case "long":
            return forms.CharField(
                label=label, required=is_required, max_length=10_000, widget=forms.Textarea(attrs={"rows": 4})
            )
    hints = {
        "place": _("可以先写坐标：36.2641 120.2817 路口东侧"),
        "organisation": _("统一社会信用代码或登记名称"),
        "money": _("元"),
        "contact": _("只有办理的人看得到"),
    }
    return forms.CharField(label=label, required=is_required, max_length=300, help_text=hints.get(field.kind, ""))
