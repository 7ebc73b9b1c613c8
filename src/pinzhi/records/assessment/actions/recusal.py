"""Declare conflicts of interest, and end the tasks that a conflict forbids."""

from collections.abc import Mapping, Sequence
from typing import get_args

from django.db import transaction

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.scheme_parts import ConflictKind
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.assessment.actions.common import hold_round, note, note_round
from pinzhi.records.assessment.models import Assignment, Declaration, Entry, Expert, Panellist, Round
from pinzhi.records.assessment.queries.experts import (
    all_conflicts,
    bars,
    expert_by_code,
    open_tasks,
    own_call,
    panellist_of,
)
from pinzhi.records.assessment.queries.visible import UNSENT, round_by_key, visible_entries

MOST_GROUND = 1000


def declare(
    *, actor: Actor, round_key: str, conflicts: Sequence[tuple[str, str, str]], when: Moment
) -> tuple[Declaration, ...]:
    """Answer the declaration of a round for oneself: entries by number, with kind and ground; none says “none”.

    It may be answered again: rows are added, and none is taken back.
    """
    require(actor, "assessment.judge")
    with transaction.atomic():
        held = hold_round(round_by_key(round_key).pk)
        panellist = own_call(actor, held)
        made = [_declared(actor, held, panellist.expert, one, when) for one in conflicts]
        if panellist.declared_at is None:
            panellist.declared_at = when.at
            panellist.save(update_fields=["declared_at"])
        note_round(
            actor, "expert.declare", held, when,
            expert=panellist.expert.code, entries=[number for number, *_ in conflicts],
        )  # fmt: skip
        recheck(actor=actor, held=held, when=when)
    return tuple(made)


def declare_about(
    *, actor: Actor, round_key: str, expert_code: str, number: str, kind: str, ground: str, when: Moment
) -> Declaration:
    """Declare a conflict of an expert with an entry: officers for any, applicants for their own."""
    with transaction.atomic():
        held = hold_round(round_by_key(round_key).pk)
        entry = visible_entries(actor).filter(round=held, number=number).first()
        if entry is None:
            raise _no_entry(number)
        if not may(actor, "assessment.run"):
            require(actor, "assessment.apply", entry)
        made = _declared(actor, held, expert_by_code(expert_code), (number, kind, ground), when)
        note(actor, "expert.declare_about", entry, when, expert=expert_code, kind=kind)
        recheck(actor=actor, held=held, when=when)
    return made


def leave(*, actor: Actor, round_key: str, expert_code: str, ground: str, when: Moment) -> Panellist:
    """Record that an expert leaves a round: what he had not handed in ends, what he handed in stays and counts.

    Officers record it for anybody, experts for themselves.
    """
    with transaction.atomic():
        held = hold_round(round_by_key(round_key).pk)
        expert = expert_by_code(expert_code)
        if expert.user_id != actor.user_id:
            require(actor, "assessment.run")
        panellist = panellist_of(held, expert)
        if panellist.left_on is not None:
            return panellist
        panellist.left_on = when.on
        panellist.left_ground = asked_ground(ground, 500)
        panellist.save(update_fields=["left_on", "left_ground"])
        note_round(actor, "expert.leave", held, when, expert=expert.code, ground=panellist.left_ground)
        said = Text(f"专家退出：{panellist.left_ground}", f"The expert left: {panellist.left_ground}")
        for task in open_tasks(held).filter(expert=expert, submitted_at=None):
            end_task(actor, task, said, when)
    return panellist


def recheck(*, actor: Actor, held: Round, when: Moment) -> tuple[Assignment, ...]:
    """End the running tasks of a round in which the expert may not score any more, and return them.

    Whoever changes a fact about experts or entries calls it; the round is to be held. A handed-in sheet stays in the
    record but no longer counts. What was judged in stages that are over is left as it is.
    """
    tasks = list(open_tasks(held).order_by("pk"))
    experts = {one.expert_id: one.expert for one in tasks}
    entries = {one.entry_id: one.entry for one in tasks}
    found = all_conflicts(held, list(experts.values()), list(entries.values()), when.on)
    ended = []
    for task in tasks:
        conflicts = [one for one in found.get((task.expert_id, task.entry_id), ()) if bars([one])]
        if conflicts:
            why = conflicts[0].evidence
            end_task(actor, task, Text(f"应当回避：{why.zh}", f"Recused: {why.en}"), when, kind=conflicts[0].kind)
            ended.append(task)
    return tuple(ended)


def recheck_rounds_of(actor: Actor, expert: Expert, when: Moment) -> tuple[Assignment, ...]:
    """Recheck every round an expert serves in, one after the other in the order of their keys."""
    rounds = (
        Panellist.objects.filter(expert=expert, left_on=None).order_by("round_id").values_list("round_id", flat=True)
    )
    return tuple(task for key in rounds for task in recheck(actor=actor, held=hold_round(key), when=when))


def recheck_applicant(actor: Actor, organisation_code: str, when: Moment) -> tuple[Assignment, ...]:
    """Recheck the rounds in which an organisation's entries are being judged, after it said who leads it."""
    judged = Assignment.objects.filter(entry__organisation_code=organisation_code, ended_at=None)
    rounds = judged.order_by("entry__round_id").values_list("entry__round_id", flat=True).distinct()
    return tuple(task for key in rounds for task in recheck(actor=actor, held=hold_round(key), when=when))


def end_task(
    actor: Actor, task: Assignment, ground: Text, when: Moment, *, kind: str = "", passes_on: bool = True
) -> None:
    """End a task with its ground; where it led the panel, the next one leads, unless the panel is being made anew."""
    task.ended_at = when.at
    task.end_ground = {"zh": ground.zh, "en": ground.en}
    task.save(update_fields=["ended_at", "end_ground"])
    note(
        actor, "task.end", task.entry, when,
        expert=task.expert.code, stage=task.stage, ground=ground.zh, kind=kind, handed_in=task.submitted_at is not None,
    )  # fmt: skip
    if task.lead and passes_on:
        choose_lead(task.entry, task.stage)


def choose_lead(entry: Entry, stage: str) -> None:
    """Let one of a panel lead it, unless one does."""
    tasks = list(Assignment.objects.filter(entry=entry, stage=stage, ended_at=None).select_related("expert"))
    if tasks and not any(one.lead for one in tasks):
        first = first_to_lead(tasks, {})
        first.lead = True
        first.save(update_fields=["lead"])


def first_to_lead(tasks: Sequence[Assignment], leads: Mapping[int, int]) -> Assignment:
    """Return who leads a panel: a senior, who leads few others, with the highest score."""
    return min(tasks, key=lambda one: (not one.expert.senior, leads.get(one.expert_id, 0), -one.score, one.expert.code))


def asked_ground(ground: str, most: int = MOST_GROUND) -> str:
    """Return a ground without blanks around it; refused where it is empty or too long."""
    plain = ground.strip()
    if not plain or len(plain) > most:
        raise BadInput(
            "assessment.expert.ground",
            "请写明理由，不超过 {most} 字；这里有 {found} 字。",
            "Give the ground, at most {most} characters; there are {found}.",
            most=most,
            found=len(plain),
        )
    return plain


def _declared(actor: Actor, held: Round, expert: Expert, conflict: tuple[str, str, str], when: Moment) -> Declaration:
    number, kind, ground = conflict
    if kind not in get_args(ConflictKind):
        raise BadInput(
            "assessment.expert.kind",
            "回避的情形应是 {kinds} 之一，这里是“{kind}”。",
            "The kind of conflict is one of {kinds}; found “{kind}”.",
            kinds=", ".join(get_args(ConflictKind)),
            kind=kind,
        )
    entry = Entry.objects.filter(round=held, number=number).exclude(state__in=UNSENT).first()
    if entry is None:
        raise _no_entry(number)
    return Declaration.objects.create(
        expert=expert, entry=entry, kind=kind, ground=asked_ground(ground), actor=actor.key, at=when.at
    )


def _no_entry(number: str) -> NotFound:
    return NotFound(
        "assessment.entry",
        "这一轮没有“{number}”这份申报。",
        "There is no entry “{number}” in this round.",
        number=number,
    )
