"""What a score means: passed or not, the grade, and what changed between two scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pinzhi.engine.assessment.scores import Score
from pinzhi.engine.rulebook.instrument_parts import InstrumentGrade
from pinzhi.engine.rulebook.instruments import Instrument


@dataclass(frozen=True, slots=True)
class Change:
    """How a part differs between two scores; a side is None where the part is missing or does not count there."""

    code: str
    before: Fraction | None
    after: Fraction | None

    @property
    def difference(self) -> Fraction | None:
        """Points gained or lost; None where one side is missing."""
        return None if self.before is None or self.after is None else self.after - self.before


Points = Mapping[str, Fraction]  # of sections by their codes, and of the whole as ``total``


def grade(instrument: Instrument, percent: Fraction | None, points: Points | None = None) -> InstrumentGrade | None:
    """Return the best grade that a percentage, or the points of parts, earn; None below every line.

    Nothing counted earns nothing. Grades that ask for points of parts are not earned where ``points`` are not known.
    """
    if percent is None:
        return None
    return next((one for one in instrument.grade if _earns(one, percent, points or {})), None)


def _earns(one: InstrumentGrade, percent: Fraction, points: Points) -> bool:
    if one.at_least is not None:
        return percent >= Fraction(one.at_least)
    return any(
        all(part in points and points[part] >= Fraction(needed) for part, needed in way.items()) for way in one.when
    )


def points_of(score: Score) -> dict[str, Fraction]:
    """Return what the whole and each part of a score earned, for grades that ask for points of parts."""
    return {code: earned for code, earned in _earned(score).items() if earned is not None} | (
        {"total": score.earned} if score.earned is not None else {}
    )


def points_of_items(instrument: Instrument, percents: Mapping[str, Decimal | Fraction]) -> dict[str, Fraction]:
    """Return the points of the whole and of each section from the percentages of its items, as judges joined them."""
    points = {"total": Fraction(0)} | {section.code: Fraction(0) for section in instrument.section}
    parents = {section.code: section.parent for section in instrument.section}
    for item in instrument.item:
        earned = Fraction(item.worth) * Fraction(percents.get(item.id, 0)) / 100
        points["total"] += earned
        section = item.section
        while section:
            points[section] += earned
            section = parents.get(section, "")
    return points


def is_passed(instrument: Instrument, percent: Fraction | None) -> bool | None:
    """Tell whether a percentage passes; None where the instrument has no pass mark. Nothing counted is no pass."""
    if instrument.pass_at is None:
        return None
    return percent is not None and percent >= Fraction(instrument.pass_at)


def compare(before: Score, after: Score) -> tuple[Change, ...]:
    """Return every part, the whole first, whose points differ between two scores: what-if, or this year and last.

    The two may be of different editions: parts are matched by their codes.
    """
    earlier, later = _earned(before), _earned(after)
    codes = dict.fromkeys([*earlier, *later])
    changes = (Change(code, earlier.get(code), later.get(code)) for code in codes)
    return tuple(one for one in changes if one.before != one.after)


def _earned(score: Score) -> dict[str, Fraction | None]:
    found = {score.code: score.earned}
    for part in score.parts:
        found.update(_earned(part))
    return found
