"""Tables as CSV, spreadsheets and JSON: streamed, dated, and safe to open."""

import csv
import hashlib
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from types import UnionType
from typing import IO, Any, Union, get_args, get_origin, get_type_hints

import xlsxwriter
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.utils.cache import get_conditional_response

from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.public import as_known
from pinzhi.records.catalog.queries.shapes import Coded, Day, Ref, State
from pinzhi.records.catalog.queries.version import catalogue_version

FORMULA = ("=", "+", "-", "@", "\t", "\r")
SHEET_ROWS = 100_000  # a spreadsheet of more is slow to open; the CSV has no limit
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHUNK = 500  # lines of CSV sent at a time


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to download: its name, the dataclass of its rows, and the rows, which are read once."""

    name: str
    row_type: type[Any]
    rows: Iterable[Any]


def download(
    request: HttpRequest, file_format: str, sheet: Callable[[], Sheet], *, name: str, on: date, also: str = ""
) -> HttpResponseBase:
    """Answer with a table as ``json``, ``csv`` or ``xlsx``; unchanged since the reader's copy: 304 and no rows read.

    ``also`` is what the rows depend on besides the catalogue; with it, the time of the catalogue says nothing.
    ``bom=0`` in the address leaves out the mark by which spreadsheets know UTF-8.
    """
    version = catalogue_version()
    about = f"{version.number} {also} {on} {request.get_full_path()} {request.user.pk}"
    etag = f'"{hashlib.sha256(about.encode()).hexdigest()[:24]}"'
    changed = int(version.at.timestamp()) if version.at and not also else None
    unchanged = get_conditional_response(request, etag=etag, last_modified=changed)
    if unchanged is not None:
        return unchanged
    response = _WRITERS[file_format](request, sheet())
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "no-cache"
    if file_format != "json":
        response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    return response


def columns_of(row_type: type[Any]) -> tuple[str, ...]:
    """Return the columns of a table: a text has two, one for each language; a link has the key of its record."""
    hints = get_type_hints(row_type)
    return tuple(name for one in fields(row_type) for name in _names(one.name, _kind(hints[one.name])))


def cells_of(row: Any) -> list[str | int | None]:
    """Return the cells of a row, as many as it has columns."""
    hints = get_type_hints(type(row))
    return [
        cell
        for one in fields(row)
        for cell in _cells(getattr(row, one.name), len(_names(one.name, _kind(hints[one.name]))))
    ]


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: texts with both languages, days no finer than they are known."""
    if isinstance(value, Day):
        return as_known(value.on, value.precision)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value if isinstance(value, bool | int | str) or value is None else str(value)


def _kind(hint: Any) -> Any:
    """Return what a column holds, whether it may be missing or not; a tuple stands for several."""
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (one for one in get_args(hint) if one is not type(None))
    return tuple if get_origin(hint) is tuple else hint


def _names(name: str, kind: Any) -> tuple[str, ...]:
    if kind is Text:
        return (f"{name}_zh", f"{name}_en")
    if kind is Ref or kind is Coded:
        return (name, f"{name}_key")
    return (name,)


def _cells(value: Any, width: int) -> list[str | int | None]:
    if value is None:
        return [None] * width
    if isinstance(value, Text):
        return [value.zh, value.en]
    if isinstance(value, Ref):
        return [value.title.zh, value.key]
    if isinstance(value, Coded):
        return [value.text.zh, value.code]
    return [_one_cell(value)]


def _one_cell(value: Any) -> str | int | None:
    if isinstance(value, State | Coded):
        return value.code
    if isinstance(value, Day):
        return as_known(value.on, value.precision)
    if isinstance(value, tuple):
        return ";".join(str(_one_cell(one)) for one in value)
    if isinstance(value, bool):
        return 1 if value else None
    return value if isinstance(value, int | str) or value is None else str(value)


def _json(request: HttpRequest, sheet: Sheet) -> HttpResponseBase:
    body = {"table": sheet.name, "rows": [plain(row) for row in sheet.rows]}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _csv(request: HttpRequest, sheet: Sheet) -> HttpResponseBase:
    mark = "" if request.GET.get("bom") == "0" else "\ufeff"
    return StreamingHttpResponse(_csv_text(sheet, mark), content_type="text/csv; charset=utf-8")


def _csv_text(sheet: Sheet, mark: str) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    out.write(mark)
    writer.writerow(columns_of(sheet.row_type))
    for number, row in enumerate(sheet.rows, start=1):
        writer.writerow([_unarmed(cell) for cell in cells_of(row)])
        if number % _CHUNK == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def _unarmed(cell: str | int | None) -> str | int | None:
    """Keep a spreadsheet from running text as a formula when it opens the file."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _xlsx(request: HttpRequest, sheet: Sheet) -> HttpResponseBase:
    """Write a spreadsheet in constant memory; text stays text, also where it begins like a formula."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it when it is sent)
    try:
        _write_sheet(file, sheet)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, content_type=XLSX)


def _write_sheet(file: IO[bytes], sheet: Sheet) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, columns_of(sheet.row_type))
        for line, row in enumerate(sheet.rows, start=1):
            if line > SHEET_ROWS:
                raise _too_long()
            for column, cell in enumerate(cells_of(row)):
                if isinstance(cell, int):
                    page.write_number(line, column, cell)
                elif cell:
                    page.write_string(line, column, cell)


def _too_long() -> BadInput:
    return BadInput(
        "downloads.too_long",
        "这张表超过 {rows} 行，请下载 CSV。",
        "This table has more than {rows} rows: download the CSV.",
        rows=f"{SHEET_ROWS:,}",
    )


_WRITERS: dict[str, Callable[[HttpRequest, Sheet], HttpResponseBase]] = {"json": _json, "csv": _csv, "xlsx": _xlsx}


def whole_page(page: Any) -> HttpResponse:
    """Answer with everything a page shows, as JSON."""
    return JsonResponse(plain(page), json_dumps_params={"ensure_ascii": False})
