"""Records read from the tables in bulk, as entries for the index."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django.db.models import Max, Min, Model, Q

from pinzhi.engine.catalog.certificates import certificate_state
from pinzhi.engine.catalog.status import standard_status
from pinzhi.engine.rulebook.shapes import CertificationScheme
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.models import Certificate, Document, Organisation, Place, Product, Standard
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.catalog.search.documents import Entry

CHUNK = 10_000  # records read at a time: about 20 MB


@dataclass(frozen=True, slots=True)
class Source:
    """One table: which columns are read, and how a row becomes an entry as of a day."""

    model: type[Model]
    columns: tuple[str, ...]
    entry: Callable[[Any, date], Entry]
    turning: Callable[[date, date], Q] | None = None  # whose status changes after the first day, up to the second


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part) if text else ()


def _standard(row: Any, on: date) -> Entry:
    (
        record_id,
        number,
        family,
        title_zh,
        title_en,
        title_local,
        level,
        published_on,
        effective_on,
        withdrawn_on,
        superseded_on,
        stated,
        adopts,
    ) = row
    status = standard_status(
        on=on,
        published_on=published_on,
        effective_on=effective_on,
        withdrawn_on=withdrawn_on,
        superseded_on=superseded_on,
        stated=stated,
    )
    return Entry(
        kind="standard",
        id=record_id,
        title=title_zh,
        title_en=title_en,
        names=(title_local,) if title_local else (),
        number=number,
        loose_numbers=_listed(adopts),
        family=family,
        rank_class=level,
        status=status,
        day=published_on or effective_on,
        level=level,
    )


def _standards_turning(after: date, until: date) -> Q:
    turning = Q()
    for column in ("published_on", "effective_on", "withdrawn_on", "superseded_on"):
        turning |= Q(**{f"{column}__gt": after, f"{column}__lte": until})
    return turning


def _organisation(row: Any, _on: date) -> Entry:
    (
        record_id,
        code,
        name,
        name_en,
        former_names,
        short_names,
        _kind,
        state,
        district,
        industry,
        established_on,
        institution_state,
        categories,
        services_zh,
        services_en,
    ) = row
    listed = institution_state == "listed"
    return Entry(
        kind="institution" if listed else "organisation",
        id=record_id,
        title=name,
        title_en=name_en,
        names=_listed(former_names),
        short_names=_listed(short_names),
        more=services_zh.replace(";", " ") if listed else "",
        more_en=services_en.replace(";", " ") if listed else "",
        number=code,
        rank_class="institution" if listed else "organisation",
        status=state,
        day=established_on,
        district=district,
        industry=industry,
        categories=_listed(categories) if listed else (),
    )


def _programme(scheme: str) -> Text:
    """Return the name of a programme that people look for by name, such as 泰山品质.

    Management systems are left out: their names are titles of standards, which thousands of certificates would bury.
    """
    schemes = rulebook().codelist("schemes")
    entry = schemes.entry(scheme)
    return entry.name if isinstance(entry, CertificationScheme) and entry.kind != "system" else Text("", "")


def _certificate(row: Any, on: date) -> Entry:
    (
        record_id,
        number,
        scheme,
        holder,
        holder_en,
        district,
        industry,
        product,
        scope_zh,
        scope_en,
        issued_on,
        expires_on,
        state,
        state_on,
    ) = row
    status = certificate_state(on=on, state=state, state_on=state_on, issued_on=issued_on, expires_on=expires_on)
    programme = _programme(scheme)
    return Entry(
        kind="certificate",
        id=record_id,
        title=holder,
        title_en=holder_en,
        more=" ".join(part for part in (product, scope_zh, programme.zh) if part),
        more_en=" ".join(part for part in (scope_en, programme.en) if part),
        number=number,
        rank_class="certificate",
        status=status,
        day=issued_on,
        district=district,
        industry=industry,
        scheme=scheme,
    )


def _certificates_turning(after: date, until: date) -> Q:
    # the day of expiry is the last valid one, so the state turns on the day after it
    return (
        Q(issued_on__gt=after, issued_on__lte=until)
        | Q(expires_on__gte=after, expires_on__lt=until)
        | Q(state_on__gt=after, state_on__lte=until)
    )


def _product(row: Any, _on: date) -> Entry:
    record_id, name, name_en, model, brand, maker, district, industry = row
    return Entry(
        kind="product",
        id=record_id,
        title=name,
        title_en=name_en,
        more=" ".join(part for part in (model, brand, maker) if part),
        rank_class="product",
        district=district,
        industry=industry,
        number=model,
    )


def _place(row: Any, on: date) -> Entry:
    record_id, code, name_zh, name_en, district, host_zh, host_en, address_zh, address_en, services, opened, closed = (
        row
    )
    return Entry(
        kind="place",
        id=record_id,
        title=name_zh,
        title_en=name_en,
        more=" ".join(part for part in (host_zh, address_zh) if part),
        more_en=" ".join(part for part in (host_en, address_en) if part),
        number=code,
        rank_class="place",
        status="active" if closed is None or closed > on else "withdrawn",
        day=opened,
        district=district,
        services=_listed(services),
    )


def _places_turning(after: date, until: date) -> Q:
    return Q(closed_on__gt=after, closed_on__lte=until)


def _document(row: Any, _on: date) -> Entry:
    record_id, _code, title_zh, title_en, issuer_zh, issuer_en, number, issued_on, summary_zh, summary_en = row
    return Entry(
        kind="document",
        id=record_id,
        title=title_zh,
        title_en=title_en,
        more=" ".join(part for part in (issuer_zh, summary_zh) if part),
        more_en=" ".join(part for part in (issuer_en, summary_en) if part),
        number=number,
        rank_class="document",
        day=issued_on,
    )


SOURCES: dict[str, Source] = {
    "standard": Source(
        Standard,
        (
            *("id", "number", "family", "title_zh", "title_en", "title_local", "level", "published_on"),
            *("effective_on", "withdrawn_on", "superseded_on", "stated", "adopts"),
        ),
        _standard,
        _standards_turning,
    ),
    "organisation": Source(
        Organisation,
        (
            *("id", "code", "name", "name_en", "former_names", "short_names", "kind", "state", "district"),
            *("industry", "established_on", "institutions__state", "institutions__categories"),
            *("institutions__services_zh", "institutions__services_en"),
        ),
        _organisation,
    ),
    "certificate": Source(
        Certificate,
        (
            *("id", "number", "scheme", "holder__name", "holder__name_en", "holder__district", "holder__industry"),
            *("product__name", "scope_zh", "scope_en", "issued_on", "expires_on", "state", "state_on"),
        ),
        _certificate,
        _certificates_turning,
    ),
    "product": Source(
        Product,
        (
            *("id", "name", "name_en", "model", "brand__name", "organisation__name"),
            *("organisation__district", "organisation__industry"),
        ),
        _product,
    ),
    "place": Source(
        Place,
        (
            *("id", "code", "name_zh", "name_en", "district", "host_zh", "host_en", "address_zh", "address_en"),
            *("services", "opened_on", "closed_on"),
        ),
        _place,
        _places_turning,
    ),
    "document": Source(
        Document,
        (
            *("id", "code", "title_zh", "title_en", "issuer_zh", "issuer_en", "number", "issued_on"),
            *("summary_zh", "summary_en"),
        ),
        _document,
    ),
}


def entries_between(kind: str, first_id: int, last_id: int, on: date) -> Iterator[Entry]:
    """Yield the records of a kind with first_id ≤ id ≤ last_id as they are now; gaps cost nothing."""
    source = SOURCES[kind]
    rows = source.model._default_manager.order_by("pk").values_list(*source.columns)
    after = first_id - 1
    while after < last_id:
        chunk = list(rows.filter(pk__gt=after, pk__lte=last_id)[:CHUNK])
        for row in chunk:
            yield source.entry(row, on)
        if len(chunk) < CHUNK:
            return
        after = chunk[-1][0]


def all_spans(length: int, after: Mapping[str, int] = MappingProxyType({})) -> list[tuple[str, int, int]]:
    """Return kind, first and last id of spans that hold every record of every kind; gaps are in them too.

    Of a kind that ``after`` names, only the records behind that id.
    """
    spans = []
    for kind, source in SOURCES.items():
        rows = source.model._default_manager.filter(pk__gt=after.get(kind, 0))
        ends = rows.aggregate(first=Min("pk"), last=Max("pk"))
        if ends["first"] is not None:
            starts = range(ends["first"], ends["last"] + 1, length)
            spans += [(kind, start, min(start + length - 1, ends["last"])) for start in starts]
    return spans


def ids_turning(after: date, until: date) -> Iterable[tuple[str, int]]:
    """Yield kind and id of every record whose status changes by itself after one day, up to another."""
    for kind, source in SOURCES.items():
        if source.turning is not None:
            ids = source.model._default_manager.filter(source.turning(after, until)).values_list("pk", flat=True)
            yield from ((kind, record_id) for record_id in ids)


def is_fewer_than(limit: int) -> bool:
    """Tell whether the catalogue surely has fewer records than this, by the highest keys."""
    return (
        sum(source.model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for source in SOURCES.values()) < limit
    )


def count_between(kind: str, first_id: int, last_id: int) -> int:
    """Return how many records of a kind a span holds at most: the span itself, if it is short."""
    if last_id - first_id < CHUNK:
        return last_id - first_id + 1
    return SOURCES[kind].model._default_manager.filter(pk__gte=first_id, pk__lte=last_id).count()
