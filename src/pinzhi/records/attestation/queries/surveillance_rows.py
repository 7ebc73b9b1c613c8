"""A certificate or title as a row: what is due of it, in which stage it stands, and who carries it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pinzhi.engine.attestation.surveillance import Standing, standing
from pinzhi.engine.texts import Text
from pinzhi.records.attestation.models import SurveillanceTask
from pinzhi.records.attestation.models.surveillance import OPEN_TASKS
from pinzhi.records.attestation.queries.surveillance_subjects import (
    Subject,
    of_certificate,
    of_honour,
    passed_surveillances,
    rule_of,
    watched_of,
)
from pinzhi.records.attestation.queries.surveillance_tasks import METHODS, TaskRow, task_row
from pinzhi.records.catalog.models import Certificate, Honour
from pinzhi.records.catalog.queries.shapes import Ref, State, district_ref

STAGES: Mapping[str, State] = {
    "overdue": State("overdue", Text("监督逾期", "Overdue"), "bad"),
    "to-withdraw": State("to-withdraw", Text("暂停期满，应撤销", "Suspension over: to be withdrawn"), "bad"),
    "suspended": State("suspended", Text("暂停", "Suspended"), "stop"),
    "soon": State("soon", Text("30 天内应监督", "Due within 30 days"), "warn"),
    "open": State("open", Text("待监督", "Due"), "warn"),
    "quiet": State("quiet", Text("有效", "Valid"), "ok"),
    "unknown": State("unknown", Text("有效", "Valid"), "ok"),
    "upcoming": State("upcoming", Text("未生效", "Not yet valid"), "wait"),
    "expired": State("expired", Text("过期", "Expired"), "past"),
    "ended": State("ended", Text("已终止", "Ended"), "past"),
}


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


def plan_rows(pairs: list[tuple[str, int]], on: date, *, for_holder: bool = False) -> tuple[PlanRow, ...]:
    """Return certificates and titles, by kind and record, as rows; holders do not see what is unannounced."""
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
