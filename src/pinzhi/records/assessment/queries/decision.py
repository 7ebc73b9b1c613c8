"""The decision room: the ranking with its doubt, the line of the quota, agreement and severity, votes and recusals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256

import numpy as np

from pinzhi.engine.assessment.judging.agreement import (
    alpha,
    alpha_in_words,
    concordance,
    intraclass,
    intraclass_in_words,
)
from pinzhi.engine.assessment.judging.intervals import PanelMarks, intervals
from pinzhi.engine.assessment.judging.lot import commitment
from pinzhi.engine.assessment.judging.marks import Mark, Marks, make_marks
from pinzhi.engine.assessment.judging.severity import JudgeSeverity, severity
from pinzhi.engine.assessment.rounds.outcomes import decimal_of
from pinzhi.engine.assessment.rounds.quotas import Placed, Proposal, Use, place, uses
from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import STATES, VOTES
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.models import Entry, Member, Motion, Round, StageResult
from pinzhi.records.assessment.queries.board import board_version, district_title, grade_title
from pinzhi.records.assessment.queries.facts import proposals_of
from pinzhi.records.assessment.queries.recused import recused
from pinzhi.records.assessment.queries.results import candidates, latest_results, ranking
from pinzhi.records.assessment.queries.visible import visible_entries
from pinzhi.records.assessment.rules import scheme_of


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry in the ranking: points, its interval, the judges' own totals as points, and what it may be given.

    ``spread`` is how many points the judges of the stage that weighs most are apart. ``line_after`` marks the last
    entry above the quota's line; ``close`` those whose intervals cross the line.
    """

    number: str
    category: str
    district: Text
    rank: int
    points: str
    low: float
    dot: float
    high: float
    rings: tuple[float, ...]
    spread: int
    within: float
    close: bool
    line_after: bool
    placed: Placed
    offered: Text


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the judges of a stage agree, each measure with what it means, or why it cannot be said."""

    stage: Text
    judges: int
    marks: int
    measures: tuple[tuple[Text, str, Text], ...]
    severities: tuple[JudgeSeverity, ...]


@dataclass(frozen=True, slots=True)
class Standings:
    """The ranking of a round with its statistics; the same until a step or a result is added."""

    lines: tuple[Standing, ...]
    quota: int
    agreements: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class Vote:
    """A motion as it is shown: ballots by name on the record, who is recused and why, what is still needed."""

    motion: Motion
    number: str
    grade: Text
    ballots: tuple[tuple[str, str, str], ...]
    recused: tuple[tuple[str, Text], ...]
    waiting: tuple[str, ...]
    needed: int
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """The decision room of a round."""

    held: Round
    scheme: Scheme
    standings: Standings
    proposals: tuple[Proposal, ...]
    uses: tuple[Use, ...]
    votes: tuple[Vote, ...]
    members: tuple[Member, ...]
    own_member: Member | None
    may_move: frozenset[str]
    lot_commitment: str
    states: Mapping[str, str]


def room(actor: Actor, held: Round, on: date) -> Room:
    """Return the decision room as the actor sees it."""
    scheme = scheme_of(held)
    members = tuple(Member.objects.filter(round=held, left_on=None).order_by("pk"))
    rows = visible_entries(actor).filter(round=held)
    states = dict(rows.values_list("number", "state"))
    proposals = proposals_of(Entry(round=held))
    voting = {one.state for one in scheme.stage if one.vote is not None and one.state in VOTES}
    open_votes = set(Motion.objects.filter(entry__round=held, closed_at=None).values_list("entry__number", flat=True))
    return Room(
        held=held,
        scheme=scheme,
        standings=standings(held),
        proposals=proposals,
        uses=uses(scheme, proposals),
        votes=tuple(_votes(held, scheme, members)),
        members=members,
        own_member=next((one for one in members if one.user_id == actor.user_id), None),
        may_move=frozenset(number for number, state in states.items() if state in voting) - open_votes,
        lot_commitment=commitment(held.lot_seed) if held.lot_seed else "",
        states=states,
    )


def recused_on(seen: Room, numbers: Sequence[str], on: date) -> dict[str, tuple[tuple[str, Text], ...]]:
    """Return, by number, the members who may not vote on those of the entries that are voted on, each with why."""
    voting = {one.state for one in seen.scheme.stage if one.vote is not None and one.state in VOTES}
    wanted = [number for number in numbers if seen.states.get(number) in voting]
    entries = list(Entry.objects.filter(round=seen.held, number__in=wanted).select_related("round").order_by("number"))
    found = recused(seen.held, entries, on)
    return {
        one.number: tuple(
            (member.name, found[one.pk][member.user_id]) for member in seen.members if member.user_id in found[one.pk]
        )
        for one in entries
        if one.pk in found
    }


def may_enter(actor: Actor, held: Round) -> bool:
    """Tell whether somebody sees the decision room: the officers, the chair, supervisors and the committee."""
    if actor.has("city_officer", "chair", "supervisor"):
        return not held.panellists.filter(expert__user_id=actor.user_id or 0, left_on=None).exists()
    return Member.objects.filter(round=held, user_id=actor.user_id or 0, left_on=None).exists()


def standings(held: Round) -> Standings:
    """Return the ranking with its statistics, worked out anew in each process when anything in the round changes."""
    return _standings_at(held.pk, f"{board_version(held)} {held.lot_drawn_at}")


@lru_cache(maxsize=4)
def _standings_at(round_id: int, version: str) -> Standings:
    return _standings(Round.objects.get(pk=round_id))


def _standings(held: Round) -> Standings:
    scheme = scheme_of(held)
    ranked = ranking(held)
    results = latest_results(one.entry.pk for one in ranked)
    placed = {one.entry: one for one in place(scheme, candidates(ranked))}
    quota = _line(scheme, len(ranked))
    totals = {one.entry.number: one.total.percent for one in ranked}
    panels = {one.entry.number: _panels(scheme, results.get(one.entry.pk, {})) for one in ranked}
    seed = int.from_bytes(sha256(held.key.encode()).digest()[:4], "big")
    spans = {one.entry: one for one in intervals(totals, panels, quota=quota, seed=seed)}
    factor = float(scheme.scale) / 100
    by_rank = [one.entry.number for one in ranked]
    cut = float(totals[by_rank[quota - 1]] + totals[by_rank[quota]]) / 2 if 0 < quota < len(ranked) else None
    lines = []
    for number, one in enumerate(ranked, start=1):
        span = spans[one.entry.number]
        rings = tuple(ring * factor for ring in _rings(scheme, results.get(one.entry.pk, {})))
        lines.append(
            Standing(
                number=one.entry.number,
                category=one.entry.category,
                district=district_title(one.entry.district),
                rank=one.rank,
                points=str(one.total.points),
                low=span.low * factor,
                dot=float(one.total.percent) * factor,
                high=span.high * factor,
                rings=rings,
                spread=round(rings[-1] - rings[0]) if rings else 0,
                within=span.within,
                close=cut is not None and span.low < cut < span.high,
                line_after=number == quota < len(ranked),
                placed=placed[one.entry.number],
                offered=grade_title(scheme, placed[one.entry.number].grade),
            )
        )
    by_number = {one.entry.number: results.get(one.entry.pk, {}) for one in ranked}
    return Standings(tuple(lines), quota, tuple(_agreements(scheme, by_number)))


def _line(scheme: Scheme, entries: int) -> int:
    """Return where the line is drawn: after the places of as many of the best grades as do not take everybody."""
    places = [
        sum(one.places for one in scheme.quota if not one.categories and set(one.grades) <= set(best))
        for best in ([grade.code for grade in scheme.grade[: number + 1]] for number in range(len(scheme.grade)))
    ]
    return max((one for one in places if one < entries), default=min(places[:1] or [0]))


def _panels(scheme: Scheme, results: Mapping[str, StageResult]) -> Sequence[PanelMarks]:
    return [
        PanelMarks(float(stage.weight), tuple(float(Fraction(own)) for own in results[stage.state].judges.values()))
        for stage in scheme.stage
        if stage.weight and stage.state in results and results[stage.state].judges
    ]


def _rings(scheme: Scheme, results: Mapping[str, StageResult]) -> tuple[float, ...]:
    """Return the judges' own totals in the stage that weighs most."""
    judged = [one for one in scheme.stage if one.weight and one.state in results and results[one.state].judges]
    if not judged:
        return ()
    heaviest = max(judged, key=lambda one: one.weight or 0)
    return tuple(sorted(float(Fraction(own)) for own in results[heaviest.state].judges.values()))


def _agreements(scheme: Scheme, results: Mapping[str, Mapping[str, StageResult]]) -> Iterable[Agreement]:
    for stage in scheme.stage:
        if STATES[stage.state].place != "judging" or stage.panel is None:
            continue
        given = [
            Mark(number, judge, decimal_of(Fraction(own)))
            for number, by_stage in results.items()
            if stage.state in by_stage
            for judge, own in by_stage[stage.state].judges.items()
        ]
        if given:
            marks = make_marks(given)
            yield Agreement(
                stage.words, len(marks.judges), len(marks.marks), tuple(_measures(marks)), tuple(_severities(marks))
            )


def _measures(marks: Marks) -> Iterable[tuple[Text, str, Text]]:
    table = marks.table()
    names = {
        "icc": Text("组内相关系数 ICC", "Intraclass correlation"),
        "w": Text("肯德尔 W", "Kendall's W"),
        "alpha": Text("克里彭多夫 α", "Krippendorff's alpha"),
    }
    try:
        found = intraclass(marks)
        yield names["icc"], f"{found.single:.2f}", intraclass_in_words(found.single)
    except (PinzhiError, np.linalg.LinAlgError) as refusal:
        yield names["icc"], "—", _why(refusal)
    try:
        w = concordance(table)
        yield names["w"], f"{w.w:.2f}", Text(f"偶然出现的概率 {w.p:.3f}", f"by chance {w.p:.3f}")
    except PinzhiError as refusal:  # panels that differ, as most do, and judges who mark all alike
        yield names["w"], "—", refusal.text
    try:
        a = alpha(table)
        yield names["alpha"], f"{a:.2f}", alpha_in_words(a)
    except PinzhiError as refusal:
        yield names["alpha"], "—", refusal.text


def _why(refusal: Exception) -> Text:
    return refusal.text if isinstance(refusal, PinzhiError) else Text("算不出来", "cannot be worked out")


def _severities(marks: Marks) -> Iterable[JudgeSeverity]:
    try:
        return sorted(severity(marks).judges, key=lambda one: one.severity)
    except PinzhiError:
        return ()


def _votes(held: Round, scheme: Scheme, members: Sequence[Member]) -> Iterable[Vote]:
    names = {one.pk: one.name for one in members}
    by_user = {str(one.user_id): one.name for one in members}
    motions = Motion.objects.filter(entry__round=held).select_related("entry").prefetch_related("ballots")
    for motion in motions.order_by("closed_at", "-pk"):
        stage = scheme.stage_of(motion.stage)
        voted = {one.member_id for one in motion.ballots.all()}
        entitled = [one for one in members if str(one.user_id) not in motion.recused]
        needed = -(-len(entitled) * Fraction(stage.vote.quorum) // 1) if stage and stage.vote else 0
        reasons = [Text(zh, en) for zh, en in (motion.count or {}).get("reasons", [])]
        yield Vote(
            motion=motion,
            number=motion.entry.number,
            grade=grade_title(scheme, motion.grade),
            ballots=tuple((names.get(one.member_id, ""), one.choice, one.reason) for one in motion.ballots.all()),
            recused=tuple((by_user.get(user, ""), Text(why["zh"], why["en"])) for user, why in motion.recused.items()),
            waiting=tuple(one.name for one in entitled if one.pk not in voted),
            needed=int(needed),
            reasons=tuple(reasons),
        )
