"""Load cases of any type by the hundred, for a demonstration: every step through the engine, the rows in bulk."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings
from django.db import transaction

from pinzhi.engine.casework import cases as engine
from pinzhi.engine.casework import deadlines
from pinzhi.engine.casework.cases import Doer, Offer
from pinzhi.engine.casework.workflow import is_closed, open_with, take
from pinzhi.engine.errors import BadInput, NotAllowed, PinzhiError
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.case_parts import CaseRole
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.casework.actions.opening import place_case
from pinzhi.records.casework.actions.values import checked_values, keep_values
from pinzhi.records.casework.models import Case, CaseFile, CaseStep, NumberSeries
from pinzhi.records.casework.rules import pin_of_type, type_now
from pinzhi.records.catalog.rulebook import calendar
from pinzhi.records.journal.actions import write
from pinzhi.records.storage import Kept

GROUND = "演示：经现场核查。"
_BATCH = 500


@dataclass(frozen=True, slots=True)
class PastStep:
    """A step that was taken: its code, in which role, on which day."""

    code: str
    role: CaseRole
    on: date


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case from its opening as far as it came; ``handler`` is the organisation that puts it right."""

    once: str
    kind: str
    values: dict[str, str]
    opened_by: CaseRole
    opened_on: date
    steps: tuple[PastStep, ...]
    handler: str = ""
    district: str = ""


def load_past_cases(
    *, actor: Actor, past: Sequence[PastCase], evidence: Mapping[str, Kept], when: Moment
) -> tuple[Case, ...]:
    """Load cases as they came to pass, and return those that are new; one that is there by ``once`` is left alone.

    Each step is asked of the engine as if it were taken on its day. ``evidence`` are the files that stand for every
    photo of a kind, that of no kind for all others. Only for a demonstration; all is marked as invented. Raises
    BadInput naming the case and what refused it, and then nothing is written.
    """
    if not settings.DEMO:
        raise NotAllowed("casework.load", "只有演示站能成批装入办件。", "Only a demonstration loads cases in bulk.")
    if not actor.trusted:
        require(actor, "operate")
    there = set(Case.objects.filter(once__in=[one.once for one in past]).values_list("once", flat=True))
    fresh = [one for one in past if one.once not in there]
    with transaction.atomic():
        numbers: dict[str, int] = {}
        made = [_played(one, numbers, when.on) for one in fresh]
        Case.objects.bulk_create([case for case, _history in made], batch_size=_BATCH)
        _write_rows(fresh, made, evidence)
        for key, last in numbers.items():
            NumberSeries.objects.filter(key=key).update(last=last)
        if fresh:
            names = hashlib.sha256("\n".join(one.once for one in fresh).encode()).hexdigest()
            detail = {"cases": len(fresh), "names": names, "demo": True}
            write(
                at=when.at, actor=actor.key, action="casework.load-cases", object_kind="case",
                object_key=fresh[0].once[:60], detail=detail,
            )  # fmt: skip
    return tuple(case for case, _history in made)


def _played(one: PastCase, numbers: dict[str, int], on: date) -> tuple[Case, engine.Case]:
    kind = type_now(one.kind)
    pin = pin_of_type(kind)
    case = Case(
        number=_number(kind, one.opened_on.year, numbers),
        kind=kind.id,
        edition=kind.edition,
        digest=pin.digest,
        family=kind.family,
        theme=kind.theme,
        found_on=one.opened_on,
        opened_on=one.opened_on,
        opened_at=_at(one.opened_on),
        handler_code=one.handler,
        version=len(one.steps) + 1,
        once=one.once,
        synthetic=True,
    )
    try:
        checked = checked_values(kind, one.values)
        place_case(case, kind, checked, one.district)
        keep_values(case, kind, checked)
        facts = _history(kind, one, frozenset(code for code, value in checked.items() if value))
    except PinzhiError as refusal:
        raise BadInput(
            "casework.load.case",
            "办件 {once}：{why_zh}",
            "Case {once}: {why}",
            once=one.once,
            why_zh=refusal.text.zh,
            why=refusal.text.en,
        ) from refusal
    state = kind.state_of(facts.state)
    case.state, case.phase = facts.state, state.phase if state else "closed"
    if is_closed(kind, facts):
        case.closed_on = next(step.on for step in reversed(facts.history) if step.after == facts.state)
    elif due := deadlines.next_due(deadlines.clocks(kind, facts, on=on, days=calendar())):
        case.due_code, case.due_on = due.code, due.last_day
    return case, facts


def _history(kind: CaseType, one: PastCase, given: frozenset[str]) -> engine.Case:
    pin = pin_of_type(kind)
    files = {need.kind: need.at_least for step in kind.step for need in step.evidence}
    first = open_with(kind, doer=_doer(one.opened_by), given=given, on=one.opened_on)
    case = engine.Case(one.once, pin, first.after, given, files, (first,))
    for done in one.steps:
        step = kind.step_of(done.code)
        assigned: dict[CaseRole, str] = dict.fromkeys(step.assigns if step else (), one.handler)
        offer = Offer(GROUND if step and step.ground else "", assigned, step.through if step else "")
        taken = take(kind, pin, case, done.code, doer=_doer(done.role), on=done.on, offer=offer)
        case = engine.Case(case.key, pin, taken.after, given, files, (*case.history, taken))
    return case


def _write_rows(
    past: Sequence[PastCase], made: Sequence[tuple[Case, engine.Case]], evidence: Mapping[str, Kept]
) -> None:
    steps, files = [], []
    for one, (case, facts) in zip(past, made, strict=True):
        kind = type_now(one.kind)
        for number, taken in enumerate(facts.history, start=1):
            step = kind.step_of(taken.code)
            steps.append(
                CaseStep(
                    case=case, number=number, code=taken.code, before=taken.before, after=taken.after, role=taken.role,
                    actor=taken.actor, ground=GROUND if step and step.ground else "", made_on=taken.on,
                    assigned=dict.fromkeys(step.assigns if step else (), one.handler), made_at=_at(taken.on),
                )
            )  # fmt: skip
            for need in step.evidence if step else ():
                kept = evidence.get(need.kind, evidence[""])
                files.append(
                    CaseFile(
                        case=case, kind=need.kind, digest=kept.digest, size=kept.size, media=kept.media,
                        name=f"{need.kind}.png", actor=taken.actor, at=_at(taken.on),
                    )
                )  # fmt: skip
    CaseStep.objects.bulk_create(steps, batch_size=_BATCH)
    CaseFile.objects.bulk_create(files, batch_size=_BATCH, ignore_conflicts=True)  # a case that came back needs one


def _number(kind: CaseType, year: int, numbers: dict[str, int]) -> str:
    key = f"{kind.prefix}-{year}"
    if key not in numbers:
        NumberSeries.objects.get_or_create(key=key)
        numbers[key] = NumberSeries.objects.select_for_update().get(key=key).last
    numbers[key] += 1
    return f"{key}-{numbers[key]:05d}"


def _doer(role: CaseRole) -> Doer:
    return Doer(f"demo:{role}", frozenset({role}))


def _at(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
