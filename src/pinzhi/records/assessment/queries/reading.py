"""What experts read of an entry; in a blind stage nothing that tells whose it is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pinzhi.engine.assessment.blinding import cores, hidden
from pinzhi.engine.errors import Conflict, NotFound
from pinzhi.engine.rulebook.scheme_parts import Document
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.models import Assignment, Entry, EntryFile
from pinzhi.records.assessment.queries.brought import file_of, latest_sections
from pinzhi.records.assessment.queries.visible import assigned, is_blind
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.records.catalog.names import organisation_names
from pinzhi.records.catalog.rulebook import rulebook

_HEADING = re.compile(r"(\d+(?:\.\d+)+)[\s\u3000]+\S.{0,60}")
_ENDINGS = {"pdf": "pdf", "text": "docx", "sheet": "xlsx"}
_SOMEBODY = "申报单位"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading with the item it belongs to, or the rows of a table."""

    text: str = ""
    item: str = ""
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def is_heading(self) -> bool:
        """Whether it opens the part about an item."""
        return bool(self.item)


@dataclass(frozen=True, slots=True)
class Part:
    """A document of the application as an expert reads it."""

    code: str
    title: Text
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the application; in a blind stage its name is its number, and it opens once an officer cleared it."""

    number: int
    name: Text
    kilobytes: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """All that an expert may read of an entry."""

    parts: tuple[Part, ...]
    attachments: tuple[Attachment, ...]
    is_blind: bool


def reading_of(task: Assignment) -> Reading:
    """Return what the expert of a task may read.

    In a blind stage only what the applicant himself wrote, without pledges, which are signed, and without the words of
    the district; names in it are replaced.
    """
    entry, blind = task.entry, is_blind(task.entry, task.stage)
    documents = [
        one
        for one in scheme_of(entry.round).documents_for(entry.category)
        if one.kind != "pledge" and not (blind and not _is_applicants(one))
    ]
    secrets = secrets_of(entry) if blind else {}
    sections = latest_sections(entry)
    parts = tuple(
        Part(one.code, one.title, tuple(_blocks(sections[one.code].content, secrets)))
        for one in documents
        if one.kind != "file" and one.code in sections
    )
    return Reading(parts, tuple(_attachments(entry, documents, blind)), blind)


def file_for(actor: Actor, round_key: str, number: str, stage: str, file_number: int) -> tuple[EntryFile, str]:
    """Return a file of an entry given to the actor, and the name under which he gets it: neutral in a blind stage."""
    task = assigned(actor).filter(entry__round__key=round_key, entry__number=number, stage=stage).first()
    if task is None or not actor.has("expert"):
        raise NotFound("assessment.task", "没有这个评审任务，或它不是你的。", "There is no such task of yours.")
    kept = file_of(task.entry, file_number)
    blind = is_blind(task.entry, stage)
    shown = next((one for one in reading_of(task).attachments if one.number == kept.number), None)
    if shown is None:
        raise NotFound("assessment.file", "没有这个附件。", "There is no such file.")
    if not shown.is_open:
        raise Conflict(
            "assessment.file.uncleared",
            "这个附件还在等经办人检查有没有透露单位，检查后才能打开。",
            "An officer has yet to look whether this file tells whose it is; it opens after that.",
        )
    if not blind:
        return kept, kept.name
    ending = _ENDINGS.get(kept.file.media) or kept.name.rsplit(".", 1)[-1].lower()
    return kept, f"{number}-{kept.number}.{ending}"


def secrets_of(entry: Entry) -> dict[str, str]:
    """Return what blind readers must not see of an entry, each with the words that stand instead."""
    city = rulebook().city.short_name.zh
    registered = organisation_names([entry.organisation_code]).get(entry.organisation_code, "")
    secrets: dict[str, str] = {}
    for name in filter(None, (entry.name, registered)):
        secrets.update(dict.fromkeys((name, *cores(name, city)), _SOMEBODY))
    if entry.organisation_code:
        secrets[entry.organisation_code] = "（代码）"
    for name in _district_names(entry.district):
        secrets[name] = "所在区市"
    return secrets


def _is_applicants(document: Document) -> bool:
    """Tell whether a document comes with the application itself, not from who handles it later."""
    return document.stage in ("draft", "submitted")


def _district_names(code: str) -> Iterator[str]:
    found = rulebook().codelist("districts").entry(code)
    if found is not None:
        yield code
        yield from {found.name.zh, found.name.en} - {""}


def _blocks(content: Mapping[str, object], secrets: Mapping[str, str]) -> Iterator[Block]:
    rows = content.get("rows")
    if isinstance(rows, list):
        yield Block(rows=tuple(tuple(hidden(str(cell), secrets) for cell in row) for row in rows))
        return
    for line in str(content.get("text", "")).splitlines():
        text = hidden(line.strip(), secrets)
        heading = _HEADING.fullmatch(text)
        if text:
            yield Block(text, heading[1] if heading else "")


def _attachments(entry: Entry, documents: list[Document], blind: bool) -> Iterator[Attachment]:
    wanted = {one.code for one in documents if one.kind == "file"}
    for one in entry.files.filter(removed_at=None, document__in=wanted).select_related("file").order_by("number"):
        neutral = Text(f"附件 {one.number}", f"Attachment {one.number}")
        name = neutral if blind else Text(f"{neutral.zh}　{one.name}", f"{neutral.en}: {one.name}")
        yield Attachment(one.number, name, -(-one.file.size // 1024), not blind or one.cleared_at is not None)
