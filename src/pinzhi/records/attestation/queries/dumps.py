"""The dumps of the public register that can be fetched."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from pinzhi.engine.attestation.dumps import DumpedFile, files_of
from pinzhi.engine.errors import NotFound

LIST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump of a day with its files; the list itself is not among them."""

    on: date
    files: tuple[DumpedFile, ...]

    @property
    def size(self) -> int:
        return sum(one.size for one in self.files)


def dump_folder(on: date) -> Path:
    """Return where the dump of a day lies, or will."""
    return Path(settings.HOME) / "dumps" / on.isoformat()


def dumps() -> tuple[Dump, ...]:
    """Return the dumps there are, newest first."""
    folder = Path(settings.HOME) / "dumps"
    days = sorted((file.parent.name for file in folder.glob(f"[0-9]*/{LIST}")), reverse=True)
    return tuple(_read(date.fromisoformat(day)) for day in days)


def dump_file(day: str, name: str) -> Path:
    """Return a file of a dump; NotFound for any other name, so that nothing else can be fetched."""
    for one in dumps():
        if one.on.isoformat() == day and name in (LIST, *(file.name for file in one.files)):
            return dump_folder(one.on) / name
    raise NotFound("attestation.no_dump", "没有这个转储文件。", "There is no such file of a dump.")


def _read(on: date) -> Dump:
    return Dump(on, files_of(json.loads((dump_folder(on) / LIST).read_text(encoding="utf-8"))))
