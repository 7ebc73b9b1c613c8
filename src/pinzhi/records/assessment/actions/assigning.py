"""Give the entries of a stage to experts: the best assignment the rules allow, or why there is none."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from pinzhi.engine.assessment.judging.assignment import Assignment as Solution
from pinzhi.engine.assessment.judging.assignment import assign, why
from pinzhi.engine.assessment.judging.problem import Problem
from pinzhi.engine.errors import Conflict
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.assessment.actions.common import hold_round, note_round
from pinzhi.records.assessment.actions.recusal import end_task, first_to_lead, recheck
from pinzhi.records.assessment.models import Assignment, AssignmentRun, Round
from pinzhi.records.assessment.queries.experts import Pair
from pinzhi.records.assessment.queries.matching import (
    Matching,
    check_pins,
    last_run,
    matching,
    problem_of,
    rules_for,
)
from pinzhi.records.assessment.queries.visible import round_by_key

SECONDS = 60.0  # an officer waits no longer than this for a proof
BATCH = 500
NAMED = 10  # entries of a shortage for which the experts kept off are named


@dataclass(frozen=True, slots=True)
class Planned:
    """A pair that is to be assigned, by the keys of expert and entry."""

    pair: Pair
    score: int
    pinned: bool
    reason: Text


def assign_stage(
    *,
    actor: Actor,
    round_key: str,
    stage: str,
    pins: Sequence[tuple[str, str]],
    when: Moment,
    fair: str = "",
    seen: int | None = None,
) -> AssignmentRun:
    """Give every entry in a stage to as many experts as its panel asks for, with the best total of competence.

    ``pins`` are entry numbers with expert codes; ``seen`` is the key of the run the officer saw last, None where he
    saw none: of two who run it at once, one is refused. Sheets handed in keep their tasks; of the other tasks those
    not in the new assignment end. Where the rules leave no assignment the run keeps its causes and nothing changes.
    """
    require(actor, "assessment.run")
    with transaction.atomic():
        held = hold_round(round_by_key(round_key).pk)
        _check_seen(held, stage, seen)
        recheck(actor=actor, held=held, when=when)
        given = matching(held, stage, when.on)
        _check_there_is_work(given)
        pinned = check_pins(given, pins)
        problem = problem_of(given, pinned)
        found = assign(problem, rules_for(given.panel, fair), seconds=SECONDS)
        run = AssignmentRun.objects.create(
            round=held, stage=stage, status=found.status, total=found.total, bound=found.bound, proof=found.proof,
            input_hash=found.made.input_hash, shortages=_causes(given, found), actor=actor.key, at=when.at,
        )  # fmt: skip
        if found.status == "optimal":
            _keep(actor, run, given, _planned(given, problem, found), when)
        note_round(
            actor, "assignment.run", held, when, stage=stage, run=run.pk, status=run.status, total=run.total,
            fair=fair, pins=[list(one) for one in pins], input_hash=run.input_hash,
        )  # fmt: skip
    return run


def _check_seen(held: Round, stage: str, seen: int | None) -> None:
    last = last_run(held, stage)
    if (last.pk if last else None) != seen:
        raise Conflict(
            "assessment.assignment.moved",
            "刚才已由别人分配过。看过新的结果再决定是否重新分配。",
            "Somebody has run the assignment meanwhile. Look at its result before you run it again.",
        )


def _check_there_is_work(given: Matching) -> None:
    if not given.entries:
        raise Conflict(
            "assessment.assignment.no_entries",
            "现在没有申报在“{stage_zh}”阶段，不用分配。",
            "No entry is in the stage “{stage}”; there is nothing to assign.",
            stage_zh=given.stage.words.zh,
            stage=given.stage.words.en,
        )


def _planned(given: Matching, problem: Problem, found: Solution) -> list[Planned]:
    entries, experts = {one.number: one for one in given.entries}, {one.code: one for one in given.experts}
    planned = []
    for place in found.taken:
        entry = entries[problem.entries[problem.entry[place]]]
        expert = experts[problem.reviewers[problem.reviewer[place]]]
        fit, said = given.fit(expert, entry), why(problem, found, place)
        planned.append(
            Planned(
                (expert.pk, entry.pk),
                int(problem.score[place]),
                bool(problem.pinned[place]),
                Text(f"{fit.zh}。{said.zh}", f"{fit.en.capitalize()}. {said.en}"),
            )
        )
    return planned


def _keep(actor: Actor, run: AssignmentRun, given: Matching, planned: Iterable[Planned], when: Moment) -> None:
    """End the tasks that are not in the plan, add those that are new, and let somebody lead each panel."""
    wanted = {one.pair: one for one in planned}
    panels: defaultdict[int, list[Assignment]] = defaultdict(list)
    before = {one.pk: (one.pinned, one.lead) for one in given.tasks}
    for task in given.tasks:
        plan = wanted.pop((task.expert_id, task.entry_id), None)
        if plan is None:
            end_task(actor, task, Text("重新分配", "Assigned anew"), when, passes_on=False)
            continue
        task.pinned = plan.pinned if task.submitted_at is None else task.pinned
        panels[task.entry_id].append(task)
    experts = {one.pk: one for one in given.experts}
    for (expert, entry), one in sorted(wanted.items()):
        panels[entry].append(
            Assignment(
                run=run,
                stage=run.stage,
                entry_id=entry,
                expert=experts[expert],
                score=one.score,
                pinned=one.pinned,
                reason={"zh": one.reason.zh, "en": one.reason.en},
                at=when.at,
            )
        )
    _let_lead([panels[one.pk] for one in given.entries if panels[one.pk]])
    tasks = [one for panel in panels.values() for one in panel]
    changed = [one for one in tasks if one.pk and before[one.pk] != (one.pinned, one.lead)]
    Assignment.objects.bulk_update(changed, ["pinned", "lead"], batch_size=BATCH)
    Assignment.objects.bulk_create([one for one in tasks if not one.pk], batch_size=BATCH)


def _let_lead(panels: Sequence[Sequence[Assignment]]) -> None:
    """Let one of each panel lead it, unless one does, so that nobody leads many while others lead none."""
    leads = Counter(one.expert_id for panel in panels for one in panel if one.lead)
    for panel in panels:
        if not any(one.lead for one in panel):
            first = first_to_lead(panel, leads)
            first.lead = True
            leads[first.expert_id] += 1


def _causes(given: Matching, found: Solution) -> list[dict[str, object]]:
    """Return why there is no assignment: each cause in words, whom it concerns, and who was kept off by what."""
    return [
        {
            "zh": one.text.zh,
            "en": one.text.en,
            "entries": list(one.entries),
            "reviewers": list(one.reviewers),
            "short": one.short,
            "kept_off": _kept_off(given, frozenset(one.entries[:NAMED])),
        }
        for one in found.shortages
    ]


def _kept_off(given: Matching, numbers: frozenset[str]) -> list[dict[str, str]]:
    return [
        {"entry": entry.number, "expert": expert.code, "zh": barred[0].evidence.zh, "en": barred[0].evidence.en}
        for entry in given.entries
        if entry.number in numbers
        for expert in given.experts
        if (barred := given.barred(expert, entry))
    ]
