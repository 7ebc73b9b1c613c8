"""`pinzhi figures rows`: what a table expects of figures and what comes out; ends with 1 on a difference."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from pinzhi.commands.figures_words import at_options, day_asked, moment_asked, plain, statistics_day
from pinzhi.commands.words import both, said, say
from pinzhi.engine.errors import BadInput
from pinzhi.engine.publishing.expectations import read_expectations
from pinzhi.engine.texts import Text
from pinzhi.records.publishing.compare import Row, compare

EXIT_DIFFERS = 1
_MOST_BYTES = 1 << 20
_VERDICTS = {
    "equal": ("✓", Text("一致", "equal")),
    "differs": ("✗", Text("不一致", "differs")),
    "none": ("✗", Text("没有值", "no value")),
    "unknown": ("✗", Text("没有这个数字", "no such figure")),
    "larger": ("!", Text("要装更大的演示城市才够", "only a larger demo city has the records")),
}


@click.command(
    "rows",
    help=both(
        "把一张 CSV（id,op,value,upper,unit）与算出的数字逐行对照；有不一致时退出码为 1。"
        "不写 --on 时，按今天之前最近的年末。",
        "Hold figures against a CSV (id,op,value,upper,unit), row by row; exit code 1 on a difference."
        " Without --on they are taken at the end of the last year.",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@at_options
@click.option("--json", "as_json", is_flag=True, help=both("输出 JSON", "print JSON"))
def command(file: Path, on: datetime | None, known: str | None, as_json: bool) -> None:
    """Compare and say what came out."""
    rows = compare(read_expectations(_text(file)), on=day_asked(on) or statistics_day(), known=moment_asked(known))
    if as_json:
        click.echo(json.dumps([_as_json(row) for row in rows], ensure_ascii=False, indent=2))
    else:
        _tell(rows)
    if any(row.is_fault for row in rows):
        raise click.exceptions.Exit(EXIT_DIFFERS)


def _text(file: Path) -> str:
    with file.open("rb") as stream:
        content = stream.read(_MOST_BYTES + 1)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    if text is None or len(content) > _MOST_BYTES:
        raise BadInput(
            "publishing.expectation.file",
            "{name} 应是不超过 1 MB 的 UTF-8 文件。",
            "{name} should be a file in UTF-8 of at most 1 MB.",
            name=file.name,
        )
    return text


def _tell(rows: Sequence[Row]) -> None:
    wide = max((len(row.expected.words()) for row in rows), default=0)
    for row in rows:
        sign, text = _VERDICTS[row.verdict]
        number = plain(row.value.number) if row.value and row.value.number is not None else "—"
        why = f" {said(row.value.problem)}" if row.value and row.value.problem else ""
        shown = f"{row.expected.figure:<6} {row.expected.words():<{wide}}  {number:>12}  {row.expected.unit}"
        click.echo(f"{sign} {shown}  {said(text)}{why}")
    wrong = sum(row.is_fault for row in rows)
    larger = sum(row.verdict == "larger" for row in rows)
    equal = len(rows) - wrong - larger
    say(Text(f"{len(rows)} 行：{equal} 行一致，{wrong} 行不一致，{larger} 行要更大的演示城市。",
             f"{len(rows)} rows: {equal} equal, {wrong} not, {larger} need a larger demo city."))  # fmt: skip


def _as_json(row: Row) -> dict[str, Any]:
    value = row.value
    return {
        "id": row.expected.figure,
        "on": row.on.isoformat(),
        "expected": row.expected.words(),
        "unit": row.expected.unit,
        "computed": plain(value.number) if value and value.number is not None else None,
        "words": {"zh": value.words.zh, "en": value.words.en} if value else None,
        "verdict": row.verdict,
    }
