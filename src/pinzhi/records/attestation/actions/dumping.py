"""Dump the whole public register into files with a signed list, for anybody to keep and to check."""

import csv
import gzip
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from pinzhi.engine.attestation.credentials import PURPOSES
from pinzhi.engine.attestation.dumps import DumpedFile, manifest
from pinzhi.engine.attestation.status_lists import ENTRIES
from pinzhi.engine.periods import Moment
from pinzhi.records import signing
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.attestation.models import Credential, StatusTicket
from pinzhi.records.attestation.queries.dumps import LIST, dump_folder, dumps
from pinzhi.records.attestation.queries.issuer import site_issuer
from pinzhi.records.attestation.queries.keys import site_key_document
from pinzhi.records.attestation.queries.status_lists import published_list
from pinzhi.records.catalog import public
from pinzhi.records.journal.actions import write as write_journal

KEPT = 30  # dumps; older ones are removed
_PERSONAL = ("training_certificate", "appointment")


def dump_register(*, actor: Actor, when: Moment, tell: Callable[[str], None] = lambda name: None) -> Path:
    """Write the dump of a day and return its folder; a dump of that day that stands already is left as it is.

    All or nothing: files are written into a draft that takes its name at the end, so a full disk leaves no half dump.
    Nothing is in it but what the portal shows to everybody; credentials of persons stay with their holders.
    """
    require(actor, "operate")
    folder = dump_folder(when.on)
    if (folder / LIST).is_file():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".draft-{token_hex(4)}")
    draft.mkdir()
    try:
        with _one_view():
            files = tuple(_write(draft, when, tell))
        _sign(draft, files, when)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    write_journal(
        at=when.at, actor=actor.key, action="attestation.dump", object_kind="dump", object_key=when.on.isoformat(),
        detail={"files": {one.name: one.sha256 for one in files}},
    )  # fmt: skip
    for old in dumps()[KEPT:]:
        shutil.rmtree(dump_folder(old.on), ignore_errors=True)
    return folder


@contextmanager
def _one_view() -> Iterator[None]:
    """Let all files show the register at one moment, on PostgreSQL.

    A transaction of SQLite would keep everybody from writing for minutes, so there each file has its own moment.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _write(draft: Path, when: Moment, tell: Callable[[str], None]) -> Iterator[DumpedFile]:
    for kind, shape in public.KINDS.items():
        tell(kind)
        rows = (row for chunk in public.stream(kind, on=when.on) for row in chunk)
        yield _table(draft / f"{kind}.csv.gz", shape.columns, rows)
    tell("credentials")
    signed = Credential.objects.exclude(holder_kind="person").exclude(kind__in=_PERSONAL).order_by("pk")
    yield _lines(draft / "credentials.jsonl.gz", signed.values_list("document", flat=True).iterator())
    last = StatusTicket.objects.order_by("-pk").values_list("pk", flat=True).first() or 1
    for number in range(1, (last - 1) // ENTRIES + 2):
        for purpose in PURPOSES:
            name = f"{purpose}-{number}"
            yield _plain(draft / f"{name}.json", published_list(name, when).content)
    document = json.dumps(site_key_document(), ensure_ascii=False, indent=1)
    yield _plain(draft / "keys.json", document.encode())


def _table(file: Path, columns: tuple[str, ...], rows: Iterable[public.Row]) -> DumpedFile:
    count = 0
    with (
        gzip.GzipFile(file, "wb", compresslevel=6, mtime=0) as packed,
        TextIOWrapper(packed, "utf-8", newline="") as out,
    ):
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_cell(row.get(name)) for name in columns])
            count += 1
    return _dumped(file, count)


def _lines(file: Path, documents: Iterable[str]) -> DumpedFile:
    count = 0
    with gzip.GzipFile(file, "wb", compresslevel=6, mtime=0) as packed:
        for document in documents:
            packed.write(document.encode() + b"\n")
            count += 1
    return _dumped(file, count)


def _plain(file: Path, content: bytes) -> DumpedFile:
    file.write_bytes(content)
    return _dumped(file, 1)


def _dumped(file: Path, rows: int) -> DumpedFile:
    digest = sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return DumpedFile(file.name, file.stat().st_size, rows, digest.hexdigest())


def _sign(draft: Path, files: tuple[DumpedFile, ...], when: Moment) -> None:
    key = signing.signing_key("attestation")
    listed = manifest(
        files, issuer=site_issuer(), key_id=key.id, on=when.on, at=when.at, sign=key.sign, synthetic=settings.DEMO
    )
    (draft / LIST).write_text(json.dumps(listed, ensure_ascii=False, indent=1), encoding="utf-8")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ";".join(map(str, value))
    return str(value)
