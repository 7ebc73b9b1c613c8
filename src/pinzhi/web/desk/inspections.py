"""Inspections at the desk: whose they are, handing a record in, reading and signing it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.casework.field_records import content_of
from pinzhi.engine.errors import Conflict, PinzhiError
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import may
from pinzhi.records.inspections.actions import owning, recording, signing
from pinzhi.records.inspections.printing import record_pdf
from pinzhi.records.inspections.queries import objections, plans, records, visits
from pinzhi.records.inspections.rules import LEVELS
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.field import field_page, phone_of
from pinzhi.web.desk.field_words import words_after
from pinzhi.web.desk.fields import DateInput, refused, sent
from pinzhi.web.language import said


class HandInForm(forms.Form):
    """What an inspection came to, and on which day it was."""

    result = forms.ChoiceField(label=_("检查结果"), widget=forms.RadioSelect)
    advice = forms.CharField(
        label=_("给企业的意见"), max_length=recording.LONGEST_ADVICE, widget=forms.Textarea(attrs={"rows": 4})
    )
    visited_on = forms.DateField(label=_("检查日期"), widget=DateInput)

    def __init__(self, *args: Any, has_findings: bool, advises: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not advises:
            del self.fields["advice"]
        offered = [code for code in recording.RESULTS if (code == "clean") != has_findings]
        self.fields["result"].choices = [(code, said(recording.RESULTS[code])) for code in offered]  # type: ignore[attr-defined]
        self.fields["result"].initial = offered[-1]


@require_safe
@guard("desk")
def home(request: HttpRequest) -> HttpResponse:
    """Show what of inspections is the actor's: visits he makes, records he signs, plans he keeps."""
    actor = access.actor(request)
    own = list(visits.own_inspections(actor)[: visits.PAGE])
    seen = visits.visible_inspections(actor).exclude(pk__in=[one.pk for one in own])
    context = {
        "own": visits.visit_lines(own),
        "others": visits.visit_lines(seen.order_by("-opened_on", "number")[: visits.PAGE]),
        "notices": plans.notice_lines(plans.own_notices(actor)[: visits.PAGE]),
        "plans": [(one, Text(one.title_zh, one.title_en)) for one in plans.plans_for(actor)],
        "decides": may(actor, "inspections.plan"),
        "goes": actor.has("inspector", "expert"),
    }
    return render(request, "desk/inspections/home.html", context)


@require_safe
@guard("desk")
def inspection(request: HttpRequest, number: str) -> HttpResponse:
    """Show the checklist to who fills it in, the record to everybody else who may know of it."""
    actor = access.actor(request)
    found = visits.inspection_for(actor, number)
    if found.state == "ready" and visits.may_record(actor, found):
        return field_page(request, number)
    return _record_page(request, number)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def hand_in(request: HttpRequest, number: str) -> HttpResponse:
    """Show the whole record with what is still missing; POST hands it in."""
    actor = access.actor(request)
    found = visits.inspection_for(actor, number)
    visits.require_recorder(actor, found)
    if found.state != "ready":
        return redirect("desk:inspection", number=number)
    lines = visits.item_lines(found)
    has_findings = any(line.finding for line in lines)
    form = HandInForm(
        sent(request), has_findings=has_findings, advises=found.kind == "expert",
        initial={"visited_on": access.today()},
    )  # fmt: skip
    if form.is_valid():
        given = form.cleaned_data
        try:
            recording.hand_in(
                actor=actor, number=number, result=given["result"], visited_on=given["visited_on"],
                advice=given.get("advice", ""), when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("记录已提交，不能再改。现在请签字。"))
            return redirect("desk:inspection", number=number)
    context = {
        "inspection": found, "lines": lines, "form": form, "findings": sum(line.finding for line in lines),
        "lacking": sum(bool(line.missing) for line in lines), "kind": visits.KINDS[found.kind],
        "received": visits.last_received(found),
    }  # fmt: skip
    return render(request, "desk/inspections/hand_in.html", context, status=400 if form.errors else 200)


@require_POST
@guard("desk")
def sign(request: HttpRequest, number: str) -> HttpResponse:
    """Sign the record that was shown."""
    return _acted(
        request, number, gettext("已签字。"),
        lambda: signing.sign(
            actor=access.actor(request), number=number, digest=request.POST.get("digest", ""),
            words=request.POST.get("words", ""), when=access.moment(),
        ),
    )  # fmt: skip


@require_POST
@guard("desk")
def refuse(request: HttpRequest, number: str) -> HttpResponse:
    """Note that the enterprise refuses to sign, before a witness."""
    return _acted(
        request, number, gettext("已注明拒签，等经办人确认。"),
        lambda: signing.refuse(
            actor=access.actor(request), number=number, digest=request.POST.get("digest", ""),
            ground=request.POST.get("ground", ""), witness=request.POST.get("witness", ""), when=access.moment(),
        ),
    )  # fmt: skip


@require_POST
@guard("desk")
def begin_own(request: HttpRequest, number: str) -> HttpResponse:
    """Begin an enterprise's own inspection by its notice."""
    made = owning.begin_own_inspection(actor=access.actor(request), number=number, when=access.moment())
    return redirect("desk:inspection", number=made.number)


@require_safe
@guard("desk")
def record_file(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """Give out the frozen record: printed, or as it was signed with its proof."""
    found = visits.inspection_for(access.actor(request), number)
    if found.state == "ready":
        raise Conflict("inspections.open", "记录还没有提交。", "The record is not handed in yet.")
    name = f'attachment; filename="{number}.{form}"'
    if form == "pdf":
        return HttpResponse(
            record_pdf(found), content_type="application/pdf", headers={"Content-Disposition": name}
        )  # fmt: skip
    content = records.signed_file(found)
    return HttpResponse(content, content_type="application/json", headers={"Content-Disposition": name})


def _record_page(request: HttpRequest, number: str) -> HttpResponse:
    actor = access.actor(request)
    found = visits.inspection_for(actor, number)
    member = visits.member_of(actor, found)
    signatures = list(found.signatures.order_by("at"))
    signed = {(one.role, one.person) for one in signatures}
    acts_for = found.organisation_code in actor.organisation_codes
    waits = found.state == "frozen"
    context = {
        "inspection": found,
        "kind": visits.KINDS[found.kind],
        "level": LEVELS[found.level],
        "state": visits.state_of(found),
        "result": recording.RESULTS.get(found.result),
        "advice": content_of(records.frozen_of(found)).get("advice", "") if found.document else "",
        "lines": visits.item_lines(found),
        "members": list(found.members.order_by("place")),
        "signatures": signatures,
        "findings": records.finding_lines(found, access.today()),
        "genuine": records.is_genuine_record(found) if found.document else None,
        "may_sign": waits and ((member is not None and ("inspector", member.code) not in signed)
                               or (acts_for and ("enterprise", found.organisation_code) not in signed)),
        "may_refuse": waits and member is not None and ("enterprise", found.organisation_code) not in signed
        and found.kind == "spot",
        "late": records.late_lines(found),
        "objections": objections.objections_to(found),
        "subjects": objections.subjects(actor, found),
        "phone": phone_of(actor, number) | {"words": words_after()} if visits.may_record(actor, found) else None,
    }  # fmt: skip
    return render(request, "desk/inspections/record.html", context)


def _acted(request: HttpRequest, number: str, done: str, act: Any) -> HttpResponse:
    try:
        act()
    except PinzhiError as refusal:
        messages.error(request, refusal.text.in_language(get_language() or ""))
    else:
        messages.success(request, done)
    return redirect("desk:inspection", number=number)
