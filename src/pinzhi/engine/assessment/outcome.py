"""What a score means: passed or not, the grade, and what changed between two scores."""

from dataclasses import dataclass
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


def grade(instrument: Instrument, percent: Fraction | None) -> InstrumentGrade | None:
    """Return the best grade that a percentage earns; None below every line, and where nothing counted."""
    if percent is None:
        return None
    return next((one for one in instrument.grade if percent >= Fraction(one.at_least)), None)


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
