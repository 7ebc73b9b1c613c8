"""Sessions planned on a page of their own, cancelled, and their people moved to another."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.rulebook.courses import Course
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.catalog.names import organisation_names
from pinzhi.records.training.actions import cancelling
from pinzhi.records.training.actions.sessions import MOST_PLACES, Plan, plan_session
from pinzhi.records.training.queries.visible import session_by_key
from pinzhi.records.training.rules import courses
from pinzhi.records.training.timetable import lessons_of
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput, refused, sent
from pinzhi.web.desk.people import districts
from pinzhi.web.desk.session_page import CancelForm, acted, session_page
from pinzhi.web.language import said

_MODES = (("site", pgettext_lazy("mode", "现场")), ("online", _("线上")), ("mixed", _("线上加现场")))


class PlanForm(forms.Form):
    """A session to come: which course, where, when, and its timetable."""

    course_id = forms.ChoiceField(label=_("课程"))
    body_code = forms.CharField(label=_("培训机构的统一社会信用代码"), max_length=40)
    key = forms.CharField(
        label=_("培训班编号"), max_length=40, help_text=_("小写字母、数字和连字符，如 cqo-2024-3。准考证号以它开头。")
    )
    mode = forms.ChoiceField(label=_("授课方式"), choices=_MODES)
    place = forms.CharField(label=_("上课地点"), max_length=200, required=False)
    online_at = forms.URLField(
        label=_("网上课堂的地址"), max_length=300, required=False, assume_scheme="https",
        help_text=_("有线上课时才写，以 https:// 开头。只给录取的人看。"),
    )  # fmt: skip
    district = forms.ChoiceField(label=_("上课的区（市）"), required=False)
    capacity = forms.IntegerField(label=_("名额"), min_value=1, max_value=MOST_PLACES)
    enrol_from = forms.DateField(label=_("报名开始"), widget=DateInput)
    enrol_until = forms.DateField(label=_("报名截止"), widget=DateInput)
    exam_on = forms.DateField(label=_("考试日，可以以后再定"), widget=DateInput, required=False)
    lessons = forms.CharField(
        label=_("课表"), max_length=100_000, widget=forms.Textarea(attrs={"rows": 8, "class": "paste"}),
        help_text=_("第一行是表头：日期、课题、学时。从表格里整块复制，或用逗号隔开。学时合计应等于课程的学时。"),
    )  # fmt: skip

    def __init__(self, *args: object, taught: tuple[Course, ...], bodies: dict[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if bodies:
            self.fields["body_code"] = forms.ChoiceField(label=_("培训机构"), choices=list(bodies.items()))
        for name, choices in (
            ("course_id", [(one.id, said(one.title)) for one in taught]),
            ("district", [("", "—"), *districts().items()]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices


@require_http_methods(["GET", "HEAD", "POST"])
@guard("training.run")
def plan(request: HttpRequest) -> HttpResponse:
    """Ask for a session's plan, and plan it."""
    actor, taught = access.actor(request), courses(access.today())
    form = PlanForm(sent(request), taught=taught, bodies=_bodies(actor))
    if form.is_bound and form.is_valid():
        try:
            key = _planned(actor, form, taught)
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("培训班已排定。到报名开始那天，企业就可以报名。"))
            return redirect("desk:training_session", key=key)
    status = 400 if form.is_bound else 200
    return render(request, "desk/training/plan.html", {"form": form, "courses": taught}, status=status)


@require_POST
@guard("training.run")
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Cancel a session that has not begun, with the ground."""
    actor, form = access.actor(request), CancelForm(request.POST)
    require(actor, "training.run", session_by_key(key))  # who does not run it gets no page with the form
    if form.is_valid():
        try:
            cancelling.cancel_session(actor=actor, key=key, when=access.moment(), **form.cleaned_data)
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("培训班已取消。"))
            return redirect("desk:training_session", key=key)
    return session_page(request, key, cancelling=form)


@require_POST
@guard("training.enrol")
def transfer(request: HttpRequest, key: str) -> HttpResponse:
    """Move an enterprise's people of a cancelled session to another of the same course."""
    to = request.POST.get("to", "")
    return acted(
        request, key, gettext("已转到 %(key)s，等培训机构录取。") % {"key": to},
        lambda: cancelling.transfer(
            actor=access.actor(request), key=key, to=to,
            organisation_code=request.POST.get("organisation_code", ""), when=access.moment(),
        ),
    )  # fmt: skip


def _bodies(actor: Actor) -> dict[str, str]:
    """Return the bodies to choose from; none for an officer, who writes the code of any."""
    if actor.has("city_officer"):
        return {}
    names = organisation_names(actor.organisation_codes)
    return {code: names.get(code, code) for code in sorted(actor.organisation_codes)}


def _planned(actor: Actor, form: PlanForm, taught: tuple[Course, ...]) -> str:
    given = dict(form.cleaned_data)
    edition = next(one.edition for one in taught if one.id == given["course_id"])
    made = Plan(**given | {"edition": edition, "lessons": lessons_of(given["lessons"])})
    return plan_session(actor=actor, plan=made, when=access.moment()).key
