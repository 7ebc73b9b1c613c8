"""What is known of an entry when it is to be moved: gathered from the records, judged by the engine."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import cast

from django.db.models import QuerySet

from pinzhi.engine.assessment.rounds.eligibility import (
    Answer,
    Consulted,
    Eligibility,
    Recommended,
    Word,
    consult,
    judge,
    recommended,
)
from pinzhi.engine.assessment.rounds.gates import Facts, Judged
from pinzhi.engine.assessment.rounds.notices import Standing
from pinzhi.engine.assessment.rounds.quotas import Proposal
from pinzhi.engine.assessment.rounds.seals import Seal
from pinzhi.engine.assessment.rounds.states import Move, moves_for, obstacles
from pinzhi.engine.assessment.rounds.votes import Ballot, Choice, Count, count
from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.periods import whole_years
from pinzhi.engine.rulebook.scheme_parts import FACTS, Value
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import NOTICES, STATES, VOTES, Part
from pinzhi.records.assessment.models import Entry, EntryFact, EntryStep, Motion, RoundStage
from pinzhi.records.assessment.queries.brought import missing_of
from pinzhi.records.assessment.queries.experts import conflicted_judges
from pinzhi.records.assessment.queries.milestones import extensions_of
from pinzhi.records.assessment.queries.notices import standing_for
from pinzhi.records.assessment.queries.results import (
    OUT,
    digest_now,
    earned_grade,
    latest_results,
    outcome_of,
    percent_of,
    survey_digest,
    total_of,
    within_places,
)
from pinzhi.records.assessment.rules import pin_now, pin_of, scheme_of
from pinzhi.records.catalog.models import Certificate, Honour, Organisation
from pinzhi.records.catalog.rulebook import calendar

_RECOMMENDED_AND_OUT = (*OUT, "not_recommended", "lapsed")


def facts_for(
    entry: Entry, *, on: date, ground: str = "", document: str = "", effective_on: date | None = None
) -> Facts:
    """Gather what is known of an entry on a day; only what the gates of its present state ask for is looked up."""
    scheme = scheme_of(entry.round)
    state = STATES[entry.state]
    stage = scheme.stage_of(entry.state)
    closing = state.place in ("closing", "after") or entry.state == "objection"
    asks_documents = "draft" if entry.state in ("draft", "returned") else entry.state
    return Facts(
        key=entry.number,
        category=entry.category,
        state=entry.state,
        pin=pin_of(entry),
        scheme=pin_now(scheme),
        on=on,
        came_from=entry.came_from,
        ground=ground,
        document=document,
        effective_on=effective_on,
        in_time=_is_in_time(entry, scheme, on),
        missing=missing_of(entry, asks_documents),
        recommended=recommendation_of(entry) if entry.state == "recommended" else None,
        eligibility=eligibility_of(entry, on) if entry.state == "eligibility_check" else None,
        consulted=consultation_of(entry, on) if entry.state == "eligibility_check" else None,
        judged=judged_of(entry, on) if stage and state.judges else None,
        vote=vote_of(entry) if entry.state in VOTES else None,
        proposals=proposals_of(entry) if closing else (),
        notice=notice_of(entry, on),
        bars=_bars(entry, scheme, on),
        has_stand=entry.stands.exists() if entry.state == "allotment" else None,
        extensions=extensions_of(entry) if state.milestone else None,
    )


def moves_open(entry: Entry, parts: tuple[Part, ...], *, on: date) -> list[tuple[Move, Part, tuple[PinzhiError, ...]]]:
    """Return the moves that somebody playing these parts may try, each with what keeps it from being made now."""
    scheme = scheme_of(entry.round)
    facts = facts_for(entry, on=on)
    found: dict[str, tuple[Move, Part, tuple[PinzhiError, ...]]] = {}
    for part in parts:
        for move in moves_for(scheme, facts, part):
            if move.to not in found:
                found[move.to] = (move, part, obstacles(scheme, facts, move.to))
    return list(found.values())


def eligibility_of(entry: Entry, on: date) -> Eligibility:
    """Judge every condition of an entry's category on a day."""
    words = [
        Word(one.rule, one.holds, one.ground, one.by.name or one.by.email)
        for one in entry.words.select_related("by").order_by("pk")
    ]
    return judge(scheme_of(entry.round), entry.category, known_facts(entry, on), words)


def known_facts(entry: Entry, on: date) -> dict[str, Value | None]:
    """Return the facts that conditions may name: from the catalogue, and as stated; an officer's count most."""
    found: dict[str, Value | None] = dict(_from_catalogue(entry, on))
    scheme = scheme_of(entry.round)
    if entry.front_line:
        found["front_line"] = True
    found["awarded_within_bar"] = _was_awarded(entry, scheme, on)
    found["revoked_before"] = _honours(entry, scheme).filter(state="revoked").exists()
    for one in EntryFact.objects.filter(entry=entry).order_by("-pk"):
        if one.fact in FACTS and found.get(one.fact) is None:
            found[one.fact] = typed(one.fact, one.value)
    for one in EntryFact.objects.filter(entry=entry, source__startswith="officer:").order_by("pk"):
        if one.fact in FACTS:
            found[one.fact] = typed(one.fact, one.value)
    return found


def typed(fact: str, text: str) -> Value | None:
    """Return a fact in the type its kind asks for; None where the text is none of it."""
    kind = FACTS[fact][0]
    if kind == "flag":
        return {"true": True, "false": False}.get(text)
    if kind == "number":
        try:
            number = Decimal(text)
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
    return text or None


def _from_catalogue(entry: Entry, on: date) -> Mapping[str, Value | None]:
    held = Organisation.objects.filter(code=entry.organisation_code).first() if entry.organisation_code else None
    if held is None:
        return {"region": entry.district or None}
    since = held.established_on
    certificates = Certificate.objects.filter(holder=held, state="active", standard_number__startswith="GB/T 19001")
    return {
        "region": held.district or None,
        "industry": held.industry or None,
        "size": held.size or None,
        "status": held.state or None,
        "years_of_operation": Decimal(whole_years(since, on)) if since else None,
        "quality_certificate": certificates.exclude(expires_on__lt=on).exists(),
    }


def _honours(entry: Entry, scheme: Scheme) -> QuerySet[Honour]:
    """Return earlier honours of the same scheme of the one who applies: the organisation, or the person or team."""
    held = Honour.objects.filter(scheme=scheme.honours or scheme.id).exclude(edition=scheme.edition)
    is_organisation = any(one.code == entry.category and one.object == "organisation" for one in scheme.category)
    if is_organisation and entry.organisation_code:
        return held.filter(organisation__code=entry.organisation_code, person=None, team="")
    return held.filter(recipient=entry.name)


def _was_awarded(entry: Entry, scheme: Scheme, on: date) -> bool:
    free = [one.code for one in scheme.grade if not one.bars]
    given = _honours(entry, scheme).filter(state__in=("announced", "in_force")).exclude(grade__in=free)
    days = given.exclude(awarded_on=None).values_list("awarded_on", flat=True)
    return any(day is not None and whole_years(day, on) < scheme.bar_years for day in days)


def consultation_of(entry: Entry, on: date) -> Consulted | None:
    """Tell where the consultation of departments stands; None where none has been asked."""
    scheme = scheme_of(entry.round)
    rows = list(entry.consultations.all())
    if scheme.consultation is None or not rows:
        return None
    answers = [
        Answer(one.department, one.objects_to_it, one.answered_on, one.ground)
        for one in rows
        if one.answered_on is not None
    ]
    asked_on = min(one.asked_on for one in rows)
    return consult(
        scheme.consultation, entry.category, asked_on=asked_on, answers=answers, on=on, days=calendar()
    )  # fmt: skip


def recommendation_of(entry: Entry) -> Recommended | None:
    """Return the recommendation quota that an entry would draw on, with those its district recommended before it."""
    scheme = scheme_of(entry.round)
    before = (
        Entry.objects.filter(round=entry.round, district=entry.district, steps__before="recommended")
        .exclude(pk=entry.pk)
        .exclude(state__in=_RECOMMENDED_AND_OUT)
        .distinct()
    )
    return recommended(
        scheme,
        category=entry.category,
        district=entry.district,
        front_line=entry.front_line,
        before=[(one.category, one.front_line) for one in before],
    )


def judged_of(entry: Entry, on: date) -> Judged:
    """Return what the stage of judging an entry is in has come to: its sealed result beside the marks as they are."""
    stage = entry.state
    result = latest_results([entry.pk]).get(entry.pk, {}).get(stage)
    if result is not None and result.respondents is not None:
        return Judged(
            judges=(), marks=Seal(result.marks_digest, survey_digest(entry, stage)), percent=percent_of(result),
            is_within=within_places(entry, stage),
        )  # fmt: skip
    outcome = outcome_of(entry, stage)
    return Judged(
        judges=tuple(result.judges if result else outcome.judges),
        conflicted=conflicted_judges(entry, stage, on),
        open=outcome.open if outcome.judges else (),  # with no marks yet there is nothing to talk about
        marks=Seal(result.marks_digest, digest_now(entry, stage)) if result else None,
        percent=percent_of(result),
        is_within=within_places(entry, stage) if result else None,
    )


def vote_of(entry: Entry) -> Count | None:
    """Return the count of the last vote on an entry in its present state; None while there is none or it is open."""
    scheme = scheme_of(entry.round)
    stage = scheme.stage_of(entry.state)
    motion = Motion.objects.filter(entry=entry, stage=entry.state).order_by("-pk").first()
    if motion is None or motion.closed_at is None or stage is None or stage.vote is None:
        return None
    return recount(motion)


def recount(motion: Motion) -> Count:
    """Count a motion from its ballots."""
    scheme = scheme_of(motion.entry.round)
    stage = scheme.stage_of(motion.stage)
    if stage is None or stage.vote is None:
        raise ValueError(f"{motion.stage} takes no vote")
    members = [str(one.user_id) for one in motion.entry.round.members.filter(left_on=None)]
    ballots = [
        Ballot(str(one.member.user_id), cast(Choice, one.choice)) for one in motion.ballots.select_related("member")
    ]
    return count(stage.vote, members=members, recused=motion.recused, ballots=ballots)


def proposals_of(entry: Entry) -> tuple[Proposal, ...]:
    """Return all entries of the round that are proposed for a grade and still in it."""
    scheme = scheme_of(entry.round)
    states = [state for state in STATES if STATES[state].place in ("closing", "after")]
    rows = list(Entry.objects.filter(round=entry.round, state__in=[*states, "objection"]).exclude(grade=""))
    results = latest_results(one.pk for one in rows)
    found = []
    for one in rows:
        total = total_of(scheme, one, results.get(one.pk, {}))
        earned = earned_grade(scheme, one, results.get(one.pk, {}))
        found.append(Proposal(one.number, one.category, one.grade, total.percent if total else None, earned))
    return tuple(sorted(found, key=lambda one: one.entry))


def notice_of(entry: Entry, on: date) -> Standing | None:
    """Return where the notice stands that an entry is on, was taken from by an objection, or must have been on."""
    scheme = scheme_of(entry.round)
    if entry.state in NOTICES:
        return standing_for(entry, entry.state, on)
    if entry.state == "objection":
        return standing_for(entry, entry.came_from, on)
    if STATES[entry.state].place == "closing" and "public_notice" in scheme.states:
        return standing_for(entry, "public_notice", on)
    return None


def _is_in_time(entry: Entry, scheme: Scheme, on: date) -> bool:
    """Tell whether it may still be submitted: before the call closes, or before the time to supplement is over."""
    if entry.state == "returned":
        last = supplement_until(entry, scheme)
        return last is None or on <= last
    stage = RoundStage.objects.filter(round=entry.round, state="draft").first()
    if stage is None:
        return False
    return (stage.opens_on is None or stage.opens_on <= on) and (stage.closes_on is None or on <= stage.closes_on)


def supplement_until(entry: Entry, scheme: Scheme) -> date | None:
    """Return the last day on which a returned entry may be supplemented; None where the scheme sets no limit."""
    step = EntryStep.objects.filter(entry=entry, after="returned").order_by("-number").first()
    stage = scheme.stage_of(step.before) if step else None
    if step is None or stage is None or stage.supplement is None:
        return None
    return calendar().closes(step.made_on, stage.supplement.length, stage.supplement.unit).last_day


def _bars(entry: Entry, scheme: Scheme, on: date) -> frozenset[str]:
    found = set()
    last = supplement_until(entry, scheme) if entry.state == "returned" else None
    if last is not None and on > last:
        found.add("supplement")
    given = EntryStep.objects.filter(entry=entry, after="announced").order_by("-number").first()
    if given is not None and scheme.validity_years and whole_years(given.effective_on, on) >= scheme.validity_years:
        found.add("validity")
    return frozenset(found)
