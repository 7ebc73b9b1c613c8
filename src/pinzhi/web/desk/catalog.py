"""Officers import files into the catalogue: send, see what would change, confirm, correct what was refused."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.engine.catalog.intake.columns import Kind
from pinzhi.engine.catalog.intake.kinds import KINDS
from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.importing import run as importing
from pinzhi.records.catalog.importing import runs, uploads
from pinzhi.records.catalog.importing.report import ImportReport, RecordChange, RowProblem
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import refused

PROBLEMS_SHOWN = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    """Which kind of rows, in which file."""

    kind = forms.ChoiceField(label=_("内容"))
    file = forms.FileField(
        label=_("文件"),
        allow_empty_file=True,  # the reader of files says what is wrong with an empty one
        help_text=_("CSV、XLSX 或 Parquet，最大 20 MB；编码 UTF-8 或 GB 18030；表头中文、英文都可以。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.name, _said(kind.label)) for kind in KINDS.values()]
        self.fields["kind"] = forms.ChoiceField(label=_("内容"), choices=choices)
        self.order_fields(["kind", "file"])


@dataclass(frozen=True, slots=True)
class Cell:
    """One refused or doubtful cell, in the reader's language."""

    line: int
    field: str
    value: str
    why: str
    is_warning: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One record that would be new or would change, with its fields in the reader's language."""

    line: int
    key: str
    is_new: bool
    fields: tuple[tuple[str, str, str], ...]


@require_http_methods(["GET", "HEAD", "POST"])
@guard("catalog.import")
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file and lead to its preview; show templates and the latest imports."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        kind, sent = form.cleaned_data["kind"], form.cleaned_data["file"]
        try:
            digest = uploads.keep_upload(sent.chunks())
        except BadInput as refusal:
            refused(form, refusal)
        else:
            address = reverse("desk:import_preview", args=[kind, digest])
            return redirect(f"{address}?{urlencode({'name': sent.name[:200]})}")
    page = {"form": form, "kinds": _kinds(), "runs": _runs(request), "limit": uploads.UPLOAD_LIMIT_MB}
    return render(request, "desk/catalog/import.html", page, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@guard("catalog.import")
def preview(request: HttpRequest, kind: str, digest: str) -> HttpResponse:
    """Show what a file would change; a POST imports it."""
    known = _kind(kind)
    path = uploads.upload_path(digest)
    name = request.GET.get("name", "")[:200] or digest[:12]
    if request.method == "POST":
        report = importing.import_file(kind, path, actor=access.actor(request), now=access.now(), file_name=name)
        uploads.forget_upload(digest)
        return redirect("desk:import_run", run_id=report.run_id)
    try:
        report = importing.preview(kind, path, actor=access.actor(request), now=access.now(), file_name=name)
    except BadInput as refusal:
        page = {"kind": _said(known.label), "name": name, "refusal": _said(refusal.text)}
        return render(request, "desk/catalog/refused.html", page, status=400)
    return render(request, "desk/catalog/preview.html", _preview_page(known, report))


@require_safe
@guard("catalog.import")
def result(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show what became of an import."""
    run = runs.run_by_id(access.actor(request), _small(run_id))
    return render(request, "desk/catalog/result.html", {"run": run, "kind": _said(_kind(run.kind).label)})


@require_safe
@guard("catalog.import")
def rejects(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Give out the refused rows of an import with their reasons."""
    run = runs.run_by_id(access.actor(request), _small(run_id))
    if run.rejects is None:
        raise NotFound("import.rejects", "这次导入没有被拒的行。", "This import refused no rows.")
    name = f"{run.kind}-{run.id}-rejects.csv"
    return FileResponse(run.rejects.open("rb"), as_attachment=True, filename=name, content_type="text/csv")


@require_safe
@guard("catalog.import")
def template(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """Give out an empty file with the columns of a kind."""
    known = _kind(kind)
    made = {"csv": (runs.template_csv, "text/csv; charset=utf-8"), "xlsx": (runs.template_xlsx, _XLSX)}.get(form)
    if made is None:
        raise NotFound("import.template", "模板只有 csv 和 xlsx 两种。", "Templates come as csv and xlsx.")
    make, content_type = made
    disposition = {"Content-Disposition": f'attachment; filename="{kind}.{form}"'}
    return HttpResponse(make(known), content_type=content_type, headers=disposition)


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise NotFound("import.kind", "没有这一类内容。", "There is no such kind.")
    return KINDS[name]


def _small(run_id: int) -> int:
    """An id beyond 64 bits names nothing; databases would stumble over it."""
    return run_id if run_id < 2**63 else 0


def _said(text: Text) -> str:
    return text.in_language(get_language() or "")


def _kinds() -> list[dict[str, str]]:
    return [
        {
            "name": kind.name,
            "label": _said(kind.label),
            "required": "、".join(_said(column.label) for column in kind.required),
        }
        for kind in KINDS.values()
    ]


def _runs(request: HttpRequest) -> list[tuple[runs.Run, str]]:
    found = runs.recent_runs(access.actor(request))
    return [(run, _said(KINDS[run.kind].label) if run.kind in KINDS else run.kind) for run in found]


def _preview_page(kind: Kind, report: ImportReport) -> dict[str, Any]:
    refusals = [_cell(kind, problem) for problem in report.problems if not problem.is_warning]
    warnings = [_cell(kind, problem) for problem in report.problems if problem.is_warning]
    return {
        "kind": _said(kind.label),
        "report": report,
        "will_write": report.created + report.changed > 0 or kind.name == "people",
        "changes": [_change(change) for change in report.changes],
        "refusals": refusals[:PROBLEMS_SHOWN],
        "warnings": warnings[:PROBLEMS_SHOWN],
        "unknown": "、".join(report.unknown_columns),
    }


def _cell(kind: Kind, problem: RowProblem) -> Cell:
    label = next((column.label for column in kind.columns if column.name == problem.field), Text("整行", "whole row"))
    return Cell(problem.line, _said(label), problem.value, _said(problem.text), problem.is_warning)


def _change(change: RecordChange) -> Change:
    fields = tuple((_said(field.label), field.before, field.after) for field in change.fields)
    return Change(change.line, change.key, change.is_new, fields)
