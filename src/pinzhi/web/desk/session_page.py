"""A session's page at the desk with the forms that stand on it, for all the acts that come back to it."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.catalog.names import organisation_names
from pinzhi.records.training.actions.lists import COLUMNS, Looked
from pinzhi.records.training.files import Row, text_of
from pinzhi.records.training.queries import pages
from pinzhi.records.training.queries.visible import session_by_key
from pinzhi.records.training.rules import course_of
from pinzhi.web import access
from pinzhi.web.language import said


class PeopleForm(forms.Form):
    """A list of people: pasted from a spreadsheet, or the spreadsheet itself."""

    organisation_code = forms.ChoiceField(label=_("报名单位"))
    text = forms.CharField(
        label=_("粘贴名单"), required=False, max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "paste"}),
        help_text=_("第一行是表头：姓名、身份证号、手机、职务。从表格里整块复制过来就可以；只报一个人也这样写。"),
    )  # fmt: skip
    file = forms.FileField(
        label=_("或者上传 XLSX"), required=False, widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"})
    )

    def __init__(self, *args: object, acting: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["organisation_code"]
        if isinstance(field, forms.ChoiceField):
            field.choices = acting


class CancelForm(forms.Form):
    """Why a session is cancelled."""

    ground = forms.CharField(
        label=_("取消的理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写入记录，并告诉报名单位和学员。已有的报名随之作废，可以转到别的班。"),
    )  # fmt: skip


def session_page(
    request: HttpRequest,
    key: str,
    *,
    form: PeopleForm | None = None,
    cancelling: CancelForm | None = None,
    looked: Looked | None = None,
    rows: tuple[Row, ...] = (),
) -> HttpResponse:
    """Answer with a session's page; a form that was refused stands on it with what was written."""
    actor, on = access.actor(request), access.today()
    held = session_by_key(key)
    [line] = pages.session_lines([held], on)
    acting = acting_for(actor)
    runs = pages.runs(actor, held)
    if form is None:
        form = PeopleForm(acting=acting, initial={"organisation_code": acting[0][0] if acting else ""})
    context = {
        "held": held,
        "line": line,
        "course": course_of(held),
        "lessons": held.lessons.order_by("number"),
        "people": pages.enrolment_lines(actor, on, session=held),
        "exams": pages.exams_of(held) if runs else (),
        "runs": runs,
        "cancelling": cancelling or (CancelForm() if pages.may_be_cancelled(held, on) else None),
        "form": form if acting and line.code in ("open", "full") and not runs else None,
        "looked": looked,
        "sheet": text_of(rows, COLUMNS) if looked else "",
        "moving": pages.others_open(held, on) if held.cancelled_on and acting and not runs else (),
        "acting": acting,
        "on": on,
    }
    status = 400 if cancelling or (form.is_bound and form.errors) else 200
    return render(request, "desk/training/session.html", context, status=status)


def acting_for(actor: Actor) -> list[tuple[str, str]]:
    """Return code and name of each organisation the actor acts for."""
    names = organisation_names(actor.organisation_codes)
    return [(code, names.get(code, code)) for code in sorted(actor.organisation_codes)]


def acted(request: HttpRequest, key: str, done: str, act: Callable[[], object]) -> HttpResponse:
    """Do something on a session's page and come back to it with what became of it."""
    try:
        act()
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
    else:
        messages.success(request, done)
    return redirect("desk:training_session", key=key)
