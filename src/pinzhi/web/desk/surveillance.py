"""Surveillance at the desk: the plan for who watches, tasks for assessors, what is due for holders."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.rulebook.instrument_parts import LikertItem, SingleItem
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.records.accounts.permissions import Actor, may
from pinzhi.records.attestation.actions import evidence, findings, states
from pinzhi.records.attestation.actions import surveillance as acts
from pinzhi.records.attestation.actions.renewal import renew_certificate
from pinzhi.records.attestation.actions.surveillance import Found, Report
from pinzhi.records.attestation.queries import surveillance_plan as plans
from pinzhi.records.attestation.queries import surveillance_tasks as tasks
from pinzhi.records.attestation.queries.surveillance_rows import STAGES
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.storage import CONTENT_TYPES, LIMIT_MB, Sent, checked_path
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput, refused, sent
from pinzhi.web.language import said
from pinzhi.web.pages import page_number, pager

ROWS = 5  # empty rows for further findings


class AssignForm(forms.Form):
    """Who carries out the surveillance of what is ticked, and when."""

    assessor = forms.ChoiceField(label=_("交给"))
    visit_on = forms.DateField(label=_("实施日期，可以不写"), required=False, widget=DateInput)


class ReportForm(forms.Form):
    """What an assessor reports besides findings and the checklist."""

    carried_out_on = forms.DateField(label=_("实施日期"), required=False, widget=DateInput)
    summary = forms.CharField(label=_("结论"), required=False, widget=forms.Textarea(attrs={"rows": 4}))


class StateForm(forms.Form):
    """A change of state: to what, on what ground, by which document, since when."""

    to = forms.ChoiceField(label=_("改为"))
    ground = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    document = forms.CharField(label=_("决定文号，撤销必填"), max_length=200, required=False)
    effective_on = forms.DateField(label=_("生效日期"), widget=DateInput)


class RenewForm(forms.Form):
    """A renewal: the day of the audit on site, and the number where it has a form of its own."""

    audited_on = forms.DateField(label=_("再认证现场审核日期"), widget=DateInput)
    number = forms.CharField(label=_("新编号，通用写法的可以不填"), max_length=100, required=False)


STATE_ACTS = {"suspended": _("暂停"), "active": _("恢复"), "withdrawn": _("撤销")}
ACTS_FROM = {
    "active": ("suspended", "withdrawn"),
    "suspended": ("active", "withdrawn"),
}


@require_safe
@guard("desk")
def overview(request: HttpRequest) -> HttpResponse:
    """Show what surveillance asks of whoever is signed in: as assessor, as who watches, as holder."""
    actor, on = access.actor(request), access.today()
    watches = may(actor, "attestation.watch")
    context: dict[str, Any] = {
        "own": tasks.own_tasks(actor, on) if may(actor, "attestation.assess") else None,
        "waiting": tasks.waiting_tasks(actor, on) if watches else None,
        "held": plans.held_by(actor, on) if actor.organisation_codes else None,
    }
    if watches:
        context |= _plan(request, actor)
        context["todo"] = todo = _todo(context["waiting"], context["plan"])
        context["todo_count"] = sum(todo.values())
    return render(request, "desk/surveillance/overview.html", context)


@require_POST
@guard("attestation.watch")
def give(request: HttpRequest) -> HttpResponse:
    """Give what is ticked to an assessor: all of it or nothing."""
    actor = access.actor(request)
    form = _assign_form(actor, request.POST)
    if not form.is_valid():
        messages.error(request, gettext("没有安排：请选承担的人。"))
        return redirect(_back(request))
    ticked = [(kind, key) for kind, _slash, key in (one.partition("/") for one in request.POST.getlist("subject"))]
    try:
        given = acts.give_tasks(
            actor=actor, subjects=ticked, assessor_id=int(form.cleaned_data["assessor"]),
            visit_on=form.cleaned_data["visit_on"], when=access.moment(),
        )  # fmt: skip
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
    else:
        told = ngettext("已安排 %(n)s 项监督。", "已安排 %(n)s 项监督。", len(given)) % {"n": len(given)}
        messages.success(request, told)
    return redirect(_back(request))


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def subject(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Show one certificate or title with its surveillance; POST changes its state."""
    actor, on = access.actor(request), access.today()
    page = plans.subject_page(actor, kind, key, on)
    allowed = ACTS_FROM.get(page.row.stage.code if page.row.stage.code == "suspended" else page.subject.state, ())
    if page.row.stage.code in ("ended", "expired", "upcoming") or not page.watches:
        allowed = ()
    form = StateForm(sent(request), initial={"effective_on": on})
    form.fields["to"].choices = [  # type: ignore[attr-defined]
        *((one, STATE_ACTS[one]) for one in allowed),
        *([("cancelled", _("注销"))] if page.cancels else []),
    ]
    if not page.watches:  # a holder can only give it up, and needs no document for that
        form.fields["to"].widget, form.fields["document"].widget = forms.HiddenInput(), forms.HiddenInput()
        form.fields["to"].initial = "cancelled"
    if form.is_valid():
        try:
            states.change_state(actor=actor, kind=kind, key=key, when=access.moment(), **form.cleaned_data)
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已改登记状态，公开页面同时改了。"))
            return redirect("desk:watched", kind=kind, key=key)
    context = {
        "page": page,
        "form": form if allowed or page.cancels else None,
        "renew": RenewForm(auto_id="renew_%s") if page.watches and kind == "certificate" else None,
        "assign": _assign_form(actor) if page.watches and not page.row.task else None,
        "address": f"/certificates/{key}" if kind == "certificate" else "",
    }
    return render(request, "desk/surveillance/subject.html", context, status=400 if form.errors else 200)


@require_POST
@guard("attestation.watch")
def renew(request: HttpRequest, key: str) -> HttpResponse:
    """Renew a certificate."""
    form = RenewForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("没有办成：请写明再认证现场审核的日期。"))
        return redirect("desk:watched", kind="certificate", key=key)
    try:
        renewed = renew_certificate(actor=access.actor(request), key=key, when=access.moment(), **form.cleaned_data)
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
        return redirect("desk:watched", kind="certificate", key=key)
    messages.success(request, gettext("已换发 %(number)s。") % {"number": renewed.key})
    return redirect("desk:watched", kind="certificate", key=renewed.key)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """Show a task; POST keeps its report, or hands it in."""
    actor = access.actor(request)
    page = tasks.task_page(actor, task_id, access.today())
    initial = {"carried_out_on": page.row.carried_out_on, "summary": page.summary}
    form = ReportForm(sent(request), initial=initial)
    if form.is_valid():
        act = acts.hand_in if "hand_in" in request.POST else acts.save_report
        try:
            act(
                actor=actor, task_id=task_id, seen=_number(request.POST.get("seen", "")),
                report=_report(request, form, page.instrument), when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已保存。") if act is acts.save_report else gettext("报告已交。"))
            return redirect("desk:surveillance_task", task_id=task_id)
    context = {
        "page": page,
        "form": form,
        "typed": _typed(request, page),
        "checklist": _checklist(request, page),
        "limit": LIMIT_MB,
    }
    return render(request, "desk/surveillance/task.html", context, status=400 if form.errors else 200)


@require_POST
@guard("attestation.watch")
def decide(request: HttpRequest, task_id: int, act: str) -> HttpResponse:
    """Confirm a report, give it back, or call the task off."""
    actor, seen, when = access.actor(request), _number(request.POST.get("seen", "")), access.moment()
    ground = request.POST.get("ground", "")
    try:
        if act == "confirm":
            acts.confirm(actor=actor, task_id=task_id, seen=seen, when=when)
            messages.success(request, gettext("已确认，结果记入登记册。"))
        elif act == "return":
            acts.return_report(actor=actor, task_id=task_id, seen=seen, ground=ground, when=when)
            messages.success(request, gettext("已退回，承担的人会收到消息。"))
        elif act == "call-off":
            acts.call_off(actor=actor, task_id=task_id, seen=seen, ground=ground, when=when)
            messages.success(request, gettext("已取消，这项监督仍然待安排。"))
        else:
            raise Http404
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
    return redirect("desk:surveillance_task", task_id=task_id)


@require_POST
@guard("attestation.assess")
def add_file(request: HttpRequest, task_id: int) -> HttpResponse:
    """Keep a file with a task."""
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, gettext("没有选文件。"))
        return redirect("desk:surveillance_task", task_id=task_id)
    given = Sent(upload.name or "", upload.chunks(), upload.size)
    try:
        evidence.add_file(actor=access.actor(request), task_id=task_id, sent=given, when=access.moment())
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
    return redirect(f"{reverse('desk:surveillance_task', args=(task_id,))}#files")


@require_safe
@guard("desk")
def file(request: HttpRequest, task_id: int, file_id: int) -> HttpResponseBase:
    """Give out a file of a task to its assessor or who watches it."""
    kept = tasks.evidence_file(access.actor(request), task_id, file_id)
    return FileResponse(
        checked_path(kept.digest).open("rb"), as_attachment=True, filename=kept.name,
        content_type=CONTENT_TYPES[kept.media],
    )  # fmt: skip


@require_POST
@guard("attestation.assess")
def remove_file(request: HttpRequest, task_id: int, file_id: int) -> HttpResponse:
    """Take a file away before the report is handed in."""
    try:
        evidence.remove_file(actor=access.actor(request), task_id=task_id, file_id=file_id, when=access.moment())
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
    return redirect(f"{reverse('desk:surveillance_task', args=(task_id,))}#files")


@require_POST
@guard("desk")
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Say how a finding was put right, or close it."""
    actor, when = access.actor(request), access.moment()
    try:
        if "close" in request.POST:
            findings.close_finding(actor=actor, finding_id=finding_id, when=when)
            messages.success(request, gettext("已关闭。"))
        else:
            text = request.POST.get("text", "")
            findings.say_correction(actor=actor, finding_id=finding_id, text=text, when=when)
            messages.success(request, gettext("整改情况已交。"))
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
    return redirect(_back(request))


def _plan(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    kept = {name: request.GET[name] for name in ("stage", "scheme", "district") if request.GET.get(name)}
    if kept.get("stage") not in (None, *plans.ASKED):
        kept.pop("stage")
    page = plans.plan(actor, access.today(), page=page_number(request), **kept)
    districts = rulebook().codelist("districts")
    return {
        "plan": page,
        "stages": [
            (STAGES[one], page.counts.get(one, 0), one == kept.get("stage"), urlencode(kept | {"stage": one}))
            for one in plans.ASKED
        ],
        "groups": [_group(one, kept) for one in page.groups],
        "listed": bool(kept) or page.total <= plans.PAGE,
        "kept": kept,
        "pager": pager(page.page, page.pages, kept),
        "assign": _assign_form(actor),
        "districts": [(code, said(districts.text(code))) for code in districts.in_force(access.today())],
        "schemes": [(one.code, said(one.name)) for one in rulebook().codelist("schemes").entries],
    }


def _todo(waiting: tuple[tasks.TaskRow, ...], plan: plans.PlanPage) -> dict[str, int]:
    """Return how much of what only an officer can do waits today."""
    return {
        "confirm": sum(one.state.code == "reported" for one in waiting),
        "late": sum(one.late for one in waiting),
        "withdraw": plan.counts.get("to-withdraw", 0),
        "overdue": plan.counts.get("overdue", 0),
    }


def _group(one: plans.PlanGroup, kept: dict[str, str]) -> dict[str, Any]:
    """Return a line of the plan by district or scheme: each count leads to its list."""
    asked = kept | {one.field: one.code}
    cells = [(one.counts.get(stage, 0), urlencode(asked | {"stage": stage})) for stage in plans.ASKED]
    return {"title": one.title, "field": one.field, "all": urlencode(asked), "cells": cells}


def _assign_form(actor: Actor, data: Any = None) -> AssignForm:
    form = AssignForm(data, auto_id="assign_%s")
    people = tasks.possible_assessors(actor, access.today())
    form.fields["assessor"].choices = [("", _("请选一位")), *people]  # type: ignore[attr-defined]
    return form


def _report(request: HttpRequest, form: ReportForm, instrument: Instrument | None) -> Report:
    """Return the report that was sent; findings without text are none, answers only to the checklist's own items."""
    rows = zip(
        request.POST.getlist("grade"), request.POST.getlist("item"), request.POST.getlist("finding"), strict=False
    )
    found = [
        Found("major" if grade == "major" else "minor", text, item.strip())
        for grade, item, text in rows
        if text.strip()
    ]
    items = instrument.items if instrument else {}
    answers = {item: value.strip() for item in items if (value := request.POST.get(f"a-{item}", "")).strip()}
    return Report(form.cleaned_data["carried_out_on"], form.cleaned_data["summary"], found, answers)


def _typed(request: HttpRequest, page: tasks.TaskPage) -> list[tuple[str, str, str]]:
    """Return the rows of findings to show in the form: those sent, else those kept, and empty ones."""
    if request.method == "POST":
        columns = (request.POST.getlist(name) for name in ("grade", "item", "finding"))
        rows = [row for row in zip(*columns, strict=False) if row[2].strip()]
    else:
        rows = [(one.grade, one.item, one.text) for one in page.findings]
    return [*rows, *([("minor", "", "")] * ROWS)]


def _checklist(request: HttpRequest, page: tasks.TaskPage) -> list[dict[str, Any]]:
    """Return the questions of the checklist with their answers and, where there are any, the choices."""
    if page.instrument is None:
        return []
    asked = []
    for item in page.instrument.item:
        answer = request.POST.get(f"a-{item.id}", page.answers.get(item.id, ""))
        choices: list[tuple[str, str]] = []
        if isinstance(item, SingleItem):
            choices = [(one.code, said(one.title)) for one in item.option]
        elif isinstance(item, LikertItem):
            choices = [(str(mark), str(mark)) for mark in range(item.low, item.high + 1)]
        asked.append({"id": item.id, "title": item.title, "answer": answer, "choices": choices})
    return asked


def _back(request: HttpRequest) -> str:
    """Return the desk's own page that the form stood on."""
    wanted = request.POST.get("next", "")
    return wanted if wanted.startswith("/desk/surveillance") else reverse("desk:surveillance")


def _number(text: str) -> int:
    """Return a number from a form; what is none matches nothing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
