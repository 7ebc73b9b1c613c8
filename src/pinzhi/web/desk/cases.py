"""Cases on the desk: the board of the day, lists, one case with its steps, files and words."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import BadInput, NotFound, PinzhiError
from pinzhi.engine.rulebook.case_parts import CaseField, CaseRole
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.records.casework.actions import deciding, keeping
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.actions.steps import Wish, take_step, take_steps
from pinzhi.records.casework.queries import day, desk
from pinzhi.records.casework.queries.lists import scanned
from pinzhi.records.casework.queries.people import people_for
from pinzhi.records.casework.queries.visible import case_for
from pinzhi.records.casework.rules import case_types, roles_to_open, type_now, type_of
from pinzhi.records.storage import CONTENT_TYPES, Sent, checked_path
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.case_pictures import city_map, due_strip, week_bars
from pinzhi.web.desk.fields import DateInput, code_choices, refused
from pinzhi.web.downloads import Sheet, download
from pinzhi.web.pages import page_number, pager

ASSIGN = "assign_"  # a form field that names who is given a role
FIELD = "field_"  # a form field that fills a field of the case


class StepForm(forms.Form):
    """A step of a case with what it takes: fields, reasons, who is given a role."""

    step = forms.CharField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def wish(self) -> Wish:
        """Return the step as the action takes it."""
        given = self.cleaned_data
        values = {name.removeprefix(FIELD): _text(value) for name, value in given.items() if name.startswith(FIELD)}
        assign: dict[CaseRole, str] = {
            name.removeprefix(ASSIGN): value  # type: ignore[misc]
            for name, value in given.items()
            if name.startswith(ASSIGN) and value
        }
        return Wish(given["step"], given.get("ground", ""), values, assign)


class RemarkForm(forms.Form):
    """Words on a case."""

    text = forms.CharField(label=_("留言"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    internal = forms.BooleanField(label=_("只给办理的人看"), required=False)


class ExtendForm(forms.Form):
    """How many days a deadline is moved, and why."""

    deadline = forms.CharField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    days = forms.IntegerField(label=_("延长几天"), min_value=1, max_value=366)
    ground = forms.CharField(label=_("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


@require_safe
@guard("desk")
def cases(request: HttpRequest, form: str = "") -> HttpResponseBase:
    """Show the day's board with map and what falls due; with a column or a search word a list; also as a table."""
    actor, on = access.actor(request), access.today()
    asked = _filter(request)
    if form:
        cases = desk.filtered(actor, asked, on)
        return download(
            request, form, lambda: Sheet("cases", desk.CaseLine, desk.lines(cases.iterator(chunk_size=1000), on)),
            name="cases", on=on, also=desk.version_of_cases(cases),
        )  # fmt: skip
    context: dict[str, Any] = {
        "asked": asked,
        "kept": asked.kept(),
        "query": request.GET.urlencode(),
        "themes": desk.theme_counts(actor),
        "columns": desk.COLUMNS.items(),
        "kinds": [one for one in _opened_here(request) if one.opened_by],
    }
    if asked.column or asked.q:
        found = scanned(desk.filtered(actor, asked, on)) if asked.q else desk.found(actor, asked, on)
        page, count = page_number(request), found.count()
        shown = found.first(desk.PAGE, start=(page - 1) * desk.PAGE)
        officer = actor.has("city_officer", "district_officer")
        context |= {
            "steps": desk.shared_steps(shown) if officer else (),
            "lines": list(desk.lines(shown, on)),
            "count": count,
            "pager": pager(page, max(1, -(-count // desk.PAGE)), asked.kept()),
            "title": desk.COLUMNS.get(asked.column),
        }
        return render(request, "desk/casework/list.html", context)
    board = desk.board(actor, asked, on)
    context |= {
        "board": board,
        "overdue": board[0].count,
        "due_today": board[1].count,
        "open": sum(one.count for one in board),
        "map": city_map(day.points(actor, asked, on)),
        "strip": due_strip(day.due_days(actor, asked, on)),
        "weeks": week_bars(day.weeks(actor, on)),
    }
    return render(request, "desk/casework/board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show a case with its open steps; POST takes one."""
    actor = access.actor(request)
    found = case_for(actor, number)
    if request.method != "POST":
        return _case_page(request, number)
    form = step_form(type_of(found), request.POST.get("step", ""), request)
    if form.is_valid():
        given = form.cleaned_data
        is_fresh = found.version == given["seen"]
        try:
            for kind, files in _evidence(request):
                for sent in files:
                    keeping.add_file(actor=actor, case_id=found.pk, kind=kind, sent=sent, when=access.moment())
            # its own files have changed the case; anybody else's change since it was looked at is still refused
            seen = case_for(actor, number).version if request.FILES and is_fresh else given["seen"]
            step = take_step(
                actor=actor, case_id=found.pk, wish=form.wish(), seen=seen, when=access.moment()
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            title = type_of(found).state_of(step.after)
            words = title.title.in_language(get_language() or "") if title else step.after
            messages.success(request, gettext("%(number)s 已到“%(state)s”。") % {"number": number, "state": words})
            return redirect("desk:case", number=number)
    return _case_page(request, number, bound=form)


@require_POST
@guard("desk")
def remark(request: HttpRequest, number: str) -> HttpResponse:
    """Keep words on a case."""
    form = RemarkForm(request.POST)
    if form.is_valid():
        try:
            keeping.add_remark(
                actor=access.actor(request), case_id=case_for(access.actor(request), number).pk,
                text=form.cleaned_data["text"], internal=form.cleaned_data["internal"], when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            return redirect("desk:case", number=number)
    return _case_page(request, number, bound=form)


@require_POST
@guard("desk")
def extend(request: HttpRequest, number: str) -> HttpResponse:
    """Move a deadline."""
    form = ExtendForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            deciding.extend_deadline(
                actor=access.actor(request), case_id=case_for(access.actor(request), number).pk,
                deadline=given["deadline"], days=given["days"], ground=given["ground"], seen=given["seen"],
                when=access.moment(),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("期限已延长。"))
            return redirect("desk:case", number=number)
    return _case_page(request, number, bound=form)


@require_POST
@guard("desk")
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """End a case in another one."""
    actor = access.actor(request)
    found, into = case_for(actor, number), case_for(actor, request.POST.get("into", ""))
    deciding.merge_case(
        actor=actor, case_id=found.pk, into_id=into.pk, ground=request.POST.get("ground", ""),
        seen=_whole(request.POST.get("seen", "")), when=access.moment(),
    )  # fmt: skip
    messages.success(request, gettext("已并入 %(number)s。") % {"number": into.number})
    return redirect("desk:case", number=into.number)


@require_POST
@guard("desk")
def many(request: HttpRequest) -> HttpResponse:
    """Take one step of many cases and tell of each what became of it."""
    numbers = request.POST.getlist("number")
    assign: dict[CaseRole, str] = {"handler": code} if (code := request.POST.get("assign_handler", "").strip()) else {}
    wish = Wish(request.POST.get("step", ""), request.POST.get("ground", ""), {}, assign)
    rows = take_steps(actor=access.actor(request), numbers=numbers, wish=wish, when=access.moment())
    done = [row.number for row in rows if row.refusal is None]
    if done:
        messages.success(request, gettext("已办 %(count)s 件。") % {"count": len(done)})
    for row in rows:
        if row.refusal is not None:
            messages.warning(request, f"{row.number}：{row.refusal.text.in_language(get_language() or '')}")
    if not rows:
        messages.info(request, gettext("没有选办件。"))
    back = request.POST.get("back", "")
    return redirect(f"/desk/cases?{back}" if back else "/desk/cases")


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def new_case(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the form of a type; POST opens a case."""
    held, actor = type_now(kind), access.actor(request)
    if not roles_to_open(actor) & set(held.opened_by):
        raise NotFound("casework.type", "没有这类办件给你提出。", "There is no such case for you to open.", kind=kind)
    form = opening_form(held, request, wanted=held.opens_with)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = open_case(
                actor=actor, kind=kind,
                values={
                    name.removeprefix(FIELD): _text(value) for name, value in given.items() if name.startswith(FIELD)
                },
                when=access.moment(), found_on=given.get("found_on"), reporter_code=given.get("organisation", ""),
            )  # fmt: skip
        except PinzhiError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, gettext("已立案，编号 %(number)s。") % {"number": made.number})
            return redirect("desk:case", number=made.number)
    return render(
        request, "desk/casework/new.html", {"kind": held, "form": form}, status=400 if form.errors else 200
    )  # fmt: skip


@require_safe
@guard("desk")
def case_file(request: HttpRequest, number: str, file_id: int) -> HttpResponseBase:
    """Give out a file of a case; always as a file to keep, never as a page."""
    found = case_for(access.actor(request), number)
    kept = found.files.filter(pk=file_id).first()
    if kept is None:
        raise NotFound("casework.file", "没有这个文件。", "There is no such file.")
    return FileResponse(
        checked_path(kept.digest).open("rb"), as_attachment=True, filename=kept.name,
        content_type=CONTENT_TYPES[kept.media],
    )  # fmt: skip


# ---- forms -----------------------------------------------------------------------------------------------------------
def step_form(kind: CaseType, code: str, request: HttpRequest | None = None, seen: int = 0) -> StepForm:
    """Return the form of a step: what it needs, reasons where it takes them, who may be given its roles."""
    form = StepForm(request.POST if request else None, initial={"step": code, "seen": seen}, auto_id=f"{code}_%s")
    step = kind.step_of(code)
    if step is None:
        return form
    for name in step.needs:
        field = kind.field_of(name)
        if field is not None:
            form.fields[FIELD + name] = _form_field(field, is_required=False)
    for role in step.assigns:
        form.fields[ASSIGN + role] = people_field(role)
    if step.ground:
        form.fields["ground"] = forms.CharField(
            label=_("理由"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
        )
    return form


def opening_form(kind: CaseType, request: HttpRequest, wanted: tuple[str, ...]) -> forms.Form:
    """Return the form by which a case is opened: every field of the type, the wanted ones required."""
    form = forms.Form(request.POST if request.method == "POST" else None)
    for field in kind.field:
        form.fields[FIELD + field.code] = _form_field(field, is_required=field.code in wanted)
    actor = access.actor(request)
    if "reporter" in kind.opened_by and actor.organisation_codes:
        choices = [(code, code) for code in sorted(actor.organisation_codes)]
        form.fields["organisation"] = forms.ChoiceField(label=_("以哪个单位的名义"), choices=choices)
    if kind.family == "problem":
        form.fields["found_on"] = forms.DateField(
            label=_("发现日期"), required=False, initial=access.today(), widget=DateInput
        )
    return form


def people_field(role: CaseRole) -> forms.Field:
    """Return the field that names who is given a role: an organisation by its code, or one of the people who may."""
    label = {
        "handler": _("整改责任单位（统一社会信用代码）"),
        "provider": _("服务机构（统一社会信用代码）"),
        "verifier": _("复查人"),
        "expert": _("专家"),
    }[role]
    people = people_for(role, access.today())
    if people is None:
        return forms.CharField(label=label, max_length=40, required=False)
    return forms.ChoiceField(label=label, choices=[("", "—"), *people], required=False)


def _form_field(field: CaseField, *, is_required: bool) -> forms.Field:
    label = field.title.in_language(get_language() or "")
    if field.unit is not None:
        label = f"{label}（{field.unit.in_language(get_language() or '')}）"
    if field.codelist:
        return forms.ChoiceField(label=label, required=is_required, choices=code_choices(field.codelist))
    match field.kind:
        case "choice":
            words = [(one.code, one.title.in_language(get_language() or "")) for one in field.choices]
            return forms.ChoiceField(label=label, required=is_required, choices=[("", "—"), *words])
        case "date":
            return forms.DateField(label=label, required=is_required, widget=DateInput)
        case "flag":
            return forms.ChoiceField(
                label=label, required=is_required, choices=[("", "—"), ("yes", _("是")), ("no", _("否"))]
            )
        case "long":
            return forms.CharField(
                label=label, required=is_required, max_length=10_000, widget=forms.Textarea(attrs={"rows": 4})
            )
    hints = {
        "place": _("可以先写坐标：36.2641 120.2817 路口东侧"),
        "organisation": _("统一社会信用代码或登记名称"),
        "money": _("元"),
        "contact": _("只有办理的人看得到"),
    }
    return forms.CharField(
        label=label, required=is_required, max_length=300, help_text=hints.get(field.kind, "")
    )  # fmt: skip


def _case_page(request: HttpRequest, number: str, *, bound: forms.Form | None = None) -> HttpResponse:
    actor, on = access.actor(request), access.today()
    found = case_for(actor, number)
    seen = desk.dossier(actor, found, on)
    context = {
        "dossier": seen,
        "forms": [(way, step_form(seen.kind, way.step.code, seen=found.version)) for way in seen.ways],
        "bound": bound,
        "remark_form": RemarkForm(auto_id="remark_%s"),
        "on": on,
    }
    status = 400 if bound is not None and bound.errors else 200
    return render(request, "desk/casework/case.html", context, status=status)


def _evidence(request: HttpRequest) -> list[tuple[str, list[Sent]]]:
    return [
        (
            name.removeprefix("file_"),
            [Sent(file.name or "", file.chunks(), file.size) for file in request.FILES.getlist(name)],
        )
        for name in request.FILES
        if name.startswith("file_")
    ]


def _filter(request: HttpRequest) -> desk.Filter:
    asked = request.GET
    return desk.checked_filter(
        desk.Filter(
            column=asked.get("column", ""),
            theme=asked.get("theme", ""),
            kind=asked.get("kind", ""),
            district=asked.get("district", ""),
            q=asked.get("q", "").replace("\x00", "").strip()[:100],
            mine=asked.get("mine", "") == "1",
        )
    )


def _opened_here(request: HttpRequest) -> list[CaseType]:
    roles = roles_to_open(access.actor(request))
    newest = {one.id: type_now(one.id) for one in case_types()}
    return [one for one in newest.values() if roles & set(one.opened_by)]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise BadInput("casework.seen", "缺少看到的版本。", "The version that was seen is missing.")
    return int(text)
