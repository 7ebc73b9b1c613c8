"""Move an entry: the one act by which anything in a round changes its state."""

from datetime import date

from django.db import transaction

from pinzhi.engine.assessment.rounds.states import Transition, move, moves_for
from pinzhi.engine.errors import NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import NOTICES, Part
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.actions.common import check_seen, hold_entry, note
from pinzhi.records.assessment.actions.granting import grant, register_state
from pinzhi.records.assessment.models import Entry, EntryStep
from pinzhi.records.assessment.queries.facts import facts_for
from pinzhi.records.assessment.queries.visible import visible_entries
from pinzhi.records.assessment.rules import parts_of, scheme_of


def move_entry(
    *,
    actor: Actor,
    entry_id: int,
    to: str,
    seen: int,
    when: Moment,
    ground: str = "",
    document: str = "",
    effective_on: date | None = None,
) -> EntryStep:
    """Move an entry to another state, wholly or not at all; ``seen`` is the version that whoever moves it looked at.

    Raises NotFound for an entry the actor may not know of, Conflict where somebody moved it meanwhile or a gate of the
    scheme is shut, NotAllowed where somebody else makes the move, BadInput where grounds or a document are missing.
    """
    with transaction.atomic():
        if not visible_entries(actor).filter(pk=entry_id).exists():
            raise NotFound("assessment.entry", "没有这份申报。", "There is no such entry.")
        entry = hold_entry(entry_id)
        check_seen(entry, seen)
        facts = facts_for(entry, on=when.on, ground=ground, document=document, effective_on=effective_on)
        scheme = scheme_of(entry.round)
        parts: tuple[Part, ...] = parts_of(actor, entry)
        part = next((one for one in parts if any(move.to == to for move in moves_for(scheme, facts, one))), None)
        made = move(scheme, facts, to, part or (parts[0] if parts else "expert"))
        step = _keep(actor, entry, made, when)
        _tell_register(actor, entry, scheme, made, when)
    return step


def _tell_register(actor: Actor, entry: Entry, scheme: Scheme, made: Transition, when: Moment) -> None:
    """Write into the register what an entry is granted in its new state, or what becomes of what it was granted."""
    stage = scheme.stage_of(made.after)
    if made.after == "announced":
        grant(entry, scheme, when=when, effective_on=made.effective_on, document=made.document)
    elif stage is not None and stage.grants:
        grant(
            entry, scheme, when=when, effective_on=made.effective_on, document=made.document, grade=stage.grants
        )  # fmt: skip
    elif made.after != "in_force" or made.before == "suspended":
        register_state(
            actor, entry, made.after, when=when, effective_on=made.effective_on, ground=made.ground,
            document=made.document,
        )  # fmt: skip


def _keep(actor: Actor, entry: Entry, made: Transition, when: Moment) -> EntryStep:
    """Write the step, bring the entry to its new state, and tell the journal."""
    entry.version += 1
    step = EntryStep.objects.create(
        entry=entry,
        number=entry.version,
        before=made.before,
        after=made.after,
        part=made.part,
        function=made.function,
        basis=made.basis,
        ground=made.ground,
        document=made.document,
        actor=actor.key,
        made_on=made.made_on,
        effective_on=made.effective_on,
        recorded_at=when.at,
    )
    if made.before == "draft" and made.after == "submitted":
        entry.digest, entry.lodged_on, entry.lodged_at = entry.round.digest, when.on, when.at
    entry.came_from = made.before if made.after == "objection" and made.before in NOTICES else ""
    entry.state, entry.in_state_since = made.after, made.made_on
    entry.save()
    note(
        actor,
        "move",
        entry,
        when,
        before=made.before,
        after=made.after,
        part=made.part,
        ground=made.ground,
        document=made.document,
        effective_on=made.effective_on.isoformat(),
        quotas=[[use.quota, use.places, use.taken] for use in made.uses],
    )
    return step
