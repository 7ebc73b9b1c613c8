"""Bulk export of what is public: one file of a kind, written in chunks and kept until the catalogue changes."""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.conf import settings

from pinzhi.records.catalog import public
from pinzhi.web.downloads import CONTENT_TYPES, WRITERS, Cell, Table

__all__ = ["CONTENT_TYPES", "export_file"]


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
        table = Table(kind, {name: bool if name == "synthetic" else str for name in columns}, _rows(kind, on))
        draft = tempfile.NamedTemporaryFile(dir=folder, prefix=".", suffix=f".{file_format}", delete=False)  # noqa: SIM115
        try:
            with draft:
                WRITERS[file_format](draft, table)
            Path(draft.name).replace(file)
        finally:
            Path(draft.name).unlink(missing_ok=True)
        _remove_older(folder, kind, file)
    return file


def _remove_older(folder: Path, kind: str, newest: Path) -> None:
    """Remove earlier versions; a download that still reads one keeps it open."""
    for old in folder.glob(f"{kind}-*{newest.suffix}"):
        if old != newest:
            old.unlink(missing_ok=True)


def _rows(kind: str, on: date) -> Iterator[list[Cell]]:
    for chunk in public.stream(kind, on=on):
        for row in chunk:
            yield [_cell(value) for value in row.values()]


def _cell(value: object) -> Cell:
    if isinstance(value, list):
        return ";".join(value)
    return value if isinstance(value, bool) or value is None else str(value)
