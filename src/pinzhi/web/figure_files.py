"""Figures for programs and files: one value as JSON, tables of values, parts, records and peers, the data catalogue."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pinzhi.engine.rulebook.figures import THEMES, Figure
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.publishing.compile import Number
from pinzhi.records.publishing.queries.breakdowns import Breakdown, PeerTable
from pinzhi.records.publishing.queries.listing import RecordRow
from pinzhi.records.publishing.queries.trends import Point
from pinzhi.records.publishing.queries.values import Value
from pinzhi.web.downloads import CONTENT_TYPES, FORMS, Cell, Table, plain

JSON_LD = "application/ld+json"
_MEDIA = CONTENT_TYPES | {"json": "application/json"}
_PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def figure_document(figure: Figure) -> dict[str, Any]:
    """Return what a figure is, for programs: names in both languages, what it says and does not, who answers for it."""
    return {
        "id": figure.id,
        "edition": figure.edition,
        "title": plain(figure.title),
        "unit": plain(figure.unit),
        "definition": plain(figure.definition),
        "excludes": plain(figure.excludes),
        "confused_with": list(figure.confused_with),
        "theme": figure.theme,
        "owner": plain(figure.owner),
        "source": figure.source,
        "checked_on": plain(figure.checked_on),
        "privacy": figure.privacy,
        "measure": figure.kind,
        "dimensions": list(figure.dimensions.by),
    }


def value_document(value: Value) -> dict[str, Any]:
    """Return a value for programs: ``number`` is a double, ``exact`` the same without loss (``1/3``).

    Where there is no number, ``number`` and ``exact`` are null and ``problem`` says why; never zero.
    """
    return {
        "id": value.figure.id,
        "on": value.at.on.isoformat(),
        "known": value.at.known.isoformat() if value.at.known else None,
        "words": plain(value.words),
        "number": _double(value.number),
        "exact": None if value.number is None else str(value.number),
        "items": plain(value.items),
        "parts": list(value.parts) if value.parts else None,
        "problem": plain(value.problem),
        "definition_digest": value.digest,
    }


def values_table(values: Iterable[Value]) -> Table:
    """Return figures with their values, a row each."""
    columns = {
        "id": str, "title_zh": str, "title_en": str, "theme": str, "number": Decimal, "words_zh": str, "words_en": str,
        "unit_zh": str, "unit_en": str, "on": date, "problem_zh": str, "problem_en": str, "edition": str,
        "definition_digest": str,
    }  # fmt: skip
    return Table("figures", columns, (_value_cells(one) for one in values))


def _value_cells(value: Value) -> list[Cell]:
    figure, problem = value.figure, value.problem or Text("", "")
    return [
        figure.id, figure.title.zh, figure.title.en, figure.theme, decimal(value.number), value.words.zh,
        value.words.en, figure.unit.zh, figure.unit.en, value.at.on, problem.zh, problem.en, figure.edition,
        value.digest,
    ]  # fmt: skip


def figure_table(value: Value, points: Sequence[Point], broken: Iterable[Breakdown]) -> Table:
    """Return all a figure's page shows in numbers, a row each: its value, its trend, its parts by every dimension.

    ``series`` is ``value``, ``trend`` or the name of a dimension; a number that is withheld or missing is left blank.
    """
    columns = {
        "series": str, "code": str, "name_zh": str, "name_en": str, "on": date, "number": Decimal,
    }  # fmt: skip

    def rows() -> Iterator[list[Cell]]:
        title, on = value.figure.title, value.at.on
        yield ["value", value.figure.id, title.zh, title.en, on, decimal(value.number)]
        for point in points:
            yield ["trend", value.figure.id, title.zh, title.en, point.day, decimal(point.number)]
        for one in broken:
            for row in one.rows:
                yield [one.dimension, row.code, row.text.zh, row.text.en, on, decimal(row.number)]

    return Table(value.figure.id, columns, rows())


def peers_table(figure_id: str, compared: PeerTable) -> Table:
    """Return everybody a place is among, a row each."""
    columns = {"place": int, "code": str, "name_zh": str, "name_en": str, "number": Decimal}
    rows = ([one.place, one.code, one.text.zh, one.text.en, decimal(one.number)] for one in compared.rows)
    return Table(f"{figure_id}-peers", columns, rows)


def records_table(figure_id: str, columns: Sequence[Text], rows: Iterable[RecordRow]) -> Table:
    """Return the records behind a figure, a row each, with the kind and key of the page of each."""
    heads = {head.en: str for head in columns} | {"record_kind": str, "record_key": str}
    return Table(f"{figure_id}-records", heads, (_record_cells(row) for row in rows))


def _record_cells(row: RecordRow) -> list[Cell]:
    return [*(cell.text.zh or None for cell in row.cells), row.page[0] if row.page else None, row.key]


def point_document(point: Point) -> dict[str, Any]:
    """Return a day of a trend for programs."""
    return {"on": point.day.isoformat(), "number": _double(point.number)}


def breakdown_document(broken: Breakdown) -> dict[str, Any]:
    """Return the parts of a figure for programs; what is withheld is null."""
    parts = [{"code": one.code, "name": plain(one.text), "number": _double(one.number)} for one in broken.rows]
    return {"by": broken.dimension, "overlaps": broken.overlaps, "parts": parts}


def _double(number: Number | None) -> float | None:
    return None if number is None or isinstance(number, date) else float(number)


def decimal(number: Number | int | None) -> Decimal | None:
    """Return a number as a decimal, a fraction to 28 digits; None for what is no number."""
    if number is None or isinstance(number, date):
        return None
    if isinstance(number, Fraction):
        return Decimal(number.numerator) / Decimal(number.denominator)
    return Decimal(number)


def data_catalogue(figures: Iterable[Figure], site: str) -> dict[str, Any]:
    """Return the public figures as a catalogue of data sets (DCAT 3, JSON-LD), each with its files and the API."""
    city = rulebook().city
    return {
        "@context": _PREFIXES,
        "@id": f"{site}/figures/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _both(Text(f"{city.short_name.zh}的数字", f"Figures of {city.short_name.en}")),
        "dct:publisher": _agent(city.operator),
        "dct:language": ["zh", "en"],
        "foaf:homepage": {"@id": f"{site}/figures"},
        "dcat:dataset": [_data_set(one, site) for one in figures],
        "dcat:service": {
            "@id": f"{site}/api/v1/figures",
            "@type": "dcat:DataService",
            "dct:title": _both(Text("数字接口", "Figures API")),
            "dcat:endpointURL": {"@id": f"{site}/api/v1/figures"},
            "dcat:endpointDescription": {"@id": f"{site}/api/v1/openapi.json"},
        },
    }


def _data_set(figure: Figure, site: str) -> dict[str, Any]:
    address = f"{site}/figures/{figure.id}"
    return {
        "@id": address,
        "@type": "dcat:Dataset",
        "dct:identifier": figure.id,
        "dcat:version": figure.edition,
        "dct:title": _both(figure.title),
        "dct:description": _both(
            Text(
                f"{figure.definition.zh} {figure.excludes.zh}".strip(),
                f"{figure.definition.en} {figure.excludes.en}".strip(),
            )
        ),
        "dcat:keyword": _both(THEMES[figure.theme]),
        "dct:creator": _agent(figure.owner),
        "dct:source": figure.source,
        "dct:spatial": {"@id": f"urn:gb2260:{rulebook().city.region}"},
        "dcat:landingPage": {"@id": address},
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": form.upper() if form != "parquet" else "Parquet",
                "dcat:downloadURL": {"@id": f"{address}.{form}"},
                "dcat:mediaType": _MEDIA[form],
            }
            for form in FORMS
        ],
    }


def _both(text: Text) -> list[dict[str, str]]:
    return [{"@language": "zh", "@value": text.zh}, {"@language": "en", "@value": text.en}]


def _agent(name: Text) -> dict[str, Any]:
    return {"@type": "foaf:Agent", "foaf:name": _both(name)}
