"""Places: who earns a grade, and who is within the quota, as two facts; places may stay empty."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pinzhi.engine.assessment.judging.aggregation import rounded
from pinzhi.engine.assessment.rounds.totals import Exact
from pinzhi.engine.errors import BadInput, Conflict, PinzhiError
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.texts import Text


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry in the ranking; equal ranks are a tie that the scheme's chain did not break."""

    entry: str
    category: str
    percent: Exact
    rank: int


@dataclass(frozen=True, slots=True)
class Placed:
    """What a candidate may be proposed for.

    ``meets_threshold`` and ``within_quota`` stay apart: who earned a grade and found no place is told so. ``waits``
    marks a tie at the line, and all behind it, on which the committee has to decide first.
    """

    entry: str
    meets_threshold: bool
    within_quota: bool
    grade: str
    waits: bool
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry proposed for a grade; ``percent`` is None where the scheme has no thresholds.

    ``earned`` is the best grade that the stage which decides the grades came to, where the scheme has such a stage;
    empty for none.
    """

    entry: str
    category: str
    grade: str
    percent: Exact | None = None
    earned: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """How a quota is used: its number in the scheme from 1, its places, those taken and those left empty."""

    quota: int
    places: int
    taken: int

    @property
    def vacancies(self) -> int:
        """Places that nobody takes; negative where too many are proposed."""
        return self.places - self.taken


def earns(scheme: Scheme, grade: str, percent: Exact | None, earned: str = "") -> bool:
    """Tell whether a percentage of the total, unrounded, earns a grade, or the stage that decides grades does.

    Who earned a grade may be given a lower one: grades stand best first. What a later stage gives is earned there.
    """
    codes = [one.code for one in scheme.grade]
    found = next((one for one in scheme.grade if one.code == grade), None)
    if found is None or grade in scheme.later_grades:
        return False
    if scheme.graded_by:
        return earned in codes and codes.index(earned) <= codes.index(grade)
    return found.at_least is None or (percent is not None and percent >= found.at_least)


def place(scheme: Scheme, candidates: Sequence[Candidate]) -> tuple[Placed, ...]:
    """Offer each candidate, best first, the best grade that it earns and that still has a place.

    A tie takes places only if all of it fits. Otherwise the places behind the line are closed to all that come
    later; the tied go on to the next grade where ties ``shrink``, and wait with everybody behind them where the
    committee has to ``stop`` and decide. Entries come back in the order of their ranks, then of their keys.
    """
    taken = [0] * len(scheme.quota)
    closed: set[int] = set()
    waits = False
    placed: list[Placed] = []
    ordered = sorted(candidates, key=lambda one: (one.rank, one.entry))
    for _, tied in groupby(ordered, key=lambda one: one.rank):
        group = list(tied)
        grade, split = ("", False) if waits else _grade_for(scheme, group, taken, closed)
        waits = waits or (split and scheme.ties != "shrink")
        for candidate in group:
            placed.append(_placed(scheme, candidate, "" if waits else grade, waits))
    return tuple(placed)


def _grade_for(scheme: Scheme, group: Sequence[Candidate], taken: list[int], closed: set[int]) -> tuple[str, bool]:
    """Return the best grade that a whole group earns and fits into, and whether a line runs through the group."""
    for grade in scheme.grade:
        if not all(grade.takes(one.category) and earns(scheme, grade.code, one.percent) for one in group):
            continue
        needed = [sum(quota.covers(grade.code, one.category) for one in group) for quota in scheme.quota]
        left = [0 if at in closed else quota.places - taken[at] for at, quota in enumerate(scheme.quota)]
        if all(need <= room for need, room in zip(needed, left, strict=True) if need):
            for at, need in enumerate(needed):
                taken[at] += need
            return grade.code, False
        if any(_fits(scheme, grade.code, one.category, left) for one in group):
            closed |= {at for at, need in enumerate(needed) if need > left[at]}
            if scheme.ties != "shrink":
                return "", True
    return "", False


def _fits(scheme: Scheme, grade: str, category: str, left: Sequence[int]) -> bool:
    return all(room > 0 for quota, room in zip(scheme.quota, left, strict=True) if quota.covers(grade, category))


def _placed(scheme: Scheme, candidate: Candidate, grade: str, waits: bool) -> Placed:
    meets = any(earns(scheme, one.code, candidate.percent) for one in scheme.grade)
    if waits:
        reason = Text("名额线上得分相同，待委员会决定", "a tie at the line: the committee decides first")
    elif grade:
        title = next(one.title for one in scheme.grade if one.code == grade)
        reason = Text(f"达到{title.zh}的条件，在名额之内", f"earns {title.en} and is within its quota")
    elif meets:
        reason = Text("达到分数线，但名额已满", "reaches the threshold, but no place is left")
    else:
        reason = Text("未达到分数线", "does not reach the threshold")
    return Placed(candidate.entry, meets, bool(grade), grade, waits, (reason,))


def uses(scheme: Scheme, proposals: Sequence[Proposal]) -> tuple[Use, ...]:
    """Return how the proposals would use each quota of the scheme."""
    return tuple(
        Use(number, quota.places, sum(quota.covers(one.grade, one.category) for one in proposals))
        for number, quota in enumerate(scheme.quota, start=1)
    )


def check_proposals(scheme: Scheme, proposals: Sequence[Proposal]) -> tuple[Use, ...]:
    """Refuse proposals that do not earn their grade or exceed a quota; return how the quotas are used.

    Of 10 places, 12 proposals are refused; 9 are allowed and leave one vacancy, where the scheme lets places stay
    empty.
    """
    for obstacle in proposal_faults(scheme, proposals):
        raise obstacle
    return uses(scheme, proposals)


def proposal_faults(scheme: Scheme, proposals: Sequence[Proposal]) -> Iterator[PinzhiError]:
    """Yield why proposals may not be made: unknown or doubled ones, thresholds, quotas."""
    categories = {one.code for one in scheme.category}
    takes = {one.code: one.takes for one in scheme.grade}
    seen: set[str] = set()
    for one in proposals:
        is_known = one.category in categories and one.grade in takes and takes[one.grade](one.category)
        if not is_known or one.entry in seen:
            yield BadInput(
                "assessment.round.proposal",
                "“{entry}”重复，或没有“{grade}”“{category}”这样的奖项。",
                "“{entry}” is proposed twice, or there is no {grade} for {category}.",
                entry=one.entry,
                grade=one.grade,
                category=one.category,
            )
        elif not earns(scheme, one.grade, one.percent, one.earned):
            yield Conflict(
                "assessment.round.threshold",
                "“{entry}”得分率 {found}%，未达到“{grade}”的分数线。",
                "“{entry}” has {found}% and does not reach the threshold of {grade}.",
                entry=one.entry,
                grade=one.grade,
                found=rounded(one.percent, 2) if one.percent is not None else "—",
            )
        seen.add(one.entry)
    for use in uses(scheme, proposals):
        if use.vacancies < 0 or (use.vacancies and not scheme.vacancies):
            yield Conflict(
                "assessment.round.quota",
                "第 {quota} 项名额是 {places} 个，提了 {found} 个。",
                "Quota {quota} has {places} places; {found} are proposed.",
                quota=use.quota,
                places=use.places,
                found=use.taken,
            )
