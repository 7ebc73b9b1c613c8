"""Take a step: the one act by which a case changes its state; and by many at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction

from pinzhi.engine.casework.cases import Doer, Offer
from pinzhi.engine.casework.workflow import take
from pinzhi.engine.errors import BadInput, PinzhiError
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.case_parts import CASE_ROLES, CaseRole, Through
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor, actor_for
from pinzhi.records.casework.actions.holding import bring_up_to_date, hold_case, note
from pinzhi.records.casework.actions.keeping import add_file
from pinzhi.records.casework.actions.opening import place_case
from pinzhi.records.casework.actions.telling import tell_of_step
from pinzhi.records.casework.actions.values import checked_values, keep_values
from pinzhi.records.casework.models import Case, CaseStep
from pinzhi.records.casework.rules import facts_of, pin_of_type, require_listed, roles_in, type_of
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.storage import Sent

MOST_AT_ONCE = 200
# What an assignment names: an organisation by its code, or an account by its id.
_BY_CODE: Mapping[CaseRole, str] = {"handler": "handler_code", "provider": "provider_code"}
_BY_ACCOUNT: Mapping[CaseRole, str] = {"verifier": "verifier_id", "expert": "expert_id"}
_ROLE_OF_ACCOUNT: Mapping[CaseRole, tuple[str, ...]] = {
    "verifier": ("inspector", "expert", "city_officer", "district_officer"),
    "expert": ("expert",),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A step that somebody wants taken, with what comes with it; ``through`` is set by the acts of their own."""

    step: str
    ground: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    assign: Mapping[CaseRole, str] = field(default_factory=dict)
    through: Through = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one case of many: the step taken, or the refusal."""

    number: str
    refusal: PinzhiError | None = None


def take_step(*, actor: Actor, case_id: int, wish: Wish, seen: int | None, when: Moment) -> CaseStep:
    """Take a step of a case, wholly or not at all; ``seen`` is the version that whoever takes it looked at.

    Raises NotFound for a case the actor may not know of; Conflict where somebody was first, the case was opened under
    another edition or has no such step now; NotAllowed where it is somebody else's; BadInput for what is missing.
    """
    with transaction.atomic():
        case = hold_case(actor, case_id, seen)
        kind = type_of(case)
        checked = checked_values(kind, wish.values)
        shown = keep_values(case, kind, checked)
        place_case(case, kind, checked)
        taken = take(
            kind,
            pin_of_type(kind),
            facts_of(case),
            wish.step,
            doer=Doer(actor.key, roles_in(actor, case)),
            on=when.on,
            offer=Offer(wish.ground, wish.assign, wish.through),
        )
        names = _assign(case, wish.assign, when)
        case.state = taken.after
        step = CaseStep.objects.create(
            case=case,
            number=case.steps.count() + 1,
            code=taken.code,
            before=taken.before,
            after=taken.after,
            role=taken.role,
            actor=taken.actor,
            ground=wish.ground.strip()[:2000],
            assigned=names,
            changed=shown,
            made_on=when.on,
            made_at=when.at,
        )
        bring_up_to_date(case, kind, when.on)
        note(actor, "step", case, when, step=taken.code, before=taken.before, after=taken.after, assigned=names)
        tell_of_step(case, kind, step, when)
    return step


def take_step_with_files(
    *, actor: Actor, case_id: int, wish: Wish, files: Iterable[tuple[str, Sent]], seen: int, when: Moment
) -> CaseStep:
    """Keep files, each with its kind, and take the step they are evidence for.

    Files that were kept stay with the case when the step is refused, so that nobody sends them twice. Its own files
    change the case; anybody else's change since ``seen`` is refused as in ``take_step``.
    """
    version = Case.objects.filter(pk=case_id).values_list("version", flat=True)
    is_fresh, brought = version.first() == seen, tuple(files)
    for kind, sent in brought:
        add_file(actor=actor, case_id=case_id, kind=kind, sent=sent, when=when)
    now_seen = version.first() if brought and is_fresh else seen
    return take_step(actor=actor, case_id=case_id, wish=wish, seen=now_seen, when=when)


def take_steps(*, actor: Actor, numbers: Iterable[str], wish: Wish, when: Moment) -> tuple[Row, ...]:
    """Take one step of many cases, each by itself, and tell of each what became of it; BadInput for too many."""
    asked = list(dict.fromkeys(numbers))
    if len(asked) > MOST_AT_ONCE:
        raise BadInput(
            "casework.many",
            "一次最多办 {most} 件，选了 {found} 件。",
            "At most {most} cases at once; {found} were chosen.",
            most=MOST_AT_ONCE,
            found=len(asked),
        )
    ids = dict(Case.objects.filter(number__in=asked).values_list("number", "pk"))
    rows = []
    for number in asked:
        try:
            take_step(actor=actor, case_id=ids.get(number, 0), wish=wish, seen=None, when=when)
        except PinzhiError as refusal:
            rows.append(Row(number, refusal))
        else:
            rows.append(Row(number))
    return tuple(rows)


def _assign(case: Case, assign: Mapping[CaseRole, str], when: Moment) -> dict[str, str]:
    """Give roles in a case and return them as the step keeps them."""
    names: dict[str, str] = {}
    for role, who in assign.items():
        if role in _BY_CODE:
            organisation = Organisation.objects.filter(code=who).first()
            if organisation is None:
                raise _nobody(role, who)
            if role == "provider":
                require_listed(organisation)
            setattr(case, _BY_CODE[role], organisation.code)
            names[role] = organisation.code
        elif role in _BY_ACCOUNT:
            user = User.objects.filter(pk=int(who) if who.isascii() and who.isdigit() else 0, is_active=True).first()
            if user is None or not actor_for(user, when.on).has(*_ROLE_OF_ACCOUNT[role]):
                raise _nobody(role, who)
            setattr(case, _BY_ACCOUNT[role], user.pk)
            names[role] = f"user:{user.pk}"
        else:
            raise _nobody(role, who)
    return names


def _nobody(role: CaseRole, who: str) -> BadInput:
    return BadInput(
        "casework.assign.nobody",
        "找不到可以担任{role_zh}的“{who}”。",
        "“{who}” cannot be the {role}: not known, or without the role.",
        role_zh=CASE_ROLES[role].zh,
        role=CASE_ROLES[role].en.lower(),
        who=who[:60],
    )
