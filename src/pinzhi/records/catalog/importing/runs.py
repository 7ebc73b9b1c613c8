"""Past imports, and the empty files to start from."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import xlsxwriter

from pinzhi.engine.catalog.intake.columns import Kind
from pinzhi.engine.errors import NotFound
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.catalog.models import ImportRun

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Run:
    """One import as it is told afterwards."""

    id: int
    kind: str
    file_name: str
    state: str
    started_at: datetime
    rows: int
    created: int
    changed: int
    unchanged: int
    refused: int
    rejects: Path | None


def recent_runs(actor: Actor) -> list[Run]:
    """Return the latest imports, newest first."""
    require(actor, "catalog.import")
    return [_told(run) for run in ImportRun.objects.order_by("-id")[:SHOWN]]


def run_by_id(actor: Actor, run_id: int) -> Run:
    """Return one import."""
    require(actor, "catalog.import")
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound("import.run", "没有这次导入。", "There is no such import.")
    return _told(run)


def _told(run: ImportRun) -> Run:
    rejects = Path(run.rejects_file) if run.rejects_file else None
    return Run(
        id=run.pk,
        kind=run.kind,
        file_name=run.file_name,
        state=run.state,
        started_at=run.started_at,
        rows=run.rows_read,
        created=run.created,
        changed=run.changed,
        unchanged=run.unchanged,
        refused=run.refused,
        rejects=rejects if rejects and rejects.is_file() else None,
    )


def template_csv(kind: Kind) -> bytes:
    """Return an empty CSV with the headers of a kind, in UTF-8 with the mark by which spreadsheets know it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow([column.name for column in kind.columns])
    return text.getvalue().encode("utf-8-sig")


def template_xlsx(kind: Kind) -> bytes:
    """Return an empty spreadsheet with Chinese headers; required columns are bold. All cells are text."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet(kind.label.zh[:31])
        as_text = book.add_format({"num_format": "@"})
        for place, column in enumerate(kind.columns):
            sheet.set_column(place, place, 20, as_text)
            sheet.write_string(0, place, column.zh, book.add_format({"bold": column.required}))
        sheet.freeze_panes(1, 0)
    return content.getvalue()
