"""The plan of surveillance: what is due, overdue, suspended, of all that an actor watches or holds."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q

from pinzhi.engine.attestation.surveillance import Standing, standing
from pinzhi.engine.errors import NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.attestation.models import SurveillanceTask
from pinzhi.records.attestation.queries.surveillance_rows import STAGES, PlanRow, plan_rows
from pinzhi.records.attestation.queries.surveillance_subjects import (
    Subject,
    of_honour,
    passed_surveillances,
    rule_of,
    subject,
    watched_of,
)
from pinzhi.records.attestation.queries.surveillance_tasks import FindingRow, TaskRow, findings_of, task_row
from pinzhi.records.catalog.models import Certificate, Honour
from pinzhi.records.catalog.queries.certificates import watched
from pinzhi.records.catalog.queries.validity import valid_on
from pinzhi.records.catalog.queries.watching import certificate_rules, due_by, overdue_on
from pinzhi.records.catalog.rulebook import rulebook

PAGE = 50
SOON_DAYS = 30
ASKED = ("overdue", "to-withdraw", "suspended", "soon", "open")  # what is due soon is among what is due


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """A district or a scheme in the plan, by what it is asked for, and how many there are in each stage."""

    field: str  # district or scheme
    code: str
    title: Text
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One page of the plan, the most pressing first; how many there are in each stage, in all and in each group."""

    rows: tuple[PlanRow, ...]
    counts: Mapping[str, int]
    groups: tuple[PlanGroup, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True, order=True)
class _Pressing:
    """Something that is due; sorting puts the most pressing first, by the rank of its stage and by its day."""

    rank: int
    day: date
    kind: str
    record: int
    district: str
    scheme: str

    def stages(self, on: date) -> tuple[str, ...]:
        """Return the stages under which it is asked for."""
        stage = ASKED[self.rank]
        return (stage, "soon") if stage == "open" and self.day <= on + timedelta(days=SOON_DAYS) else (stage,)


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """A certificate or title with its surveillance, as who is asking may see it, and what he may do."""

    subject: Subject
    row: PlanRow
    standing: Standing | None
    tasks: tuple[TaskRow, ...]
    findings: tuple[FindingRow, ...]
    watches: bool
    holds: bool
    cancels: bool


def plan(actor: Actor, on: date, *, stage: str = "", scheme: str = "", district: str = "", page: int = 1) -> PlanPage:
    """Return a page of what the actor watches and something is due of: overdue first, then by the day.

    ``stage`` is one of ASKED, empty for all of them. Groups are districts, or schemes where all lies in one district.
    """
    require(actor, "attestation.watch")
    found = sorted(_pressing(actor, on, scheme, district))
    counts = Counter(one for each in found for one in each.stages(on))
    groups = _groups(found, on)
    if stage:
        found = [one for one in found if stage in one.stages(on)]
    pages = max(1, -(-len(found) // PAGE))
    if not 1 <= page <= pages:
        raise NotFound(
            "attestation.surveillance.page",
            "只有 {pages} 页，没有第 {page} 页。",
            "There are {pages} pages; there is no page {page}.",
            pages=pages,
            page=page,
        )
    shown = found[(page - 1) * PAGE : page * PAGE]
    rows = plan_rows([(one.kind, one.record) for one in shown], on)
    return PlanPage(rows, counts, groups, len(found), page, pages)


def held_by(actor: Actor, on: date) -> tuple[PlanRow, ...]:
    """Return what the actor's organisations hold, with what is due of it; what has ended comes last."""
    codes = actor.organisation_codes
    certificates = Certificate.objects.filter(holder__code__in=codes).values_list("pk", flat=True)
    honours = Honour.objects.filter(organisation__code__in=codes).values_list("pk", flat=True)
    pairs = [("certificate", pk) for pk in certificates.order_by("expires_on", "pk")]
    rows = plan_rows([*pairs, *(("honour", pk) for pk in honours.order_by("pk"))], on, for_holder=True)
    order = list(STAGES)
    return tuple(sorted(rows, key=lambda row: (order.index(row.stage.code), row.due_on or date.max)))


def subject_page(actor: Actor, kind: str, key: str, on: date) -> SubjectPage:
    """Return a certificate or title for its holder's people and who watches it; NotFound for everybody else."""
    one = subject(kind, key)
    watches, holds = may(actor, "attestation.watch", one), one.holder_code in actor.organisation_codes
    if not (watches or (one.holder_code and holds)):
        raise NotFound(
            "attestation.subject", "登记册里没有“{key}”。", "The register has no “{key}”.", key=key[:80], kind=kind[:24]
        )
    tasks = SurveillanceTask.objects.filter(subject_kind=kind, subject_key=key)
    seen = tasks if watches else tasks.filter(Q(state="closed") | Q(unannounced=False)).exclude(state="called-off")
    rule = rule_of(one, on)
    passed = passed_surveillances(kind, [key]).get(key, ())
    (row,) = plan_rows([(kind, one.record_id)], on, for_holder=not watches)
    return SubjectPage(
        subject=one,
        row=row,
        standing=standing(rule, watched_of(one, passed), on) if rule else None,
        tasks=tuple(task_row(task, on) for task in seen.select_related("assessor").order_by("-pk")[:PAGE]),
        findings=findings_of(tasks, on),
        watches=watches,
        holds=holds,
        cancels=one.holder_code in actor.managed_codes and row.stage.code not in ("ended", "expired", "upcoming"),
    )


def _groups(found: list[_Pressing], on: date) -> tuple[PlanGroup, ...]:
    """Return what is due by district, or by scheme where there is one district; nothing where there is one group."""
    field = "district" if len({one.district for one in found}) > 1 else "scheme"
    counts: dict[str, Counter[str]] = {}
    for one in found:
        code = one.district if field == "district" else one.scheme
        counts.setdefault(code, Counter()).update(one.stages(on))
    words = rulebook().codelist(f"{field}s")
    return tuple(
        PlanGroup(field, code, words.text(code) if code else Text("没有写明", "not known"), counts[code])
        for code in (sorted(counts) if len(counts) > 1 else ())
    )


def _pressing(actor: Actor, on: date, scheme: str, district: str) -> Iterator[_Pressing]:
    """Yield everything that something is due of.

    The register's own columns decide; 4,000 rows take a tenth of a second, so the whole list is sorted here.
    """
    rules = certificate_rules(on)
    opens = max((rule.opens_days for rule in rules.values()), default=0)
    near = (valid_on(on) & due_by(on + timedelta(days=opens), on=on)) | Q(state="suspended") | overdue_on(on)
    rows = Certificate.objects.filter(near, _scope(actor), scheme__in=rules)
    if scheme:
        rows = rows.filter(scheme=scheme)
    if district:
        rows = rows.filter(holder__district=district)
    fields = ("pk", "scheme", "issued_on", "expires_on", "state", "state_on", "last_audit_on")
    placed = rows.only(*fields).annotate(place=F("holder__district"))
    for row in placed.order_by("pk").iterator(chunk_size=2000):
        found = standing(rules[row.scheme], watched(row), on)
        if found.stage in ASKED:
            rank, day = ASKED.index(found.stage), found.due_on or date.max
            yield _Pressing(rank, day, "certificate", row.pk, row.place, row.scheme)
    for honour in _watched_honours(actor, scheme, district):
        one = of_honour(honour)
        rule = rule_of(one, on)
        if rule is not None:
            passed = passed_surveillances("honour", [one.key]).get(one.key, ())
            found = standing(rule, watched_of(one, passed), on)
            if found.stage in ASKED:
                rank, day = ASKED.index(found.stage), found.due_on or date.max
                yield _Pressing(rank, day, "honour", honour.pk, one.district, one.scheme)


def _scope(actor: Actor) -> Q:
    """Return the condition on certificates under which an actor watches them: what ``attestation.watch`` says."""
    if actor.has("city_officer") or actor.trusted:
        return Q()
    wanted = Q(pk__in=())
    if actor.has("district_officer"):
        wanted |= Q(holder__district__in=actor.districts)
    if actor.has("institution"):
        wanted |= Q(issuer__code__in=actor.organisation_codes)
    return wanted


def _watched_honours(actor: Actor, scheme: str, district: str) -> Iterator[Honour]:
    rows = Honour.objects.filter(state__in=("announced", "in_force", "suspended")).select_related("organisation")
    if scheme:
        rows = rows.filter(scheme=scheme)
    if district:
        rows = rows.filter(organisation__district=district)
    for row in rows.order_by("pk"):
        if may(actor, "attestation.watch", of_honour(row)):
            yield row
