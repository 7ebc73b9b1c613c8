"""One case on the desk: its open steps, words, more time, merging, its files and photos; and opening one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import NotFound
from pinzhi.records.casework.actions import deciding, keeping
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.actions.steps import take_step_with_files
from pinzhi.records.casework.queries.dossier import Dossier, dossier
from pinzhi.records.casework.queries.visible import case_file_for, case_for
from pinzhi.records.casework.rules import roles_to_open, type_now, type_of
from pinzhi.records.storage import CONTENT_TYPES, Sent, checked_path
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.case_forms import ASSIGN, ExtendForm, MergeForm, OpeningForm, RemarkForm, StepForm, values_of
from pinzhi.web.desk.fields import acted
from pinzhi.web.language import said
from pinzhi.web.photos import SIZES, photo_answer


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show a case with its open steps; POST takes one."""
    found = case_for(access.actor(request), number)
    if request.method != "POST":
        return _case_page(request, number)
    form = StepForm(type_of(found), request.POST.get("step", ""), request.POST)
    step = acted(
        form,
        lambda: take_step_with_files(
            actor=access.actor(request), case_id=found.pk, wish=form.wish(), files=_evidence(request),
            seen=form.cleaned_data["seen"], when=access.moment(),
        ),
    )  # fmt: skip
    if step is None:
        return _case_page(request, number, bound=form)
    title = type_of(found).state_of(step.after)
    words = said(title.title) if title else step.after
    messages.success(request, gettext("%(number)s 已到“%(state)s”。") % {"number": number, "state": words})
    return redirect("desk:case", number=number)


@require_POST
@guard("desk")
def remark(request: HttpRequest, number: str) -> HttpResponse:
    """Keep words on a case."""
    actor, form = access.actor(request), RemarkForm(request.POST, auto_id="remark_%s")
    found = case_for(actor, number)
    kept = acted(
        form, lambda: keeping.add_remark(actor=actor, case_id=found.pk, when=access.moment(), **form.cleaned_data)
    )
    return redirect("desk:case", number=number) if kept else _case_page(request, number, bound=form)


@require_POST
@guard("desk")
def extend(request: HttpRequest, number: str) -> HttpResponse:
    """Move a deadline."""
    actor, form = access.actor(request), ExtendForm(request.POST)
    found = case_for(actor, number)
    moved = acted(
        form, lambda: deciding.extend_deadline(actor=actor, case_id=found.pk, when=access.moment(), **form.cleaned_data)
    )
    if moved is None:
        return _case_page(request, number, bound=form)
    messages.success(request, gettext("期限已延长。"))
    return redirect("desk:case", number=number)


@require_POST
@guard("desk")
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """End a case in another one."""
    actor, form = access.actor(request), MergeForm(request.POST)
    found = case_for(actor, number)
    step = acted(
        form,
        lambda: deciding.merge_case(
            actor=actor, case_id=found.pk, into_id=case_for(actor, form.cleaned_data["into"]).pk,
            ground=form.cleaned_data["ground"], seen=form.cleaned_data["seen"], when=access.moment(),
        ),
    )  # fmt: skip
    if step is None:
        return _case_page(request, number, bound=form)
    messages.success(request, gettext("已并入 %(number)s。") % {"number": form.cleaned_data["into"]})
    return redirect("desk:case", number=form.cleaned_data["into"])


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def new_case(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the form of a type; POST opens a case."""
    held, actor = type_now(kind), access.actor(request)
    if not roles_to_open(actor) & set(held.opened_by):
        raise NotFound("casework.type", "没有这类办件给你提出。", "There is no such case for you to open.", kind=kind)
    form = OpeningForm(held, request)
    made = acted(
        form,
        lambda: open_case(
            actor=actor, kind=kind, values=values_of(form.cleaned_data), when=access.moment(),
            found_on=form.cleaned_data.get("found_on"), reporter_code=form.cleaned_data.get("organisation", ""),
        ),
    )  # fmt: skip
    if made is not None:
        messages.success(request, gettext("已立案，编号 %(number)s。") % {"number": made.number})
        return redirect("desk:case", number=made.number)
    return render(
        request, "desk/casework/new.html", {"kind": held, "form": form}, status=400 if form.errors else 200
    )  # fmt: skip


@require_safe
@guard("desk")
def case_file(request: HttpRequest, number: str, file_id: int) -> HttpResponseBase:
    """Give out a file of a case; always as a file to keep, never as a page."""
    kept = case_file_for(access.actor(request), number, file_id)
    return FileResponse(
        checked_path(kept.digest).open("rb"), as_attachment=True, filename=kept.name,
        content_type=CONTENT_TYPES[kept.media],
    )  # fmt: skip


@require_safe
@guard("desk")
def case_photo(request: HttpRequest, number: str, file_id: int, size: str) -> HttpResponseBase:
    """Show a photo of a case, large or small, to whoever may have the file."""
    kept = case_file_for(access.actor(request), number, file_id)
    if kept.media != "image" or size not in SIZES:
        raise NotFound("casework.photo", "没有这张照片。", "There is no such photo.")
    return photo_answer(kept.digest, kept.name, size)


def _evidence(request: HttpRequest) -> list[tuple[str, Sent]]:
    return [
        (name.removeprefix("file_"), Sent(file.name or "", file.chunks(), file.size))
        for name in request.FILES
        if name.startswith("file_")
        for file in request.FILES.getlist(name)
    ]


def _case_page(request: HttpRequest, number: str, *, bound: forms.Form | None = None) -> HttpResponse:
    actor, on = access.actor(request), access.today()
    seen = dossier(actor, case_for(actor, number), on)
    context = {"dossier": seen, "bound": bound, "on": on, **_forms(seen, bound)}
    status = 400 if bound is not None and bound.errors else 200
    return render(request, "desk/casework/case.html", context, status=status)


def _forms(seen: Dossier, bound: forms.Form | None) -> dict[str, Any]:
    """Return the forms of a case's page; the one that was refused keeps what was written in it."""
    version = seen.case.version
    known = {f"{ASSIGN}handler": seen.case.organisation_code}  # whom it concerns mostly puts it right

    def chosen(new: forms.Form, name: str = "") -> forms.Form:
        if bound is None or type(bound) is not type(new) or bound.data.get(name) != new.initial.get(name):
            return new
        # whoever was refused has now seen how it stands
        bound.data = {**dict(bound.data.items()), "seen": str(version)}
        return bound

    def extending(code: str) -> forms.Form:
        initial = {"deadline": code, "seen": version}
        return chosen(ExtendForm(initial=initial, auto_id=f"x-{code}-%s"), "deadline")

    def merging(into: str) -> forms.Form:
        return chosen(MergeForm(initial={"into": into, "seen": version}, auto_id=f"mg-{into}-%s"), "into")

    return {
        "forms": [
            (way, chosen(StepForm(seen.kind, way.step.code, seen=version, **known), "step")) for way in seen.ways
        ],
        "remark_form": chosen(RemarkForm(auto_id="remark_%s")),
        "extensions": [(due, extending(due.code)) for due in seen.may_extend],
        "merges": [(match, line, merging(line.number)) for match, line in seen.duplicates],
    }
