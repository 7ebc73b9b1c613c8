"""Savings: an enterprise states what an order saved it, an officer verifies or refuses, with reasons."""

from decimal import Decimal
from typing import Literal, cast, get_args

from django.db import transaction

from pinzhi.engine.casework.savings import Claim, SavingKind, check_claim
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.casework.actions.holding import hold_case, note
from pinzhi.records.casework.actions.keeping import SAVING
from pinzhi.records.casework.models import Case, SavingClaim, SavingFinding
from pinzhi.records.casework.rules import SERVED, roles_in

Verdict = Literal["verified", "refused", "withdrawn"]
LONGEST = 1_000
LARGEST = Decimal("1000000000")  # yuan; more than any order of a city saves


def claim_saving(
    *, actor: Actor, case_id: int, kind: str, baseline: Decimal, actual: Decimal, basis: str, when: Moment
) -> SavingClaim:
    """State what an order saved, in yuan: what it would have cost and what it did; ``basis`` says how that is known.

    The files of kind ``saving`` that were brought to the order by then are its evidence. Raises NotAllowed for anybody
    but who ordered, Conflict for an order that is not completed, BadInput for an amount below zero or with more than
    two digits, nothing saved, no evidence, no words, and a second claim of a kind unless the first was refused.
    """
    with transaction.atomic():
        case = hold_case(actor, case_id)
        if not roles_in(actor, case) & {"reporter", "system"}:
            raise NotAllowed(
                "casework.saving.who", "节约的费用由下单的企业申报。", "Whoever ordered states what was saved."
            )
        _check_served(case)
        digests = sorted(case.files.filter(kind=SAVING).values_list("digest", flat=True))
        made = Claim(case.number, _kind(kind), baseline, actual, len(digests))
        check_claim(made, _standing(case))
        _check_words(made, basis)
        row = SavingClaim.objects.create(
            case=case,
            kind=kind,
            baseline=baseline,
            actual=actual,
            amount=made.amount,
            basis=basis.strip(),
            evidence=digests,
            actor=actor.key,
            claimed_on=when.on,
            claimed_at=when.at,
            synthetic=case.synthetic,
        )
        note(actor, "saving.claim", case, when, kind=kind, amount=str(made.amount), evidence=digests)
    return row


def decide_saving(*, actor: Actor, claim_id: int, verdict: Verdict, ground: str, when: Moment) -> SavingFinding:
    """Verify or refuse a claim, or withdraw one that was verified; every time with reasons.

    Raises NotFound for a claim of a case that the actor may not know of; NotAllowed for who is no officer for it, or
    acts for an organisation concerned; Conflict where it was decided before; BadInput without reasons.
    """
    known = SavingClaim.objects.filter(pk=claim_id).first()
    if known is None:
        raise NotFound("casework.saving", "没有这项申报。", "There is no such claim.")
    with transaction.atomic():
        case = hold_case(actor, known.case_id)  # who decides at the same moment waits here
        if not actor.trusted:
            require(actor, "casework.savings", case)
            if "officer" not in roles_in(actor, case):
                raise NotAllowed(
                    "casework.saving.own",
                    "你代表这一单的一方，不能核实它的节约。",
                    "You act for a party to this order and cannot verify what it saved.",
                )
        _check_turn(known, verdict)
        if not ground.strip():
            raise BadInput("casework.ground", "请写明理由。", "Give your reasons.")
        row = SavingFinding.objects.create(
            claim=known,
            verdict=verdict,
            ground=ground.strip()[:LONGEST],
            actor=actor.key,
            decided_on=when.on,
            decided_at=when.at,
        )
        note(actor, f"saving.{verdict}", case, when, claim=known.pk, amount=str(known.amount), ground=row.ground)
    return row


def _check_served(case: Case) -> None:
    if case.state not in SERVED or case.family != "order":
        raise Conflict(
            "casework.saving.early",
            "{number} 还没有办结，办结后再申报节约的费用。",
            "{number} is not completed yet; state what it saved afterwards.",
            number=case.number,
        )


def _kind(kind: str) -> SavingKind:
    if kind not in get_args(SavingKind):
        raise BadInput(
            "casework.saving.kind",
            "没有“{kind}”这类节约。有：{known}。",
            "There is no saving of kind “{kind}”. There is: {known}.",
            kind=kind[:40],
            known=", ".join(get_args(SavingKind)),
        )
    return cast(SavingKind, kind)


def _standing(case: Case) -> list[Claim]:
    """Return the claims of an order that were not refused."""
    rows = case.savings.exclude(findings__verdict="refused")
    return [Claim(case.number, cast(SavingKind, one.kind), one.baseline, one.actual, 1) for one in rows]


def _check_words(made: Claim, basis: str) -> None:
    if not made.amount or made.baseline >= LARGEST:
        raise BadInput(
            "casework.saving.nothing",
            "原价 {baseline} 元，实付 {actual} 元，没有节约，或金额过大。请核对。",
            "It would have cost {baseline} and did cost {actual} yuan: nothing saved, or too large. Check the amounts.",
            baseline=made.baseline,
            actual=made.actual,
        )
    if not basis.strip() or len(basis.strip()) > LONGEST:
        raise BadInput(
            "casework.saving.basis",
            "请写明依据，最多 {most} 字，例如对比哪份报价。",
            "Say in at most {most} characters what it is based on, such as which quote it is compared with.",
            most=LONGEST,
        )


def _check_turn(claim: SavingClaim, verdict: Verdict) -> None:
    found = set(claim.findings.values_list("verdict", flat=True))
    allowed: dict[frozenset[str], tuple[str, ...]] = {
        frozenset(): ("verified", "refused"),
        frozenset({"verified"}): ("withdrawn",),
    }
    if verdict not in allowed.get(frozenset(found), ()):
        raise Conflict(
            "casework.saving.decided",
            "这项申报已有结论，不能再这样办。",
            "This claim was decided before; that cannot be done to it now.",
        )
