"""Training at the desk: what an enterprise has enrolled, and the sessions a training body or an officer runs."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.catalog.names import organisation_names
from pinzhi.records.training.actions import attending, claiming, enrolling, sessions
from pinzhi.records.training.actions.enrolling import COLUMNS, Looked
from pinzhi.records.training.files import Row, rows_of_sheet, rows_of_text, text_of
from pinzhi.records.training.queries import pages
from pinzhi.records.training.queries.visible import session_by_key, sessions_run_by
from pinzhi.records.training.rules import course_of
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused, sent
from pinzhi.web.desk.sessions import CancelForm
from pinzhi.web.language import said

MOST_SESSIONS = 50


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


@require_safe
@guard("desk")
def home(request: HttpRequest) -> HttpResponse:
    """Show what the actor has to do with training: open sessions, his people, the sessions he runs."""
    actor, on = access.actor(request), access.today()
    runs = sessions_run_by(actor)[:MOST_SESSIONS]
    context = {
        "courses": pages.public_courses(on),
        "lines": pages.enrolment_lines(actor, on) if actor.organisation_codes else (),
        "runs": pages.session_lines(runs, on),
        "is_firm": bool(actor.organisation_codes) and not actor.has("institution"),
        "decides": may(actor, "training.decide"),
        "plans": may(actor, "training.run"),
        "rate": pages.all_rate(on),
    }
    return render(request, "desk/training/home.html", context)


@require_safe
@guard("desk")
def session(request: HttpRequest, key: str) -> HttpResponse:
    """Show a session: to an enterprise its own people, to who runs it everybody."""
    return _session_page(request, key)


@require_POST
@guard("training.enrol")
def enrol(request: HttpRequest, key: str) -> HttpResponse:
    """Look a list through, cell by cell; sent once more with “confirm”, enrol it."""
    actor = access.actor(request)
    form = PeopleForm(sent(request), request.FILES or None, acting=_acting(actor))
    if not form.is_valid():
        return _session_page(request, key, form=form)
    code = form.cleaned_data["organisation_code"]
    try:
        rows = _rows(form)
        if "confirm" in request.POST:
            made = enrolling.enrol(actor=actor, key=key, organisation_code=code, rows=rows, when=access.moment())
            messages.success(request, gettext("已报名 %(count)s 人，等培训机构录取。") % {"count": len(made)})
            return redirect("desk:training_session", key=key)
        looked = enrolling.look_through(actor=actor, key=key, organisation_code=code, rows=rows)
    except PinzhiError as refusal:
        refused(form, refusal)
        return _session_page(request, key, form=form)
    return _session_page(request, key, form=form, looked=looked, rows=rows)


@require_POST
@guard("training.enrol")
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Let somebody leave; the waiting list moves up by itself."""
    return _acted(
        request, key, gettext("已退出。有人候补的，已自动递补。"),
        lambda: enrolling.withdraw(
            actor=access.actor(request), number=request.POST.get("number", ""), when=access.moment()
        ),
    )  # fmt: skip


@require_POST
@guard("training.run")
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Cancel a session that has not begun, with the ground."""
    actor, form = access.actor(request), CancelForm(request.POST)
    require(actor, "training.run", session_by_key(key))  # who does not run it gets no page with the form
    if form.is_valid():
        try:
            sessions.cancel_session(actor=actor, key=key, when=access.moment(), **form.cleaned_data)
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("培训班已取消。"))
            return redirect("desk:training_session", key=key)
    return _session_page(request, key, cancelling=form)


@require_POST
@guard("training.run")
def admit(request: HttpRequest, key: str) -> HttpResponse:
    """Admit those who are ticked, or reject them with a ground."""
    actor, numbers = access.actor(request), request.POST.getlist("number")
    if "reject" in request.POST:
        return _acted(
            request, key, gettext("已记为未录取，报名单位看得到理由。"),
            lambda: enrolling.reject(
                actor=actor, key=key, numbers=numbers, ground=request.POST.get("ground", ""), when=access.moment()
            ),
        )  # fmt: skip
    return _acted(
        request, key, gettext("已录取；没有名额的进候补。"),
        lambda: enrolling.admit(actor=actor, key=key, numbers=numbers, when=access.moment()),
    )  # fmt: skip


@require_POST
@guard("training.run")
def reopen_claim(request: HttpRequest, key: str) -> HttpResponse:
    """Let an admission number that was tried wrongly too often be tried again."""
    return _acted(
        request, key, gettext("准考证号已重新打开。"),
        lambda: claiming.reopen_claim(
            actor=access.actor(request), number=request.POST.get("number", ""), when=access.moment()
        ),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@guard("training.run")
def roll(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Take the roll of a lesson, and show the code by which people check themselves in."""
    actor, held = access.actor(request), session_by_key(key)
    require(actor, "training.run", held)
    lesson = held.lessons.filter(number=number).first()
    refusal = None
    if request.method == "POST":
        ticked = set(request.POST.getlist("present"))
        try:
            attending.take_roll(
                actor=actor, key=key, lesson_number=number, when=access.moment(),
                present={one: one in ticked for one in request.POST.getlist("number")},
            )  # fmt: skip
        except PinzhiError as found:
            refusal = found
        else:
            messages.success(request, gettext("点名已保存。"))
            return redirect("desk:training_session", key=key)
    if lesson is None:
        return redirect("desk:training_session", key=key)
    here = set(lesson.attendance.filter(present=True).values_list("enrolment__number", flat=True))
    address = request.build_absolute_uri(f"/desk/training/check-in/{lesson.code}")
    context = {
        "held": held,
        "lesson": lesson,
        "people": held.enrolments.filter(state="admitted").select_related("learner").order_by("place"),
        "here": here,
        "address": address,
        "refusal": said(refusal.text) if refusal else "",
    }
    return render(request, "desk/training/roll.html", context, status=409 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("training.sit")
def check_in(request: HttpRequest, code: str) -> HttpResponse:
    """Check oneself in: one tap, on the day."""
    refusal, is_in = None, False
    if request.method == "POST":
        try:
            attending.check_in(actor=access.actor(request), code=code, when=access.moment())
        except PinzhiError as found:
            refusal = found
        else:
            is_in = True
    context = {"refusal": said(refusal.text) if refusal else "", "is_in": is_in}
    return render(request, "desk/training/check_in.html", context, status=409 if refusal else 200)


def _session_page(
    request: HttpRequest,
    key: str,
    *,
    form: PeopleForm | None = None,
    cancelling: CancelForm | None = None,
    looked: Looked | None = None,
    rows: tuple[Row, ...] = (),
) -> HttpResponse:
    actor, on = access.actor(request), access.today()
    held = session_by_key(key)
    [line] = pages.session_lines([held], on)
    acting = _acting(actor)
    runs = pages.runs(actor, held)
    if form is None:
        form = PeopleForm(acting=acting, initial={"organisation_code": acting[0][0] if acting else ""})
    context = {
        "held": held,
        "line": line,
        "course": course_of(held),
        "lessons": held.lessons.order_by("number"),
        "people": pages.enrolment_lines(actor, on, session=held),
        "counts": pages.counts_of(held) if runs else {},
        "exams": pages.exams_of(held) if runs else (),
        "runs": runs,
        "cancelling": cancelling or (CancelForm() if pages.may_be_cancelled(held, on) else None),
        "form": form if acting and line.code in ("open", "full") and not runs else None,
        "looked": looked,
        "sheet": text_of(rows, COLUMNS) if looked else "",
        "on": on,
    }
    status = 400 if cancelling or (form.is_bound and form.errors) else 200
    return render(request, "desk/training/session.html", context, status=status)


def _rows(form: PeopleForm) -> tuple[Row, ...]:
    file: UploadedFile[bytes] | None = form.cleaned_data["file"]
    if file is not None:
        return rows_of_sheet(file.read(), COLUMNS)
    return rows_of_text(form.cleaned_data["text"], COLUMNS)


def _acting(actor: Actor) -> list[tuple[str, str]]:
    names = organisation_names(actor.organisation_codes)
    return [(code, names.get(code, code)) for code in sorted(actor.organisation_codes)]


def _acted(request: HttpRequest, key: str, done: str, act: Callable[[], object]) -> HttpResponse:
    """Do something on a session's page and come back to it with what became of it."""
    try:
        act()
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
    else:
        messages.success(request, done)
    return redirect("desk:training_session", key=key)
