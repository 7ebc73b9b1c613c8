"""Import a file: batch by batch, each in one transaction, so that a killed run goes on where it was."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone

from pinzhi.engine.catalog.intake.columns import Lists
from pinzhi.engine.catalog.intake.kinds import KINDS
from pinzhi.engine.catalog.intake.sheet import Problem, Sheet
from pinzhi.engine.errors import BadInput, Conflict, Unavailable
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.catalog.importing.describe import record_change_of
from pinzhi.records.catalog.importing.files import Batch, SourceFile, open_source
from pinzhi.records.catalog.importing.reading import read_checked
from pinzhi.records.catalog.importing.rejects import RejectsFile
from pinzhi.records.catalog.importing.report import (
    CHANGES_KEPT,
    PROBLEMS_KEPT,
    ImportReport,
    Progress,
    RecordChange,
    RowProblem,
    Tell,
    silent,
)
from pinzhi.records.catalog.importing.settle import Plan, Settler
from pinzhi.records.catalog.importing.targets import TARGETS
from pinzhi.records.catalog.models import ImportRun
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.clock import today
from pinzhi.records.journal.actions import write as write_journal

CODE_LISTS = ("districts", "zones", "regions", "industries", "schemes", "services")


def import_file(
    kind: str,
    path: Path,
    *,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
    restart: bool = False,
    progress: Tell = silent,
    stopped: Callable[[], bool] = lambda: False,
    rejects: Path | None = None,
    file_name: str = "",
) -> ImportReport:
    """Read a file of one kind into the catalogue; rows that break a rule are refused, the rest goes in.

    Twice is the same as once. A run that was killed or failed is taken up after its last settled batch when the very
    same file comes again, unless ``restart``. ``stopped`` is asked after each batch. ``dry_run`` writes nothing and
    tells what would happen; contradictions between two batches of the file itself show only in the real run.
    ``file_name`` is what the report calls the file, if not its own name.
    """
    require(actor, "catalog.import")
    source = open_source(path, _kind(kind))
    started = monotonic()
    tally = Tally(source, dry_run)
    settler = Settler(TARGETS[kind])
    name = file_name or path.name
    run_id = None
    with closing(read_checked(source, code_lists(), today(now))) as checked:
        if dry_run:
            for batch, sheet in checked:
                tally.add(batch, settler.plan(sheet, batch.lines))
                progress(Progress(batch.bytes_read, source.bytes_total, batch.settled_rows))
        else:
            run = _run_for(kind, source, name, actor, now, restart)
            run_id = run.pk
            rejects = rejects or Path(settings.MEDIA_ROOT) / "imports" / f"run-{run.pk}-rejects.csv"
            _Importer(settler, tally, run, now, progress, stopped, checked).work(rejects, actor)
    return replace(tally.report(kind, name, monotonic() - started), run_id=run_id)


def preview(
    kind: str, path: Path, *, actor: Actor, now: datetime, file_name: str = "", progress: Tell = silent
) -> ImportReport:
    """Return what an import would do: counts, the first changes field by field, the refusals."""
    return import_file(kind, path, actor=actor, now=now, dry_run=True, progress=progress, file_name=file_name)


def code_lists() -> Lists:
    """Return the rulebook's code lists as readers of cells want them: words by code."""
    book = rulebook()
    lists = {name: book.codelist(name) for name in CODE_LISTS}
    return {name: {code: one.text(code) for code in one.codes} for name, one in lists.items()}


def _kind(kind: str) -> Any:
    if kind not in KINDS:
        raise BadInput(
            "import.kind",
            "没有“{kind}”这一类。可导入：{chinese}。",
            "There is no kind “{kind}”. Kinds: {names}.",
            kind=kind,
            chinese="、".join(f"{one.name}（{one.label.zh}）" for one in KINDS.values()),
            names=", ".join(KINDS),
        )
    return KINDS[kind]


@dataclass(slots=True)
class Tally:
    """Counts of a run, with the first problems and, in a dry run, the first changes."""

    source: SourceFile
    is_dry_run: bool
    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    warned: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    changes: list[RecordChange] = field(default_factory=list)
    rejects: Path | None = None
    resumed_after: int = 0
    is_stopped: bool = False

    def add(self, batch: Batch, plan: Plan) -> None:
        refused = plan.sheet.refused
        self.rows += batch.size + len(batch.broken)
        self.created += len(plan.new)
        self.changed += len(plan.changed)
        self.unchanged += len(plan.unchanged)
        self.refused += len(refused) + len(batch.broken)
        self.warned += len({problem.row for problem in plan.sheet.problems if problem.is_warning} - refused)
        self._keep_problems(batch, plan.sheet)
        if self.is_dry_run:
            self._keep_changes(batch, plan)

    def _keep_problems(self, batch: Batch, sheet: Sheet) -> None:
        room = PROBLEMS_KEPT - len(self.problems)
        told = [
            RowProblem(line, "", text[:200], error.code, error.text, is_warning=False)
            for line, text, error in batch.broken[: max(room, 0)]
        ]
        ordered = sorted(sheet.problems, key=lambda problem: (problem.is_warning, problem.row))
        told += [_located(problem, batch) for problem in ordered[: max(room, 0)]]
        self.problems += sorted(told, key=lambda problem: (problem.is_warning, problem.line))[: max(room, 0)]

    def _keep_changes(self, batch: Batch, plan: Plan) -> None:
        for place in sorted((*plan.new, *plan.changed))[: CHANGES_KEPT - len(self.changes)]:
            self.changes.append(record_change_of(plan, place, batch.lines[place]))

    def report(self, kind: str, name: str, seconds: float) -> ImportReport:
        return ImportReport(
            kind=kind,
            file_name=name,
            file_digest=self.source.digest,
            rows=self.rows,
            created=self.created,
            changed=self.changed,
            unchanged=self.unchanged,
            refused=self.refused,
            warned=self.warned,
            problems=tuple(self.problems),
            changes=tuple(self.changes),
            rejects=self.rejects,
            unknown_columns=tuple(self.source.unknown),
            resumed_after=self.resumed_after,
            seconds=seconds,
            is_dry_run=self.is_dry_run,
            is_stopped=self.is_stopped,
        )


def _located(problem: Problem, batch: Batch) -> RowProblem:
    line = batch.lines[problem.row]
    return RowProblem(line, problem.field, problem.value[:200], problem.code, problem.text, problem.is_warning)


def _run_for(kind: str, source: SourceFile, name: str, actor: Actor, now: datetime, restart: bool) -> ImportRun:
    """Return the unfinished run of this very file, or a new one."""
    unfinished = ImportRun.objects.filter(kind=kind, file_digest=source.digest, state__in=("running", "failed"))
    run = None if restart else unfinished.order_by("-id").first()
    if run is not None:
        return run
    unfinished.update(state="failed", finished_at=now)
    return ImportRun.objects.create(
        kind=kind, file_name=name[:300], file_digest=source.digest, actor=actor.key, started_at=now
    )


@dataclass(slots=True)
class _Importer:
    """Works through a file and settles its batches under one ImportRun."""

    settler: Settler
    tally: Tally
    run: ImportRun
    now: datetime
    progress: Tell
    stopped: Callable[[], bool]
    checked: Iterator[tuple[Batch, Sheet]]

    def work(self, rejects_path: Path, actor: Actor) -> None:
        settled_before = self.run.rows_read
        self.tally.resumed_after = settled_before
        source = self.tally.source
        try:
            with RejectsFile(rejects_path, source.headers, settled_before) as rejects:
                for batch, sheet in self.checked:
                    if batch.settled_rows <= settled_before:
                        # Only to remember the keys, so that duplicates of them are found later.
                        self.settler.plan(sheet, batch.lines)
                        continue
                    self._settle(batch, sheet, rejects)
                    self.progress(Progress(batch.bytes_read, source.bytes_total, batch.settled_rows))
                    if self.stopped():
                        self.tally.is_stopped = True
                        break
                self.tally.rejects = rejects.path if rejects.written else None
            self._finish(actor)
        except (OperationalError, OSError) as error:
            self._fail(error)

    def _settle(self, batch: Batch, sheet: Sheet, rejects: RejectsFile) -> None:
        with transaction.atomic():
            plan = self.settler.plan(sheet, batch.lines)
            _write_rejects(batch, sheet, rejects)
            if plan.writes:
                self.settler.write(plan, self.now)
            self._note(batch, plan, rejects)
        self.run.rows_read = batch.settled_rows
        self.tally.add(batch, plan)

    def _note(self, batch: Batch, plan: Plan, rejects: RejectsFile) -> None:
        """Record how far the run is, in the batch's own transaction; two runs of one file cannot both go on."""
        run = self.run
        run.created += len(plan.new)
        run.changed += len(plan.changed)
        run.unchanged += len(plan.unchanged)
        run.refused += len(plan.sheet.refused) + len(batch.broken)
        run.rejects_file = str(rejects.path) if rejects.written else run.rejects_file
        noted = ImportRun.objects.filter(pk=run.pk, rows_read=run.rows_read).update(
            rows_read=batch.settled_rows,
            created=run.created,
            changed=run.changed,
            unchanged=run.unchanged,
            refused=run.refused,
            rejects_file=run.rejects_file,
            state="running",
        )
        if not noted:
            raise Conflict(
                "import.twice_at_once",
                "另一个进程正在导入同一个文件。请等它完成。",
                "Another process is importing the same file. Wait until it is done.",
            )

    def _finish(self, actor: Actor) -> None:
        with transaction.atomic():
            self.run.state = "running" if self.tally.is_stopped else "done"
            self.run.finished_at = None if self.tally.is_stopped else timezone.now()
            self.run.save(update_fields=["state", "finished_at"])
            if not self.tally.is_stopped:
                write_journal(
                    at=self.now,
                    actor=actor.key,
                    action="catalog.import",
                    object_kind=self.run.kind,
                    object_key=self.run.file_name[:200],
                    detail={
                        "run": self.run.pk,
                        "file": self.run.file_digest,
                        "rows": self.run.rows_read,
                        "created": self.run.created,
                        "changed": self.run.changed,
                        "unchanged": self.run.unchanged,
                        "refused": self.run.refused,
                    },
                )

    def _fail(self, error: Exception) -> None:
        """Say what is in and how to go on; the batch under way has left nothing behind."""
        refusal = Unavailable(
            "import.failed",
            "导入在第 {rows} 行之后停下：{reason}。之前的行已完整导入，之后的一行也没有写入。"
            "排除原因（例如腾出磁盘空间）后，用同一个文件再导入一次，会从停下的地方继续。",
            "The import stopped after row {rows}: {reason}. The rows before are in, complete; none after it is."
            " Remove the cause (make room on the disk, for example) and import the same file again: it goes on there.",
            rows=self.run.rows_read,
            reason=_reason(error),
        )
        try:
            connection.close_if_unusable_or_obsolete()
            ImportRun.objects.filter(pk=self.run.pk).update(
                state="failed", message_zh=refusal.text.zh, message_en=refusal.text.en
            )
        except DatabaseError:
            pass  # the same cause, most likely; the run stays "running" and is resumed as well
        raise refusal from error


def _reason(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _write_rejects(batch: Batch, sheet: Sheet, rejects: RejectsFile) -> None:
    refused = sheet.refused
    if not refused and not batch.broken:
        return
    problems: dict[int, list[Problem]] = {place: [] for place in refused}
    for problem in sheet.problems:
        if problem.row in refused:
            problems[problem.row].append(problem)
    raw = batch.rows()
    rows = {place: (batch.lines[place], raw[place]) for place in refused}
    rejects.write(rows, problems, batch.broken, batch.settled_rows)
