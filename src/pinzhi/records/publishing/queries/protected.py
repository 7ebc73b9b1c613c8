"""Figures over people: released at ends of quarters, never of few people, never by steps of few people."""

from dataclasses import dataclass
from fractions import Fraction

from pinzhi.engine.privacy import is_small, last_released, release_days, withheld
from pinzhi.engine.rulebook.figure_parts import Ratio
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.texts import Text
from pinzhi.records.publishing.compile import Result, ask_of, asks_of, counted
from pinzhi.records.publishing.tables.asks import Counted
from pinzhi.records.publishing.tables.open import table
from pinzhi.records.publishing.times import AsOf

FEW = Text("人数太少，未显示。", "Too few people: not shown.")


@dataclass(frozen=True, slots=True)
class Release:
    """A release of a figure over people: the day it is about, and what was counted."""

    at: AsOf
    answers: tuple[Counted, ...]


def protected(figure: Figure, at: AsOf) -> Result:
    """Return the newest release of a figure over people up to a day, or say that too few are in it."""
    release = newest_release(figure, at)
    return Result(None, problem=FEW) if release is None else counted(figure, list(release.answers))


def newest_release(figure: Figure, at: AsOf) -> Release | None:
    """Return the newest release that may be shown; None for none.

    Every figure takes part in the comparison of releases with all numbers shown or implied: of a share the part, the
    rest and the whole.
    """
    source = figure.records.source if figure.records is not None else ""
    releases = []
    for day in release_days(at.on):
        on = AsOf(day, at.known)
        releases.append(Release(on, tuple(table(source, on).numbers(asks_of(figure, day)))))
    numbers = [_numbers(figure, one.answers) for one in releases]
    found = last_released(numbers)
    if found is None or (not any(numbers[found]) and any(numbers[-1])):  # a few are not nobody
        return None
    return releases[found]


def protected_parts(figure: Figure, dimension: str, at: AsOf) -> dict[str, Fraction | None]:
    """Return a figure over people by a dimension, on the day of its release; None where a part is withheld.

    A part that has changed by a few people since an earlier release is withheld, and what subtraction would give
    away with it.
    """
    release = newest_release(figure, at)
    if release is None:
        return {}
    wholes, parts = _by(figure, dimension, release.at)
    changed = _changed_by_few(figure, dimension, release.at)
    hidden = withheld(wholes, also=changed)
    if isinstance(figure.measure, Ratio):
        rest = {code: whole - parts.get(code, 0) for code, whole in wholes.items()}
        hidden |= withheld({code: parts.get(code, 0) for code in wholes}, also=hidden)
        hidden |= withheld(rest, also=hidden)
        shares = {code: Fraction(parts.get(code, 0), whole) for code, whole in wholes.items() if whole}
        return {code: None if code in hidden else share for code, share in shares.items()}
    return {code: None if code in hidden else Fraction(number) for code, number in wholes.items()}


def _numbers(figure: Figure, answers: tuple[Counted, ...]) -> tuple[int, ...]:
    numbers = [int(one.number) for one in answers] + [one.records for one in answers]
    if isinstance(figure.measure, Ratio):
        numbers.append(int(answers[1].number - answers[0].number))
    return tuple(numbers)


def _by(figure: Figure, dimension: str, at: AsOf) -> tuple[dict[str, int], dict[str, int]]:
    """Return the whole by a dimension, and of a share the part."""
    source = figure.records.source if figure.records is not None else ""
    records, ask = table(source, at), ask_of(figure, at.on)
    wholes = {code: int(number) for code, number in records.grouped(ask, dimension).items()}
    if not isinstance(figure.measure, Ratio):
        return wholes, {}
    parts = records.grouped(ask.also(*figure.measure.part), dimension)
    return wholes, {code: int(number) for code, number in parts.items()}


def _changed_by_few(figure: Figure, dimension: str, at: AsOf) -> frozenset[str]:
    """Return the parts that differ from an earlier release by a few people."""
    now = _by(figure, dimension, at)
    changed: set[str] = set()
    for day in release_days(at.on)[:-1]:
        then = _by(figure, dimension, AsOf(day, at.known))
        for new, old in zip(now, then, strict=True):
            changed |= {code for code, number in new.items() if is_small(number - old.get(code, 0))}
    return frozenset(changed)
