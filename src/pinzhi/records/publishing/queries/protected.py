"""Figures over people: what was released for the ends of quarters, and nothing else, whenever it is asked."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from pinzhi.engine.privacy import Numbers, Table
from pinzhi.engine.rulebook.figure_parts import Ratio
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.signatures import canonical, sha256
from pinzhi.engine.texts import Text
from pinzhi.records.publishing.compile import Result, ask_of, asks_of, counted
from pinzhi.records.publishing.models import GroupRelease
from pinzhi.records.publishing.tables.asks import Counted
from pinzhi.records.publishing.tables.open import table
from pinzhi.records.publishing.times import AsOf

FEW = Text("人数太少，未显示。", "Too few people: not shown.")
NOT_YET = Text("还没有发布：每季度结束后发布一次。", "Not released yet: there is a release after each quarter.")


def protected(figure: Figure, at: AsOf) -> Result:
    """Return the newest release of a figure over people up to a day that was made by a moment."""
    return protected_over(figure, [at.on], at.known)[at.on]


def protected_over(figure: Figure, days: Iterable[date], known: datetime | None) -> dict[date, Result]:
    """Return the newest release up to each of some days."""
    releases = _made(figure, known)
    return {day: _result(figure, [one for one in releases if one.on <= day]) for day in days}


def protected_parts(figure: Figure, dimension: str, at: AsOf) -> dict[str, Fraction | None]:
    """Return a figure over people by a dimension, as of its newest release; None where a part is withheld."""
    release = shown_release(figure, at)
    if release is None or release.dimension != dimension:
        return {}
    table_of = table_in(release)
    numbers = {code: None if code in table_of.hidden else cell for code, cell in table_of.cells.items()}
    if not isinstance(figure.measure, Ratio):
        return {code: None if cell is None else Fraction(cell[0]) for code, cell in numbers.items()}
    return {
        code: None if cell is None else Fraction(cell[1], cell[0])
        for code, cell in numbers.items()
        if cell is None or cell[0]
    }


def shown_release(figure: Figure, at: AsOf) -> GroupRelease | None:
    """Return the newest release up to a day, made by a moment, that may be shown; None for none."""
    return _shown([one for one in _made(figure, at.known) if one.on <= at.on])


def release_digest(release: GroupRelease) -> str:
    """Return the SHA-256 of what was counted for a release."""
    held = {"figure": release.figure, "on": release.on.isoformat(), "answers": release.answers, "parts": release.parts}
    return sha256(canonical(held)).hex()


def numbers_of(figure: Figure, answers: Iterable[Counted]) -> Numbers:
    """Return all numbers that a release shows or implies: of a share whole, part and rest."""
    first, *more = answers
    if isinstance(figure.measure, Ratio):
        return (int(more[0].number), int(first.number), int(more[0].number - first.number))
    return (int(first.number), first.records)


def taken(figure: Figure, on: date) -> tuple[tuple[Counted, ...], dict[str, Numbers]]:
    """Count a figure over people for a day, as known now: in all, and by its dimension if it has one."""
    source = figure.records.source if figure.records is not None else ""
    records = table(source, AsOf(on))
    answers = tuple(records.numbers(asks_of(figure, on)))
    parts: dict[str, Numbers] = {}
    for dimension in figure.dimensions.by:
        wholes = records.grouped(ask_of(figure, on), dimension)
        if not isinstance(figure.measure, Ratio):
            parts = {code: (int(number),) for code, number in wholes.items()}
            continue
        held = records.grouped(ask_of(figure, on).also(*figure.measure.part), dimension)
        for code, number in wholes.items():
            whole, part = int(number), int(held.get(code, 0))
            parts[code] = (whole, part, whole - part)
    return answers, parts


def answers_in(release: GroupRelease) -> tuple[Counted, ...]:
    """Return what was counted for a release."""
    return tuple(Counted(Decimal(number), records) for number, records in release.answers)


def table_in(release: GroupRelease) -> Table:
    """Return the parts of a release, those withheld among them."""
    hidden = frozenset(release.hidden)
    width = max(map(len, release.parts.values()), default=1)
    cells = {code: tuple(numbers) for code, numbers in release.parts.items()}
    return Table(dict.fromkeys(hidden, (0,) * width) | cells, hidden)


def _made(figure: Figure, known: datetime | None) -> list[GroupRelease]:
    rows = GroupRelease.objects.filter(figure=figure.id).order_by("on")
    return list(rows if known is None else rows.filter(made_at__lte=known))


def _shown(releases: list[GroupRelease]) -> GroupRelease | None:
    """Return the newest release that is shown; None where it says nobody and a few came since: few are not none."""
    newest = next((one for one in reversed(releases) if one.is_shown), None)
    if newest is None or (not _anybody(newest) and _anybody(releases[-1])):
        return None
    return newest


def _anybody(release: GroupRelease) -> bool:
    return any(records for _, records in release.answers)


def _result(figure: Figure, releases: list[GroupRelease]) -> Result:
    if not releases:
        return Result(None, problem=NOT_YET)
    release = _shown(releases)
    return Result(None, problem=FEW) if release is None else counted(figure, list(answers_in(release)))
