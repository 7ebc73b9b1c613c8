"""What is known of experts, and which of their ties keep them from an entry."""

from datetime import date
from typing import Literal, cast

from pinzhi.engine.assessment.rounds import conflicts
from pinzhi.engine.assessment.rounds.conflicts import Declaration, Entered, Found, Tie
from pinzhi.engine.rulebook.scheme_parts import ConflictKind
from pinzhi.records.assessment.models import Assignment, Entry, Expert
from pinzhi.records.assessment.rules import scheme_of

TieKind = Literal["employment", "advisory", "shareholding"]
_TIES = ("employment", "advisory", "shareholding")


def engine_expert(expert: Expert) -> conflicts.Expert:
    """Return an expert as the engine judges conflicts: ties that count, relatives by digest, employer's rivals."""
    rows = list(expert.ties.filter(removed_at=None))
    ties = tuple(
        Tie(cast(TieKind, one.kind), one.credit_code, one.since, one.until) for one in rows if one.kind in _TIES
    )
    employer = (Tie("employment", expert.employer_code),) if expert.employer_code else ()
    return conflicts.Expert(
        expert.code,
        persons=frozenset({f"user:{expert.user_id}"}),
        ties=ties + employer,
        family=frozenset(expert.relatives.values_list("name_digest", flat=True)),
        competes_with=frozenset(one.credit_code for one in rows if one.kind == "competitor"),
        has_declared=True,
    )


def engine_entry(entry: Entry) -> Entered:
    """Return an entry as the engine judges conflicts: its applicant and who wrote the application."""
    authors = entry.sections.values_list("by_id", flat=True)
    return Entered(entry.number, entry.organisation_code, authors=frozenset(f"user:{one}" for one in authors))


def conflicts_of(expert: Expert, entry: Entry, on: date) -> tuple[Found, ...]:
    """Return every conflict between an expert and an entry on a day."""
    declared = [
        Declaration(entry.number, cast(ConflictKind, one.kind), one.actor, one.ground)
        for one in expert.declarations.filter(entry=entry).order_by("pk")
    ]
    rules = scheme_of(entry.round).conflict
    return conflicts.conflicts(rules, engine_expert(expert), engine_entry(entry), on=on, declarations=declared)


def conflicted_judges(entry: Entry, stage: str, on: date) -> tuple[str, ...]:
    """Return the codes of the experts with a task in a stage who may not score the entry."""
    tasks = Assignment.objects.filter(entry=entry, stage=stage, ended_at=None).select_related("expert")
    return tuple(
        sorted(one.expert.code for one in tasks if "score" in conflicts.recusals(conflicts_of(one.expert, entry, on)))
    )
