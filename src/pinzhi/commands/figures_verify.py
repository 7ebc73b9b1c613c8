"""`pinzhi figures verify`: work out again every published number; ends with 1 when something was tampered with."""

import json
import sys
import time
from dataclasses import asdict
from typing import Any

import click

from pinzhi.commands.words import both, said, say, warn
from pinzhi.engine.texts import Text
from pinzhi.records.publishing.verify import Checked, Report, verify

EXIT_FAULTY = 1
_EVERY_S = 2.0


@click.command(
    "verify",
    help=both(
        "复算每个已发表的数字：按当时已知的记录应完全相同；按现在已知的记录，逐条说明差异。"
        "签名文件、定义或历史记录被改过时退出码为 1。",
        "Work out every published number again: as known then it must be the same; as known now every difference is"
        " explained by its records. Exit code 1 when documents, definitions or history were changed.",
    ),
)
@click.argument("bulletins", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help=both("输出 JSON", "print JSON"))
def command(bulletins: tuple[str, ...], as_json: bool) -> None:
    """Verify some bulletins by their addresses, or all."""
    report = verify(bulletins, progress=_Progress().show)
    if as_json:
        click.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=2, default=str))
    else:
        _tell(report)
    if not report.is_sound:
        raise click.exceptions.Exit(EXIT_FAULTY)


def _tell(report: Report) -> None:
    for slug, fault in report.documents:
        click.echo(f"✗ {slug}: {said(fault)}")
    for one in report.checked:
        _tell_one(one)
    changed = sum(one.has_changed for one in report.checked)
    wrong = sum(bool(one.faults) for one in report.checked) + len(report.documents)
    count = len(report.checked)
    sign = "✓" if report.is_sound else "✗"
    say(Text(f"{sign} 复算 {count} 个数字：{count - changed} 个与今天的记录一致，"
             f"{changed} 个有变，{wrong} 处被改过。",
             f"{sign} {count} numbers worked out again: {count - changed} as the records give"
             f" today, {changed} changed since, {wrong} tampered with."))  # fmt: skip


def _tell_one(one: Checked) -> None:
    head = f"{one.slug} {one.figure} {one.on}"
    for fault in one.faults:
        click.echo(f"✗ {head}: {said(fault)}")
    if not one.has_changed and not one.differences:
        return
    say(Text(f"! {head}：发表 {one.published}，当时 {one.then or '—'}，现在 {one.now or '—'}",
             f"! {head}: published {one.published}, then {one.then or '—'}, now {one.now or '—'}"))  # fmt: skip
    for difference in one.differences:
        click.echo(f"    {said(difference.text)}")
    if one.more:
        say(Text(f"    ……还有 {one.more:,} 条记录", f"    … and {one.more:,} more records"))


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "sound": report.is_sound,
        "documents": [{"bulletin": slug, "zh": fault.zh, "en": fault.en} for slug, fault in report.documents],
        "figures": [_one(one) for one in report.checked],
    }


def _one(one: Checked) -> dict[str, Any]:
    told = [asdict(each) | {"text": asdict(each.text)} for each in one.differences]
    return asdict(one) | {"differences": told, "changed": one.has_changed}


class _Progress:
    """Says now and then how far it is, where somebody may be waiting."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _EVERY_S

    def show(self, done: int, total: int) -> None:
        """Show how far it is."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _EVERY_S
        text = Text(f"已复算 {done:,} / {total:,}", f"{done:,} of {total:,} worked out")
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{text.zh} · {text.en}\r", err=True, nl=False)
        else:
            warn(text)
