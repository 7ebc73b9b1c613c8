"""`pinzhi figures show`: a figure on a day as known at a moment, what it says and does not say, step by step."""

import json
from datetime import datetime
from typing import Any

import click

from pinzhi.commands.figures_words import at_options, day_asked, moment_asked, plain, statistics_day
from pinzhi.commands.words import both, said, say
from pinzhi.engine.texts import Text
from pinzhi.records.publishing.definitions import figure_named
from pinzhi.records.publishing.queries.values import Value, figure_values
from pinzhi.records.publishing.times import AsOf


@click.command(
    "show",
    help=both(
        "一个数字在某一天、按某一时刻已知的记录是多少，说明什么、不说明什么。不写 --on 时按最近的年末。",
        "What a figure is on a day, as known at a moment, what it says and what not. Without --on at the last year's"
        " end.",
    ),
)
@click.argument("figure")
@at_options
@click.option("--json", "as_json", is_flag=True, help=both("输出 JSON", "print JSON"))
def command(figure: str, on: datetime | None, known: str | None, as_json: bool) -> None:
    """Show one figure."""
    at = AsOf(day_asked(on) or statistics_day(), moment_asked(known))
    held = figure_named(figure, at.on)
    value = figure_values([held.id], at)[held.id]
    if as_json:
        click.echo(json.dumps(_as_json(value), ensure_ascii=False, indent=2))
    else:
        _tell(value)


def _tell(value: Value) -> None:
    figure = value.figure
    unit = said(figure.unit)
    number = plain(value.number) if value.number is not None else "—"
    click.echo(f"{figure.id} {said(figure.title)}")
    click.echo(f"  {number} {unit}".rstrip() + (f" · {said(value.words)}" if value.number is not None else ""))
    if value.problem:
        click.echo(f"  {said(value.problem)}")
    if value.parts:
        say(Text(f"  其中 {value.parts[0]:,}，共 {value.parts[1]:,}", f"  {value.parts[0]:,} of {value.parts[1]:,}"))
    for item in value.items:
        click.echo(f"  - {said(item)}")
    click.echo(f"  {value.at.on}" + (f" ({value.at.known:%Y-%m-%d %H:%M})" if value.at.known else ""))
    say(Text(f"  说明：{figure.definition.zh}", f"  Says: {figure.definition.en}"))
    say(Text(f"  不含：{figure.excludes.zh}", f"  Leaves out: {figure.excludes.en}"))
    say(Text(f"  来源：{figure.source}", f"  Source: {figure.source}"))
    say(Text(f"  定义摘要：{value.digest[:16]}", f"  Definition: {value.digest[:16]}"))


def _as_json(value: Value) -> dict[str, Any]:
    figure = value.figure
    return {
        "id": figure.id,
        "edition": figure.edition,
        "title": _both(figure.title),
        "on": value.at.on.isoformat(),
        "known": value.at.known.isoformat() if value.at.known else None,
        "number": plain(value.number) if value.number is not None else None,
        "unit": _both(figure.unit),
        "words": _both(value.words),
        "items": [_both(one) for one in value.items],
        "parts": list(value.parts) if value.parts else None,
        "problem": _both(value.problem) if value.problem else None,
        "definition": _both(figure.definition),
        "excludes": _both(figure.excludes),
        "digest": value.digest,
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
