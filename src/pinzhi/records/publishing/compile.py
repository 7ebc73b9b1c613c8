"""A figure's definition as questions to its records: what is asked, and what the answers mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pinzhi.engine.publishing.ranks import Peer, ranked
from pinzhi.engine.publishing.spans import days_of
from pinzhi.engine.publishing.streaks import streak
from pinzhi.engine.rulebook.figure_parts import (
    Distinct,
    Exists,
    Listed,
    Rank,
    Ratio,
    Selection,
    Streak,
    Sum,
    ValueOf,
)
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.publishing.sources.names import SOURCES
from pinzhi.records.publishing.tables.asks import Ask, Counted, Period, Table, Unit, plain

Number = Decimal | Fraction | date
NOTHING = Text("没有记录，算不出来。", "There are no records to work it out from.")
NO_WHOLE = Text("分母是零，算不出来。", "The whole is zero: there is no share of it.")
DIFFER = Text("各条记录的值不一样，不能当作一个值。", "The records do not share one value.")
NOBODY = Text("没有一个可比对象有记录，排不出名次。", "None of those compared has any: there are no places.")
NOT_IT = Text("本市没有，谈不上唯一。", "The city has none, and so is not the only one.")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a measure: a number, or why there is none.

    ``items`` are the values of a list or the periods of a streak, ``parts`` part and whole of a share, ``records`` how
    many records it stands on, ``peers`` the table of those compared.
    """

    number: Number | None
    records: int | None = None
    items: tuple[Text, ...] = ()
    parts: tuple[int, int] | None = None
    peers: tuple[Peer, ...] = ()
    problem: Text | None = None


def ask_of(figure: Figure, on: date) -> Ask:
    """Return what a figure that stands on records asks of them; of a share the whole, of a rank that of all peers."""
    records = figure.records
    if records is None:
        raise ValueError(f"{figure.id} stands on no records of its own")
    period = Period(records.period.field, days_of(records.period, on)) if records.period else None
    unit: Unit = "rows"
    of = ""
    match records:
        case Distinct(of=of):
            unit = "different"
        case Sum(of=of):
            unit = "total"
        case Rank(of=of) if of:
            unit = "different"
        case _:
            of = ""
    return Ask(records.where, period, unit, of)


def asks_of(figure: Figure, on: date) -> tuple[Ask, ...]:
    """Return the counts a figure needs where counts are all it needs; empty for measures that look at values."""
    match figure.measure:
        case Ratio(source=source, part=part) if source:
            whole = ask_of(figure, on)
            return (whole.also(*part), whole)
        case Rank() | Streak() | Listed() | ValueOf():
            return ()
        case Selection():
            return (ask_of(figure, on),)
        case _:
            return ()


def counted(figure: Figure, answers: list[Counted]) -> Result:
    """Return what the counts of a figure mean."""
    match figure.measure:
        case Ratio():
            return share(answers[0].number, answers[1].number, answers[1].records)
        case Exists():
            return Result(Decimal(answers[0].records > 0), answers[0].records)
        case _:
            return Result(answers[0].number, answers[0].records)


def share(part: Decimal | Fraction, whole: Decimal | Fraction, records: int | None) -> Result:
    """Return a part of a whole, exactly."""
    if whole == 0:
        return Result(None, records, problem=NO_WHOLE)
    counts = (int(part), int(whole)) if part == int(part) and whole == int(whole) else None
    return Result(Fraction(part) / Fraction(whole), records, parts=counts)


def looked_up(figure: Figure, table: Table, on: date) -> Result:
    """Return what a measure that looks at values comes to: rank, streak, list, value."""
    ask = ask_of(figure, on)
    match figure.measure:
        case Rank() as rank:
            return _rank(figure, rank, table, on)
        case Streak() as run:
            return _streak(run, table, ask)
        case Listed() as listed:
            return _list(listed, table, ask)
        case ValueOf(of=of):
            return _value(table, ask, of)
    raise ValueError(f"{figure.kind} looks at no values")


def peer_codes(rank: Rank, numbers: Mapping[str, Fraction], on: date) -> tuple[str, ...]:
    """Return who is compared: those of the province on a day, with or without records, or those that have some."""
    regions, province = rulebook().codelist("regions"), rulebook().city.province
    holding = frozenset(regions.in_force(on))
    cities = tuple(code for code in regions.children(province) if code in holding)
    match rank.among:
        case "province-cities":
            return cities
        case "province-districts":
            known = {code for city in cities for code in regions.children(city) if code in holding}
            return tuple(sorted(known | {code for code in numbers if len(code) == 6 and code.startswith(province)}))
        case _:
            return tuple(sorted(code for code in numbers if code))


def subject_of(rank: Rank) -> str:
    """Return whose place it is: by default the city's."""
    return rank.subject or rulebook().city.region


def place_of(rank: Rank, code: str, on: date) -> str:
    """Return whom a place counts under at the level compared: districts under cities, merged ones where they went."""
    districts, regions = rulebook().codelist("districts"), rulebook().codelist("regions")
    own = code[:4] if rank.among == "province-cities" else districts.current(code, on)
    return regions.current(own, on)


def _rank(figure: Figure, rank: Rank, table: Table, on: date) -> Result:
    numbers = table.grouped(ask_of(figure, on), rank.by, under=lambda code: place_of(rank, code, on))
    peers = ranked(numbers, peer_codes(rank, numbers, on), most_first=rank.order == "most")
    records = sum(int(number) for number in numbers.values())
    having = [one for one in peers if one.number]
    own = next((one for one in peers if one.code == subject_of(rank)), None)
    if own is None or not having:
        return Result(None, records, peers=peers, problem=NOBODY)
    if figure.wording.style == "only":
        if not own.number:
            return Result(None, records, peers=peers, problem=NOT_IT)
        return Result(Decimal(len(having)), records, peers=peers)
    return Result(Decimal(own.place), records, peers=peers)


def _streak(run: Streak, table: Table, ask: Ask) -> Result:
    periods = [str(one) for one in table.values(ask, run.along)]
    if not periods:
        return Result(None, 0, problem=NOTHING)
    held = streak(periods, [str(one) for one in table.values(ask.also(*run.holds), run.along)])
    field = SOURCES[run.source].fields[run.along]
    (found,) = table.numbers([ask.also(*run.holds)])
    return Result(Decimal(len(held)), found.records, tuple(field.text(one) for one in held))


def _list(listed: Listed, table: Table, ask: Ask) -> Result:
    field = SOURCES[listed.source].fields[listed.show]
    (found,) = table.numbers([ask])
    if listed.order and listed.order != listed.show:
        rows = table.rows(ask, (listed.show, listed.order), start=0, limit=found.records)
        rows.sort(key=lambda row: (row.values[listed.order] is None, row.values[listed.order]))
        values: list[Any] = list(dict.fromkeys(row.values[listed.show] for row in rows))
    else:
        values = table.values(ask, listed.show)
    items = tuple(field.text(str(one)) for one in values if one not in (None, ""))
    return Result(Decimal(len(items)), found.records, items)


def _value(table: Table, ask: Ask, of: str) -> Result:
    values = table.values(ask, of, most=2)
    (found,) = table.numbers([ask])
    if not values:
        return Result(None, found.records, problem=NOTHING)
    if len(values) > 1:
        return Result(None, found.records, problem=DIFFER)
    number = _as_number(values[0])
    return Result(number, found.records, () if number is not None else (Text(str(values[0]), str(values[0])),))


def _as_number(value: Any) -> Number | None:
    """Return a value as a number or day: an edition is recorded as text; None for words."""
    if isinstance(value, date):
        return value
    if isinstance(value, int | Decimal):
        return plain(Decimal(value))
    return Decimal(value) if isinstance(value, str) and value.isascii() and value.isdigit() else None
