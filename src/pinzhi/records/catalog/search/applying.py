"""Records put into an index that may hold them already, as they are now."""

from collections.abc import Iterable
from datetime import date

import tantivy

from pinzhi.records.catalog.search import fields, records
from pinzhi.records.catalog.search.documents import document

Span = tuple[str, int, int]  # kind, first and last id


def put(writer: tantivy.IndexWriter, schema: tantivy.Schema, spans: Iterable[Span], on: date) -> int:
    """Replace what the index has of the spans by the records there are; returns how many. The caller commits."""
    written = 0
    for kind, first_id, last_id in spans:
        for key in _keys(kind, first_id, last_id):
            writer.delete_documents_by_term("key", key)
        for entry in records.entries_between(kind, first_id, last_id, on):
            writer.add_document(tantivy.Document.from_dict(document(entry), schema))
            written += 1
    return written


def joined(spans: Iterable[Span]) -> list[Span]:
    """Join spans that touch or overlap; institutions are part of their organisation."""
    found: list[Span] = []
    for kind, first, last in sorted(("organisation" if k == "institution" else k, a, b) for k, a, b in spans):
        if found and found[-1][0] == kind and first <= found[-1][2] + 1:
            found[-1] = (kind, found[-1][1], max(last, found[-1][2]))
        else:
            found.append((kind, first, last))
    return found


def _keys(kind: str, first_id: int, last_id: int) -> Iterable[int]:
    """Yield the keys a span may have had; an organisation may have been shown as an institution."""
    kinds = ("organisation", "institution") if kind == "organisation" else (kind,)
    for record_id in range(first_id, last_id + 1):
        for possible in kinds:
            yield fields.key_of(possible, record_id)
