"""The one writer of tables: CSV, spreadsheets, Parquet and JSON, streamed, dated, and safe to open."""

import csv
import hashlib
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from types import UnionType
from typing import IO, Any, Union, get_args, get_origin, get_type_hints

import polars as pl
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
PAGE_ROWS = 1_048_575  # rows of a worksheet below its head
FORMS = ("json", "csv", "xlsx", "parquet")  # every public table also at its address with one of these at the end
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
_CHUNK = 500  # lines of CSV sent at a time
_PART = 2000  # rows of Parquet held in memory
_STORED: dict[type[Any], Any] = {
    int: pl.Int64,
    bool: pl.Boolean,
    date: pl.Date,
    Decimal: pl.Float64,
}  # the rest is text

Cell = str | int | bool | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready to write: each column with the type of its cells, and the rows, which are read once.

    A mark (``bool``) is written as 1 or left blank where the form knows no marks; a ``Decimal`` is exact in CSV and
    JSON, a double in spreadsheets and Parquet.
    """

    name: str
    columns: Mapping[str, type[Any]]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to download: its name, the dataclass of its rows, and the rows, which are read once."""

    name: str
    row_type: type[Any]
    rows: Iterable[Any]

    def table(self) -> Table:
        """Return the same as columns and cells."""
        return Table(self.name, columns_of(self.row_type), map(cells_of, self.rows))


def download(
    request: HttpRequest,
    file_format: str,
    sheet: Callable[[], Sheet | Table],
    *,
    name: str,
    on: date,
    also: str = "",
) -> HttpResponseBase:
    """Answer with a table in one of ``FORMS``; unchanged since the reader's copy: 304 and no rows read.

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
    response = _ANSWERS[file_format](request, sheet())
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "no-cache"
    if file_format != "json":
        response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    return response


def columns_of(row_type: type[Any]) -> dict[str, type[Any]]:
    """Return the columns of a table with the type of their cells.

    A text has two columns, one for each language; a link has the key of its record beside its title.
    """
    hints = get_type_hints(row_type)
    kinds = {one.name: _kind(hints[one.name]) for one in fields(row_type)}
    return {name: kind if kind in _STORED else str for one, kind in kinds.items() for name in _names(one, kind)}


def cells_of(row: Any) -> list[Cell]:
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


def _cells(value: Any, width: int) -> list[Cell]:
    if value is None:
        return [None] * width
    if isinstance(value, Text):
        return [value.zh, value.en]
    if isinstance(value, Ref):
        return [value.title.zh, value.key]
    if isinstance(value, Coded):
        return [value.text.zh, value.code]
    return [_one_cell(value)]


def _one_cell(value: Any) -> Cell:
    if isinstance(value, State | Coded):
        return value.code
    if isinstance(value, Day):
        return as_known(value.on, value.precision)
    if isinstance(value, tuple):
        return ";".join(str(_one_cell(one)) for one in value)
    return value if isinstance(value, int | str | date | Decimal) or value is None else str(value)


def _written(cell: Cell) -> str | int | None:
    """Return a cell as forms write it that know only texts and whole numbers."""
    if isinstance(cell, bool):
        return 1 if cell else None
    return cell if isinstance(cell, int | str) or cell is None else str(cell)


def _unarmed(cell: str | int | None) -> str | int | None:
    """Keep a spreadsheet from running text as a formula when it opens the file."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _parts(rows: Iterable[Sequence[Cell]], size: int) -> Iterator[list[Sequence[Cell]]]:
    left = iter(rows)
    while part := list(islice(left, size)):
        yield part


def csv_text(table: Table, *, mark: str = "\ufeff") -> Iterator[str]:
    """Yield a table as CSV (RFC 4180), some lines at a time; ``mark`` is what spreadsheets know UTF-8 by."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    out.write(mark)
    writer.writerow(table.columns)
    for rows in _parts(table.rows, _CHUNK):
        writer.writerows([_unarmed(_written(cell)) for cell in row] for row in rows)
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def write_csv(file: IO[bytes], table: Table) -> None:
    """Write a table as CSV with the mark of UTF-8."""
    for text in csv_text(table):
        file.write(text.encode())


def write_xlsx(file: IO[bytes], table: Table, *, most: int | None = None) -> None:
    """Write a spreadsheet in constant memory; text stays text, also where it begins like a formula.

    More rows than a worksheet holds go on in the next; with ``most`` a longer table is refused.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        page = _new_page(book, table)
        for number, row in enumerate(table.rows):
            if most is not None and number >= most:
                raise _too_long()
            line = number % PAGE_ROWS + 1
            if number and line == 1:
                page = _new_page(book, table)
            for column, cell in enumerate(row):
                value = float(cell) if isinstance(cell, Decimal) else _written(cell)
                if isinstance(value, int | float):
                    page.write_number(line, column, value)
                elif value:
                    page.write_string(line, column, value)


def _new_page(book: Any, table: Table) -> Any:
    page = book.add_worksheet()
    page.write_row(0, 0, table.columns)
    return page


def write_parquet(file: IO[bytes], table: Table) -> None:
    """Write each chunk as a part and join them in one streaming pass: memory stays that of a chunk."""
    schema = {name: _STORED.get(kind, pl.String) for name, kind in table.columns.items()}
    with tempfile.TemporaryDirectory(prefix="pinzhi-parquet-") as parts:
        pl.DataFrame(schema=schema).write_parquet(f"{parts}/000000.parquet")
        for turn, rows in enumerate(_parts(table.rows, _PART), 1):
            cells = [[_stored(cell) for cell in row] for row in rows]
            pl.DataFrame(cells, schema=schema, orient="row").write_parquet(f"{parts}/{turn:06}.parquet")
        pl.scan_parquet(f"{parts}/*.parquet").sink_parquet(file, compression="zstd")


def _stored(cell: Cell) -> str | int | bool | float | date | None:
    return float(cell) if isinstance(cell, Decimal) else cell


WRITERS: dict[str, Callable[[IO[bytes], Table], None]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
}


def _table(sheet: Sheet | Table) -> Table:
    return sheet.table() if isinstance(sheet, Sheet) else sheet


def _json(request: HttpRequest, sheet: Sheet | Table) -> HttpResponseBase:
    if isinstance(sheet, Sheet):
        rows = [plain(row) for row in sheet.rows]
    else:
        rows = [dict(zip(sheet.columns, map(plain, row), strict=True)) for row in sheet.rows]
    return JsonResponse({"table": sheet.name, "rows": rows}, json_dumps_params={"ensure_ascii": False})


def _csv(request: HttpRequest, sheet: Sheet | Table) -> HttpResponseBase:
    text = csv_text(_table(sheet), mark="" if request.GET.get("bom") == "0" else "\ufeff")
    return StreamingHttpResponse(text, content_type=CONTENT_TYPES["csv"])


def _xlsx(request: HttpRequest, sheet: Sheet | Table) -> HttpResponseBase:
    return _file("xlsx", lambda file: write_xlsx(file, _table(sheet), most=SHEET_ROWS))


def _parquet(request: HttpRequest, sheet: Sheet | Table) -> HttpResponseBase:
    return _file("parquet", lambda file: write_parquet(file, _table(sheet)))


def _file(file_format: str, write: Callable[[IO[bytes]], None]) -> HttpResponseBase:
    """Answer with what is written into a file that nobody else sees."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it when it is sent)
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, content_type=CONTENT_TYPES[file_format])


def _too_long() -> BadInput:
    return BadInput(
        "downloads.too_long",
        "这张表超过 {rows} 行，请下载 CSV 或 Parquet。",
        "This table has more than {rows} rows: download the CSV or the Parquet file.",
        rows=f"{SHEET_ROWS:,}",
    )


_ANSWERS: dict[str, Callable[[HttpRequest, Sheet | Table], HttpResponseBase]] = {
    "json": _json,
    "csv": _csv,
    "xlsx": _xlsx,
    "parquet": _parquet,
}


def whole_page(page: Any) -> HttpResponse:
    """Answer with everything a page shows, as JSON."""
    return JsonResponse(plain(page), json_dumps_params={"ensure_ascii": False})
