"""Pages of the catalogue: one for every record, and its tables at the same address."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import pgettext

from pinzhi.engine.catalog.codes import from_path, parse, path
from pinzhi.engine.catalog.credit import is_temporary
from pinzhi.engine.catalog.words import CATEGORIES
from pinzhi.engine.errors import BadIdentifier, BadInput, NotFound
from pinzhi.records.attestation.queries.credentials import codes_of
from pinzhi.records.casework.queries.points import now_at
from pinzhi.records.catalog.queries import certificates as certificate_queries
from pinzhi.records.catalog.queries import documents, editions, institutions, organisations, places, products, standards
from pinzhi.web.access import actor, moment, today
from pinzhi.web.addresses import address_of
from pinzhi.web.downloads import Sheet, download, whole_page
from pinzhi.web.language import said
from pinzhi.web.pages import page_number, pager
from pinzhi.web.portal import events, timelines
from pinzhi.web.portal.certificate_words import sentence

SHORT = 9  # events shown before "earlier"
Tables = Mapping[str, tuple[type[Any], tuple[Any, ...]]]


def standard(request: HttpRequest, key: str, form: str = "") -> HttpResponseBase:
    """Show a standard; any other spelling of its number leads to its one address."""
    on, number = today(), from_path(key)
    try:
        page = standards.standard_page(number, on=on, actor=actor(request))
    except NotFound:
        return _other_spelling(standards.canonical_for(number, on=on), form, lasting=_has_year(number))
    if path(page.key) != key:
        return _moved("standard", page.key, form)
    tables: Tables = {
        "editions": (editions.Edition, page.editions),
        "districts": (standards.DistrictCount, page.districts),
        "drafters": (standards.Drafter, page.drafters),
        "testing": (standards.Testing, page.testing),
        "schemes": (standards.SchemeCount, page.schemes),
    }
    if form:
        return _as_data(request, form, page, tables, name=number)
    several = len(page.editions) > 1
    context = {
        "chain": timelines.chain(page.editions, on, narrow=False) if several else None,
        "chain_narrow": timelines.chain(page.editions, on, narrow=True) if several else None,
        "most": max((one.holders for one in page.districts), default=1),
        "here": "standard",
        "crumbs": _crumbs("standard", pgettext("kind", "标准"), page.number),
    }
    return _page(request, "standard", page.key, page, context)


def organisation(request: HttpRequest, key: str, form: str = "") -> HttpResponseBase:
    """Show an organisation; a code it bore before leads to the one it bears now."""
    on = today()
    try:
        page = organisations.organisation_page(key, on=on, actor=actor(request))
    except NotFound:
        upper = key.strip().upper()
        if is_temporary(upper):
            return _moved("organisation", organisations.code_for(upper), form)
        if upper and upper != key:
            return _moved("organisation", upper, form)
        raise
    tables: Tables = {
        "certificates": (certificate_queries.CertificateRow, page.certificates),
        "honours": (organisations.HonourRow, page.honours),
        "standards": (organisations.DraftedRow, page.standards),
        "products": (organisations.ProductRow, page.products),
        "brands": (organisations.BrandRow, page.brands),
        "events": (organisations.Event, page.events),
    }
    if form:
        return _as_data(request, form, page, tables, name=page.code)
    axis, terms = timelines.terms(page.certificates, on)
    signed = codes_of("honour", [one.code for one in page.honours])
    told = events.told(page.events)
    context = {
        "honours": [(one, signed.get(one.code, "")) for one in page.honours],
        "terms": terms,
        "scale": timelines.scale(axis, on) if axis else None,
        "events": told[:SHORT],
        "earlier": told[SHORT:],
        "here": "organisation",
        "crumbs": _crumbs("organisation", pgettext("kind", "企业"), said(page.name) or page.name.zh),
    }
    return _page(request, "organisation", page.code, page, context)


def institution(request: HttpRequest, key: str, form: str = "") -> HttpResponseBase:
    """Show an institution and those of its capabilities that are asked for."""
    category, text = request.GET.get("category", ""), request.GET.get("q", "").strip()[:100]
    if category and category not in CATEGORIES:
        raise BadInput(
            "catalog.category",
            "没有“{value}”这个类别。可用的有：{known}。",
            "There is no category “{value}”. There are: {known}.",
            value=category[:40],
            known=", ".join(CATEGORIES),
        )
    wanted = institutions.Wanted(category, text.replace("\0", ""), page_number(request))
    page = institutions.institution_page(key, on=today(), actor=actor(request), wanted=wanted)
    if form:
        rows = institutions.all_capabilities(key, on=today(), actor=actor(request), wanted=wanted)
        tables: Tables = {"capabilities": (institutions.CapabilityRow, rows)}
        return _as_data(request, form, page, tables, name=page.code)
    kept = {name: value for name, value in (("category", category), ("q", text)) if value}
    context = {
        "here": "institution",
        "crumbs": _crumbs("institution", pgettext("kind", "机构"), said(page.name) or page.name.zh),
        "narrowed": bool(kept),
        "query": f"&{urlencode(kept)}" if kept else "",
        "pager": pager(page.wanted.page, page.pages, kept),
    }
    return _page(request, "institution", page.code, page, context)


def certificate(request: HttpRequest, key: str, form: str = "") -> HttpResponseBase:
    """Show a certificate: what holds today, in words, and what that does not say."""
    on, number = today(), from_path(key)
    page = certificate_queries.certificate_page(number, on=on)
    if path(page.number) != key:
        return _moved("certificate", page.number, form)
    tables: Tables = {"others": (certificate_queries.CertificateRow, page.others)}
    if form:
        return _as_data(request, form, page, tables, name=number)
    axis, (term, *others) = timelines.terms([page.row, *page.others], on)
    context = {
        "term": term,
        "others": others,
        "scale": timelines.scale(axis, on) if axis else None,
        "sentence": sentence(page),
        "credential": codes_of("certificate", [page.number]).get(page.number, ""),
        "here": "certificate",
        "crumbs": _crumbs("certificate", pgettext("kind", "证书"), page.number),
    }
    return _page(request, "certificate", page.number, page, context)


def place(request: HttpRequest, key: str, form: str = "") -> HttpResponseBase:
    """Show a place; a district that was merged leads to the one it became."""
    on = today()
    try:
        page = places.place_page(key, on=on)
    except NotFound:
        return _moved("place", places.current_district(key, on=on), form)
    if form:
        return _as_data(request, form, page, {"places": (places.PlaceRow, page.around)}, name=page.code)
    context = {
        "now": now_at(page.code, moment()) if page.kind in places.SERVING and page.state == places.OPEN else None,
        "here": "place",
        "crumbs": _crumbs("place", pgettext("kind", "地点"), said(page.name) or page.name.zh),
    }
    return _page(request, "place", page.code, page, context)


def document(request: HttpRequest, key: str, form: str = "") -> HttpResponseBase:
    """Show a policy, announcement, notice or call."""
    page = documents.document_page(key, on=today())
    if form:
        return _as_data(request, form, page, {"others": (documents.DocumentRow, page.others)}, name=page.code)
    context = {"here": "document", "crumbs": _crumbs("document", pgettext("kind", "文件"), said(page.kind_word))}
    return _page(request, "document", page.code, page, context)


def product(request: HttpRequest, key: int, form: str = "") -> HttpResponseBase:
    """Show a product or service of an organisation."""
    on = today()
    page = products.product_page(key, on=on)
    if form:
        tables: Tables = {"certificates": (certificate_queries.CertificateRow, page.certificates)}
        return _as_data(request, form, page, tables, name=f"product-{key}")
    axis, terms = timelines.terms(page.certificates, on)
    context = {
        "terms": terms,
        "scale": timelines.scale(axis, on) if axis else None,
        "here": "product",
        "crumbs": _crumbs("product", pgettext("kind", "产品"), said(page.name) or page.name.zh),
    }
    return _page(request, "product", str(page.id), page, context)


def _page(request: HttpRequest, kind: str, key: str, page: Any, context: dict[str, Any]) -> HttpResponseBase:
    address = address_of(kind, key)
    context |= {"page": page, "address": address, "canonical": request.build_absolute_uri(address)}
    return render(request, f"portal/catalog/{kind}.html", context)


def _crumbs(kind: str, word: str, title: str) -> list[tuple[str, str]]:
    return [("/search", pgettext("crumb", "查询")), (f"/search?kind={kind}", word), ("", title)]


def _as_data(request: HttpRequest, form: str, page: Any, tables: Tables, *, name: str) -> HttpResponseBase:
    """Answer with a table of the page that ``table`` names; JSON without it is the whole page."""
    wanted = request.GET.get("table", "")
    if form == "json" and not wanted:
        return whole_page(page)
    wanted = wanted or next(iter(tables))
    if wanted not in tables:
        raise BadInput(
            "catalog.page.table",
            "这一页没有“{table}”这张表。有：{known}。",
            "This page has no table “{table}”. It has: {known}.",
            table=wanted[:40],
            known=", ".join(tables),
        )
    row_type, rows = tables[wanted]
    file_name = "".join(one if one.isascii() and (one.isalnum() or one in "-.") else "-" for one in name)
    return download(request, form, lambda: Sheet(wanted, row_type, rows), name=f"{file_name}-{wanted}", on=today())


def _has_year(number: str) -> bool:
    try:
        return parse(number).year is not None
    except BadIdentifier:
        return False


def _other_spelling(canonical: str, form: str, *, lasting: bool) -> HttpResponseBase:
    """Lead to the one address of a standard; for good, unless the number left the edition open."""
    address = address_of("standard", canonical) + (f".{form}" if form else "")
    return HttpResponsePermanentRedirect(address) if lasting else HttpResponseRedirect(address)


def _moved(kind: str, key: str, form: str) -> HttpResponseBase:
    return HttpResponsePermanentRedirect(address_of(kind, key) + (f".{form}" if form else ""))
