"""The plan of surveillance: what is due, overdue, suspended, of all that an actor watches or holds."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from pinzhi.engine.attestation.surveillance import Standing, standing
from pinzhi.engine.errors import NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.attestation.models import SurveillanceTask
from pinzhi.records.attestation.models.surveillance import OPEN_TASKS
from pinzhi.records.attestation.queries.surveillance_subjects import (
    Subject,
    of_certificate,
    of_honour,
    passed_surveillances,
    rule_of,
    subject,
    watched_of,
)
from pinzhi.records.attestation.queries.surveillance_tasks import (
    METHODS,
    FindingRow,
    TaskRow,
    findings_of,
    task_row,
)
from pinzhi.records.catalog.models import Certificate, Honour
from pinzhi.records.catalog.queries.certificates import watched
from pinzhi.records.catalog.queries.shapes import Ref, State, district_ref
from pinzhi.records.catalog.queries.validity import valid_on
from pinzhi.records.catalog.queries.watching import certificate_rules, due_by, overdue_on

PAGE = 50
STAGES: Mapping[str, State] = {
    "overdue": State("overdue", Text("监督逾期", "Overdue"), "bad"),
    "to-withdraw": State("to-withdraw", Text("暂停期满，应撤销", "Suspension over: to be withdrawn"), "bad"),
    "suspended": State("suspended", Text("暂停", "Suspended"), "stop"),
    "open": State("open", Text("待监督", "Due"), "warn"),
    "quiet": State("quiet", Text("有效", "Valid"), "ok"),
    "unknown": State("unknown", Text("有效", "Valid"), "ok"),
    "upcoming": State("upcoming", Text("未生效", "Not yet valid"), "wait"),
    "expired": State("expired", Text("过期", "Expired"), "past"),
    "ended": State("ended", Text("已终止", "Ended"), "past"),
}
ASKED = ("overdue", "to-withdraw", "suspended", "open")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A certificate or title in the plan; ``task`` is the open one, where it was given to somebody."""

    kind: str
    key: str
    title: Text
    holder: Ref
    district: Ref | None
    number: int
    method: Text
    stage: State
    due_on: date | None
    days_left: int | None
    expires_on: date | None
    unannounced: bool
    task: TaskRow | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One page of the plan, the most pressing first, and how many there are in each stage."""

    rows: tuple[PlanRow, ...]
    counts: Mapping[str, int]
    total: int
    page: int
    pages: int


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

    ``stage`` is one of ASKED, empty for all of them.
    """
    require(actor, "attestation.watch")
    found = sorted(_pressing(actor, on, scheme, district))
    counts = Counter(ASKED[rank] for rank, *_rest in found)
    if stage:
        found = [one for one in found if ASKED[one[0]] == stage]
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
    rows = _rows([(kind, record) for _rank, _day, kind, record in shown], on)
    return PlanPage(rows, counts, len(found), page, pages)


def held_by(actor: Actor, on: date) -> tuple[PlanRow, ...]:
    """Return what the actor's organisations hold, with what is due of it; what has ended comes last."""
    codes = actor.organisation_codes
    certificates = Certificate.objects.filter(holder__code__in=codes).values_list("pk", flat=True)
    honours = Honour.objects.filter(organisation__code__in=codes).values_list("pk", flat=True)
    pairs = [("certificate", pk) for pk in certificates.order_by("expires_on", "pk")]
    rows = _rows([*pairs, *(("honour", pk) for pk in honours.order_by("pk"))], on, for_holder=True)
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
    (row,) = _rows([(kind, one.record_id)], on, for_holder=not watches)
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


def _pressing(actor: Actor, on: date, scheme: str, district: str) -> Iterator[tuple[int, date, str, int]]:
    """Yield rank of the stage, the day, kind and record of everything that something is due of.

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
    for row in rows.only(*fields).order_by("pk").iterator(chunk_size=2000):
        found = standing(rules[row.scheme], watched(row), on)
        if found.stage in ASKED:
            yield ASKED.index(found.stage), found.due_on or date.max, "certificate", row.pk
    for honour in _watched_honours(actor, scheme, district):
        one = of_honour(honour)
        rule = rule_of(one, on)
        if rule is not None:
            passed = passed_surveillances("honour", [one.key]).get(one.key, ())
            found = standing(rule, watched_of(one, passed), on)
            if found.stage in ASKED:
                yield ASKED.index(found.stage), found.due_on or date.max, "honour", honour.pk


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


def _rows(pairs: list[tuple[str, int]], on: date, *, for_holder: bool = False) -> tuple[PlanRow, ...]:
    ids = {kind: [record for one, record in pairs if one == kind] for kind in ("certificate", "honour")}
    certificates = Certificate.objects.filter(pk__in=ids["certificate"]).select_related("holder", "issuer", "product")
    honours = Honour.objects.filter(pk__in=ids["honour"]).select_related("organisation")
    found: dict[tuple[str, int], Subject] = {("certificate", row.pk): of_certificate(row) for row in certificates}
    found |= {("honour", row.pk): of_honour(row) for row in honours}
    keys = [one.key for one in found.values()]
    tasks = {
        (task.subject_kind, task.subject_key): task
        for task in SurveillanceTask.objects.filter(subject_key__in=keys, state__in=OPEN_TASKS).select_related(
            "assessor"
        )
    }
    passed = {
        kind: passed_surveillances(kind, [one.key for one in found.values() if one.kind == kind])
        for kind in ids
        if ids[kind]
    }
    return tuple(
        _row(found[pair], on, passed[pair[0]].get(found[pair].key, []), tasks, for_holder=for_holder) for pair in pairs
    )


def _row(
    one: Subject,
    on: date,
    passed: list[date],
    tasks: Mapping[tuple[str, str], SurveillanceTask],
    *,
    for_holder: bool,
) -> PlanRow:
    rule = rule_of(one, on)
    watch = watched_of(one, passed)
    found = standing(rule, watch, on) if rule else None
    task = tasks.get((one.kind, one.key))
    hidden = for_holder and rule is not None and rule.unannounced
    due = found.due_on if found and not hidden else None
    return PlanRow(
        kind=one.kind,
        key=one.key,
        title=one.title,
        holder=Ref("organisation", one.holder_code, Text(one.holder_name, "")),
        district=district_ref(one.district, on) if len(one.district) == 6 else None,
        number=found.number if found else 0,
        method=METHODS[found.kind] if found and not hidden else Text("", ""),
        stage=STAGES[_stage(found, one, on)],
        due_on=due,
        days_left=(due - on).days if due else None,
        expires_on=one.expires_on,
        unannounced=rule is not None and rule.unannounced,
        task=task_row(task, on) if task and not (for_holder and task.unannounced) else None,
        synthetic=one.synthetic,
    )


def _stage(found: Standing | None, one: Subject, on: date) -> str:
    if found is not None:
        return found.stage
    if one.state in ("withdrawn", "cancelled"):
        return "ended"
    if one.expires_on is not None and one.expires_on < on:
        return "expired"
    return {"suspended": "suspended", "upcoming": "upcoming"}.get(one.state, "quiet")
