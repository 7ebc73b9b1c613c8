"""Records in the database, asked in sets: one statement for each side of a source, whatever the number of figures."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from heapq import merge
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from pinzhi.records.publishing.sources.shapes import Side, Source
from pinzhi.records.publishing.tables.asks import Ask, Counted, Row, Under, plain
from pinzhi.records.publishing.tables.conditions import condition, filled, groups, name_of, named
from pinzhi.records.publishing.times import AsOf

CHUNK = 2000
Half = tuple[Side, QuerySet[Any]]


class DatabaseTable:
    """The records of a source in the database as of a day."""

    __slots__ = ("_at", "_sides", "_source")

    def __init__(self, source: Source, at: AsOf, sides: Sequence[Half] | None = None) -> None:
        self._at = at
        self._source = source
        self._sides = source.sides(at) if sides is None else sides

    def numbers(self, asks: Sequence[Ask]) -> list[Counted]:
        """Count what is asked. Different values on both sides are joined by the database, never added up."""
        batches = [[ask] for ask in asks] if self._source.large else [list(asks)]
        return [counted for batch in batches for counted in self._batch(batch)]

    def grouped(self, ask: Ask, by: str, *, under: Under = str) -> dict[str, Fraction]:
        """Count what is asked for each value of a field."""
        if ask.unit == "different":
            return self._different_by(ask, by, under)
        more = (by, ask.of) if ask.of else (by,)
        counts: dict[str, Fraction] = defaultdict(Fraction)
        measure = Count("pk") if ask.unit == "rows" else Sum(name_of(self._source, ask.of))
        for _, rows in self._narrowed(ask, *more):
            grouped = rows.values(_by=F(name_of(self._source, by))).annotate(_number=measure)
            for value, number in grouped.values_list("_by", "_number"):
                for code in groups(self._source.fields[by], value, self._at):
                    counts[under(code)] += Fraction(number or 0)
        return dict(counts)

    def values(self, ask: Ask, field: str, *, most: int | None = None) -> list[Any]:
        """Return the different values of a field in order."""
        name = name_of(self._source, field)
        found: set[Any] = set()
        for _, rows in self._narrowed(ask, field):
            found.update(rows.filter(filled(self._source, field)).values_list(name, flat=True).distinct()[:most])
        return sorted(found)[:most]

    def rows(self, ask: Ask, fields: Sequence[str], *, start: int, limit: int) -> list[Row]:
        """Return some of the records in the order of the source."""
        if ask.unit == "different":
            return self._different_rows(ask, start, limit)
        found: list[Row] = []
        for side, rows in self._narrowed(ask, *fields):
            ordered = rows.order_by(*self._source.order, side.record)
            found.extend(self._read(ordered[start : start + limit - len(found)], side, fields))
            if len(found) == limit:
                break
            start = 0 if found else max(0, start - rows.count())
        return found

    def keys(self, ask: Ask, fields: Sequence[str]) -> Iterator[Row]:
        """Yield every record in the order of their keys in the database; memory stays that of two chunks."""
        sides = [self._keyed(side, rows, fields) for side, rows in self._narrowed(ask, *fields)]
        for _, row in merge(*sides, key=lambda one: one[0]):
            yield row

    def things(self, ask: Ask) -> set[Any]:
        """Return the different values counted, by what they are known apart by."""
        field = self._source.fields[ask.of]
        name = field.identity or name_of(self._source, ask.of)
        found: set[Any] = set()
        for _, rows in self._narrowed(ask, ask.of):
            found.update(rows.values_list(name, flat=True).distinct())
        return found - {None, ""}

    # ---- how -------------------------------------------------------------------------------------------------------
    def _narrowed(self, ask: Ask, *more: str) -> Iterator[Half]:
        """Yield each side with the conditions of an ask and names for the fields asked."""
        for side, rows in self._sides:
            asked = named(self._source, side, rows, ask.fields - frozenset(more))
            asked = named(self._source, side, asked, frozenset(more), counted=True)
            yield side, asked.filter(condition(self._source, side, ask)).order_by()

    def _batch(self, asks: Sequence[Ask]) -> list[Counted]:
        records = [0] * len(asks)
        numbers = [Decimal(0)] * len(asks)
        spread = [0] * len(asks)  # on how many sides a figure has records
        for side, rows in self._sides:
            answer = self._aggregated(side, rows, asks)
            for number, ask in enumerate(asks):
                found = answer[f"records_{number}"]
                records[number] += found
                spread[number] += found > 0
                numbers[number] += Decimal(found if ask.unit == "rows" else answer[f"number_{number}"] or 0)
        for number, ask in enumerate(asks):
            if ask.unit == "different" and spread[number] > 1:
                numbers[number] = Decimal(self._different(ask))
        return [Counted(plain(number), found) for number, found in zip(numbers, records, strict=True)]

    def _aggregated(self, side: Side, rows: QuerySet[Any], asks: Sequence[Ask]) -> dict[str, Any]:
        """Return counts of several asks over one side in one statement."""
        fields = frozenset(name for ask in asks for name in ask.fields)
        conditions = [condition(self._source, side, ask, counted=len(asks) > 1) for ask in asks]
        of = frozenset(ask.of for ask in asks if ask.of)
        if len(asks) == 1:
            asked = named(self._source, side, rows, fields - of)
            asked = named(self._source, side, asked, of, counted=True).filter(conditions[0]).order_by()
            conditions = [Q()]
        else:
            asked = named(self._source, side, rows, fields, counted=True).order_by()
        wanted: dict[str, Any] = {}
        for number, (ask, held) in enumerate(zip(asks, conditions, strict=True)):
            wanted[f"records_{number}"] = Count("pk", filter=held or None)
            if ask.unit == "different":
                identity = self._source.fields[ask.of].identity
                with_value = held if identity else held & filled(self._source, ask.of)  # nothing is not counted
                counted = identity or name_of(self._source, ask.of)
                wanted[f"number_{number}"] = Count(counted, filter=with_value or None, distinct=True)
            elif ask.unit == "total":
                wanted[f"number_{number}"] = Sum(name_of(self._source, ask.of), filter=held or None)
        return asked.aggregate(**wanted)

    def _different(self, ask: Ask) -> int:
        """Count different values over all sides: one that stands on both counts once."""
        first, *others = self._pairs(ask, ask.of)
        return first.union(*others).count()

    def _different_by(self, ask: Ask, by: str, under: Under) -> dict[str, Fraction]:
        first, *others = self._pairs(ask, by, ask.of)
        field = self._source.fields[by]
        pairs = {(under(code), of) for value, of in first.union(*others) for code in groups(field, value, self._at)}
        return {code: Fraction(number) for code, number in Counter(code for code, _ in pairs).items()}

    def _pairs(self, ask: Ask, *fields: str) -> list[QuerySet[Any]]:
        return [
            rows.filter(filled(self._source, ask.of))
            .annotate(**{f"_{number}": F(name_of(self._source, name)) for number, name in enumerate(fields)})
            .values_list(*[f"_{number}" for number in range(len(fields))])
            .distinct()
            for _, rows in self._narrowed(ask, *fields)
        ]

    def _different_rows(self, ask: Ask, start: int, limit: int) -> list[Row]:
        """Return the different values as rows of their own: the organisations, not their certificates."""
        page = self._source.fields[ask.of].page
        halves = [
            rows.filter(filled(self._source, ask.of))
            .annotate(_key=F(page.key if page else name_of(self._source, ask.of)))
            .values_list("_key")
            .distinct()
            for _, rows in self._narrowed(ask, ask.of)
        ]
        first, *others = halves
        keys = [key for (key,) in first.union(*others).order_by("_key")[start : start + limit]]
        titles = self._titles(ask, keys) if page else {}
        return [Row(str(key), {ask.of: key}, {ask.of: titles.get(key, str(key))}) for key in keys]

    def _titles(self, ask: Ask, keys: list[Any]) -> dict[Any, str]:
        page = self._source.fields[ask.of].page
        if page is None:
            return {}
        found: dict[Any, str] = {}
        for _, rows in self._narrowed(ask):
            found |= dict(rows.filter(**{f"{page.key}__in": keys}).values_list(page.key, page.title).distinct())
        return found

    def _read(self, rows: QuerySet[Any], side: Side, fields: Sequence[str]) -> Iterator[Row]:
        for _, row in self._pick(rows, side, fields):
            yield row

    def _keyed(self, side: Side, rows: QuerySet[Any], fields: Sequence[str]) -> Iterator[tuple[Any, Row]]:
        yield from self._pick(rows.order_by(side.record), side, fields)

    def _pick(self, rows: QuerySet[Any], side: Side, fields: Sequence[str]) -> Iterator[tuple[Any, Row]]:
        """Read rows of one side: each with its key in the database, its key for people and the fields asked."""
        shown = [name for name in fields if self._source.fields[name].flag is None]
        columns: dict[str, Any] = {"_record": F(side.record), "_key": F(self._source.key)}
        for name in shown:
            columns[f"_field_{name}"] = F(name_of(self._source, name))
            if (page := self._source.fields[name].page) is not None:
                columns[f"_title_{name}"] = F(page.title)
        for found in rows.annotate(**columns).values(*columns).iterator(chunk_size=CHUNK):
            values = {name: self._value(name, found[f"_field_{name}"]) for name in shown}
            titles = {name: found[f"_title_{name}"] or "" for name in shown if self._source.fields[name].page}
            yield found["_record"], Row(str(found["_key"]), values, titles)

    def _value(self, name: str, found: Any) -> Any:
        return found.strip(";") if self._source.fields[name].many and isinstance(found, str) else found
