"""What an officer decides besides steps: extend a deadline, merge reports of one thing."""

from django.db import transaction

from pinzhi.engine.casework.deadlines import extend
from pinzhi.engine.casework.workflow import is_closed
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.holding import bring_up_to_date, hold_case, note
from pinzhi.records.casework.models import Case, CaseFile, CaseStep, DeadlineExtension
from pinzhi.records.casework.rules import facts_of, roles_in, type_of
from pinzhi.records.catalog.rulebook import calendar

MERGE = "merge"  # the code of the step by which a case ends in another


def extend_deadline(
    *, actor: Actor, case_id: int, deadline: str, days: int, ground: str, seen: int, when: Moment
) -> DeadlineExtension:
    """Move a deadline of a case by days or working days; see ``engine.casework.deadlines.extend`` for refusals."""
    with transaction.atomic():
        case = hold_case(actor, case_id, seen)
        _require_officer(actor, case)
        kind = type_of(case)
        made = extend(kind, facts_of(case), deadline, days, ground=ground, on=when.on, days=calendar())
        row = DeadlineExtension.objects.create(
            case=case,
            deadline=made.deadline,
            days=made.days,
            ground=ground.strip()[:2000],
            actor=actor.key,
            decided_on=made.on,
            decided_at=when.at,
        )
        bring_up_to_date(case, kind, when.on)
        note(actor, "extend", case, when, deadline=deadline, days=days, ground=ground)
    return row


def merge_case(*, actor: Actor, case_id: int, into_id: int, ground: str, seen: int, when: Moment) -> CaseStep:
    """End a case in another one of the same type, which takes over its files; nothing of it is lost.

    Raises Conflict where one of them is closed or merged already, BadInput for a case of another type, for itself, or
    without reasons.
    """
    with transaction.atomic():
        first, second = sorted((case_id, into_id))  # in one order, so that two who merge crosswise do not wait for ever
        held = {pk: hold_case(actor, pk, seen if pk == case_id else None) for pk in (first, second)}
        case, into = held[case_id], held[into_id]
        _require_officer(actor, case)
        _check_merge(case, into, ground)
        kind = type_of(case)
        step = CaseStep.objects.create(
            case=case,
            number=case.steps.count() + 1,
            code=MERGE,
            before=case.state,
            after=case.state,
            role="officer",
            actor=actor.key,
            ground=ground.strip()[:2000],
            assigned={},
            changed={"into": into.number},
            made_on=when.on,
            made_at=when.at,
        )
        case.merged_into = into
        bring_up_to_date(case, kind, when.on)
        into.seen_before += 1 + case.seen_before
        into.found_on = min(into.found_on, case.found_on)
        known = set(into.files.values_list("kind", "digest"))
        CaseFile.objects.bulk_create(
            CaseFile(
                case=into, kind=one.kind, digest=one.digest, size=one.size, media=one.media, name=one.name,
                actor=one.actor, at=one.at,
            )
            for one in case.files.all()
            if (one.kind, one.digest) not in known
        )  # fmt: skip
        bring_up_to_date(into, kind, when.on)
        note(actor, "merge", case, when, into=into.number, ground=ground)
    return step


def _check_merge(case: Case, into: Case, ground: str) -> None:
    if case.pk == into.pk or case.kind != into.kind:
        raise BadInput(
            "casework.merge.kind",
            "只能并入同一类的另一件。",
            "A case is merged into another one of the same type.",
        )
    for one in (case, into):
        if is_closed(type_of(one), facts_of(one)):
            raise Conflict(
                "casework.merge.closed",
                "{number} 已办结或已并入别的办件。",
                "{number} is closed, or was merged into another case.",
                number=one.number,
            )
    if not ground.strip():
        raise BadInput("casework.ground", "请写明理由。", "Give your reasons.")


def _require_officer(actor: Actor, case: Case) -> None:
    if not roles_in(actor, case) & {"officer", "system"}:
        raise NotAllowed(
            "casework.decide",
            "延期和合并由经办人决定。",
            "Officers decide on extensions and mergers.",
        )
