"""Read a session's timetable from pasted rows: a day, a topic and its hours on each."""

from datetime import date

from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text
from pinzhi.records.training.files import Column, Row, rows_of_text

COLUMNS = (
    Column("on", Text("日期", "Date")),
    Column("title", Text("课题", "Topic")),
    Column("hours", Text("学时", "Hours")),
)


def lessons_of(text: str) -> list[tuple[date, str, int]]:
    """Return the lessons as (day, topic, hours); BadInput names the line that cannot be read."""
    return [_lesson(row) for row in rows_of_text(text, COLUMNS)]


def _lesson(row: Row) -> tuple[date, str, int]:
    title, hours = row.cells["title"], row.cells["hours"]
    try:
        on = date.fromisoformat(row.cells["on"])
    except ValueError:
        raise _wrong(row, "日期应写成 2024-03-04", "write the day as 2024-03-04") from None
    if not title or len(title) > 200:
        raise _wrong(row, "课题应为 1 到 200 个字", "the topic has 1 to 200 characters")
    if not (hours.isascii() and hours.isdigit() and len(hours) < 4):
        raise _wrong(row, "学时应为整数", "the hours are a whole number")
    return on, title, int(hours)


def _wrong(row: Row, zh: str, en: str) -> BadInput:
    return BadInput(
        "training.timetable", f"课表第 {{line}} 行：{zh}。", f"Line {{line}} of the timetable: {en}.", line=row.line
    )
