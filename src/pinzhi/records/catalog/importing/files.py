"""Open a file of rows: CSV (also gzip'd), XLSX or Parquet, in UTF-8 or GB 18030, and hand it out in batches."""

import csv
import gzip
import marshal
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import Any

import polars
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from pinzhi.engine.catalog.intake.columns import Kind, match_headers, squashed
from pinzhi.engine.errors import BadInput
from pinzhi.records.catalog.importing.encodings import encoding_of, open_bytes

BATCH_ROWS = 20_000
_BLOCK = 1 << 20
_CELL_LIMIT = 100_000  # characters; a quote left open would otherwise swallow the rest of the file
XLSX_LIMIT_MB = 400  # unpacked: a sheet is held in memory as a whole
# Columns that a rejects file adds; they are no mistake when the corrected file comes back.
REJECT_COLUMNS = ("_row", "_line", "_field", "_value", "_rule", "_why_zh", "_why_en")

csv.field_size_limit(_CELL_LIMIT)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a file by column. ``first_row`` counts rows from 1; ``lines`` are where they stand in the file.

    ``broken`` are rows that are no rows (torn quotes, too many cells): line, text, and what is wrong.
    ``settled_rows`` counts the rows up to the end of this batch, broken ones too.
    """

    cells: dict[str, list[str]]
    raw: list[list[str]] | bytes
    lines: list[int]
    broken: list[tuple[int, str, BadInput]]
    settled_rows: int
    bytes_read: int

    @property
    def size(self) -> int:
        return len(self.lines)

    def rows(self) -> list[list[str]]:
        """Return the rows as they stood in the file; from the reading process they come packed, being rarely asked."""
        if isinstance(self.raw, bytes):
            unpacked: list[list[str]] = marshal.loads(self.raw)  # noqa: S302 written by our own child
            return unpacked
        return self.raw


@dataclass(slots=True)
class SourceFile:
    """A file that can be read: its form, its digest, its headers and the columns known among them."""

    path: Path
    kind: Kind
    form: str  # csv xlsx parquet
    digest: str
    bytes_total: int
    encoding: str
    headers: list[str]
    places: dict[str, int]
    delimiter: str = ","
    unknown: list[str] = field(default_factory=list)

    def batches(self, rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """Yield the rows in batches; memory does not grow with the file (XLSX: the sheet is in memory)."""
        if self.form == "csv":
            return _csv_batches(self, rows)
        if self.form == "xlsx":
            return _xlsx_batches(self, rows)
        return _parquet_batches(self, rows)


def open_source(path: Path, kind: Kind) -> SourceFile:
    """Find out what a file is and read its headers; a file that cannot be imported is refused with its reason."""
    if not path.is_file():
        raise BadInput("import.file.missing", "找不到文件 {path}。", "There is no file {path}.", path=path.name)
    form = _form(path)
    digest, encoding = _digest_and_encoding(path, form)
    source = SourceFile(path, kind, form, digest, path.stat().st_size, encoding, [], {})
    if form == "csv":
        source.delimiter, source.headers = _csv_headers(source)
    elif form == "xlsx":
        source.headers = [_cell_text(cell) for cell in next(_xlsx_rows(path), (0, []))[1]]
    else:
        source.headers = list(_parquet(path).collect_schema().names())
    return _with_places(source)


def _with_places(source: SourceFile) -> SourceFile:
    source.places = match_headers(source.kind, source.headers)
    _refuse_doubled(source)
    missing = [column for column in source.kind.required if column.name not in source.places]
    if missing:
        raise BadInput(
            "import.file.columns",
            "文件“{file}”缺少必需的列：{chinese}。找到的列：{found}。请补上，或先下载模板。",
            "{file} lacks required columns: {names}. Found: {found}. Add them, or start from the template.",
            file=source.path.name,
            chinese="、".join(f"{column.zh}（{column.name}）" for column in missing),
            names=", ".join(column.name for column in missing),
            found=", ".join(source.headers[:40]) or "–",
        )
    known = set(source.places.values())
    source.unknown = [
        header
        for place, header in enumerate(source.headers)
        if place not in known and header not in REJECT_COLUMNS and header
    ]
    return source


def _refuse_doubled(source: SourceFile) -> None:
    """Refuse a file in which a column that is read stands twice: nobody can know which of the two is meant."""
    headers = [squashed(header) for header in source.headers]
    for place in source.places.values():
        if headers.count(headers[place]) > 1:
            raise BadInput(
                "import.file.column_twice",
                "文件“{file}”里的列“{column}”出现了不止一次。请只留一列。",
                "The column {column} stands more than once in {file}. Keep one of them.",
                file=source.path.name,
                column=source.headers[place],
            )


def _form(path: Path) -> str:
    """Tell the form by the first bytes: names of files are often wrong."""
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise BadInput("import.file.empty", "文件“{file}”是空的。", "{file} is empty.", file=path.name)
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadInput(
            "import.file.old_excel",
            "“{file}”是旧版 Excel 文件（.xls）或加了密。请另存为 .xlsx 或 CSV。",
            "{file} is an old Excel file (.xls), or encrypted. Save it as .xlsx or CSV.",
            file=path.name,
        )
    return "csv"


def _digest_and_encoding(path: Path, form: str) -> tuple[str, str]:
    """Read the whole file once: its SHA-256, and for text the encoding that fits every byte of it."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest(), encoding_of(path) if form == "csv" else ""


def _csv_headers(source: SourceFile) -> tuple[str, list[str]]:
    """Return the delimiter under which most headers are known, and the headers."""
    with TextIOWrapper(open_bytes(source.path), source.encoding, newline="") as text:
        first = [text.readline(_CELL_LIMIT) for _ in range(20)]
    tried = []
    for delimiter in (",", "\t", ";"):
        try:
            headers = [header.strip() for header in _first_row(csv.reader(first, delimiter=delimiter, strict=True))]
        except csv.Error:
            headers = []
        tried.append((len(match_headers(source.kind, headers)), delimiter, headers))
    best = max(tried, key=lambda one: one[0])
    return best[1], best[2]


def _first_row(records: Iterator[list[str]]) -> list[str]:
    """Return the headers: the first row with anything in it."""
    return next((row for row in records if any(cell.strip() for cell in row)), [])


class _Lines:
    """Lines of a text that can be given back: a torn quote is then only its own line's fault."""

    def __init__(self, text: Iterator[str]) -> None:
        self._text = text
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._text)
        self.number += 1
        self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> str:
        first, *rest = self.taken
        self._text = chain(rest, self._text)
        self.number -= len(rest)
        self.taken = []
        return first


def _csv_batches(source: SourceFile, size: int) -> Iterator[Batch]:
    """Read CSV strictly, one record after the other, since a record may span lines and a line may be torn."""
    settled = 0
    with source.path.open("rb") as packed:
        unpacked: Any = gzip.GzipFile(fileobj=packed) if packed.read(2) == b"\x1f\x8b" else packed
        packed.seek(0)
        text = TextIOWrapper(unpacked, source.encoding, newline="")
        lines = _Lines(iter(text))
        records = csv.reader(lines, delimiter=source.delimiter, strict=True)
        _first_row(records)
        while True:
            rows, at, broken, ended = _csv_rows(lines, source, size)
            settled += len(rows) + len(broken)
            if rows or broken:
                yield _batch(source, rows, at, broken, settled, packed.tell())
            if ended:
                return


def _csv_rows(
    lines: _Lines, source: SourceFile, size: int
) -> tuple[list[list[str]], list[int], list[tuple[int, str, BadInput]], bool]:
    width = len(source.headers)
    rows: list[list[str]] = []
    at: list[int] = []
    broken: list[tuple[int, str, BadInput]] = []
    records = csv.reader(lines, delimiter=source.delimiter, strict=True)
    while len(rows) + len(broken) < size:
        lines.taken.clear()
        line = lines.number + 1
        try:
            row = next(records)
        except StopIteration:
            return rows, at, broken, True
        except csv.Error:
            broken.append((line, lines.give_back_all_but_first().rstrip("\r\n"), _torn()))
            records = csv.reader(lines, delimiter=source.delimiter, strict=True)
            continue
        if len(row) == width:
            rows.append(row)
        elif not any(row):
            continue
        elif len(row) < width:
            rows.append(row + [""] * (width - len(row)))
        elif not any(row[width:]):
            rows.append(row[:width])
        else:
            broken.append((line, source.delimiter.join(row), _too_wide(len(row), width)))
            continue
        at.append(line)
    return rows, at, broken, False


def _torn() -> BadInput:
    return BadInput(
        "import.row.quotes",
        "引号没有配对，这一行读不出来。单元格里的引号要写成两个。",
        "The quotes do not pair: this row cannot be read. A quote within a cell is written twice.",
    )


def _too_wide(found: int, expected: int) -> BadInput:
    return BadInput(
        "import.row.cells",
        "这一行有 {found} 格，表头只有 {expected} 格。含逗号的内容要加引号。",
        "This row has {found} cells, the header has {expected}. Put quotes around text that holds commas.",
        found=found,
        expected=expected,
    )


def _batch(
    source: SourceFile,
    rows: list[list[str]],
    lines: list[int],
    broken: list[tuple[int, str, BadInput]],
    settled: int,
    bytes_read: int,
) -> Batch:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(source.headers)
    cells = {name: [cell.strip() for cell in columns[place]] for name, place in source.places.items()}
    return Batch(cells, rows, lines, broken, settled, bytes_read)


def _xlsx_rows(path: Path) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows of the first sheet with the row numbers that the program shows."""
    _require_small(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheet = workbook.get_sheet_by_index(0)
        first = (sheet.start or (0, 0))[0] + 1
        yield from enumerate((list(row) for row in sheet.iter_rows()), start=first)
    except PasswordError as error:
        raise BadInput(
            "import.file.password", "“{file}”有密码。请去掉密码。", "{file} has a password. Remove it.", file=path.name
        ) from error
    except (CalamineError, IndexError, OSError) as error:
        raise BadInput(
            "import.file.xlsx",
            "“{file}”不是完好的 .xlsx 文件。请在表格软件里打开后另存。",
            "{file} is not a sound .xlsx file. Open it in a spreadsheet program and save it again.",
            file=path.name,
        ) from error


def _require_small(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return  # the reader says what is wrong with it
    if unpacked > XLSX_LIMIT_MB << 20:
        raise BadInput(
            "import.file.xlsx_large",
            "“{file}”展开后有 {size} MB，表格文件最多 {limit} MB。请另存为 CSV，CSV 不限大小。",
            "{file} unpacks to {size} MB; spreadsheets may have {limit} MB. Save it as CSV, which has no limit.",
            file=path.name,
            size=unpacked >> 20,
            limit=XLSX_LIMIT_MB,
        )


def _cell_text(value: Any) -> str:
    """Return a spreadsheet's cell as text; whole numbers lose the .0 that spreadsheets give them."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value).strip()


def _xlsx_batches(source: SourceFile, size: int) -> Iterator[Batch]:
    width = len(source.headers)
    rows: list[list[str]] = []
    lines: list[int] = []
    settled = 0
    numbered = _xlsx_rows(source.path)
    next(numbered, None)
    for line, row in numbered:
        texts = [_cell_text(cell) for cell in row[:width]]
        if not any(texts):
            continue
        rows.append(texts + [""] * (width - len(texts)))
        lines.append(line)
        if len(rows) == size:
            settled += size
            yield _batch(source, rows, lines, [], settled, 0)
            rows, lines = [], []
    if rows:
        yield _batch(source, rows, lines, [], settled + len(rows), source.bytes_total)


def _parquet(path: Path) -> polars.LazyFrame:
    try:
        frame = polars.scan_parquet(path)
        frame.collect_schema()
    except (polars.exceptions.PolarsError, OSError) as error:
        raise BadInput(
            "import.file.parquet",
            "“{file}”不是完好的 Parquet 文件。",
            "{file} is not a sound Parquet file.",
            file=path.name,
        ) from error
    return frame


def _parquet_batches(source: SourceFile, size: int) -> Iterator[Batch]:
    frame = _parquet(source.path)
    total = int(frame.select(polars.len()).collect().item())
    as_text = frame.select(polars.all().cast(polars.String, strict=False).fill_null(""))
    for start in range(0, total, size):
        try:
            part = as_text.slice(start, size).collect()
        except polars.exceptions.PolarsError as error:
            raise BadInput(
                "import.file.parquet",
                "“{file}”不是完好的 Parquet 文件。",
                "{file} is not a sound Parquet file.",
                file=source.path.name,
            ) from error
        rows = [list(row) for row in part.iter_rows()]
        end = start + len(rows)
        read = source.bytes_total * end // total
        yield _batch(source, rows, list(range(start + 2, end + 2)), [], end, read)
