"""What stands on the front page beside its figures: what closes soon, the newest documents."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from pinzhi.engine.texts import Text
from pinzhi.records.catalog.models import Document


@dataclass(frozen=True, slots=True)
class Issued:
    """A document as a list shows it."""

    key: str
    title: Text  # the English one is empty where there is none
    issuer: Text
    issued_on: date | None
    precision: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """A call or a notice that somebody can still answer; ``closes_on`` is its last day."""

    key: str
    title: Text  # the English one is empty where there is none
    issuer: Text
    closes_on: date
    synthetic: bool


def open_calls(on: date) -> list[Closing]:
    """Return the calls that can still be answered, the next to close first."""
    return _closing(Document.objects.filter(kind="call"), on)


def notices(on: date) -> list[Closing]:
    """Return the public notices under which anybody may object, the next to close first."""
    return _closing(Document.objects.filter(kind="notice"), on)


def newest_documents(on: date, *, limit: int) -> list[Issued]:
    """Return the documents issued up to a day, the newest first."""
    rows = Document.objects.filter(issued_on__lte=on).order_by("-issued_on", "code")[:limit]
    return [
        Issued(
            key=row.code,
            title=Text(row.title_zh, row.title_en),
            issuer=Text(row.issuer_zh, row.issuer_en),
            issued_on=row.issued_on,
            precision=row.issued_precision,
            synthetic=row.synthetic,
        )
        for row in rows
    ]


def _closing(documents: QuerySet[Document], on: date) -> list[Closing]:
    begun = Q(issued_on=None) | Q(issued_on__lte=on)
    rows = documents.filter(begun, closes_on__gte=on).order_by(F("closes_on"), "code")[:6]
    return [
        Closing(
            key=row.code,
            title=Text(row.title_zh, row.title_en),
            issuer=Text(row.issuer_zh, row.issuer_en),
            closes_on=row.closes_on,
            synthetic=row.synthetic,
        )
        for row in rows
        if row.closes_on
    ]
