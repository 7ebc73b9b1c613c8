"""Savings as pages show them: of one order, and those that wait for an officer, each with what it stands on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from pinzhi.engine.errors import NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.models import Case, CaseFile, SavingClaim, SavingFinding
from pinzhi.records.casework.queries.visible import visible_cases
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.queries.shapes import State

PAGE = 50
KINDS: Mapping[str, Text] = {
    "discount": Text("优惠", "Discount"),
    "fee-waived": Text("免收费用", "Fee waived"),
    "shared-equipment": Text("共享设备", "Shared equipment"),
    "travel": Text("少跑路", "Travel saved"),
    "time": Text("节省时间", "Time saved"),
}
_STATES: Mapping[str, State] = {
    "claimed": State("claimed", Text("等待核实", "To be verified"), "wait"),
    "verified": State("verified", Text("已核实", "Verified"), "ok"),
    "refused": State("refused", Text("未通过", "Refused"), "bad"),
    "withdrawn": State("withdrawn", Text("核实已撤回", "Verification withdrawn"), "bad"),
}


@dataclass(frozen=True, slots=True)
class Saving:
    """A claim with its order, its files and what was found."""

    id: int
    number: str
    title: str
    organisation: str
    provider: str
    kind: Text
    baseline: Decimal
    actual: Decimal
    amount: Decimal
    basis: str
    claimed_on: date
    state: State
    files: tuple[CaseFile, ...]
    findings: tuple[SavingFinding, ...]
    price: str
    synthetic: bool


def savings_of(case: Case) -> tuple[Saving, ...]:
    """Return the claims of an order, the first first."""
    return tuple(savings(case.savings.select_related("case").order_by("pk")))


def savings_seen_by(actor: Actor, *, decided: bool = False) -> QuerySet[SavingClaim]:
    """Return the claims that wait for a finding, the oldest first, or those that have one, the newest first."""
    own = SavingClaim.objects.filter(case__in=visible_cases(actor)).select_related("case")
    if decided:
        return own.exclude(findings=None).distinct().order_by("-claimed_on", "-pk")
    return own.filter(findings=None).order_by("claimed_on", "pk")


def saving_for(actor: Actor, claim_id: int) -> Saving:
    """Return a claim of a case that somebody may know of."""
    rows = SavingClaim.objects.filter(pk=claim_id, case__in=visible_cases(actor)).select_related("case")
    for found in savings(rows):
        return found
    raise NotFound("casework.saving", "没有这项申报。", "There is no such claim.")


def waiting(actor: Actor) -> int:
    """Return how many claims wait for one of the officers that somebody is."""
    return savings_seen_by(actor).count() if actor.has("city_officer", "district_officer") else 0


def savings(rows: Iterable[SavingClaim]) -> Iterator[Saving]:
    """Yield claims as pages show them; three statements for however many."""
    claims = list(rows)
    cases = [one.case_id for one in claims]
    files: dict[tuple[int, str], CaseFile] = {
        (one.case_id, one.digest): one for one in CaseFile.objects.filter(case__in=cases, kind="saving")
    }
    found: dict[int, list[SavingFinding]] = {}
    for finding in SavingFinding.objects.filter(claim__in=claims).order_by("pk"):
        found.setdefault(finding.claim_id, []).append(finding)
    codes = {one.case.provider_code for one in claims}
    names = dict(Organisation.objects.filter(code__in=codes).values_list("code", "name"))
    for one in claims:
        findings = found.get(one.pk, [])
        yield Saving(
            id=one.pk,
            number=one.case.number,
            title=one.case.title,
            organisation=one.case.organisation_name,
            provider=names.get(one.case.provider_code, ""),
            kind=KINDS.get(one.kind, Text(one.kind, one.kind)),
            baseline=one.baseline,
            actual=one.actual,
            amount=one.amount,
            basis=one.basis,
            claimed_on=one.claimed_on,
            state=_STATES[findings[-1].verdict if findings else "claimed"],
            files=tuple(file for digest in one.evidence if (file := files.get((one.case_id, digest)))),
            findings=tuple(findings),
            price=str(one.case.values.get("price", "")),
            synthetic=one.synthetic,
        )
