"""CSV files for commands that need no database: columns by name, refusals with file, line and column."""

import csv
import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import TextIO, TypeVar

from pinzhi.engine.errors import BadInput

T = TypeVar("T")

_YES, _NO = ("yes", "y", "true", "1", "是"), ("", "no", "n", "false", "0", "否")
_AT_ONCE = 10_000  # rows


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file as columns by name; ``line`` finds the line of a row when something is wrong with it."""

    file: Path
    columns: dict[str, list[str]]

    def line(self, place: int) -> int:
        """Return the line on which a row (from 0) stands, counting lines inside quotes."""
        with _opened(self.file) as lines:
            for number, (line, _) in enumerate(_rows(lines), -1):
                if number == place:
                    return line
        return 0

    def read(self, name: str, read: Callable[[str], T]) -> list[T]:
        """Read a column, each different cell once; refuse a cell that cannot be read, with its line."""
        known: dict[str, T] = {}
        for cell in dict.fromkeys(self.columns[name]):
            try:
                known[cell] = read(cell)
            except BadInput as refusal:
                raise self.refusal(refusal, self.columns[name].index(cell), name) from refusal
        return [known[cell] for cell in self.columns[name]]

    def refusal(self, refusal: BadInput, place: int, column: str) -> BadInput:
        """Return a refusal that says in which file, line and column the fault is."""
        return BadInput(
            refusal.code,
            "{file} 第 {line} 行，{column} 列：{zh}",
            "{file} line {line}, column {column}: {en}",
            file=self.file.name,
            line=self.line(place),
            column=column,
            zh=refusal.text.zh,
            en=refusal.text.en,
        )


def _opened(file: Path) -> TextIO:
    return file.open(encoding="utf-8-sig", newline="")


def _rows(lines: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of each row that is not blank."""
    reader = csv.reader(lines, strict=True)
    for row in reader:
        if row:
            yield reader.line_num, row


def read_sheet(file: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Sheet:
    """Read the columns that are known; refuse what is no CSV in UTF-8, a missing column, a row of another length."""
    try:
        with _collector_resting(), _opened(file) as lines:
            rows = filter(None, csv.reader(lines, strict=True))
            header = [cell.strip().casefold() for cell in next(rows, [])]
            _check_header(file, header, required, optional)
            columns = _columns(file, header, rows)
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            "judging.file.form",
            "{file} 不是 UTF-8 编码的 CSV 文件（{reason}）。请另存为“CSV UTF-8”。",
            "{file} is not a CSV file in UTF-8 ({reason}). Save it as “CSV UTF-8”.",
            file=file.name,
            reason=str(error),
        ) from error
    return Sheet(file, {name: columns[header.index(name)] for name in (*required, *optional) if name in header})


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Read without the collector of circular garbage: rows make none, and it would look at all of them again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _check_header(file: Path, header: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> None:
    missing = [name for name in required if name not in header]
    doubled = [name for name in (*required, *optional) if header.count(name) > 1]
    if missing or doubled:
        raise BadInput(
            "judging.file.columns",
            "{file} 第 1 行：应各有一列 {expected}，缺少或重复的是 {wrong}。",
            "{file} line 1: expected one column each of {expected}; missing or doubled: {wrong}.",
            file=file.name,
            expected=", ".join(required),
            wrong=", ".join(dict.fromkeys([*missing, *doubled])),
        )


def _columns(file: Path, header: Sequence[str], rows: Iterator[list[str]]) -> list[list[str]]:
    """Turn rows into columns, some at a time: columns of texts take a third of the memory of rows."""
    columns: list[list[str]] = [[] for _ in header]
    while some := list(islice(rows, _AT_ONCE)):
        odd = next((place for place, row in enumerate(some) if len(row) != len(header)), None)
        if odd is not None:
            raise BadInput(
                "judging.file.cells",
                "{file} 第 {line} 行有 {found} 格，表头有 {expected} 格。",
                "{file} line {line} has {found} cells; the header has {expected}.",
                file=file.name,
                line=Sheet(file, {}).line(len(columns[0]) + odd),
                found=len(some[odd]),
                expected=len(header),
            )
        for column, cells in zip(columns, zip(*some, strict=True), strict=True):
            column.extend(map(str.strip, cells))
    return columns


def named(cell: str) -> str:
    """Read an id, which must not be empty."""
    if not cell:
        raise BadInput("judging.id.empty", "编号为空。每一行都要有编号。", "The id is empty. Every row needs one.")
    return cell


def whole(cell: str) -> int:
    """Read a whole number in ASCII digits, with a minus or without."""
    digits = cell.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise BadInput(
            "judging.whole", "应为整数，这里是“{cell}”。", "Expected a whole number, found “{cell}”.", cell=cell[:40]
        )
    return int(cell)


def number(cell: str) -> Decimal:
    """Read an exact decimal within a billion of 0."""
    try:
        value = Decimal(cell) if cell.isascii() and "_" not in cell else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > 10**9:
        raise BadInput(
            "judging.number",
            "应为 -10 亿到 10 亿之间的数，这里是“{cell}”。没有打分就不要写这一行。",
            "Expected a number within a billion of 0, found “{cell}”. Leave the row out where there is no mark.",
            cell=cell[:40],
        )
    return value


def yes_or_no(cell: str) -> bool:
    """Read yes or no, in either language; an empty cell is no."""
    if cell.casefold() not in (*_YES, *_NO):
        raise BadInput(
            "judging.yes_no", "应为 yes 或 no，这里是“{cell}”。", "Expected yes or no, found “{cell}”.", cell=cell[:40]
        )
    return cell.casefold() in _YES
