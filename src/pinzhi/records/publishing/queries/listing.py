"""The records behind a figure: the same question without its measure, in pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.rulebook.figure_parts import Ratio, Selection, Streak, Where
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.publishing.compile import ask_of
from pinzhi.records.publishing.definitions import figure_named, figures
from pinzhi.records.publishing.sources.names import SOURCES
from pinzhi.records.publishing.sources.shapes import Field, Listing, Source
from pinzhi.records.publishing.tables.asks import Ask, Row, Table
from pinzhi.records.publishing.tables.open import table
from pinzhi.records.publishing.times import AsOf

PAGE = 50
CHUNK = 5000  # rows of a file read at a time
DEEPEST = 200  # pages one may leaf through; whoever wants more takes the file
EMPTY = Text("", "")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a record in words, and where it leads: kind and key of a page, None where it has none."""

    text: Text
    page: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record behind a figure; ``page`` is its own, kind and key."""

    key: str
    cells: tuple[Cell, ...]
    page: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of the records behind a figure: as many in all as it counts."""

    figure: Figure
    at: AsOf
    columns: tuple[Text, ...]
    rows: tuple[RecordRow, ...]
    total: int
    page: int
    pages: int


def records(figure_id: str, at: AsOf, *, actor: Actor, page: int = 1, part: str | None = None) -> RecordPage:
    """Return a page of the records a figure stands on.

    Of different things counted (``distinct``) each is a row. ``part`` narrows: ``part`` of a share its part, else
    ``district=370213`` those of one value of a field that the figure may be broken down by. Raises NotAllowed for
    internal figures without ``publishing.read-internal``; NotFound for a page that is not there.
    """
    figure = figure_named(figure_id, at.on)
    check_readable(figure, actor)
    ask = _narrowed(figure, at, part)
    source = _source(figure)
    found = table(_name(figure), at)
    (counted,) = found.numbers([ask])
    total = int(counted.number) if ask.unit == "different" else counted.records
    pages = max(1, min(DEEPEST, -(-total // PAGE)))
    if not 1 <= page <= pages:
        raise NotFound(
            "publishing.page",
            "可以翻到第 {pages} 页；要更多请下载。",
            "There are pages up to {pages}; for more, download the file.",
            pages=pages,
        )
    columns = (ask.of,) if ask.unit == "different" else source.columns
    rows = found.rows(ask, columns, start=(page - 1) * PAGE, limit=PAGE)
    shown = tuple(_row(source, one, columns, distinct=ask.unit == "different") for one in rows)
    return RecordPage(figure, at, tuple(source.fields[one].title for one in columns), shown, total, page, pages)


def is_listed(figure_id: str, on: date) -> bool:
    """Tell whether everybody may read the records of a figure: it has some of its own, and they are not people's."""
    figure = figures(on).get(figure_id)
    return figure is not None and figure.privacy == "public" and figure.records is not None


def check_readable(figure: Figure, actor: Actor) -> None:
    """Refuse the records of a figure that this actor may not read, and those of people to everybody."""
    if figure.privacy == "internal":
        require(actor, "publishing.read-internal")
    if figure.privacy == "group":
        raise BadInput(
            "publishing.personal",
            "{id} 统计的是个人，只公布总数，不列记录。",
            "{id} counts people: only totals are published, no records.",
            id=figure.id,
        )


def _narrowed(figure: Figure, at: AsOf, part: str | None) -> Ask:
    if figure.records is None:
        raise NotFound(
            "publishing.no_records",
            "{id} 由别的数字算出，自己没有记录。",
            "{id} is made of other figures and has no records of its own.",
            id=figure.id,
        )
    ask = ask_of(figure, at.on)
    if isinstance(figure.measure, Streak):
        ask = ask.also(*figure.measure.holds)
    if not part:
        return ask
    if part == "part" and isinstance(figure.measure, Ratio):
        return ask.also(*figure.measure.part)
    name, _, value = part.partition("=")
    field = _source(figure).fields.get(name)
    if field is None or not field.dimension:
        raise BadInput(
            "publishing.part",
            "“{part}”不是 {id} 的组成部分，应如 district=370213。",
            "“{part}” is no part of {id}: write district=370213.",
            part=part[:60],
            id=figure.id,
        )
    return ask.also(Where.model_validate({"field": name, "is": value} if value else {"field": name, "present": False}))


def _name(figure: Figure) -> str:
    return figure.records.source if isinstance(figure.records, Selection | Ratio) else ""


def _source(figure: Figure) -> Source | Listing:
    return SOURCES[_name(figure)]


def _row(source: Source | Listing, row: Row, columns: Sequence[str], *, distinct: bool) -> RecordRow:
    cells = tuple(cell(source.fields[name], row.values.get(name), row.titles.get(name, "")) for name in columns)
    if distinct:
        return RecordRow(row.key, cells, cells[0].page)
    return RecordRow(row.key, cells, (source.page, row.key) if source.page else None)


def cell(field: Field, value: Any, title: str) -> Cell:
    """Return a value in words: codes by their names, days as days, records by their titles, with or without a page."""
    page = (field.page.kind, str(value)) if field.page and value else None
    if value in (None, "") and not title:
        return Cell(EMPTY)
    if title:
        return Cell(Text(title, title), page)
    if isinstance(value, date | int | Decimal):
        return Cell(Text(str(value), str(value)), page)
    parts = [field.text(one) for one in (str(value).split(";") if field.many else [str(value)])]
    return Cell(Text("、".join(one.zh for one in parts), ", ".join(one.en for one in parts)), page)


def all_rows(figure: Figure, at: AsOf) -> tuple[Table, Ask]:
    """Return the records of a figure and what is asked of them, for whoever reads all of them."""
    return table(_name(figure), at), _narrowed(figure, at, None)
    """Return the records of a figure and what is asked of them, for whoever reads all of them."""
    return table(_name(figure), at), _narrowed(figure, at, None)


def every_record(
    figure_id: str, at: AsOf, *, actor: Actor, part: str | None = None
) -> tuple[tuple[Text, ...], Iterator[RecordRow]]:
    """Return the heads and all rows of the records a figure stands on, for files; memory stays that of a chunk."""
    figure = figure_named(figure_id, at.on)
    check_readable(figure, actor)
    ask = _narrowed(figure, at, part)
    source = _source(figure)
    distinct = ask.unit == "different"
    columns = (ask.of,) if distinct else source.columns
    found = table(_name(figure), at)

    def rows() -> Iterator[RecordRow]:
        start = 0
        while some := found.rows(ask, columns, start=start, limit=CHUNK):
            yield from (_row(source, one, columns, distinct=distinct) for one in some)
            start += len(some)

    return tuple(source.fields[one].title for one in columns), rows()
