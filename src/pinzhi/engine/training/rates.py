"""Pass rates with their denominators, and coverage: enrolments are not persons, the absent are not failed."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pinzhi.engine.assessment.judging.aggregation import rounded


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one enrolment: of which person in which course; ``passed`` None while nothing is marked."""

    person: str
    course: str
    attended: bool
    sat: bool
    passed: bool | None


@dataclass(frozen=True, slots=True)
class PassRate:
    """Counts that stand beside each other and never for one another.

    ``attended`` are enrolments (人次) and ``persons`` the people behind them (人数); ``sat`` and ``passed`` count each
    person once in each course, however many resits there were. ``unmarked`` sat and have no mark yet: they are in no
    rate.
    """

    attended: int
    persons: int
    sat: int
    passed: int
    unmarked: int = 0

    @property
    def share(self) -> Fraction | None:
        """Passed of those who sat, exactly; None where nobody sat."""
        return Fraction(self.passed, self.sat) if self.sat else None

    def percent(self, digits: int = 0) -> Decimal | None:
        """Return the rate as a percentage, rounded half up."""
        return None if self.share is None else rounded(self.share * 100, digits)

    def percent_of_attended(self, digits: int = 1) -> Decimal | None:
        """Return passed of attended enrolments: another figure, printed so that nobody takes it for the rate."""
        return rounded(Fraction(self.passed * 100, self.attended), digits) if self.attended else None


def pass_rate(outcomes: Iterable[Outcome]) -> PassRate:
    """Count outcomes: the absent are in no denominator, a resit counts once per person and course.

    >>> one = Outcome("a", "cqo", True, True, True)
    >>> pass_rate([one, Outcome("b", "cqo", True, False, None)]).percent()
    Decimal('100')
    """
    attended, persons = 0, set()
    best: dict[tuple[str, str], bool | None] = {}
    for one in outcomes:
        if one.attended:
            attended += 1
            persons.add(one.person)
        if one.sat:
            key = (one.person, one.course)
            best[key] = _better(best.get(key), one.passed)
    marked = [passed for passed in best.values() if passed is not None]
    return PassRate(attended, len(persons), len(marked), sum(marked), len(best) - len(marked))


def _better(before: bool | None, after: bool | None) -> bool | None:
    if before or after:
        return True
    return after if before is None else before


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many enterprises of a list have somebody serving who is filed."""

    listed: int
    covered: int

    @property
    def share(self) -> Fraction | None:
        """Covered of listed; None of an empty list."""
        return Fraction(self.covered, self.listed) if self.listed else None

    def percent(self, digits: int = 1) -> Decimal | None:
        """Return the share as a percentage, rounded half up."""
        return None if self.share is None else rounded(self.share * 100, digits)


def coverage(listed: Iterable[str], serving: Iterable[str]) -> Coverage:
    """Count the enterprises of a list that have a serving filed officer; those outside the list do not help."""
    wanted = frozenset(listed)
    return Coverage(len(wanted), len(wanted & frozenset(serving)))
