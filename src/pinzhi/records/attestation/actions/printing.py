"""Print many certificates: one PDF each into a folder, by several processes, going on where it stopped."""

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import django
from django.db import connections

from pinzhi.records.attestation.models import Credential
from pinzhi.records.attestation.printing import certificate_pdf

_AT_ONCE = 50  # certificates of one task


@dataclass(frozen=True, slots=True)
class Printed:
    """How far it is: certificates dealt with, of how many, and how many PDFs were made."""

    done: int
    total: int
    made: int


def print_all(folder: Path, *, kind: str = "", workers: int = 1) -> Iterator[Printed]:
    """Write ``<code>.pdf`` of each standing credential into a folder, unless it is there already.

    A file takes its name when it is whole: whoever stops this, or a full disk (OSError), leaves no half certificate.
    """
    rows = Credential.objects.filter(replaced_at=None).order_by("pk")
    codes = list((rows.filter(kind=kind) if kind else rows).values_list("code", flat=True))
    there = {file.stem for file in folder.glob("*.pdf")}
    missing = [code for code in codes if code not in there]
    tasks = [(folder, missing[start : start + _AT_ONCE]) for start in range(0, len(missing), _AT_ONCE)]
    done, made = len(codes) - len(missing), 0
    yield Printed(done, len(codes), made)
    for count in _run(tasks, workers):
        made += count
        yield Printed(done + made, len(codes), made)


def _run(tasks: list[tuple[Path, list[str]]], workers: int) -> Iterator[int]:
    if workers == 1 or len(tasks) < 2:
        yield from map(_print, tasks)
        return
    connections.close_all()
    with multiprocessing.get_context("spawn").Pool(min(workers, len(tasks)), initializer=django.setup) as pool:
        yield from pool.imap_unordered(_print, tasks)


def _print(task: tuple[Path, list[str]]) -> int:
    folder, codes = task
    for one in Credential.objects.filter(code__in=codes):
        draft = folder / f".{one.code}.{token_hex(4)}"
        try:
            draft.write_bytes(certificate_pdf(one))
            draft.replace(folder / f"{one.code}.pdf")
        finally:
            draft.unlink(missing_ok=True)
    return len(codes)
