"""Load closed orders by the hundred, for a demonstration: every step through the engine."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from pinzhi.engine.casework import cases as engine
from pinzhi.engine.casework.cases import Doer, Offer
from pinzhi.engine.casework.savings import Claim, SavingKind, check_claim, check_rating
from pinzhi.engine.casework.workflow import is_closed, open_with, take
from pinzhi.engine.errors import BadInput, NotAllowed, PinzhiError
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.case_parts import CaseRole
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.casework.actions.keeping import SAVING
from pinzhi.records.casework.actions.opening import LONGEST_TITLE
from pinzhi.records.casework.actions.values import checked_values
from pinzhi.records.casework.models import (
    Case,
    CaseFile,
    CaseStep,
    NumberSeries,
    Rating,
    SavingClaim,
    SavingFinding,
)
from pinzhi.records.casework.rules import pin_of_type, type_now
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.journal.actions import write
from pinzhi.records.storage import Kept

LEFT_BY_OFFICE = "经核对报价单和发票。"
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was taken: its code, in which role, on which day."""

    step: str
    role: CaseRole
    on: date


@dataclass(frozen=True, slots=True)
class Saved:
    """A saving that was claimed, and on which day it was verified; None while it is not."""

    kind: SavingKind
    baseline: Decimal
    actual: Decimal
    basis: str
    claimed_on: date
    verified_on: date | None = None


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order from its opening to its end; ``values`` are its fields, the price and the rating (``r5``) among them.

    ``provider_code`` is empty for one that no institution was found for.
    """

    once: str
    reporter_code: str
    provider_code: str
    values: dict[str, str]
    opened_on: date
    steps: tuple[Done, ...]
    opened_by: CaseRole = "reporter"
    station: str = ""
    saved: Saved | None = None


def load_orders(*, actor: Actor, orders: Sequence[PastOrder], evidence: Kept, when: Moment) -> int:
    """Load orders that are over, and return how many were new; one that is there by ``once`` is left alone.

    Every step goes through the engine, as if it were taken on its day: who, in which state, with which fields and
    evidence, in which order. ``evidence`` is the one file that stands for every deliverable and invoice. Only for a
    demonstration; all is marked as invented. Raises BadInput naming the order and what refused it, and then nothing is
    written.
    """
    if not settings.DEMO:
        raise NotAllowed(
            "casework.load", "只有演示站能成批装入服务单。", "Only a demonstration loads orders by the hundred."
        )
    if not actor.trusted:
        require(actor, "operate")
    kind = type_now("nqi-order")
    codes = {code for one in orders for code in (one.reporter_code, one.provider_code)}
    known = {one.code: one for one in Organisation.objects.filter(code__in=codes)}
    there = set(Case.objects.filter(once__in=[one.once for one in orders]).values_list("once", flat=True))
    fresh = [one for one in orders if one.once not in there]
    with transaction.atomic():
        histories = [_history(kind, one, known) for one in fresh]
        cases = _cases(kind, fresh, known)
        Case.objects.bulk_create(cases, batch_size=_BATCH)
        _steps(cases, fresh, histories)
        _files(cases, fresh, evidence, kind)
        _after(cases, fresh, evidence)
        if fresh:
            _tell_journal(actor, kind, fresh, when)
    return len(fresh)


def _history(kind: CaseType, order: PastOrder, known: dict[str, Organisation]) -> tuple[engine.Taken, ...]:
    """Play an order through the engine and return its steps; BadInput where the engine refuses one."""
    pin = pin_of_type(kind)
    try:
        for code in (order.reporter_code, order.provider_code):
            if code and code not in known:
                raise BadInput(
                    "casework.load.code", "没有单位“{code}”。", "There is no organisation “{code}”.", code=code
                )
        given = frozenset(code for code, value in checked_values(kind, order.values).items() if value)
        files = {need.kind: need.at_least for step in kind.step for need in step.evidence}
        first = open_with(kind, doer=_doer(order.opened_by), given=given, on=order.opened_on)
        case = engine.Case(order.once, pin, first.after, given, files, (first,))
        for one in order.steps:
            step = kind.step_of(one.step)
            assigned: dict[CaseRole, str] = dict.fromkeys(step.assigns if step else (), order.provider_code)
            offer = Offer("演示" if step and step.ground else "", assigned, step.through if step else "")
            taken = take(kind, pin, case, one.step, doer=_doer(one.role), on=one.on, offer=offer)
            case = engine.Case(case.key, pin, taken.after, given, files, (*case.history, taken))
        if not is_closed(kind, case):
            raise BadInput(
                "casework.load.open", "没有办结，停在“{state}”。", "It is not over: “{state}”.", state=case.state
            )
        if rating := order.values.get("rating"):
            check_rating(int(rating[1:]), (), "", known=())  # a low one would need a case of its own
        if order.saved:
            check_claim(Claim(order.once, order.saved.kind, order.saved.baseline, order.saved.actual, 1))
    except PinzhiError as refusal:
        raise BadInput(
            "casework.load.order",
            "服务单 {once}：{why_zh}",
            "Order {once}: {why}",
            once=order.once,
            why_zh=refusal.text.zh,
            why=refusal.text.en,
        ) from refusal
    return case.history


def _doer(role: CaseRole) -> Doer:
    return Doer(f"demo:{role}", frozenset({role}))


def _cases(kind: CaseType, orders: Iterable[PastOrder], known: dict[str, Organisation]) -> list[Case]:
    digest, numbers = pin_of_type(kind).digest, _Numbers(kind.prefix)
    made = []
    for one in orders:
        firm, last = known[one.reporter_code], one.steps[-1]
        step = kind.step_of(last.step)
        made.append(
            Case(
                number=numbers.next(one.opened_on.year),
                kind=kind.id,
                edition=kind.edition,
                digest=digest,
                family=kind.family,
                theme=kind.theme,
                state=step.to if step else "",
                phase="closed",
                title=" ".join(one.values.get("need", kind.title.zh).split())[:LONGEST_TITLE],
                values=checked_values(kind, one.values),
                district=firm.district,
                organisation_code=firm.code,
                organisation_name=firm.name,
                found_on=one.opened_on,
                opened_on=one.opened_on,
                opened_at=_at(one.opened_on),
                closed_on=next(done.on for done in one.steps if _closes(kind, done)),
                reporter_code=one.reporter_code,
                provider_code=one.provider_code,
                station=one.station,
                version=len(one.steps) + 1,
                once=one.once,
                synthetic=True,
            )
        )
    numbers.write_back()
    return made


def _closes(kind: CaseType, done: Done) -> bool:
    step = kind.step_of(done.step)
    state = kind.state_of(step.to) if step else None
    return state is not None and state.phase == "closed"


def _steps(cases: list[Case], orders: list[PastOrder], histories: list[tuple[engine.Taken, ...]]) -> None:
    rows = []
    for case, order, history in zip(cases, orders, histories, strict=True):
        for number, taken in enumerate(history, start=1):
            changed = {"rating": order.values["rating"]} if taken.code == "rate" else {}
            assigned = {"provider": order.provider_code} if taken.code in ("dispatch", "choose") else {}
            rows.append(
                CaseStep(
                    case=case,
                    number=number,
                    code=taken.code,
                    before=taken.before,
                    after=taken.after,
                    role=taken.role,
                    actor=taken.actor,
                    assigned=assigned,
                    changed=changed,
                    made_on=taken.on,
                    made_at=_at(taken.on),
                )
            )
    CaseStep.objects.bulk_create(rows, batch_size=_BATCH)


def _files(cases: list[Case], orders: list[PastOrder], evidence: Kept, kind: CaseType) -> None:
    rows = []
    for case, order in zip(cases, orders, strict=True):
        needed = {
            need.kind: done.on for done in order.steps if (step := kind.step_of(done.step)) for need in step.evidence
        }
        if order.saved:
            needed[SAVING] = order.saved.claimed_on
        rows += [
            CaseFile(
                case=case, kind=code, digest=evidence.digest, size=evidence.size, media=evidence.media,
                name=f"{code}.pdf", actor="demo:provider", at=_at(on),
            )
            for code, on in needed.items()
        ]  # fmt: skip
    CaseFile.objects.bulk_create(rows, batch_size=_BATCH)


def _after(cases: list[Case], orders: list[PastOrder], evidence: Kept) -> None:
    """Write ratings, savings and what was found on them."""
    ratings, claims, verified = [], [], []
    for case, order in zip(cases, orders, strict=True):
        rated = next((done for done in order.steps if done.step == "rate"), None)
        if rated is not None:
            ratings.append(
                Rating(
                    case=case, level=int(order.values["rating"][1:]), provider_code=order.provider_code,
                    actor="demo:reporter", rated_on=rated.on, rated_at=_at(rated.on),
                )
            )  # fmt: skip
        if order.saved:
            claims.append(_claim(case, order.saved, evidence))
            verified.append(order.saved.verified_on)
    Rating.objects.bulk_create(ratings, batch_size=_BATCH)
    SavingClaim.objects.bulk_create(claims, batch_size=_BATCH)
    SavingFinding.objects.bulk_create(
        (
            SavingFinding(
                claim=claim, verdict="verified", ground=LEFT_BY_OFFICE, actor="demo:officer", decided_on=on,
                decided_at=_at(on),
            )
            for claim, on in zip(claims, verified, strict=True)
            if on is not None
        ),
        batch_size=_BATCH,
    )  # fmt: skip


def _claim(case: Case, saved: Saved, evidence: Kept) -> SavingClaim:
    return SavingClaim(
        case=case,
        kind=saved.kind,
        baseline=saved.baseline,
        actual=saved.actual,
        amount=Claim(case.number, saved.kind, saved.baseline, saved.actual).amount,
        basis=saved.basis,
        evidence=[evidence.digest],
        actor="demo:reporter",
        claimed_on=saved.claimed_on,
        claimed_at=_at(saved.claimed_on),
        synthetic=True,
    )


def _tell_journal(actor: Actor, kind: CaseType, orders: list[PastOrder], when: Moment) -> None:
    names = hashlib.sha256("\n".join(one.once for one in orders).encode()).hexdigest()
    write(
        at=when.at,
        actor=actor.key,
        action="casework.load-orders",
        object_kind="case",
        object_key=orders[0].once[:60],
        edition=f"{kind.id} {kind.edition}",
        detail={"orders": len(orders), "names": names, "demo": True},
    )


def _at(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 2, tzinfo=UTC)


class _Numbers:
    """Numbers of several years, taken while their rows are held and written back once."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._series: dict[int, NumberSeries] = {}

    def next(self, year: int) -> str:
        """Return the next number of a year."""
        if year not in self._series:
            NumberSeries.objects.get_or_create(key=f"{self._prefix}-{year}")
            self._series[year] = NumberSeries.objects.select_for_update().get(key=f"{self._prefix}-{year}")
        self._series[year].last += 1
        return f"{self._prefix}-{year}-{self._series[year].last:05d}"

    def write_back(self) -> None:
        """Write back the last number of each year."""
        for series in self._series.values():
            series.save(update_fields=["last"])
