"""The page of a document: a policy, announcement, public notice or call."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from pinzhi.engine.catalog import words
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.models import Document
from pinzhi.records.catalog.queries.shapes import Day, Origin, Ref, State, nothing_found, origin_of

OPEN = State("open", Text("进行中", "Open"), "run")
LAST_DAY = State("last_day", Text("今天截止", "Closes today"), "warn")
CLOSED = State("closed", Text("已截止", "Closed"), "past")
NOT_YET = State("coming", Text("即将开始", "Opens soon"), "wait")
OTHERS = 6


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in a list."""

    document: Ref
    kind: Text
    issuer: Text
    issued: Day
    closes_on: date | None
    state: State | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Everything the page of a document shows, as of a day. ``others`` are newer ones of the same kind."""

    code: str
    kind: str
    kind_word: Text
    title: Text
    on: date
    state: State | None
    issuer: Text
    number: str
    issued: Day
    closes_on: date | None
    days_left: int | None
    summary: Text
    url: str
    others: tuple[DocumentRow, ...]
    origin: Origin


def document_page(code: str, *, on: date) -> DocumentPage:
    """Return the page of a document by its code; NotFound when there is none."""
    document = Document.objects.filter(code=code).first()
    if document is None:
        raise nothing_found("document", code)
    others = (
        Document.objects.filter(kind=document.kind)
        .exclude(pk=document.pk)
        .order_by(F("issued_on").desc(nulls_last=True), "code")[:OTHERS]
    )
    return DocumentPage(
        code=document.code,
        kind=document.kind,
        kind_word=_kind(document),
        title=Text(document.title_zh, document.title_en),
        on=on,
        state=_state(document, on),
        issuer=Text(document.issuer_zh, document.issuer_en),
        number=document.number,
        issued=Day(document.issued_on, document.issued_precision),
        closes_on=document.closes_on,
        days_left=(document.closes_on - on).days if document.closes_on and document.closes_on >= on else None,
        summary=Text(document.summary_zh, document.summary_en),
        url=document.url if document.url.startswith(("https://", "http://")) else "",
        others=tuple(_row(one, on) for one in others),
        origin=origin_of(document),
    )


def _row(document: Document, on: date) -> DocumentRow:
    return DocumentRow(
        document=Ref("document", document.code, Text(document.title_zh, document.title_en)),
        kind=_kind(document),
        issuer=Text(document.issuer_zh, document.issuer_en),
        issued=Day(document.issued_on, document.issued_precision),
        closes_on=document.closes_on,
        state=_state(document, on),
        synthetic=document.synthetic,
    )


def _kind(document: Document) -> Text:
    return words.DOCUMENT_KINDS.get(document.kind, Text(document.kind, document.kind))


def _state(document: Document, on: date) -> State | None:
    """Return whether a notice or call can still be answered; other documents have no such state."""
    if document.closes_on is None:
        return None
    if document.issued_on and on < document.issued_on:
        return NOT_YET
    if on > document.closes_on:
        return CLOSED
    return LAST_DAY if on == document.closes_on else OPEN
