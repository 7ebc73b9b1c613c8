"""What a programme has come to by a day: certificates and holders by edition, titles by grade, its documents."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from pinzhi.engine.texts import Text
from pinzhi.records.catalog.history import facts
from pinzhi.records.catalog.models import Document, Honour
from pinzhi.records.catalog.queries.tables import TABLES, WON


@dataclass(frozen=True, slots=True)
class EditionCount:
    """How many certificates of an edition are valid, and how many organisations hold them."""

    edition: str
    certificates: int
    holders: int


def certificates_by_edition(scheme: str, on: date) -> tuple[EditionCount, ...]:
    """Return the valid certificates of a scheme by edition; labels and certificates are more than their holders."""
    certificates: Counter[str] = Counter()
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for half in TABLES["certificates"].halves(on, {"scheme": scheme}):
        for edition, holder in half.order_by().values_list("edition", "holder"):
            certificates[edition] += 1
            holders[edition].add(holder)
    return tuple(EditionCount(edition, count, len(holders[edition])) for edition, count in sorted(certificates.items()))


def titles_by_grade(scheme: str, on: date) -> dict[str, int]:
    """Return how many titles of a scheme are held on a day, by grade."""
    won = Q(scheme=scheme, state__in=WON) & (Q(awarded_on=None) | Q(awarded_on__lte=on))
    found = facts(Honour, as_of=on)
    counts: Counter[str] = Counter()
    for half in (found.main, found.past):
        counts.update(dict(half.filter(won).order_by().values_list("grade").annotate(Count("pk"))))
    return dict(counts)


def titles_of_documents(codes: Iterable[str]) -> tuple[tuple[str, Text], ...]:
    """Return code and title of documents that the catalogue has, in the order asked for."""
    wanted = tuple(codes)
    rows = {one.code: Text(one.title_zh, one.title_en) for one in Document.objects.filter(code__in=wanted)}
    return tuple((code, rows[code]) for code in wanted if code in rows)
