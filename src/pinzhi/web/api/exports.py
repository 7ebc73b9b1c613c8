"""Bulk export of what is public: one file of a kind, written in chunks and kept until the catalogue changes."""

import csv
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import polars as pl
import xlsxwriter
from django.conf import settings

from pinzhi.records.catalog import public

SHEET_ROWS = 1_048_575  # rows of a worksheet below its head
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")

Rows = Iterator[list[public.Row]]


def export_file(kind: str, file_format: str, *, on: date) -> Path:
    """Return the export of a kind, made anew only when the catalogue or the day has changed.

    The file's name is the version it was made from: kind, day, last change. Two requests at once both make it, and
    the later rename wins; a reader never sees half a file.
    """
    columns = public.kind_named(kind).columns
    folder = Path(settings.HOME) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{kind}-{on:%Y%m%d}-{public.data_version()}.{file_format}"
    if not file.exists():
        handle, draft_name = tempfile.mkstemp(dir=folder, prefix=".", suffix=f".{file_format}")
        os.close(handle)
        draft = Path(draft_name)
        try:
            WRITERS[file_format](draft, columns, public.stream(kind, on=on))
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
        _remove_older(folder, kind, file)
    return file


def _remove_older(folder: Path, kind: str, newest: Path) -> None:
    """Remove earlier versions; a download that still reads one keeps it open."""
    for old in folder.glob(f"{kind}-*{newest.suffix}"):
        if old != newest:
            old.unlink(missing_ok=True)


def _write_csv(file: Path, columns: tuple[str, ...], chunks: Rows) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        for rows in chunks:
            writer.writerows([_plain(cell) for cell in public.flat(row, columns)] for row in rows)


def _plain(cell: object) -> object:
    """Keep a spreadsheet from running text as a formula when it opens the file."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _write_xlsx(file: Path, columns: tuple[str, ...], chunks: Rows) -> None:
    with xlsxwriter.Workbook(str(file), {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet, line = book.add_worksheet(), 1
        sheet.write_row(0, 0, columns)
        for rows in chunks:
            for row in rows:
                if line > SHEET_ROWS:
                    sheet, line = book.add_worksheet(), 1
                    sheet.write_row(0, 0, columns)
                for column, cell in enumerate(public.flat(row, columns)):
                    if isinstance(cell, int):
                        sheet.write_number(line, column, cell)
                    elif cell not in (None, ""):
                        sheet.write_string(line, column, str(cell))
                line += 1


def _write_parquet(file: Path, columns: tuple[str, ...], chunks: Rows) -> None:
    """Write each chunk as a part and join them in one streaming pass: memory stays that of a chunk."""
    schema = {name: pl.Boolean if name == "synthetic" else pl.String for name in columns}
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".") as parts:
        pl.DataFrame(schema=schema).write_parquet(f"{parts}/000000.parquet")
        for turn, rows in enumerate(chunks, 1):
            cells = [[_typed(name, row[name]) for name in columns] for row in rows]
            pl.DataFrame(cells, schema=schema, orient="row").write_parquet(f"{parts}/{turn:06}.parquet")
        pl.scan_parquet(f"{parts}/*.parquet").sink_parquet(file, compression="zstd")


def _typed(name: str, value: object) -> object:
    if name == "synthetic":
        return bool(value)
    if isinstance(value, list):
        return ";".join(value)
    return None if value is None else str(value)


WRITERS: dict[str, Callable[[Path, tuple[str, ...], Rows], None]] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
}
