"""How long 1.4 million rows take from files to a searchable catalogue, and how much memory.

    PINZHI_HOME=/some/empty/folder python benchmarks/imports.py [--size city]

Generates the files of the demo city (1,000,000 standards and 400,000 organisations), imports them with validation
while the follower of the search index runs beside, as it does beside every server, and waits until each record can be
found; then imports the same files again with nothing changed. Memory is the largest resident set of any one
process, and the peak of the whole family of processes together.
"""

import argparse
import os
import tempfile
import threading
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinzhi.config.settings")
os.environ.setdefault("PINZHI_TODAY", "2024-01-04")

import django

django.setup()

from django.conf import settings  # noqa: E402  (settings first)
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from pinzhi.commands.follower import Follower, index_here  # noqa: E402
from pinzhi.records.accounts.permissions import SYSTEM  # noqa: E402
from pinzhi.records.catalog.demo.files import generated_files  # noqa: E402
from pinzhi.records.catalog.demo.loading import demo_folder  # noqa: E402
from pinzhi.records.catalog.demo.sizes import SIZES  # noqa: E402
from pinzhi.records.catalog.importing.run import import_file  # noqa: E402
from pinzhi.records.catalog.search.shapes import IndexState  # noqa: E402
from pinzhi.records.catalog.search.state import index_state  # noqa: E402

MEBI = 1024 * 1024


class FamilyMemory(threading.Thread):
    """Watches this process and its descendants: proportional memory together, largest resident set of one."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.together = self.largest = 0
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(1.0):
            sizes = [memory for pid in _family(os.getpid()) if (memory := _memory(pid))]
            self.together = max(self.together, sum(shared for shared, _ in sizes))
            self.largest = max(self.largest, *(resident for _, resident in sizes))


def _family(pid: int) -> list[int]:
    try:
        tasks = [Path(f"/proc/{pid}/task/{task}/children").read_text() for task in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []
    children = [int(child) for text in tasks for child in text.split()]
    return [pid, *(descendant for child in children for descendant in _family(child))]


def _memory(pid: int) -> tuple[int, int] | None:
    """Return proportional and resident bytes of a process; None when it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.endswith("kB")}
    return sizes.get("Pss", 0), sizes.get("Rss", 0)


def import_all(files: list[tuple[str, Path]]) -> tuple[float, int, int, int]:
    """Import the files; return seconds, rows read, rows written, rows refused."""
    started = time.perf_counter()
    reports = [import_file(kind, path, actor=SYSTEM, now=timezone.now()) for kind, path in files]
    return (
        time.perf_counter() - started,
        sum(report.rows for report in reports),
        sum(report.created + report.changed for report in reports),
        sum(report.refused for report in reports),
    )


def wait_for_index() -> tuple[IndexState, float]:
    """Wait until everything can be found; return how the index stands, and the seconds."""
    started = time.perf_counter()
    while (index := index_state()).state != "ready" or index.behind:
        time.sleep(0.1)
    return index, time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="city", choices=sorted(SIZES))
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory(dir=settings.HOME) as folder:
        made = generated_files(demo_folder(), SIZES[asked.size], Path(folder), lambda *_: None)
        files = [(file.kind, file.path) for file in made if file.kind in ("standards", "organisations")]
        memory = FamilyMemory()
        memory.start()
        follower = Follower(index_here)
        follower.start()
        try:
            imported, rows, written, refused = import_all(files)
            index, waited = wait_for_index()
            memory.ended.set()
            again, _, rewritten, _ = import_all(files)
        finally:
            follower.stop()
    print(f"{rows:,} rows: import {imported:.0f} s ({written:,} written, {refused:,} refused), ", end="")
    print(f"index of {index.records:,} records {waited:.0f} s later, together {imported + waited:.0f} s")
    print(f"again with nothing changed: {again:.0f} s, {rewritten:,} written")
    print(f"memory: {memory.largest / MEBI:.0f} MiB the largest process, {memory.together / MEBI:.0f} MiB all together")


if __name__ == "__main__":
    main()
