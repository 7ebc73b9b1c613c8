"""Applicants write, bring, state and send an application, and follow what becomes of it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import Conflict, PinzhiError
from pinzhi.records.assessment import files
from pinzhi.records.assessment.actions import applications as actions
from pinzhi.records.assessment.actions.moving import move_entry
from pinzhi.records.assessment.files import Sent
from pinzhi.records.assessment.queries import applications as queries
from pinzhi.records.assessment.queries.brought import file_of
from pinzhi.records.assessment.queries.notices import objections_to
from pinzhi.records.assessment.queries.visible import round_by_key
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.application_forms import (
    FactsForm,
    SendForm,
    StartForm,
    UploadForm,
    base_sent,
    content_sent,
    editor_of,
)
from pinzhi.web.desk.fields import refused, sent
from pinzhi.web.language import said
from pinzhi.web.objections import GROUNDS

FORMS = ["GET", "HEAD", "POST"]
MOVED = "assessment.section.moved"


@require_safe
@guard("assessment.apply")
def applications(request: HttpRequest) -> HttpResponse:
    """List one's own applications and the calls that are open."""
    actor, on = access.actor(request), access.today()
    context = {
        "lines": queries.own_applications(actor, on),
        "calls": queries.open_calls(on),
        "acting": queries.acting_names(actor),
    }
    return render(request, "desk/applications/list.html", context)


@require_http_methods(FORMS)
@guard("assessment.apply")
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Ask who applies for what; POST starts the application."""
    actor, held = access.actor(request), round_by_key(key)
    scheme, acting = scheme_of(held), queries.acting_names(actor)
    first = {"category": scheme.category[0].code, "organisation_code": acting[0][0] if acting else ""}
    form = StartForm(sent(request), scheme=scheme, acting=acting, on=access.today(), initial=first)
    if form.is_valid():
        try:
            made = actions.start_entry(actor=actor, round_key=key, when=access.moment(), **form.cleaned_data)
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            return redirect("desk:application", key=key, number=made.number)
    call = next((one for one in queries.open_calls(access.today()) if one.held.key == key), None)
    context = {"form": form, "held": held, "scheme": scheme, "call": call}
    return render(request, "desk/applications/new.html", context, status=_status(form))


@require_safe
@guard("assessment.apply")
def application(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Show an application: what is written, what is missing, how long there is, what came of it."""
    found = queries.application(access.actor(request), key, number, access.today())
    grounds = dict(GROUNDS)
    context = {
        "held": found.entry.round, "own": found,
        "objections": [(one, grounds[one.ground], state) for one, state in objections_to(found.entry)],
    }  # fmt: skip
    return render(request, "desk/applications/application.html", context)


@require_http_methods(FORMS)
@guard("assessment.apply")
def section(request: HttpRequest, key: str, number: str, document: str) -> HttpResponse:
    """Write a section; a version that somebody else saved meanwhile is shown beside one's own."""
    actor = access.actor(request)
    entry = queries.own_entry(actor, key, number)
    part = queries.part_of_entry(entry, document)
    base = part.section.number if part.section else 0
    content = part.section.content if part.section else {}
    refusal: PinzhiError | None = None
    if request.method == "POST":
        base, content = base_sent(request.POST), content_sent(part.document, request.POST)
        try:
            actions.save_section(
                actor=actor, entry_id=entry.pk, document=document, base=base, content=content, when=access.moment()
            )
        except PinzhiError as found:
            refusal = found
        else:
            messages.success(request, gettext("已保存。"))
            to = "desk:application_section" if "more" in request.POST else "desk:application"
            return redirect(to, *([key, number, document] if "more" in request.POST else [key, number]))
    is_moved = refusal is not None and refusal.code == MOVED
    if is_moved:
        base = part.section.number if part.section else 0  # what is saved now goes on from theirs
    context = {
        "held": entry.round,
        "own": queries.application(actor, key, number, access.today()),
        "part": part,
        "editor": editor_of(
            part.document, int(str(refusal.facts["number"])) if is_moved and refusal else base, content
        ),
        "refusal": said(refusal.text) if refusal else "",
        "is_moved": is_moved,
        "history": queries.section_history(entry, document),
    }
    status = 200 if refusal is None else 409 if isinstance(refusal, Conflict) else 400
    return render(request, "desk/applications/section.html", context, status=status)


@require_POST
@guard("assessment.apply")
def autosave(request: HttpRequest, key: str, number: str, document: str) -> JsonResponse:
    """Save a section while it is written; the answer tells the version to go on from, a refusal is a problem."""
    actor = access.actor(request)
    entry = queries.own_entry(actor, key, number)
    part = queries.part_of_entry(entry, document)
    saved = actions.save_section(
        actor=actor, entry_id=entry.pk, document=document, base=base_sent(request.POST),
        content=content_sent(part.document, request.POST), when=access.moment(),
    )  # fmt: skip
    return JsonResponse({"number": saved.number, "at": f"{timezone.localtime(saved.at):%H:%M:%S}"})


@require_http_methods(FORMS)
@guard("assessment.apply")
def brought(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """List the files by what they prove; POST brings one."""
    actor = access.actor(request)
    entry = queries.own_entry(actor, key, number)
    form = UploadForm(sent(request), request.FILES or None)
    if form.is_valid() and _attached(request, entry.pk, form):
        return redirect("desk:application_files", key=key, number=number)
    own = queries.application(actor, key, number, access.today())
    kinds = [
        (part, form if form.data.get("document") == part.document.code else _empty_upload(part.document.code, place))
        for place, part in enumerate(one for one in own.own_parts if one.document.kind == "file")
    ]
    context = {"held": entry.round, "own": own, "kinds": kinds}
    return render(request, "desk/applications/files.html", context, status=_status(form))


@require_safe
@guard("assessment.apply")
def file(request: HttpRequest, key: str, number: str, file_number: int) -> HttpResponseBase:
    """Give out a file of one's own application; always as a file to keep, never as a page."""
    kept = file_of(queries.own_entry(access.actor(request), key, number), file_number)
    return FileResponse(
        files.open_file(kept.file).open("rb"), as_attachment=True, filename=kept.name,
        content_type=files.CONTENT_TYPES[kept.file.media],
    )  # fmt: skip


@require_POST
@guard("assessment.apply")
def remove_file(request: HttpRequest, key: str, number: str, file_number: int) -> HttpResponse:
    """Take a file away."""
    actor = access.actor(request)
    entry = queries.own_entry(actor, key, number)
    row = actions.detach(actor=actor, entry_id=entry.pk, number=file_number, when=access.moment())
    messages.success(request, gettext("已移除附件 %(number)s“%(name)s”。") % {"number": row.number, "name": row.name})
    return redirect("desk:application_files", key=key, number=number)


@require_http_methods(FORMS)
@guard("assessment.apply")
def facts(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """State the facts that the conditions ask for; each that is given and new is stated."""
    actor = access.actor(request)
    own = queries.application(actor, key, number, access.today())
    form = FactsForm(sent(request), facts=own.facts)
    if form.is_valid() and _stated(request, own.entry.pk, form):
        messages.success(request, gettext("已保存。"))
        return redirect("desk:application", key=key, number=number)
    context = {"held": own.entry.round, "own": own, "form": form}
    return render(request, "desk/applications/facts.html", context, status=_status(form))


@require_http_methods(FORMS)
@guard("assessment.apply")
def submit(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Tell what is missing and ask once more; POST sends the application."""
    return _moved_page(request, key, number, "submit")


@require_http_methods(FORMS)
@guard("assessment.apply")
def withdraw(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Ask once more; POST gives a draft up, or takes back what was sent."""
    return _moved_page(request, key, number, "withdraw")


@require_safe
@guard("assessment.apply")
def receipt(request: HttpRequest, key: str, number: str, step: int) -> HttpResponse:
    """Show what was sent, when, and its digest; made to be printed."""
    own = queries.application(access.actor(request), key, number, access.today())
    context = {"held": own.entry.round, "own": own, "receipt": queries.receipt(own.entry, step)}
    return render(request, "desk/applications/receipt.html", context)


def _moved_page(request: HttpRequest, key: str, number: str, which: str) -> HttpResponse:
    actor = access.actor(request)
    own = queries.application(actor, key, number, access.today())
    move = own.submit if which == "submit" else own.leave
    form = SendForm(sent(request), initial={"seen": own.entry.version})
    if form.is_valid() and move is not None:
        try:
            step = move_entry(
                actor=actor, entry_id=own.entry.pk, to=move.to, seen=form.cleaned_data["seen"], when=access.moment()
            )
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            if which == "submit" and move.to != "submitted":
                messages.success(request, gettext("已提交报告。"))
                return redirect("desk:application", key=key, number=number)
            if which == "submit":
                return redirect("desk:application_receipt", key=key, number=number, step=step.number)
            messages.success(request, gettext("已撤回。写过的内容和附件都保留。"))
            return redirect("desk:application", key=key, number=number)
    context = {"held": own.entry.round, "own": own, "form": form, "move": move}
    return render(request, f"desk/applications/{which}.html", context, status=_status(form))


def _attached(request: HttpRequest, entry_id: int, form: UploadForm) -> bool:
    given: dict[str, Any] = form.cleaned_data
    file, size = given["file"], given["size"]
    try:
        row = actions.attach(
            actor=access.actor(request), entry_id=entry_id, document=given["document"],
            sent=Sent(file.name, file.chunks(), file.size if size is None else size), when=access.moment(),
        )  # fmt: skip
    except PinzhiError as refusal:
        refused(form, refusal)
        return False
    messages.success(request, gettext("已收到附件 %(number)s“%(name)s”。") % {"number": row.number, "name": row.name})
    return True


def _stated(request: HttpRequest, entry_id: int, form: FactsForm) -> bool:
    """State what was changed; what is refused is said at its field, and the rest is kept."""
    for fact in form.changed_data:
        if value := form.cleaned_data[fact]:
            try:
                actions.state_fact(
                    actor=access.actor(request), entry_id=entry_id, fact=fact, value=value, source="",
                    when=access.moment(),
                )  # fmt: skip
            except PinzhiError as refusal:
                form.add_error(fact, said(refusal.text))
    return not form.errors


def _empty_upload(document: str, place: int) -> UploadForm:
    return UploadForm(initial={"document": document}, auto_id=f"id_{place}_%s")


def _status(form: forms.Form) -> int:
    return 400 if form.is_bound and form.errors else 200
