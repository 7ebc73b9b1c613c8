"""An organisation assesses itself: section by section, at any time, for itself alone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from pinzhi.engine.assessment.conditions import Answer
from pinzhi.engine.errors import Conflict, NotFound, PinzhiError
from pinzhi.engine.rulebook.instrument_parts import AnyItem
from pinzhi.records.assessment.actions import self_assessment as actions
from pinzhi.records.assessment.queries import self_assessment as queries
from pinzhi.records.assessment.queries.applications import acting_names
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.language import said


@require_http_methods(["GET", "HEAD", "POST"])
@guard("assessment.apply")
def sheets(request: HttpRequest) -> HttpResponse:
    """List one's self-assessments and what one may assess oneself by; POST starts one."""
    actor = access.actor(request)
    if request.method == "POST":
        instrument_id, _dash, edition = request.POST.get("instrument", "").rpartition("|")
        made = actions.start_self_assessment(
            actor=actor, organisation_code=request.POST.get("organisation_code", ""), instrument_id=instrument_id,
            edition=edition, when=access.moment(),
        )  # fmt: skip
        return redirect("desk:self_assessment", sheet_id=made.pk)
    context = {"sheets": queries.own_sheets(actor), "offered": queries.offered(), "acting": acting_names(actor)}
    return render(request, "desk/applications/self_list.html", context)


@require_http_methods(["GET", "HEAD"])
@guard("assessment.apply")
def sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Show how far a self-assessment is, or what it came to."""
    own = queries.own_sheet(access.actor(request), sheet_id)
    outcome = queries.outcome(own) if own.is_finished else None
    return render(request, "desk/applications/self_sheet.html", {"own": own, "outcome": outcome})


@require_http_methods(["GET", "HEAD", "POST"])
@guard("assessment.apply")
def section(request: HttpRequest, sheet_id: int, code: str) -> HttpResponse:
    """Answer a part; what is no answer is said, and nothing typed is lost."""
    actor = access.actor(request)
    own = queries.own_sheet(actor, sheet_id)
    place = next((n for n, one in enumerate(own.sections) if one.code == code), None)
    if place is None:
        raise NotFound("assessment.self.section", "没有这一部分。", "There is no such part.")
    part, answers, refusal = own.sections[place], dict(own.held.answers), None
    if request.method == "POST":
        given = _answers(part.items, request.POST)
        try:
            actions.save_answers(
                actor=actor, sheet_id=sheet_id, section=code, answers=given, seen=_seen(request), when=access.moment()
            )
        except PinzhiError as found:
            refusal, answers = found, answers | given
        else:
            following = own.sections[place + 1] if place + 1 < len(own.sections) else None
            if following is None or "stop" in request.POST:
                return redirect("desk:self_assessment", sheet_id=sheet_id)
            return redirect("desk:self_section", sheet_id=sheet_id, code=following.code)
    context = {
        "own": own,
        "part": part,
        "items": [(item, answers.get(item.id, ""), _bands(own, item)) for item in part.items],
        "refusal": said(refusal.text) if refusal else "",
        "wrong": refusal.facts.get("item", "") if refusal else "",
        "is_last": place + 1 == len(own.sections),
    }
    status = 200 if refusal is None else 409 if isinstance(refusal, Conflict) else 400
    return render(request, "desk/applications/self_section.html", context, status=status)


@require_POST
@guard("assessment.apply")
def finish(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Finish a self-assessment; from now on it stays as it is."""
    try:
        actions.finish_self_assessment(
            actor=access.actor(request), sheet_id=sheet_id, seen=_seen(request), when=access.moment()
        )
    except PinzhiError as refusal:
        if isinstance(refusal, NotFound):
            raise
        messages.error(request, said(refusal.text))
    else:
        messages.success(request, gettext("自评已完成。结果只有本单位看得到。"))
    return redirect("desk:self_assessment", sheet_id=sheet_id)


def _answers(items: tuple[AnyItem, ...], data: QueryDict) -> dict[str, Answer]:
    return {
        item.id: data.getlist(f"a-{item.id}") if item.kind == "multiple" else data.get(f"a-{item.id}", "").strip()
        for item in items
    }


def _bands(own: queries.Sheet, item: AnyItem) -> list[object]:
    """Return what percentages look like, for items that are marked by them."""
    if item.kind != "points":
        return []
    found = [(one, one.described(item.measures)) for one in own.instrument.band]
    return [(one.low, one.high, words) for one, words in found if words is not None]


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
