"""What has been brought with an entry, and what is still missing."""

from pinzhi.engine.assessment.rounds.eligibility import missing
from pinzhi.engine.errors import NotFound
from pinzhi.records.assessment.models import Entry, EntryFile, SectionVersion
from pinzhi.records.assessment.rules import scheme_of


def latest_sections(entry: Entry) -> dict[str, SectionVersion]:
    """Return the latest version of each section of an entry, by the code of its document."""
    return {one.document: one for one in entry.sections.select_related("by").order_by("number")}


def brought(entry: Entry) -> frozenset[str]:
    """Return the documents that an entry has brought: sections that say something, and files that were not removed."""
    said = {code for code, one in latest_sections(entry).items() if has_content(one.content)}
    files = entry.files.filter(removed_at=None).values_list("document", flat=True)
    return frozenset(said) | frozenset(files)


def missing_of(entry: Entry, stage: str) -> tuple[str, ...]:
    """Return the documents that an entry may not leave a stage without and has not brought."""
    documents = scheme_of(entry.round).documents_for(entry.category)
    return tuple(one.code for one in missing(documents, brought(entry), stage))


def has_content(content: dict[str, object]) -> bool:
    """Tell whether a section says anything: a text, a row with a filled cell, or a pledge that was agreed to."""
    text, rows = content.get("text"), content.get("rows")
    if isinstance(text, str) and text.strip():
        return True
    if isinstance(rows, list) and any(str(cell).strip() for row in rows for cell in row):
        return True
    return content.get("agreed") is True


def file_of(entry: Entry, number: int) -> EntryFile:
    """Return a file of an entry by its number; one that was taken away is not found."""
    found = entry.files.filter(number=min(number, 2**31 - 1), removed_at=None).select_related("file").first()
    if found is None:
        raise NotFound("assessment.file", "没有这个附件。", "There is no such file.")
    return found
