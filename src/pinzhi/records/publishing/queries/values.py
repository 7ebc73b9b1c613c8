"""The values of figures on a day: computed in few passes over the records, kept while neither they nor rules change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.core.cache import cache
from typing_extensions import TypeIs

from pinzhi.engine.periods import months_after, years_before
from pinzhi.engine.publishing.wording import NO, YES, words
from pinzhi.engine.rulebook.figure_parts import Change, Exists, Ratio, Statement
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.texts import Text
from pinzhi.records.publishing.compile import NOTHING, Number, Result, asks_of, counted, looked_up, share
from pinzhi.records.publishing.definitions import digest_of, figure_named
from pinzhi.records.publishing.queries.protected import protected
from pinzhi.records.publishing.sources.names import SOURCES
from pinzhi.records.publishing.sources.shapes import Listing
from pinzhi.records.publishing.tables.asks import Ask
from pinzhi.records.publishing.tables.open import table
from pinzhi.records.publishing.times import AsOf

KEPT_S = 24 * 3600
NO_WORDS = Text("—", "—")
_JOINED = Text("、", ", ")


@dataclass(frozen=True, slots=True)
class Value:
    """A figure on a day.

    ``digest`` is that of its definition. ``number`` is exact: a count, a share from 0 to 1, a place, a day; None with a
    ``problem`` that says why there is none, and for statements. ``words`` say it; ``items`` are the values of a list or
    the periods of a streak, ``parts`` part and whole of a share, ``records`` how many records it stands on.
    """

    figure: Figure
    digest: str
    at: AsOf
    number: Number | None
    words: Text
    items: tuple[Text, ...] = ()
    parts: tuple[int, int] | None = None
    problem: Text | None = None
    records: int | None = None


def figure_values(ids: Iterable[str], at: AsOf) -> dict[str, Value]:
    """Return figures by their ids, as of a day, as known at a moment.

    Figures over one source share one statement for each of its sides. NotFound for an id that is no figure.
    """
    wanted = {one: figure_named(one, at.on) for one in dict.fromkeys(ids)}
    results = _results(wanted, at)
    return {one: value_of(figure, at, results[one]) for one, figure in wanted.items()}


def figure_value(figure_id: str, at: AsOf) -> Value:
    """Return one figure."""
    return figure_values([figure_id], at)[figure_id]


def result_of(figure: Figure, at: AsOf) -> Result:
    """Return what came of a figure, with the table of its peers."""
    return _results({figure.id: figure}, at)[figure.id]


def _results(wanted: Mapping[str, Figure], at: AsOf) -> dict[str, Result]:
    """Return what came of figures, from what is kept where nothing has changed since."""
    on_records = {one: figure for one, figure in wanted.items() if figure.records is not None}
    names = _names(on_records, at)
    kept: dict[str, Result] = cache.get_many(names.values())
    found = {one: kept[name] for one, name in names.items() if name in kept}
    missing = {one: figure for one, figure in on_records.items() if one not in found}
    people = {one: figure for one, figure in missing.items() if figure.privacy == "group"}
    missing = {one: figure for one, figure in missing.items() if one not in people}
    made = _counts(missing, at) | _lookups(missing, at) | {one: protected(each, at) for one, each in people.items()}
    cache.set_many({names[one]: result for one, result in made.items()}, KEPT_S)
    found |= made
    return found | {one: _derived(figure, at) for one, figure in wanted.items() if one not in found}


def _names(figures: Mapping[str, Figure], at: AsOf) -> dict[str, str]:
    """Return the names under which results are kept: they change with definition, times and records."""
    sources = {figure.records.source for figure in figures.values() if figure.records is not None}
    versions = {source: data_version(source) for source in sources}
    return {
        one: kept_name("value", figure, at, versions[figure.records.source])
        for one, figure in figures.items()
        if figure.records is not None
    }


def data_version(source: str) -> str:
    """Return a word that changes whenever the records of a source do."""
    found = SOURCES[source]
    return "" if isinstance(found, Listing) else found.version()


def kept_name(what: str, figure: Figure, at: AsOf, version: str) -> str:
    """Return the name under which an answer about a figure is kept."""
    known = at.known.isoformat() if at.known else "now"
    return f"figure:{what}:{digest_of(figure)}:{at.on}:{known}:{version}"


def _counts(figures: Mapping[str, Figure], at: AsOf) -> dict[str, Result]:
    """Count for every figure that needs counts only: all figures over a source together."""
    asked: dict[str, list[tuple[str, tuple[Ask, ...]]]] = {}
    for one, figure in figures.items():
        if (asks := asks_of(figure, at.on)) and figure.records is not None:
            asked.setdefault(figure.records.source, []).append((one, asks))
    results: dict[str, Result] = {}
    for source, together in asked.items():
        answers = iter(table(source, at).numbers([ask for _, asks in together for ask in asks]))
        for one, asks in together:
            results[one] = counted(figures[one], [next(answers) for _ in asks])
    return results


def _lookups(figures: Mapping[str, Figure], at: AsOf) -> dict[str, Result]:
    return {
        one: looked_up(figure, table(figure.records.source, at), at.on)
        for one, figure in figures.items()
        if figure.records is not None and not asks_of(figure, at.on)
    }


def _derived(figure: Figure, at: AsOf) -> Result:
    """Return what comes of other figures, or of none."""
    match figure.measure:
        case Ratio(numerator=part, denominator=whole):
            values = figure_values([part, whole], at)
            return _divided(values[part], values[whole])
        case Change() as change:
            return _changed(change, at)
        case Statement(text=text):
            return Result(None, items=(text,))
    raise ValueError(f"{figure.kind} is made of no figures")


def _divided(part: Value, whole: Value) -> Result:
    problem = part.problem or whole.problem
    if problem is not None or not _is_size(part.number) or not _is_size(whole.number):
        return Result(None, problem=problem or NOTHING)
    return share(Fraction(part.number), Fraction(whole.number), whole.records)


def _changed(change: Change, at: AsOf) -> Result:
    """Compare a figure with itself a year or a month before, under the definition of the day."""
    before = years_before(at.on, 1) if change.over == "year" else months_after(at.on, -1)
    now, then = figure_value(change.figure, at), figure_value(change.figure, AsOf(before, at.known))
    problem = now.problem or then.problem
    if problem is not None or not _is_size(now.number) or not _is_size(then.number):
        return Result(None, problem=problem or NOTHING)
    difference = Fraction(now.number) - Fraction(then.number)
    if change.as_ == "percent":
        return share(difference, abs(Fraction(then.number)), now.records)
    return Result(Decimal(difference.numerator) / difference.denominator, now.records)


def _is_size(number: Number | None) -> TypeIs[Decimal | Fraction]:
    return isinstance(number, Decimal | Fraction)


def value_of(figure: Figure, at: AsOf, result: Result) -> Value:
    """Return what came of a figure, with its words."""
    return Value(
        figure,
        digest_of(figure),
        at,
        result.number,
        _words(figure, result),
        result.items,
        result.parts,
        result.problem,
        result.records,
    )


def _words(figure: Figure, result: Result) -> Text:
    """Return the words of a result: a list names its items, a statement is its text, an existence says yes or no."""
    if figure.kind in ("list", "statement") or (figure.kind == "value" and result.items):
        return Text(_JOINED.zh.join(one.zh for one in result.items), _JOINED.en.join(one.en for one in result.items))
    if result.number is None:
        return NO_WORDS
    if isinstance(figure.measure, Exists):
        return YES if result.number else NO
    return words(result.number, figure.wording)
