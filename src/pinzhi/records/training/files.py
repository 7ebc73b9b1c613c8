"""Read a list that somebody pastes or brings as a spreadsheet: rows of cells by column, with where each stands."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook

from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

MOST_ROWS = 2_000
MOST_BYTES = 5 * 2**20


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: its key, the heads under which it may stand, and whether a row needs it."""

    key: str
    title: Text
    also: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong in a cell: line and column as the sender sees them, what stands there, what would be right."""

    line: int
    column: Text
    value: str
    text: Text


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line on which it stands, counted from 1, and its cells by column key."""

    line: int
    cells: Mapping[str, str]


def rows_of_text(text: str, columns: Sequence[Column]) -> tuple[Row, ...]:
    """Read pasted rows: cells between tabs, as a spreadsheet copies them, or between commas."""
    head = text.lstrip("\ufeff\n\r ").split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter="\t" if "\t" in head else ",")
    return _rows([(number, row) for number, row in enumerate(reader, start=1)], columns)


def rows_of_sheet(content: bytes, columns: Sequence[Column]) -> tuple[Row, ...]:
    """Read the first sheet of an XLSX file."""
    if len(content) > MOST_BYTES:
        raise BadInput(
            "training.list.size",
            "文件有 {found} MB，最大 {most} MB。请分几次导入。",
            "The file has {found} MB; at most {most}. Import it in parts.",
            found=len(content) // 2**20,
            most=MOST_BYTES // 2**20,
        )
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except (CalamineError, ValueError, IndexError, OSError):
        raise BadInput(
            "training.list.file",
            "这不是能读的 XLSX 文件。请另存为 .xlsx，或者直接粘贴。",
            "This is no XLSX file that can be read. Save it as .xlsx, or paste the rows.",
        ) from None
    return _rows([(number, [_cell(one) for one in row]) for number, row in enumerate(sheet, start=1)], columns)


def text_of(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    """Return rows as they would be pasted, to be looked through and sent once more."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow([one.title.zh for one in columns])
    writer.writerows([[row.cells.get(one.key, "") for one in columns] for row in rows])
    return out.getvalue()


def _cell(value: object) -> str:
    """Return a cell as text; a whole number that a spreadsheet made a float is whole again."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _rows(numbered: Sequence[tuple[int, Sequence[str]]], columns: Sequence[Column]) -> tuple[Row, ...]:
    filled = [(line, [cell.strip() for cell in row]) for line, row in numbered if any(cell.strip() for cell in row)]
    if not filled:
        raise BadInput(
            "training.list.empty", "没有内容。请粘贴带表头的几行。", "There is nothing. Paste rows with their heads."
        )
    places = _places(filled[0][1], columns)
    body = filled[1:]
    if len(body) > MOST_ROWS:
        raise BadInput(
            "training.list.rows",
            "有 {found} 行，一次最多 {most} 行。请分几次导入。",
            "{found} rows; at most {most} at a time. Import them in parts.",
            found=len(body),
            most=MOST_ROWS,
        )
    return tuple(
        Row(line, {key: row[place] if place < len(row) else "" for key, place in places.items()}) for line, row in body
    )


def _places(head: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Return where each column stands; BadInput names the heads that are missing."""
    squashed = {"".join(cell.split()).casefold(): place for place, cell in enumerate(head)}
    found: dict[str, int] = {}
    for one in columns:
        names = (one.key, one.title.zh, one.title.en, *one.also)
        place = next(
            (squashed[name] for name in ("".join(n.split()).casefold() for n in names) if name in squashed), None
        )
        if place is not None:
            found[one.key] = place
    missing = [one for one in columns if one.required and one.key not in found]
    if missing:
        raise BadInput(
            "training.list.head",
            "第一行应是表头，还缺：{missing_zh}。",
            "The first row holds the heads; missing: {missing}.",
            missing=", ".join(one.title.en for one in missing),
            missing_zh="、".join(one.title.zh for one in missing),
        )
    return found
