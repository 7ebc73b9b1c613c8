"""What somebody else wrote down of figures, in a table, and whether values meet it."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Literal, cast, get_args

from pinzhi.engine.errors import BadInput

Operation = Literal["eq", "gt_lt", "ge_lt", "ge", "ratio", "date"]
Number = Decimal | Fraction | date
COLUMNS = ("id", "op", "value", "upper", "unit")
MORE_COLUMNS = ("on", "size")  # of our own tables: the day, and the demonstration that is large enough
WITHIN = Fraction(5, 1000)  # a ratio is met within half a percentage point
MOST_ROWS = 5_000
_BETWEEN = ("gt_lt", "ge_lt")


@dataclass(frozen=True, slots=True)
class Expectation:
    """One row: what a figure should be. ``upper`` closes a range; ``on`` None means the day that is asked for.

    ``size`` names the demonstration whose records are enough for it; empty where any are.
    """

    line: int
    figure: str
    operation: Operation
    value: Decimal | date
    upper: Decimal | None = None
    unit: str = ""
    on: date | None = None
    size: str = ""

    def met_by(self, number: Number) -> bool:
        """Tell whether a value meets it; a day never meets a number, nor a number a day.

        >>> Expectation(2, "A33", "gt_lt", Decimal(1200), Decimal(1300)).met_by(Decimal(1200))
        False
        """
        if isinstance(number, date) or isinstance(self.value, date):
            return number == self.value
        found, value = Fraction(number), Fraction(self.value)
        if self.operation in _BETWEEN:
            above = found > value if self.operation == "gt_lt" else found >= value
            return above and self.upper is not None and found < Fraction(self.upper)
        if self.operation == "ge":
            return found >= value
        return abs(found - value) <= WITHIN if self.operation == "ratio" else found == value

    def words(self) -> str:
        """Return it as a formula: ``1200 < x < 1300``."""
        match self.operation:
            case "gt_lt":
                return f"{self.value} < x < {self.upper}"
            case "ge_lt":
                return f"{self.value} ≤ x < {self.upper}"
            case "ge":
                return f"≥ {self.value}"
            case "ratio":
                return f"{self.value} ± {float(WITHIN)}"
        return str(self.value)


def read_expectations(text: str) -> tuple[Expectation, ...]:
    """Read a table in CSV with the columns id, op, value, upper and unit; on and size may follow.

    ``op`` is eq, gt_lt, ge_lt, ge, ratio or date. Raises BadInput (publishing.expectation) naming line and column.
    """
    reader = csv.DictReader(text.removeprefix("\ufeff").splitlines(), strict=True)
    try:
        header = [(name or "").strip() for name in reader.fieldnames or ()]
        reader.fieldnames = header
        _check_header(header)
        rows = tuple(_row(reader.line_num, row) for row in _few(reader))
    except csv.Error as error:
        raise _wrong(reader.line_num, "", f"不是正确的 CSV：{error}", f"not CSV: {error}") from None
    _check_once(rows)
    return rows


def _few(reader: "csv.DictReader[str]") -> Iterator[Mapping[Any, Any]]:
    for number, row in enumerate(reader, start=1):
        if number > MOST_ROWS:
            raise _wrong(
                reader.line_num, "", f"最多 {MOST_ROWS} 行", f"expected at most {MOST_ROWS} rows"
            )  # fmt: skip
        yield row


def _check_header(header: list[str]) -> None:
    missing = [name for name in COLUMNS[:3] if name not in header]
    unknown = [name for name in header if name not in (*COLUMNS, *MORE_COLUMNS)]
    if missing:
        raise _wrong(1, missing[0], "缺这一列", "the column is missing")
    if unknown:
        raise _wrong(1, unknown[0], "没有这一列", "there is no such column")


def _row(line: int, row: Mapping[Any, Any]) -> Expectation:
    cells = {str(name): (cell or "").strip() for name, cell in row.items() if name}
    if None in row or any(cell is None for cell in row.values()):
        raise _wrong(line, "", "列数和表头不一样", "more or fewer cells than the header")
    operation = cells["op"]
    if operation not in get_args(Operation):
        known = "、".join(get_args(Operation)), ", ".join(get_args(Operation))
        raise _wrong(line, "op", f"“{operation}”应为 {known[0]} 之一", f"“{operation}”; expected one of {known[1]}")
    if not cells["id"]:
        raise _wrong(line, "id", "没有写数字的编号", "no figure is named")
    upper = _number(line, "upper", cells["upper"]) if cells.get("upper") else None
    value: Decimal | date = (
        _day(line, "value", cells["value"]) if operation == "date" else _number(line, "value", cells["value"])
    )
    if (operation in _BETWEEN) != (upper is not None):
        raise _wrong(
            line, "upper", "只有 gt_lt 和 ge_lt 要写，也必须写", "given with gt_lt and ge_lt, and only then"
        )  # fmt: skip
    if upper is not None and isinstance(value, Decimal) and upper <= value:
        raise _wrong(line, "upper", f"{upper} 应大于 {value}", f"{upper}; expected more than {value}")
    on = _day(line, "on", cells["on"]) if cells.get("on") else None
    return Expectation(
        line, cells["id"], cast(Operation, operation), value, upper, cells.get("unit", ""), on, cells.get("size", "")
    )


def _number(line: int, column: str, cell: str) -> Decimal:
    try:
        number = Decimal(cell)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise _wrong(line, column, f"“{cell}”应为数", f"“{cell}”; expected a number")
    return number


def _day(line: int, column: str, cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise _wrong(
            line, column, f"“{cell}”应为日期，如 2023-12-31", f"“{cell}”; expected a day, 2023-12-31"
        ) from None  # fmt: skip


def _check_once(rows: tuple[Expectation, ...]) -> None:
    seen: dict[tuple[str, date | None], int] = {}
    for row in rows:
        first = seen.setdefault((row.figure, row.on), row.line)
        if first != row.line:
            raise _wrong(
                row.line, "id", f"{row.figure} 在第 {first} 行已有", f"{row.figure} stands in line {first} too"
            )


def _wrong(line: int, column: str, zh: str, en: str) -> BadInput:
    at_zh, at_en = (f"，列 {column}", f", column {column}") if column else ("", "")
    return BadInput(
        "publishing.expectation",
        "第 {line} 行{at_zh}：{zh}。",
        "Line {line}{at}: {en}.",
        line=line,
        at_zh=at_zh,
        at=at_en,
        zh=zh[:200],
        en=en[:200],
    )
