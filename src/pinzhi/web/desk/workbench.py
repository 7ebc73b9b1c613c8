"""The workbench of a judge: mark item by item beside the application, hand in, talk with the panel."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.assessment import files
from pinzhi.records.assessment.actions import consensus, sheets
from pinzhi.records.assessment.actions.sheets import ItemSheet
from pinzhi.records.assessment.queries import panel_marks
from pinzhi.records.assessment.queries.reading import file_for
from pinzhi.records.assessment.queries.sheets import own_task
from pinzhi.records.assessment.queries.workbench import Workbench, workbench
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused
from pinzhi.web.errors import problem, status_of
from pinzhi.web.language import said


class SettleForm(forms.Form):
    """What the panel agreed on for an item, or what was changed on site, and why."""

    item = forms.CharField(widget=forms.HiddenInput, max_length=40)
    kind = forms.ChoiceField(label=_("哪一层"), choices=[("consensus", _("合议")), ("site", _("现场改分"))])
    percent = forms.CharField(label=_("议定的百分比"), max_length=6)
    reason = forms.CharField(
        label=_("理由，留在记录里"), max_length=consensus.LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_percent(self) -> Decimal:
        """Return the percentage as a number."""
        try:
            return Decimal(self.cleaned_data["percent"])
        except InvalidOperation:
            raise forms.ValidationError(gettext("请选一个百分比。")) from None


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def sheet(request: HttpRequest, key: str, number: str, stage: str) -> HttpResponse:
    """Show a task with one item open; POST keeps what was said of the item, and goes on to another."""
    actor = access.actor(request)
    if request.method != "POST":
        return _page(request, workbench(actor, key, number, stage, request.GET.get("item", "")))
    said_of = ItemSheet(
        request.POST.get("item", ""),
        request.POST.get("answer", ""),
        request.POST.getlist("strengths"),
        request.POST.getlist("improvements"),
    )
    task = own_task(actor, key, number, stage)
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        base = _number(request.POST.get("base", ""))
        sheets.save_item(actor=actor, assignment_id=task.pk, base=base, said=said_of, when=access.moment())
    except PinzhiError as refusal:
        if wants_json:
            return problem(status_of(refusal), code=refusal.code, detail=said(refusal.text), facts=refusal.facts)
        bench = workbench(actor, key, number, stage, said_of.item)
        return _page(request, bench, typed=said_of, refusal=refusal)
    if wants_json:
        return _kept(workbench(actor, key, number, stage, said_of.item))
    messages.success(request, gettext("已保存。"))
    return redirect(_address(key, number, stage, request.POST.get("then") or said_of.item))


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def hand_in(request: HttpRequest, key: str, number: str, stage: str) -> HttpResponse:
    """Show the whole sheet once more, with what is missing; POST hands it in for good."""
    actor = access.actor(request)
    bench = workbench(actor, key, number, stage)
    wrong: PinzhiError | None = None
    if request.method == "POST":
        try:
            sheets.submit_sheet(
                actor=actor, assignment_id=bench.task.pk, seen=_number(request.POST.get("seen", "")),
                when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            wrong = refusal
        else:
            messages.success(request, gettext("评分已提交，不能再改。各位都交齐后，你能看到合议。"))
            return redirect(_address(key, number, stage))
    context = {"bench": bench, "refusal": wrong}
    return render(request, "desk/workbench/hand_in.html", context, status=status_of(wrong) if wrong else 200)


@require_POST
@guard("desk")
def question(request: HttpRequest, key: str, number: str, stage: str) -> HttpResponse:
    """Ask the head of the panel, or answer as the head."""
    actor, when = access.actor(request), access.moment()
    task, item, text = own_task(actor, key, number, stage), request.POST.get("item", ""), request.POST.get("text", "")
    asked = request.POST.get("question", "")
    try:
        if asked:
            sheets.answer(actor=actor, question_id=_number(asked), text=text, when=when)
            messages.success(request, gettext("已答复。"))
        else:
            sheets.ask(actor=actor, assignment_id=task.pk, item=item, text=text, when=when)
            messages.success(request, gettext("留言已送到组长的工作台。"))
    except PinzhiError as refusal:
        messages.error(request, said(refusal.text))
    return redirect(_address(key, number, stage, item) + "#ask")


@require_safe
@guard("desk")
def attachment(request: HttpRequest, key: str, number: str, stage: str, file_number: int) -> HttpResponseBase:
    """Give out a file of an entry to its judge, under a neutral name where he must not know whose it is."""
    kept, name = file_for(access.actor(request), key, number, stage, file_number)
    return FileResponse(
        files.open_file(kept.file).open("rb"), as_attachment=True, filename=name,
        content_type=files.CONTENT_TYPES[kept.file.media],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def panel(request: HttpRequest, key: str, number: str, stage: str) -> HttpResponse:
    """Show a panel's marks side by side; POST writes down what it agreed on, or what was changed on site."""
    actor = access.actor(request)
    seen = panel_marks.panel(actor, key, number, stage)
    form = SettleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = dict(form.cleaned_data)
        act = consensus.change_on_site if given.pop("kind") == "site" else consensus.settle_item
        try:
            act(actor=actor, entry_id=seen.entry.pk, stage=stage, when=access.moment(), **given)
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("%(item)s 已写入，前面各层都保留。") % {"item": given["item"]})
            return redirect(f"{reverse('desk:panel_marks', args=(key, number, stage))}#i-{given['item']}")
    context = {
        "panel": seen,
        "ticks": range(0, 101, 20),
        "held": seen.entry.round,
        "form": form,
        "bound": request.POST.get("item", ""),
    }
    return render(request, "desk/workbench/panel.html", context, status=400 if form.errors else 200)


def _page(
    request: HttpRequest, bench: Workbench, *, typed: ItemSheet | None = None, refusal: PinzhiError | None = None
) -> HttpResponse:
    page = bench.page
    context: dict[str, Any] = {
        "bench": bench,
        "page": page,
        "answer": typed.answer if typed else page.answer,
        "strengths": typed.strengths if typed else page.strengths,
        "improvements": typed.improvements if typed else page.improvements,
        "refusal": refusal,
        "elsewhere": typed is not None and typed.answer != page.answer,
    }
    return render(request, "desk/workbench/sheet.html", context, status=status_of(refusal) if refusal else 200)


def _kept(bench: Workbench) -> HttpResponse:
    """Tell the page what is kept now, so that it goes on from there."""
    return JsonResponse(
        {
            "base": bench.base,
            "saved": f"{timezone.localtime(bench.saved_at):%H:%M:%S}" if bench.saved_at else "",
            "answer": bench.page.answer,
            "done": bench.done,
            "count": bench.count,
        }
    )


def _address(key: str, number: str, stage: str, item: str = "") -> str:
    address = reverse("desk:sheet", args=(key, number, stage))
    return f"{address}?item={item}" if item else address


def _number(text: str) -> int:
    """Return a number from a form; what is none matches nothing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
