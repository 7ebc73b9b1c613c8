"""What a section may hold: a text, a table or a pledge, each of a size that a reader can take in."""

from typing import Any

from pinzhi.engine.errors import BadInput
from pinzhi.engine.rulebook.scheme_parts import Document

LONGEST_TEXT = 100_000
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 80, 10, 500  # a form sends each cell as a field, and takes 1,000 of them
LONGEST_NAME = 100


def checked_content(asked: Document, content: dict[str, Any]) -> dict[str, object]:
    """Return what a section says in its plain form; BadInput where it is not what its kind asks for, or too long."""
    return {"section": _text, "table": _table, "pledge": _pledge}[asked.kind](content)


def _text(content: dict[str, Any]) -> dict[str, object]:
    text = content.get("text")
    if set(content) != {"text"} or not isinstance(text, str):
        raise _other_kind("文字", "a text")
    plain = _plain(text)
    if len(plain) > LONGEST_TEXT:
        raise BadInput(
            "assessment.section.long",
            "有 {found} 字，最多 {most} 字。请把数据和图表放进附件。",
            "{found} characters; at most {most}. Put data and figures into files.",
            found=len(plain),
            most=LONGEST_TEXT,
        )
    return {"text": plain}


def _table(content: dict[str, Any]) -> dict[str, object]:
    rows = content.get("rows")
    if set(content) != {"rows"} or not isinstance(rows, list) or not all(isinstance(one, list) for one in rows):
        raise _other_kind("表格", "a table")
    if any(not isinstance(cell, str) for row in rows for cell in row):
        raise _other_kind("表格", "a table")
    plain = [[_plain(cell).strip() for cell in row] for row in rows]
    plain = [row for row in plain if any(row)]
    width = max((_filled(row) for row in plain), default=0)
    if len(plain) > MOST_ROWS or width > MOST_COLUMNS:
        raise BadInput(
            "assessment.section.rows",
            "表格有 {rows} 行 {columns} 列，最多 {most_rows} 行 {most_columns} 列。",
            "The table has {rows} rows and {columns} columns; at most {most_rows} and {most_columns}.",
            rows=len(plain),
            columns=width,
            most_rows=MOST_ROWS,
            most_columns=MOST_COLUMNS,
        )
    for number, row in enumerate(plain, start=1):
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise BadInput(
                "assessment.section.cell",
                "第 {row} 行有一格超过 {most} 个字。",
                "A cell in row {row} is longer than {most} characters.",
                row=number,
                most=LONGEST_CELL,
            )
    return {"rows": [(row + [""] * width)[:width] for row in plain]}


def _pledge(content: dict[str, Any]) -> dict[str, object]:
    agreed, name = content.get("agreed"), content.get("name", "")
    if not set(content) <= {"agreed", "name"} or not isinstance(agreed, bool) or not isinstance(name, str):
        raise _other_kind("承诺", "a pledge")
    plain = " ".join(_plain(name).split())
    if agreed and not 1 <= len(plain) <= LONGEST_NAME:
        raise BadInput(
            "assessment.section.pledge",
            "请写作出承诺的人的姓名，最长 {most} 个字。",
            "Give the name of who makes the pledge, at most {most} characters.",
            most=LONGEST_NAME,
        )
    return {"agreed": agreed, "name": plain[:LONGEST_NAME]}


def _filled(row: list[str]) -> int:
    """Return how many cells a row has, those empty at its end left out."""
    return max((place for place, cell in enumerate(row, start=1) if cell), default=0)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "")


def _other_kind(zh: str, en: str) -> BadInput:
    return BadInput(
        "assessment.section.kind", "这一项应是{kind_zh}。", "This part should be {kind}.", kind_zh=zh, kind=en
    )
