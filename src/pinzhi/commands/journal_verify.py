"""`pinzhi journal verify`: go through every line and head; ends with 1 when something is wrong."""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from pinzhi.commands.words import both, say, warn
from pinzhi.engine.journal.faults import Fault
from pinzhi.engine.texts import Text
from pinzhi.records.journal.verification import Report, verify

EXIT_FAULTY = 1
_EVERY_S = 2.0
_SHOWN = 50


@click.command(
    "verify",
    help=both(
        "核验审计记录：每一行的内容、位置、链、树、签名头，并与库外留存的签名头对照；有问题时退出码为 1。",
        "Verify the journal: each line, its position, chain, tree and signed heads, held against the heads kept outside"
        " the database; exit code 1 when something is wrong.",
    ),
)
@click.option(
    "--from", "start", default=1, show_default=True, type=click.IntRange(1),
    help=both("从这个位置之前最近的签名头开始", "begin at the last head before this position"),
)  # fmt: skip
@click.option(
    "--head", "heads", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=both("别人保存的签名头文件，可多次", "a head that somebody kept; may be repeated"),
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=both("输出 JSON", "print JSON"))
def command(start: int, heads: tuple[Path, ...], as_json: bool) -> None:
    """Verify and say what was found."""
    report = verify(start=start - 1, heads=heads, progress=_Progress().show)
    if as_json:
        click.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=2))
    else:
        _tell(report)
    if not report.is_sound:
        raise click.exceptions.Exit(EXIT_FAULTY)


def _tell(report: Report) -> None:
    for fault in report.faults[:_SHOWN]:
        say(Text(f"✗ {fault.text.zh} [{fault.code}]", f"✗ {fault.text.en} [{fault.code}]"))
    if (more := len(report.faults) - _SHOWN) > 0:
        say(Text(f"……还有 {more:,} 处，用 --json 看全部。", f"… and {more:,} more; --json shows all."))
    for first, end in report.lost:
        span = f"{first + 1:,}–{end:,}"
        say(Text(f"! 位置 {span}：恢复旧备份时丢失，已在记录中说明",
                 f"! position {span}: lost when an old backup was restored, as the journal itself says"))  # fmt: skip
    zh = (f"{report.size:,} 行，{report.heads:,} 个签名头，库外 {report.outside_heads:,} 个；"
          f"待封存 {report.waiting:,} 行；{report.seconds:.1f} 秒。")  # fmt: skip
    en = (f"{report.size:,} lines, {report.heads:,} heads, {report.outside_heads:,} from outside; {report.waiting:,}"
          f" wait to be sealed; {report.seconds:.1f} s.")  # fmt: skip
    if report.is_sound:
        say(Text(f"✓ 审计记录完整：{zh}", f"✓ The journal is sound: {en}"))
    else:
        count = len(report.faults)
        say(Text(f"✗ 发现 {count:,} 处问题：{zh}", f"✗ {count:,} faults: {en}"))


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "sound": report.is_sound,
        "size": report.size,
        "from": report.start + 1,
        "heads": report.heads,
        "outside_heads": report.outside_heads,
        "waiting": report.waiting,
        "seconds": round(report.seconds, 3),
        "head": report.last.as_json() if report.last else None,
        "lost": [[first + 1, end] for first, end in report.lost],
        "faults": [_fault(fault) for fault in report.faults],
    }


def _fault(fault: Fault) -> dict[str, Any]:
    """Return a fault with its positions counted from one, as people see them."""
    facts = {name: value for name, value in asdict(fault).items() if value not in (None, "")}
    for name in ("first", "last"):
        if name in facts:
            facts[name] += 1
    return facts | {"zh": fault.text.zh, "en": fault.text.en}


class _Progress:
    """Says now and then how far it is, where somebody may be waiting."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _EVERY_S

    def show(self, done: int, total: int) -> None:
        """Show how far it is."""
        if time.monotonic() >= self._next and done < total:
            self._next = time.monotonic() + _EVERY_S
            share = done / total
            text = Text(f"已核验 {done:,} 行，{share:.0%}", f"{done:,} lines verified, {share:.0%}")
            if sys.stderr.isatty():
                click.echo(f"\r\x1b[K{text.zh} · {text.en}\r", err=True, nl=False)
            else:
                warn(text)
