"""What an import says about itself: progress while it runs, and a report at the end."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pinzhi.engine.texts import Text

PROBLEMS_KEPT = 1_000  # all refused rows are in the rejects file; a report shows the first
CHANGES_KEPT = 50


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One cell that breaks a rule: line in the file, field, value, the rule's code and sentence."""

    line: int
    field: str
    value: str
    code: str
    text: Text
    is_warning: bool


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a record, before and after, as text."""

    field: str
    label: Text
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RecordChange:
    """What an import would do to one record: new (all fields), or changed (those that differ)."""

    line: int
    key: str
    is_new: bool
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is; bytes of the file tell the share, since rows are not counted beforehand."""

    bytes_read: int
    bytes_total: int
    rows: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file. Refused rows are in ``rejects``; ``resumed_after`` rows were settled by an earlier run."""

    kind: str
    file_name: str
    file_digest: str
    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    warned: int = 0
    problems: tuple[RowProblem, ...] = ()
    changes: tuple[RecordChange, ...] = ()
    rejects: Path | None = None
    unknown_columns: tuple[str, ...] = ()
    resumed_after: int = 0
    seconds: float = 0.0
    is_dry_run: bool = False
    is_stopped: bool = False
    run_id: int | None = None  # none in a dry run


Tell = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Tell nobody."""
