"""`pinzhi import KIND FILE…`: read files into the catalogue, with a bar, and tell what became of them."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click
from django.utils import timezone
from tqdm import tqdm

from pinzhi.commands.words import both, said, say, warn
from pinzhi.engine.catalog.intake.kinds import KINDS
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text
from pinzhi.records.accounts import permissions
from pinzhi.records.catalog.importing.report import ImportReport, Progress, RowProblem
from pinzhi.records.catalog.importing.run import import_file

SHOWN = 20  # problems printed for a file; all refused rows are in the rejects file
SOME_REFUSED, NOTHING_READ = 1, 2

_HELP = both(
    "把文件导入名录：CSV（可用 gzip 压缩）、XLSX 或 Parquet，编码 UTF-8 或 GB 18030，表头中文、英文均可。",
    "Import files into the catalogue: CSV (also gzip'd), XLSX or Parquet, in UTF-8 or GB 18030, headers in Chinese or"
    " English. A row that breaks a rule is refused and goes to a rejects file; the rest goes in. Twice is once.",
)
_KINDS = "\b\n类别 Kinds:\n" + "\n".join(f"  {one.name:<15}{one.label.zh} · {one.label.en}" for one in KINDS.values())
_CODES = "\b\n退出码 Exit codes: 0 全部导入 all fine · 1 有行被拒 rows refused · 2 没有读成 nothing could be read"


@click.command("import", help=f"{_HELP}\n\n{_KINDS}\n\n{_CODES}")
@click.argument("kind", type=click.Choice(list(KINDS)), metavar="KIND")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--dry-run", is_flag=True, help="只说会怎样，什么都不写 · tell what would happen, write nothing")
@click.option("--restart", is_flag=True, help="不接着上次中断处，从头开始 · begin anew instead of resuming")
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    help="被拒的行写到这个文件（只导入一个文件时可用） · file for refused rows (with one input file)",
)
@click.option("--quiet", is_flag=True, help="不显示进度条 · no progress bar")
def command(
    kind: str, files: tuple[Path, ...], dry_run: bool, restart: bool, rejects: Path | None, quiet: bool
) -> None:
    """Import files; see the help above, which is in both languages."""
    if rejects and len(files) > 1:
        raise click.UsageError(said(Text("--rejects 只能与一个文件连用。", "--rejects goes with one file only.")))
    worst = 0
    with _stop_by_hand() as stop:
        for file in files:
            try:
                report = _import(kind, file, dry_run, restart, rejects, quiet, stop)
            except BadInput as error:
                warn(error.text)
                worst = NOTHING_READ
                continue
            _tell(report)
            worst = max(worst, SOME_REFUSED if report.refused else 0)
            if report.is_stopped:
                break
    raise SystemExit(130 if stop.asked else worst)


class _Stop:
    """Remembers that somebody pressed Ctrl-C; the batch under way is finished first."""

    def __init__(self) -> None:
        self.asked = False

    def ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked:  # a second time: at once; the transaction is rolled back
            raise KeyboardInterrupt
        self.asked = True
        warn(Text("正在停止：先写完这一批……", "Stopping after this batch …"))


@contextmanager
def _stop_by_hand() -> Iterator[_Stop]:
    stop = _Stop()
    before = signal.signal(signal.SIGINT, stop.ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _import(
    kind: str, file: Path, dry_run: bool, restart: bool, rejects: Path | None, quiet: bool, stop: _Stop
) -> ImportReport:
    size = file.stat().st_size if file.is_file() else 0
    with tqdm(total=size, unit="B", unit_scale=True, desc=file.name[:40], disable=quiet or None, leave=False) as bar:
        started = time.monotonic()

        def move(progress: Progress) -> None:
            bar.update(progress.bytes_read - bar.n)
            rate = progress.rows / max(time.monotonic() - started, 0.001)
            bar.set_postfix_str(
                said(Text(f"{progress.rows:,} 行，每秒 {rate:,.0f}", f"{progress.rows:,} rows, {rate:,.0f}/s"))
            )

        return import_file(
            kind,
            file,
            actor=permissions.command("import"),
            now=timezone.now(),
            dry_run=dry_run,
            restart=restart,
            progress=move,
            stopped=lambda: stop.asked,
            rejects=rejects,
        )


def _tell(report: ImportReport) -> None:
    if report.resumed_after:
        say(Text(f"从上次中断处（第 {report.resumed_after} 行之后）继续。",
                 f"Went on after row {report.resumed_after}, where an earlier run ended."))  # fmt: skip
    if report.unknown_columns:
        names = ", ".join(report.unknown_columns)
        warn(Text(f"不认识的列，已忽略：{names}", f"Unknown columns, ignored: {names}"))
    for problem in report.problems[:SHOWN]:
        warn(_line(report.file_name, problem))
    hidden = report.refused + report.warned - SHOWN
    if hidden > 0:
        warn(Text(f"……还有 {hidden} 行。", f"… and {hidden} more rows."))
    say(_summary(report))
    if report.rejects:
        say(Text(f"被拒的行：{report.rejects}。改正后再导入这个文件即可。",
                 f"Refused rows: {report.rejects}. Correct them and import that file."))  # fmt: skip
    if report.is_stopped:
        say(Text("已停止。再导入同一个文件，会接着往下。", "Stopped. Import the same file again to go on."))


def _line(file: str, problem: RowProblem) -> Text:
    kind = Text("提醒", "warning") if problem.is_warning else Text("拒绝", "refused")
    value = f" “{problem.value}”" if problem.value else ""
    place = f"{file}:{problem.line}: {problem.field}{value}"
    return Text(
        f"{place}: {kind.zh}：{problem.text.zh} [{problem.code}]",
        f"{place}: {kind.en}: {problem.text.en} [{problem.code}]",
    )


def _summary(report: ImportReport) -> Text:
    rate = report.rows / max(report.seconds, 0.001)
    would = Text("试运行，未写入。", "Dry run, nothing written. ") if report.is_dry_run else Text("", "")
    return Text(
        f"{report.file_name}：{would.zh}{report.rows:,} 行，新增 {report.created:,}，更改 {report.changed:,}，"
        f"无变化 {report.unchanged:,}，拒绝 {report.refused:,}；{report.seconds:.1f} 秒（每秒 {rate:,.0f} 行）。",
        f"{report.file_name}: {would.en}{report.rows:,} rows: {report.created:,} new, {report.changed:,} changed,"
        f" {report.unchanged:,} unchanged, {report.refused:,} refused; {report.seconds:.1f} s ({rate:,.0f} rows/s).",
    )
