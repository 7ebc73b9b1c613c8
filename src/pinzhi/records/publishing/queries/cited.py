"""The city's figures as bulletins read them: values beside what words claim, and all that a publication freezes."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import partial

from pinzhi.engine.errors import BadInput
from pinzhi.engine.publishing.checking import Said, Standing, printed
from pinzhi.engine.publishing.claims import claim
from pinzhi.engine.publishing.frozen import FrozenFigure, FrozenRow, FrozenStep, FrozenTable
from pinzhi.engine.rulebook.figure_parts import Rank
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.texts import Text
from pinzhi.records.publishing.definitions import figures
from pinzhi.records.publishing.live import Wanted
from pinzhi.records.publishing.queries.breakdowns import PARTS, breakdown, peers
from pinzhi.records.publishing.queries.snapshots import snapshot
from pinzhi.records.publishing.queries.steps import steps
from pinzhi.records.publishing.queries.values import Value, figure_values
from pinzhi.records.publishing.times import AsOf

NOTHING = Text("", "")
MOST_ROWS = 200  # of a table that is frozen; the figure's page has them all


class CityFigures:
    """The figures of the rulebook over the city's records."""

    def standings(self, wanted: Iterable[Wanted], known: datetime | None) -> Mapping[Wanted, Standing]:
        """Return what each figure says on its day; figures of one day are worked out together."""
        return {
            (figure, on): standing
            for on, ids in _by_day(wanted).items()
            for figure, standing in _standings(ids, AsOf(on, known)).items()
        }

    def frozen(self, wanted: Iterable[Wanted], known: datetime) -> tuple[FrozenFigure, ...]:
        """Return everything of some figures that a publication keeps."""
        return tuple(_frozen(figure, AsOf(on, known)) for figure, on in wanted)

    def sketched(self, wanted: Iterable[Wanted], pictured: Collection[str]) -> tuple[FrozenFigure, ...]:
        """Return what a proof shows of the figures that have a value now: no digests, tables of the pictured only."""
        return tuple(
            _sketched(value, pictured)
            for on, ids in _by_day(wanted).items()
            for value in figure_values([one for one in ids if one in figures(on)], AsOf(on)).values()
            if value.problem is None
        )


CITY_FIGURES = CityFigures()


def _by_day(wanted: Iterable[Wanted]) -> Mapping[date, list[str]]:
    by_day: dict[date, list[str]] = {}
    for figure, on in wanted:
        by_day.setdefault(on, []).append(figure)
    return by_day


def _standings(ids: list[str], at: AsOf) -> Mapping[str, Standing]:
    known = figures(at.on)
    found = figure_values([one for one in ids if one in known], at)
    return {one: _standing(found[one]) if one in found else _unknown(one, at.on) for one in ids}


def _unknown(figure: str, on: date) -> Standing:
    problem = Text(f"{on} 没有“{figure}”这个数字。", f"There is no figure “{figure}” on {on}.")
    return Standing(NOTHING, None, problem, lambda words: None)


def _standing(value: Value) -> Standing:
    number = value.number
    if number is None and value.items and value.figure.kind == "list":
        return Standing(
            value.words, None, _refusal(value.figure), partial(_read_list, value), value.figure.edition, value.digest
        )
    return Standing(
        value.words, number, value.problem or _refusal(value.figure), partial(_read, value), value.figure.edition,
        value.digest,
    )  # fmt: skip


def _refusal(figure: Figure) -> Text | None:
    """Tell why a figure may not stand in a bulletin, which everybody reads."""
    if figure.kind == "statement":
        return Text(
            f"{figure.id} 是说明，没有记录能算出它，不能当数字引用。",
            f"{figure.id} is a statement: no record can work it out, so it is not cited as a number.",
        )
    if figure.privacy == "internal":
        return Text(f"{figure.id} 只供内部使用，不能写进简报。", f"{figure.id} is internal and may not be published.")
    return None


def _read(value: Value, words: str) -> Said | None:
    try:
        read = claim(words)
    except BadInput:
        return None
    number = value.number
    if number is None:
        return None
    return Said(read.holds(number, value.figure.wording), read.number)


def _read_list(value: Value, words: str) -> Said | None:
    """Names hold where each of them is one of the list's."""
    names = {name for item in value.items for name in (item.zh, item.en)}
    given = [one.strip() for one in words.replace("、", ",").replace("和", ",").replace(" and ", ",").split(",")]
    return Said(all(one in names for one in given if one))


def _frozen(figure_id: str, at: AsOf) -> FrozenFigure:
    kept = snapshot(figure_id, at)
    figure = kept.value.figure
    found = {"count": kept.count, "records_digest": kept.records, "steps": _steps(figure, at)}
    return _sketched(kept.value, (figure_id,)).model_copy(update=found)


def _sketched(value: Value, pictured: Collection[str]) -> FrozenFigure:
    figure, at = value.figure, value.at
    return FrozenFigure(
        id=figure.id,
        edition=figure.edition,
        on=at.on,
        title=figure.title,
        unit=figure.unit,
        definition=figure.definition,
        excludes=figure.excludes,
        number=_number(value),
        words=value.words,
        count=value.records or 0,
        definition_digest=value.digest,
        records_digest="",
        parts=value.parts,
        tables=_tables(figure, at) if figure.id in pictured else (),
    )


def _number(value: Value) -> str:
    """Return the exact value as text; of a list how many it names."""
    return str(len(value.items)) if value.number is None else printed(value.number)


def _steps(figure: Figure, at: AsOf) -> tuple[FrozenStep, ...]:
    return tuple(FrozenStep(text=one.text, count=one.count) for one in steps(figure.id, at))


def _tables(figure: Figure, at: AsOf) -> tuple[FrozenTable, ...]:
    """Return the peers of a place, and a figure by each of its dimensions; the first is the one it is drawn by."""
    if isinstance(figure.measure, Rank):
        return (_peers(figure, at),)
    by = figure.dimensions.by if figure.kind in PARTS and figure.records is not None else ()
    return tuple(_breakdown(figure, one, at) for one in by)


def _peers(figure: Figure, at: AsOf) -> FrozenTable:
    found = peers(figure.id, at)
    rows = tuple(FrozenRow(code=one.code, name=one.text, number=printed(one.number)) for one in found.rows)
    return FrozenTable(
        kind="peers", dimension="", title=Text("各地比较", "Compared"), rows=rows[:MOST_ROWS], here=found.subject
    )


def _breakdown(figure: Figure, dimension: str, at: AsOf) -> FrozenTable:
    found = breakdown(figure.id, dimension, at)
    rows = tuple(
        FrozenRow(code=one.code, name=one.text, number=None if one.number is None else printed(one.number))
        for one in found.rows
    )
    return FrozenTable(kind="breakdown", dimension=dimension, title=found.title, rows=rows[:MOST_ROWS])
