"""Load a demo city: facts and invented records through the import, accounts, and a mark that it is done."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.utils import timezone

from pinzhi.engine.errors import BadInput, BadRulebook
from pinzhi.engine.texts import Text
from pinzhi.records.accounts import permissions
from pinzhi.records.catalog.demo.files import DemoFile, fact_files, generated_files
from pinzhi.records.catalog.demo.sizes import SIZES, Size
from pinzhi.records.catalog.importing.report import ImportReport, Progress
from pinzhi.records.catalog.importing.run import import_file
from pinzhi.records.catalog.models import ImportRun
from pinzhi.records.journal import actions as journal
from pinzhi.records.journal.queries import entries_about

GENERATOR = "3"  # raise it when the generator writes other rows
OBJECT_KIND = "demo"


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done: the sentence, the share of this file that is settled (0 to 1), and whether it just began."""

    text: Text
    share: float = 0.0
    begins: bool = False


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What became of it. ``is_new`` is false where this edition was there already."""

    size: str
    is_new: bool
    rows: int
    refused: int
    seconds: float


Tell = Callable[[Step], None]


def load_demo(size: str, *, progress: Tell = lambda step: None) -> DemoReport:
    """Bring the catalogue to the demo city of a size. Done before: nothing happens. Interrupted: it goes on.

    A city holds all that the small one holds, so after the city the small one counts as loaded.
    """
    started = monotonic()
    wanted = size_called(size)
    if is_loaded(wanted, demo_edition(demo_folder())):
        return DemoReport(size, is_new=False, rows=0, refused=0, seconds=monotonic() - started)
    return load(wanted, progress=progress)


def load(size: Size, *, progress: Tell = lambda step: None) -> DemoReport:
    """Load facts and invented records of any size, and mark it as done."""
    started = monotonic()
    edition = demo_edition(demo_folder())
    target = Path(settings.HOME) / "demo" / edition / size.name
    reports = [_import(file, progress) for file in fact_files(demo_folder())]

    def writing(name: str) -> None:
        progress(Step(Text(f"生成 {name}", f"Generating {name}"), begins=True))

    reports += [_import(file, progress) for file in generated_files(demo_folder(), size, target, writing)]
    done = [report for report in reports if report]
    rows, refused = sum(report.rows for report in done), sum(report.refused for report in done)
    _mark(size, edition, rows)
    shutil.rmtree(target, ignore_errors=True)  # all of it can be made again
    return DemoReport(size.name, is_new=True, rows=rows, refused=refused, seconds=monotonic() - started)


def size_called(name: str) -> Size:
    """Return the size of a name."""
    if name not in SIZES:
        raise BadInput(
            "demo.size",
            "没有“{name}”这种规模。可选：{names}。",
            "There is no size “{name}”. Choose one of: {names}.",
            name=name,
            names="、".join(SIZES),
        )
    return SIZES[name]


def demo_folder() -> Path:
    """Return the folder of the city's demo."""
    folder = Path(settings.RULEBOOK) / settings.CITY / "demo"
    if not (folder / "facts").is_dir():
        raise BadRulebook(
            "demo.folder",
            "{folder} 中没有演示数据（应有 facts 和 vocabulary 两个文件夹）。",
            "There is no demo in {folder}: folders facts and vocabulary are expected.",
            folder=str(folder),
        )
    return folder


def demo_edition(folder: Path) -> str:
    """Return what names the demo's contents: a digest of its files and of the generator's version."""
    digest = hashlib.sha256(GENERATOR.encode())
    for file in sorted(folder.rglob("*.csv*")):
        digest.update(file.relative_to(folder).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def is_loaded(size: Size, edition: str) -> bool:
    """Tell whether this edition of a size, or of a larger one, is in the catalogue."""
    as_large = [one.name for one in SIZES.values() if one.standards >= size.standards]
    return any(entries_about(OBJECT_KIND, name).filter(edition=edition).exists() for name in as_large)


def _mark(size: Size, edition: str, rows: int) -> None:
    journal.write(
        at=timezone.now(),
        actor=permissions.command("demo").key,
        action="demo.load",
        object_kind=OBJECT_KIND,
        object_key=size.name,
        edition=edition,
        detail={"rows": rows},
    )


def _import(file: DemoFile, progress: Tell) -> ImportReport | None:
    """Import a file unless the very same one is in; an interrupted run of it goes on where it was."""
    name = Text(f"导入 {file.path.name}", f"Importing {file.path.name}")
    if _is_imported(file):
        return None

    def tell(now: Progress) -> None:
        share = now.bytes_read / max(now.bytes_total, 1)
        progress(Step(Text(f"{name.zh}：{now.rows:,} 行", f"{name.en}: {now.rows:,} rows"), share))

    return import_file(file.kind, file.path, actor=permissions.command("demo"), now=timezone.now(), progress=tell)


def _is_imported(file: DemoFile) -> bool:
    with file.path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return ImportRun.objects.filter(kind=file.kind, file_digest=digest, state="done").exists()
