"""Examinations as they are run: set, watched live, marked, confirmed; and the question bank."""

from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import BadInput, PinzhiError
from pinzhi.records.accounts.permissions import may
from pinzhi.records.training.actions import bank as bank_actions
from pinzhi.records.training.actions import certifying
from pinzhi.records.training.actions import exams as actions
from pinzhi.records.training.files import rows_of_sheet, rows_of_text, text_of
from pinzhi.records.training.queries import bank as bank_queries
from pinzhi.records.training.queries import pages
from pinzhi.records.training.queries.redrawing import is_drawn_again
from pinzhi.records.training.queries.visible import exam_for
from pinzhi.records.training.rules import course_of, courses
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused, sent
from pinzhi.web.language import said


class BankForm(forms.Form):
    """Questions: pasted from a spreadsheet, or the spreadsheet itself."""

    text = forms.CharField(
        label=_("粘贴试题"), required=False, max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "paste"}),
        help_text=_("第一行是表头：编号、部分、题型、难度、题目、题目（英文）、A、A（英文）……、答案、解析、依据。"),
    )  # fmt: skip
    file = forms.FileField(
        label=_("或者上传 XLSX"), required=False, widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"})
    )


@require_POST
@guard("training.run")
def set_exam(request: HttpRequest, key: str) -> HttpResponse:
    """Set an examination: its day and its window."""
    try:
        opens_at, ends_at = _moment(request, "opens_at"), _moment(request, "ends_at")
        actions.set_exam(
            actor=access.actor(request), key=key, held_on=access.today(opens_at), opens_at=opens_at, ends_at=ends_at,
            when=access.moment(),
        )  # fmt: skip
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
    else:
        messages.success(request, gettext("考试已设好，试卷已抽定并封存摘要。"))
    return redirect("desk:training_session", key=key)


@require_safe
@guard("training.run")
def exam(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Show an examination as it runs: who sits, how far, how long; asked for as a part, only the list."""
    actor = access.actor(request)
    held = exam_for(actor, key, number)
    now = access.now()
    lines = pages.live(actor, held, now)
    context = {
        "exam": held,
        "course": course_of(held.session),
        "lines": lines,
        "running": sum(1 for one in lines if not one.over),
        "unmarked": sum(1 for one in lines if one.mark is None),
        "is_open": held.opens_at <= now < held.ends_at,
        "decides": may(actor, "training.decide"),
        "now": now,
    }
    part = request.headers.get("HX-Request") == "true"
    if context["decides"] and not part:
        context["redrawn"] = is_drawn_again(actor, held)
    return render(request, "desk/training/live.html" if part else "desk/training/exam.html", context)


@require_POST
@guard("training.run")
def act(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Open, close, go on, give time, mark, confirm, certify: what the button says."""
    actor, when = access.actor(request), access.moment()
    held = exam_for(actor, key, number)
    what, ground = request.POST.get("what", ""), request.POST.get("ground", "")
    try:
        if what in ("open", "close", "longer"):
            opens, ends = _window(what, held.opens_at, held.ends_at, when.at)
            actions.move_window(actor=actor, exam_id=held.pk, opens_at=opens, ends_at=ends, ground=ground, when=when)
            told = gettext("考试时间已改。")
        elif what == "time":
            actions.give_time(
                actor=actor, sitting_id=_number(request, "sitting"), minutes=_number(request, "minutes"), ground=ground,
                when=when,
            )  # fmt: skip
            told = gettext("已加时。")
        elif what == "mark":
            count = actions.mark_exam(actor=actor, exam_id=held.pk, when=when)
            told = gettext("已阅 %(count)s 份卷。") % {"count": count}
        elif what == "confirm":
            actions.confirm_results(actor=actor, exam_id=held.pk, when=when)
            granted = certifying.grant_certificates(actor=actor, exam_id=held.pk, when=when)
            told = gettext("成绩已确认，发证 %(count)s 张。") % {"count": len(granted)}
        else:
            raise BadInput("training.exam.act", "不认识这个操作。", "There is no such act.")
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
    else:
        messages.success(request, told)
    return redirect("desk:exam", key=key, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("training.decide")
def bank(request: HttpRequest) -> HttpResponse:
    """List the question bank to its keepers; POST looks a list through, and with “confirm” imports it."""
    actor, form = access.actor(request), BankForm(sent(request), request.FILES or None)
    report, sheet = None, ""
    if form.is_valid():
        try:
            file = form.cleaned_data["file"]
            columns = bank_actions.COLUMNS
            rows = rows_of_sheet(file.read(), columns) if file else rows_of_text(form.cleaned_data["text"], columns)
            report = bank_actions.import_questions(
                actor=actor, rows=rows, when=access.moment(), dry_run="confirm" not in request.POST,
                fields=frozenset(field.code for one in courses(access.today()) for field in one.field),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            if "confirm" in request.POST and not report.faults:
                told = gettext("新题 %(new)s 道，新版本 %(changed)s 个。")
                messages.success(request, told % {"new": report.new, "changed": report.changed})
                return redirect("desk:bank")
            sheet = text_of(rows, columns)
    lines = bank_queries.bank_lines(actor, field=request.GET.get("field", ""), text=request.GET.get("text", ""))
    fields = {field.code: field.title for one in courses(access.today()) for field in one.field}
    context = {
        "lines": [(one, fields.get(one.asked.field)) for one in lines],
        "fields": fields,
        "chosen": request.GET.get("field", ""),
        "form": form,
        "report": report,
        "sheet": sheet,
    }
    status = 400 if (form.is_bound and form.errors) or (report and report.faults) else 200
    return render(request, "desk/training/bank.html", context, status=status)


@require_POST
@guard("training.decide")
def withdraw_question(request: HttpRequest, key: str) -> HttpResponse:
    """Withdraw a question and mark again what was marked with it."""
    actor, when = access.actor(request), access.moment()
    try:
        bank_actions.withdraw_question(actor=actor, key=key, ground=request.POST.get("ground", ""), when=when)
        changed = actions.mark_again(actor=actor, question_key=key, when=when)
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
    else:
        told = gettext("已撤题，重新阅卷改变了 %(count)s 个成绩；原成绩都留着。")
        messages.success(request, told % {"count": changed})
    return redirect("desk:bank")


def _window(what: str, opens: datetime, ends: datetime, now: datetime) -> tuple[datetime, datetime]:
    if what == "open":
        return now, ends
    if what == "close":
        return opens, now
    return opens, max(ends, now) + timedelta(minutes=15)


def _moment(request: HttpRequest, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise BadInput(
            "training.exam.moment",
            "请写日期和时间，如 2024-01-04T09:00。",
            "Give a day and a time, such as 2024-01-04T09:00.",
        ) from None
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput("training.exam.number", "要写一个数。", "Give a number.")
    return int(text)
