"""Rows of a result by primary key, one statement for each kind on the page."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from pinzhi.engine.catalog.certificates import certificate_state
from pinzhi.engine.catalog.status import standard_status
from pinzhi.records.catalog.models import (
    Certificate,
    Document,
    Institution,
    Organisation,
    Place,
    Product,
    Replacement,
    Standard,
)
from pinzhi.records.catalog.search.shapes import Hit, Row
from pinzhi.records.clock import today

_AT_ONCE = 500  # keys in one statement


def rows_of(hits: Iterable[Hit], on: date | None = None) -> list[Row]:
    """Return the rows of hits in their order, worded for a day; a record that has gone meanwhile is left out."""
    on = on or today()
    wanted: dict[str, list[int]] = defaultdict(list)
    ordered = list(hits)
    for hit in ordered:
        wanted[hit.kind].append(hit.id)
    rows: dict[tuple[str, int], Row] = {}
    for kind, ids in wanted.items():
        for start in range(0, len(ids), _AT_ONCE):
            rows.update({(kind, row.id): row for row in _READ[kind](ids[start : start + _AT_ONCE], on)})
    return [rows[hit.kind, hit.id] for hit in ordered if (hit.kind, hit.id) in rows]


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


def _standards(ids: list[int], on: date) -> list[Row]:
    rows = []
    successors = _successors(ids)
    for standard in Standard.objects.filter(pk__in=ids):
        status = standard_status(
            on=on,
            published_on=standard.published_on,
            effective_on=standard.effective_on,
            withdrawn_on=standard.withdrawn_on,
            superseded_on=standard.superseded_on,
            stated=standard.stated,
        )
        successor, successor_key = successors.get(standard.id, ("", "")) if status == "replaced" else ("", "")
        rows.append(
            Row(
                "standard",
                standard.id,
                key=standard.canonical,
                title=standard.title_zh or standard.title_en or standard.title_local,
                title_en=standard.title_en,
                title_local=standard.title_local,
                number=standard.number,
                status=status,
                level=standard.level,
                nature=standard.nature,
                published_on=standard.published_on,
                published_precision=standard.published_precision,
                effective_on=standard.effective_on,
                withdrawn_on=standard.withdrawn_on,
                successor=successor,
                successor_key=successor_key,
                adopts=standard.adopts,
                synthetic=standard.synthetic,
            )
        )
    return rows


def _successors(ids: list[int]) -> dict[int, tuple[str, str]]:
    """Return number and canonical form of what replaces each; a whole one before a part, the newest first."""
    edges = (
        Replacement.objects.filter(old_id__in=ids, recorded_until=None)
        .order_by("-partial", "new__published_on")
        .values_list("old_id", "new__number", "new__canonical")
    )
    return {old: (number, canonical) for old, number, canonical in edges if old is not None}


def _organisation_rows(kind: str, ids: list[int]) -> list[Row]:
    categories = dict(Institution.objects.filter(organisation__in=ids).values_list("organisation_id", "categories"))
    return [
        Row(
            kind,
            organisation.id,
            key=organisation.code,
            title=organisation.name,
            title_en=organisation.name_en,
            number=organisation.code,
            status=organisation.state,
            subkind=organisation.kind,
            district=organisation.district,
            industry=organisation.industry,
            short_names=_listed(organisation.short_names),
            former_names=_listed(organisation.former_names),
            published_on=organisation.established_on,
            published_precision=organisation.established_precision,
            categories=_listed(categories.get(organisation.id, "")) if kind == "institution" else (),
            synthetic=organisation.synthetic,
        )
        for organisation in Organisation.objects.filter(pk__in=ids)
    ]


def _organisations(ids: list[int], _on: date) -> list[Row]:
    return _organisation_rows("organisation", ids)


def _institutions(ids: list[int], _on: date) -> list[Row]:
    return _organisation_rows("institution", ids)


def _certificates(ids: list[int], on: date) -> list[Row]:
    return [
        Row(
            "certificate",
            certificate.id,
            key=certificate.number,
            title=certificate.holder.name,
            title_en=certificate.holder.name_en,
            number=certificate.number,
            status=certificate_state(
                on=on,
                state=certificate.state,
                state_on=certificate.state_on,
                issued_on=certificate.issued_on,
                expires_on=certificate.expires_on,
            ),
            published_on=certificate.issued_on,
            expires_on=certificate.expires_on,
            holder=certificate.holder.name,
            holder_key=certificate.holder.code,
            issuer=certificate.issuer.name if certificate.issuer else certificate.issuer_name,
            scheme=certificate.scheme,
            district=certificate.holder.district,
            industry=certificate.holder.industry,
            synthetic=certificate.synthetic,
        )
        for certificate in Certificate.objects.filter(pk__in=ids).select_related("holder", "issuer")
    ]


def _products(ids: list[int], _on: date) -> list[Row]:
    return [
        Row(
            "product",
            product.id,
            key=str(product.id),
            title=product.name,
            title_en=product.name_en,
            number=product.model,
            holder=product.organisation.name,
            holder_key=product.organisation.code,
            district=product.organisation.district,
            industry=product.organisation.industry,
            subkind=product.nature,
            synthetic=product.synthetic,
        )
        for product in Product.objects.filter(pk__in=ids).select_related("organisation")
    ]


def _places(ids: list[int], on: date) -> list[Row]:
    return [
        Row(
            "place",
            place.id,
            key=place.code,
            title=place.name_zh,
            title_en=place.name_en,
            status="active" if place.closed_on is None or place.closed_on > on else "withdrawn",
            subkind=place.kind,
            holder=place.host_zh,
            district=place.district,
            published_on=place.opened_on,
            categories=_listed(place.services),
            synthetic=place.synthetic,
        )
        for place in Place.objects.filter(pk__in=ids)
    ]


def _documents(ids: list[int], _on: date) -> list[Row]:
    return [
        Row(
            "document",
            document.id,
            key=document.code,
            title=document.title_zh,
            title_en=document.title_en,
            number=document.number,
            issuer=document.issuer_zh,
            subkind=document.kind,
            published_on=document.issued_on,
            published_precision=document.issued_precision,
            expires_on=document.closes_on,
            synthetic=document.synthetic,
        )
        for document in Document.objects.filter(pk__in=ids)
    ]


_READ: dict[str, Callable[[list[int], date], list[Row]]] = {
    "standard": _standards,
    "organisation": _organisations,
    "institution": _institutions,
    "certificate": _certificates,
    "product": _products,
    "place": _places,
    "document": _documents,
}
