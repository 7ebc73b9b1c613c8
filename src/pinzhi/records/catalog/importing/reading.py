"""Read and check the rows of a file; of a large one in a process of its own, while the batch before is written.

The second process knows neither Django nor the database. It ends by itself when nobody reads from it any more.
"""

import marshal
import pickle
import subprocess
import sys
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from pinzhi.engine.catalog.intake import contradictions
from pinzhi.engine.catalog.intake.columns import Kind, Lists
from pinzhi.engine.catalog.intake.kinds import KINDS
from pinzhi.engine.catalog.intake.sheet import Reader, Sheet
from pinzhi.engine.errors import BadInput, Unavailable
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.importing.files import Batch, SourceFile

LARGE = 4 << 20  # bytes from which a second process pays


@dataclass(frozen=True, slots=True)
class Order:
    """What the reading process is to do."""

    path: Path
    kind: str
    form: str
    encoding: str
    headers: list[str]
    places: dict[str, int]
    delimiter: str
    bytes_total: int
    lists: Lists
    on: date


def read_checked(source: SourceFile, lists: Lists, on: date) -> Generator[tuple[Batch, Sheet], None, None]:
    """Yield each batch of a file with its checked sheet; ``on`` is the day for rules about states and dates."""
    order = Order(
        source.path.resolve(),
        source.kind.name,
        source.form,
        source.encoding,
        source.headers,
        source.places,
        source.delimiter,
        source.bytes_total,
        lists,
        on,
    )
    return _from_process(order) if source.bytes_total >= LARGE else _checked(order)


def _checked(order: Order) -> Generator[tuple[Batch, Sheet], None, None]:
    kind = KINDS[order.kind]
    source = SourceFile(
        order.path,
        kind,
        order.form,
        "",
        order.bytes_total,
        order.encoding,
        order.headers,
        order.places,
        order.delimiter,
    )
    reader = Reader(kind, tuple(order.places), order.lists)
    for batch in source.batches():
        sheet = reader.sheet(batch.cells, batch.size)
        contradictions.check(sheet, order.on)
        yield batch, sheet


def _from_process(order: Order) -> Generator[tuple[Batch, Sheet], None, None]:
    command = [sys.executable, "-m", __name__]
    # A session of its own: Ctrl-C is for the process that writes, which finishes its batch first.
    with subprocess.Popen(  # noqa: S603 our own module, no words of others
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            told, said = _pipes(process)
            pickle.dump(order, told)
            told.close()
            while (message := _next(said)) is not None:
                yield _unpacked(message, KINDS[order.kind])
        finally:
            process.kill()


def _pipes(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise AssertionError("the pipes were asked for")
    return process.stdin, process.stdout


def _next(said: IO[bytes]) -> tuple[Any, ...] | None:
    """Return the next message; None after the last. A refusal of the reader is raised here."""
    try:
        name, *message = pickle.load(said)  # noqa: S301 written by our own child
    except EOFError as error:
        raise Unavailable(
            "import.reader",
            "读文件的进程意外结束。再导入一次，会从停下的地方继续。",
            "The process that reads the file ended unexpectedly. Import the file again: it goes on where it stopped.",
        ) from error
    if name == "refused":
        raise _refusal(*message)
    return None if name == "end" else tuple(message)


def _packed(batch: Batch, sheet: Sheet) -> tuple[Any, ...]:
    """Return a batch for the pipe: marshal is quickest for lists of texts, and takes nothing else."""
    values = marshal.dumps((sheet.values, sheet.digests, batch.lines))
    raw = marshal.dumps(batch.raw)
    broken = [(line, text, error.code, error.text) for line, text, error in batch.broken]
    return ("batch", values, raw, sheet.problems, broken, batch.settled_rows, batch.bytes_read)


def _unpacked(message: tuple[Any, ...], kind: Kind) -> tuple[Batch, Sheet]:
    packed, raw, problems, told, settled_rows, bytes_read = message
    values, digests, lines = marshal.loads(packed)  # noqa: S302 written by our own child
    broken = [(line, text, _refusal(code, words)) for line, text, code, words in told]
    batch = Batch({}, raw, lines, broken, settled_rows, bytes_read)
    return batch, Sheet(kind, len(lines), values, digests, problems)


def _refusal(code: str, words: Text) -> BadInput:
    """Return a refusal whose sentences are filled in already, so that braces in them are only braces."""
    zh, en = (text.replace("{", "{{").replace("}", "}}") for text in (words.zh, words.en))
    return BadInput(code, zh, en)


def _serve() -> None:
    """Read what is ordered on standard input and put batches on standard output."""
    order = pickle.load(sys.stdin.buffer)  # noqa: S301 written by our own parent
    out = sys.stdout.buffer
    try:
        for batch, sheet in _checked(order):
            pickle.dump(_packed(batch, sheet), out, protocol=5)
            out.flush()
        pickle.dump(("end",), out)
    except BadInput as error:
        pickle.dump(("refused", error.code, error.text), out)
    out.flush()


if __name__ == "__main__":
    with suppress(BrokenPipeError):  # whoever ordered is gone
        _serve()
