"""`pinzhi search`: one query for a person or a program, or a file of queries."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import click

from pinzhi.engine.errors import BadInput, PinzhiError
from pinzhi.records.catalog.search import find, rows_of
from pinzhi.records.catalog.search.build import rebuild
from pinzhi.records.catalog.search.follow import follow_once
from pinzhi.records.catalog.search.shapes import KINDS, Row, SearchRequest, SearchResult
from pinzhi.records.catalog.search.state import index_state

_MOST = 100
_LONGEST_LINE = 1_000_000  # bytes of one line of a batch


@click.command(
    help="检索标准、企业、机构、证书、产品、地点和文件。\n\n"
    "Search standards, enterprises, institutions, certificates, products, places and documents.",
    epilog='--batch: 每行一个对象 one object a line {"q": …, "kind": …, "limit": …}',
)
@click.argument("query", required=False)
@click.option("--kind", type=click.Choice(KINDS), help="只找一类 · one kind only")
@click.option(
    "--limit", type=click.IntRange(1, _MOST), default=10, show_default=True, help="最多条数 · at most so many"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON · print JSON")
@click.option(
    "--batch", type=click.File("rb"), help="查询文件，每行一个 JSON 对象 · file of queries, one JSON object a line"
)
def command(query: str | None, kind: str | None, limit: int, as_json: bool, batch: BinaryIO | None) -> None:
    """Answer one query, or every line of a file in order."""
    if (query is None) == (batch is None):
        raise click.UsageError("给出查询或 --batch 文件之一 · give either a query or --batch FILE")
    _prepare()
    if batch is not None:
        for answer in answers(batch, limit):
            click.echo(json.dumps(answer, ensure_ascii=False))
        return
    result = find(SearchRequest(_sound(query or ""), kind=kind, size=limit, facets=not as_json))
    if as_json:
        click.echo(json.dumps(_answer(_sound(query or ""), result), ensure_ascii=False))
        return
    _show(result)


def answers(lines: Iterable[bytes], limit: int) -> Iterator[dict[str, Any]]:
    """Yield one answer for each line, in order; a line that cannot be used is answered with what is wrong with it."""
    for number, line in enumerate(lines, 1):
        try:
            asked = _asked(line, number, limit)
            result = find(asked)
        except PinzhiError as refusal:
            yield {"line": number, "error": {"code": refusal.code, "zh": refusal.text.zh, "en": refusal.text.en}}
            continue
        yield _answer(asked.text, result)


class BadLineError(BadInput):
    """A line of a batch that cannot be used."""


def _asked(line: bytes, number: int, limit: int) -> SearchRequest:
    try:
        read = json.loads(line.decode("utf-8-sig")) if len(line) <= _LONGEST_LINE else None
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict) or not isinstance(read.get("q"), str):
        raise BadLineError(
            "search.batch.line",
            "第 {line} 行：应为 UTF-8 编码的 JSON 对象，其中 q 为文本",
            'line {line}: expected a JSON object in UTF-8 whose "q" is a text',
            line=number,
        )
    kind, wanted = read.get("kind"), read.get("limit", limit)
    if kind is not None and kind not in KINDS:
        raise BadLineError(
            "search.kind",
            "第 {line} 行：没有这种类别；可用：{known}",
            "line {line}: no such kind; known are {known}",
            line=number,
            known=", ".join(KINDS),
        )
    if type(wanted) is not int or not 1 <= wanted <= _MOST:
        raise BadLineError(
            "search.batch.limit",
            "第 {line} 行：limit 应为 1 到 {most} 的整数",
            "line {line}: limit must be a whole number from 1 to {most}",
            line=number,
            most=_MOST,
        )
    return SearchRequest(_sound(read["q"]), kind=kind, size=wanted, facets=False)


def _sound(text: str) -> str:
    """Drop halves of characters, which no terminal or file can show."""
    return text.encode("utf-8", "ignore").decode()


def _answer(query: str, result: SearchResult) -> dict[str, Any]:
    hits = [{"kind": row.kind, "id": _name_of(row), "title": row.title} for row in rows_of(result.hits)]
    return {"q": query, "ms": round(result.ms, 4), "hits": hits}


def _name_of(row: Row) -> str:
    """Return what a person calls a record: a standard's number as published, an organisation's registered name."""
    if row.kind in ("organisation", "institution"):
        return row.title
    return row.number or row.title


def _prepare() -> None:
    """Make the index, or bring it up to date, unless the platform is running and does so itself."""
    state = index_state()
    if state.state == "absent":
        click.echo("检索索引尚未建立，正在建立… · there is no search index yet, making it …", err=True)
        rebuild()
    elif state.state != "ready" or state.behind:
        click.echo("正在更新检索索引… · bringing the search index up to date …", err=True)
        follow_once()


def _show(result: SearchResult) -> None:
    rows = {(row.kind, row.id): row for row in rows_of([line.hit for line in result.lines])}
    if result.how == "rebuilding":
        click.echo(
            "索引正在重建，只能按编号和名称开头查找 · the index is being made: numbers and beginnings only", err=True
        )
    if result.shown_for:
        click.echo(f"已按 {result.shown_for} 查找 · showing results for {result.shown_for}", err=True)
    for line in result.lines:
        row = rows.get((line.hit.kind, line.hit.id))
        if row is not None:
            more = f"  (+{len(line.folded)})" if line.folded else ""
            click.echo("\t".join(part for part in (row.kind, row.number, row.title, row.status) if part) + more)
    if not result.lines:
        click.echo("没有找到 · nothing found", err=True)
        sys.exit(1)
