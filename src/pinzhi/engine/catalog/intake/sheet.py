"""Columns of cells into columns of checked values, with every cell that breaks a rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from pinzhi.engine.catalog.codes import StandardNumber
from pinzhi.engine.catalog.intake.cells import CellDate, Read
from pinzhi.engine.catalog.intake.columns import Column, Kind, Lists
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

_MEMORY = 50_000  # different cells remembered for a column; then it starts anew, so memory stays bounded


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell: ``row`` counts in the batch from 0; a warning does not refuse the row."""

    row: int
    field: str
    value: str
    code: str
    text: Text
    is_warning: bool = False

    @classmethod
    def of(cls, row: int, column: str, value: str, error: BadInput) -> "Problem":
        return cls(row, column, value, error.code, error.text)


@dataclass(slots=True)
class Sheet:
    """A batch of rows, column by column: ``values`` by field of the record, all of the same length."""

    kind: Kind
    size: int
    values: dict[str, list[Any]]
    digests: list[int]  # of each row's cells as they stood in the file
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> set[int]:
        """Return the rows that are refused so far."""
        return {problem.row for problem in self.problems if not problem.is_warning}

    def refuse(self, row: int, column: str, value: object, error: BadInput) -> None:
        self.problems.append(Problem.of(row, column, str(value or ""), error))

    def warn(self, row: int, column: str, value: object, code: str, text: Text) -> None:
        self.problems.append(Problem(row, column, str(value or ""), code, text, is_warning=True))


class Reader:
    """Reads the batches of one file; it remembers cells that it has met, because most come again and again."""

    def __init__(self, kind: Kind, present: Sequence[str], lists: Lists) -> None:
        self.kind = kind
        self.columns = tuple(column for column in kind.columns if column.name in set(present))
        self._read = {column.name: column.read(lists) for column in self.columns}
        self._known: dict[str, dict[str, Any]] = {column.name: {} for column in self.columns}

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that the file fills; those of absent columns stay as they are."""
        return tuple(name for column in self.columns for name in column.fields)

    def sheet(self, cells: Mapping[str, Sequence[str]], size: int) -> Sheet:
        """Read one batch: the cells of each present column, blanks around them already taken off."""
        sheet = Sheet(self.kind, size, {}, digests(cells, [column.name for column in self.columns]))
        for column in self.columns:
            read = self._read_plain if column.plain else self._read_known
            values = read(column, cells[column.name], sheet)
            _spread(column, values, sheet)
        return sheet

    def _read_plain(self, column: Column, cells: Sequence[str], sheet: Sheet) -> list[Any]:
        read = self._read[column.name]
        try:
            values = [read(cell) if cell else None for cell in cells]
        except BadInput:  # once more, slower, to find out which
            values = self._read_each(column, cells, sheet)
        self._require(column, cells, sheet)
        return values

    def _read_each(self, column: Column, cells: Sequence[str], sheet: Sheet) -> list[Any]:
        values: list[Any] = []
        for row, cell in enumerate(cells):
            value = _attempt(self._read[column.name], cell) if cell else None
            if type(value) is BadCell:
                sheet.refuse(row, column.name, cell, value.error)
                value = None
            values.append(value)
        return values

    def _read_known(self, column: Column, cells: Sequence[str], sheet: Sheet) -> list[Any]:
        known = self._known[column.name]
        if len(known) > _MEMORY:
            known.clear()
        read = self._read[column.name]
        for cell in set(cells).difference(known):
            known[cell] = _attempt(read, cell) if cell else None
        values = [known[cell] for cell in cells]
        if any(type(known[cell]) is BadCell for cell in set(cells)):
            for row, value in enumerate(values):
                if type(value) is BadCell:
                    sheet.refuse(row, column.name, cells[row], value.error)
                    values[row] = None
        self._require(column, cells, sheet)
        return values

    def _require(self, column: Column, cells: Sequence[str], sheet: Sheet) -> None:
        if not column.required or all(cells):
            return
        for row, cell in enumerate(cells):
            if not cell:
                sheet.refuse(row, column.name, "", _missing(column))


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that is refused wherever it stands."""

    error: BadInput


def _attempt(read: Read, cell: str) -> Any:
    try:
        return read(cell)
    except BadInput as error:
        return BadCell(error)


def _missing(column: Column) -> BadInput:
    return BadInput(
        "import.missing",
        "“{chinese}”不能为空。",
        "“{english}” must not be empty.",
        chinese=column.zh,
        english=column.en,
    )


def _spread(column: Column, values: list[Any], sheet: Sheet) -> None:
    """Give the values to the fields that the column fills; None stands for an empty or refused cell."""
    if len(column.fields) == 1:
        empty = column.empty[0]
        sheet.values[column.fields[0]] = [empty if value is None else value for value in values]
    elif column.empty == (None, "d"):
        first, second = column.fields
        sheet.values[first] = [value.iso if isinstance(value, CellDate) else None for value in values]
        sheet.values[second] = [value.precision if isinstance(value, CellDate) else "d" for value in values]
    else:
        numbers = [value if isinstance(value, StandardNumber) else None for value in values]
        sheet.values["number"] = [number.published if number else "" for number in numbers]
        for name in ("canonical", "family", "level", "nature"):
            sheet.values[name] = [getattr(number, name) if number else "" for number in numbers]


def digests(cells: Mapping[str, Sequence[str]], names: Sequence[str]) -> list[int]:
    """Return 64 bits of the content of each row: equal rows of files with equal columns have equal digests.

    Zero is never returned: it stands for records that no file has written.
    """
    salt = blake2b(",".join(names).encode(), digest_size=16).digest()
    columns = [cells[name] for name in names]
    return [
        int.from_bytes(
            blake2b("\x1f".join(row).encode("utf-8", "surrogatepass"), digest_size=8, key=salt).digest(),
            "big",
            signed=True,
        )
        or 1
        for row in zip(*columns, strict=True)
    ]


def digest_with(digest: int, keys: Sequence[int | None]) -> int:
    """Return the digest of a row together with the records that its names were found to mean."""
    found = blake2b(f"{digest} {keys}".encode(), digest_size=8).digest()
    return int.from_bytes(found, "big", signed=True) or 1
