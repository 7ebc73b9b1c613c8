"""From the percentages of the stages to a total, a grade where places are not limited, and a run of years."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pinzhi.engine.assessment.judging.aggregation import rounded
from pinzhi.engine.errors import BadInput
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.texts import Text

Exact = Decimal | Fraction  # a mean of three marks has no last digit; thresholds compare without one


@dataclass(frozen=True, slots=True)
class Total:
    """A total: the exact percentage by which thresholds and ranks go, and the points shown, rounded once, half up."""

    percent: Fraction
    points: Decimal
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade by its points, or by a fact that forces it."""

    grade: str
    is_forced: bool
    reason: Text


def total(scheme: Scheme, category: str, percents: Mapping[str, Exact]) -> Total:
    """Join the percentages of a category's weighted stages; every one of them must be there.

    Desk review 87.5 and presentation 90 weighed 0.4 and 0.6 make 89.0.
    """
    whole = Fraction(0)
    reasons = []
    for stage in scheme.stage:
        if stage.weight is None or not stage.takes(category):
            continue
        percent = percents.get(stage.state)
        if percent is None:
            raise BadInput(
                "assessment.round.stage_score",
                "缺少“{stage_zh}”的得分，不能合计。",
                "The score of “{stage}” is missing; there is no total without it.",
                stage_zh=stage.words.zh,
                stage=stage.words.en,
            )
        whole += Fraction(percent) * Fraction(stage.weight)
        shown = rounded(percent, 2)
        reasons.append(
            Text(
                f"{stage.words.zh} {shown}% × {stage.weight}",
                f"{stage.words.en} {shown}% × {stage.weight}",
            )
        )
    return Total(whole, rounded(whole * Fraction(scheme.scale) / 100, scheme.digits), tuple(reasons))


def grade(scheme: Scheme, percent: Exact, facts: frozenset[str] = frozenset(), *, category: str = "") -> Graded:
    """Return the grade of a total where places are not limited; facts that force a grade come first.

    With a category, grades that are for others are passed over.
    With lines at 90, 80, 60 and 0: 89.5 is B, 90.0 is A, and 93 with a systemic safety event is D.
    """
    forced = next((one for one in scheme.override if one.fact in facts), None)
    if forced is not None:
        return Graded(forced.grade, True, forced.title)
    offered = [one for one in scheme.grade if not category or one.takes(category)]
    found = next((one for one in offered if one.at_least is not None and percent >= one.at_least), None)
    if found is None:
        raise BadInput(
            "assessment.round.grade",
            "得分率 {found}% 没有对应的等级。",
            "No grade belongs to {found}%.",
            found=rounded(percent, 2),
        )
    return Graded(
        found.code,
        False,
        Text(
            f"{rounded(percent, 2)}% 不低于 {found.at_least}%", f"{rounded(percent, 2)}% is at least {found.at_least}%"
        ),
    )


def streak(grades: Mapping[int, str], grade: str) -> int:
    """Return how many years in a row up to the latest one had a grade; a missing year breaks the run.

    >>> streak(dict(enumerate("BAAAAAA", start=2017)), "A")
    6
    """
    year = max(grades, default=0)
    run = 0
    while grades.get(year - run) == grade:
        run += 1
    return run
