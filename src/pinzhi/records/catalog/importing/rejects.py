"""The rejects file: refused rows as they came, with why, to be corrected and imported again."""

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from pinzhi.engine.catalog.intake.sheet import Problem
from pinzhi.engine.errors import BadInput
from pinzhi.records.catalog.importing.files import REJECT_COLUMNS


class RejectsFile:
    """A CSV with the columns of the source and seven more; made when the first row is refused.

    Rows are written before the batch that refused them is settled, and cut off again when a resumed run finds that
    the batch was not. Only its owner may read it: files hold what people sent.
    """

    def __init__(self, path: Path, headers: Sequence[str], settled_rows: int) -> None:
        self.path = path
        self._headers = [header for header in headers if header not in REJECT_COLUMNS]
        self._places = [place for place, header in enumerate(headers) if header not in REJECT_COLUMNS]
        self._keep(settled_rows)
        self._file: IO[str] | None = None
        self._writer: Any = None
        self.written = path.exists()

    def __enter__(self) -> "RejectsFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def _keep(self, settled_rows: int) -> None:
        """Keep what belongs to settled rows, whole lines only; a killed run may have left more."""
        if not settled_rows:
            self.path.unlink(missing_ok=True)
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            kept = list(csv.reader(file))
        width = len(self._headers) + len(REJECT_COLUMNS)
        place = len(self._headers)
        with self.path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(
                row
                for number, row in enumerate(kept)
                if number == 0 or (len(row) == width and row[place].isdigit() and int(row[place]) <= settled_rows)
            )

    def write(
        self,
        rows: Mapping[int, tuple[int, Sequence[str]]],
        problems: Mapping[int, Sequence[Problem]],
        broken: Sequence[tuple[int, str, BadInput]],
        last_row: int,
    ) -> None:
        """Append refused rows: by place the line and the cells, and what is wrong with them."""
        for place, (line, cells) in sorted(rows.items()):
            wrong = [problem for problem in problems[place] if not problem.is_warning]
            self._row(
                [cells[at] for at in self._places],
                last_row,
                line,
                [problem.field for problem in wrong],
                [problem.value for problem in wrong],
                [problem.code for problem in wrong],
                [problem.text.zh for problem in wrong],
                [problem.text.en for problem in wrong],
            )
        for line, text, error in broken:
            cells_of_text = [text, *[""] * (len(self._headers) - 1)]
            self._row(cells_of_text, last_row, line, [""], [""], [error.code], [error.text.zh], [error.text.en])
        if self._file:
            self._file.flush()

    def _row(self, cells: Sequence[str], last_row: int, line: int, *reasons: Sequence[str]) -> None:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            is_new = not self.path.exists()
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._file = os.fdopen(descriptor, "w", encoding="utf-8-sig" if is_new else "utf-8", newline="")
            self._writer = csv.writer(self._file)
            if is_new:
                self._writer.writerow([*self._headers, *REJECT_COLUMNS])
            self.written = True
        self._writer.writerow([*cells, last_row, line, *(" | ".join(reason) for reason in reasons)])
