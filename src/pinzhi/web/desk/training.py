"""Training at the desk: what an enterprise has enrolled, and the sessions a training body or an officer runs."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.accounts.permissions import may, require
from pinzhi.records.training.actions import attending, claiming, enrolling
from pinzhi.records.training.actions.lists import COLUMNS, look_through
from pinzhi.records.training.files import Row, rows_of_sheet, rows_of_text
from pinzhi.records.training.queries import pages
from pinzhi.records.training.queries.visible import lesson_by_code, session_by_key, sessions_run_by
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused, sent
from pinzhi.web.desk.session_page import PeopleForm, acted, acting_for, session_page
from pinzhi.web.language import said

MOST_SESSIONS = 50


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
    return session_page(request, key)


@require_POST
@guard("training.enrol")
def enrol(request: HttpRequest, key: str) -> HttpResponse:
    """Look a list through, cell by cell; sent once more with “confirm”, enrol it."""
    actor = access.actor(request)
    form = PeopleForm(sent(request), request.FILES or None, acting=acting_for(actor))
    if not form.is_valid():
        return session_page(request, key, form=form)
    code = form.cleaned_data["organisation_code"]
    try:
        rows = _rows(form)
        if "confirm" in request.POST:
            made = enrolling.enrol(actor=actor, key=key, organisation_code=code, rows=rows, when=access.moment())
            messages.success(request, gettext("已报名 %(count)s 人，等培训机构录取。") % {"count": len(made)})
            return redirect("desk:training_session", key=key)
        looked = look_through(actor=actor, key=key, organisation_code=code, rows=rows)
    except PinzhiError as refusal:
        refused(form, refusal)
        return session_page(request, key, form=form)
    return session_page(request, key, form=form, looked=looked, rows=rows)


@require_POST
@guard("training.enrol")
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Let somebody leave; the waiting list moves up by itself."""
    return acted(
        request, key, gettext("已退出。有人候补的，已自动递补。"),
        lambda: enrolling.withdraw(
            actor=access.actor(request), number=request.POST.get("number", ""), when=access.moment()
        ),
    )  # fmt: skip


@require_POST
@guard("training.run")
def admit(request: HttpRequest, key: str) -> HttpResponse:
    """Admit those who are ticked, or reject them with a ground."""
    actor, numbers = access.actor(request), request.POST.getlist("number")
    if "reject" in request.POST:
        return acted(
            request, key, gettext("已记为未录取，报名单位看得到理由。"),
            lambda: enrolling.reject(
                actor=actor, key=key, numbers=numbers, ground=request.POST.get("ground", ""), when=access.moment()
            ),
        )  # fmt: skip
    return acted(
        request, key, gettext("已录取；没有名额的进候补。"),
        lambda: enrolling.admit(actor=actor, key=key, numbers=numbers, when=access.moment()),
    )  # fmt: skip


@require_POST
@guard("training.run")
def reopen_claim(request: HttpRequest, key: str) -> HttpResponse:
    """Let an admission number that was tried wrongly too often be tried again."""
    return acted(
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
    lesson = lesson_by_code(code)
    refusal, is_in = None, False
    if request.method == "POST":
        try:
            attending.check_in(actor=access.actor(request), code=code, when=access.moment())
        except PinzhiError as found:
            refusal = found
        else:
            is_in = True
    context = {"refusal": said(refusal.text) if refusal else "", "is_in": is_in, "lesson": lesson}
    return render(request, "desk/training/check_in.html", context, status=409 if refusal else 200)


def _rows(form: PeopleForm) -> tuple[Row, ...]:
    file: UploadedFile[bytes] | None = form.cleaned_data["file"]
    if file is not None:
        return rows_of_sheet(file.read(), COLUMNS)
    return rows_of_text(form.cleaned_data["text"], COLUMNS)
