"""Tasks of surveillance: an assessor's own, those that wait to be confirmed, and one with all that belongs to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from pinzhi.engine.errors import NotFound
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.scheme_parts import Length
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.accounts.queries import actors_for_organisation, holders_of, names_of
from pinzhi.records.attestation.models import EvidenceFile, Finding, SurveillanceTask
from pinzhi.records.casework.queries.stands import Stand, where_cases_stand
from pinzhi.records.catalog.queries.shapes import Ref, State
from pinzhi.records.catalog.rulebook import calendar, rulebook

METHODS: Mapping[str, Text] = {
    "market-sample": Text("市场抽样", "Market sample"),
    "factory-sample": Text("工厂抽样", "Factory sample"),
    "audit": Text("监督审核", "Surveillance audit"),
    "report": Text("年度报告", "Yearly report"),
    "spot-check": Text("随机检查", "Spot check"),
}
TASK_STATES: Mapping[str, State] = {
    "given": State("given", Text("待实施", "To be carried out"), "wait"),
    "returned": State("returned", Text("退回补充", "Returned"), "warn"),
    "reported": State("reported", Text("待确认", "To be confirmed"), "run"),
    "closed": State("closed", Text("已确认", "Confirmed"), "ok"),
    "called-off": State("called-off", Text("已取消", "Called off"), "past"),
}
RESULTS: Mapping[str, State] = {
    "conforms": State("conforms", Text("符合", "Conforms"), "ok"),
    "minor": State("minor", Text("轻微不符合", "Minor findings"), "warn"),
    "major": State("major", Text("严重不符合", "Major findings"), "bad"),
}
FINDING_STATES: Mapping[str, State] = {  # by the states of the case; `found` also before a report is confirmed
    "found": State("found", Text("待整改", "To be put right"), "warn"),
    "corrected": State("corrected", Text("已整改，待核实", "Put right, to be checked"), "run"),
    "closed": State("closed", Text("已关闭", "Closed"), "ok"),
    "unfounded": State("unfounded", Text("不成立", "Not upheld"), "past"),
}
SHOWN = 200


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task in a list; ``late`` tells that its report is overdue on the day."""

    task_id: int
    kind: str
    key: str
    holder: Ref
    scheme: Text
    number: int
    method: Text
    due_on: date | None
    visit_on: date | None
    report_by: date
    assessor: str
    state: State
    result: State | None
    carried_out_on: date | None
    late: bool
    synthetic: bool


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Something found, and how far it is put right in its case; ``late`` tells that it is overdue on the day."""

    finding_id: int
    number: int
    grade: str
    item: str
    text: str
    correct_by: date
    state: State
    correction: str
    corrected_on: date | None
    late: bool
    case: str

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do about it."""
        return self.state.code in ("closed", "unfounded")


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of a task."""

    file_id: int
    name: str
    kilobytes: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A task as who is asking may see it, and what he may do with it."""

    row: TaskRow
    version: int
    summary: str
    answers: Mapping[str, str]
    instrument: Instrument | None
    findings: tuple[FindingRow, ...]
    files: tuple[FileRow, ...]
    return_ground: str
    writes: bool
    confirms: bool
    calls_off: bool


def instrument_of(task: SurveillanceTask) -> Instrument | None:
    """Return the checklist of a task, of the edition it was given under; None where it has none."""
    if not task.instrument:
        return None
    return rulebook().file(Instrument, task.instrument, task.instrument_edition)


def last_day(length: Length, after: date) -> date:
    """Return the last day of a time that begins on a day, on the working calendar where it counts working days."""
    period = calendar().closes(after, length.length, length.unit)
    return period.last_day or after


def no_task() -> NotFound:
    """Return the refusal for a task that is not there, or not for this actor."""
    return NotFound("attestation.surveillance.task", "没有这项监督。", "There is no such surveillance.")


def own_tasks(actor: Actor, on: date) -> tuple[TaskRow, ...]:
    """Return the tasks given to the actor, open ones first by the day of their report, then the newest."""
    require(actor, "attestation.assess")
    tasks = SurveillanceTask.objects.filter(assessor_id=actor.account_id).select_related("assessor")
    rows = [task_row(task, on) for task in tasks.order_by("-pk")[:SHOWN]]
    return tuple(sorted(rows, key=lambda row: (row.state.code not in ("given", "returned"), row.report_by)))


def waiting_tasks(actor: Actor, on: date) -> tuple[TaskRow, ...]:
    """Return the open tasks that the actor watches: reports to confirm first, then the late ones."""
    require(actor, "attestation.watch")
    tasks = SurveillanceTask.objects.filter(watched_by(actor), state__in=("given", "returned", "reported"))
    rows = [task_row(task, on) for task in tasks.select_related("assessor").order_by("report_by", "pk")[:SHOWN]]
    return tuple(sorted(rows, key=lambda row: (row.state.code != "reported", row.report_by)))


def watched_by(actor: Actor) -> Q:
    """Return the condition on tasks under which an actor watches them: what ``attestation.watch`` says of one."""
    if actor.has("city_officer") or actor.trusted:
        return Q()
    wanted = Q(pk__in=())
    if actor.has("district_officer"):
        wanted |= Q(district__in=actor.districts)
    if actor.has("institution"):
        wanted |= Q(issuer_code__in=actor.organisation_codes)
    return wanted


def task_page(actor: Actor, task_id: int, on: date) -> TaskPage:
    """Return a task for its assessor or who watches it; NotFound for everybody else, as for none."""
    task = SurveillanceTask.objects.filter(pk=task_id).select_related("assessor").first()
    if task is None or not (may(actor, "attestation.assess", task) or may(actor, "attestation.watch", task)):
        raise no_task()
    watches = may(actor, "attestation.watch", task)
    writes = may(actor, "attestation.assess", task) and task.state in ("given", "returned")
    return TaskPage(
        row=task_row(task, on),
        version=task.version,
        summary=task.summary if writes or task.state in ("reported", "closed", "returned") else "",
        answers={key: str(value) for key, value in task.answers.items()},
        instrument=instrument_of(task),
        findings=finding_rows(task.findings.order_by("number"), on),
        files=tuple(file_row(one) for one in task.files.filter(removed_at=None).order_by("pk")),
        return_ground=task.return_ground,
        writes=writes,
        confirms=watches and task.state == "reported" and task.assessor_id != actor.user_id,
        calls_off=watches and task.state in ("given", "returned", "reported"),
    )


def evidence_file(actor: Actor, task_id: int, file_id: int) -> EvidenceFile:
    """Return a file of a task for its assessor or who watches it; NotFound for everybody else."""
    kept = EvidenceFile.objects.filter(pk=file_id, task_id=task_id, removed_at=None).select_related("task").first()
    if kept is None or not (may(actor, "attestation.assess", kept.task) or may(actor, "attestation.watch", kept.task)):
        raise no_task()
    return kept


def findings_of(tasks: QuerySet[SurveillanceTask], on: date) -> tuple[FindingRow, ...]:
    """Return what was found in confirmed tasks, open ones first."""
    found = Finding.objects.filter(task__in=tasks.filter(state="closed")).order_by("correct_by", "pk")
    return tuple(sorted(finding_rows(found, on), key=lambda row: row.is_done))


def possible_assessors(actor: Actor, on: date) -> tuple[tuple[int, str], ...]:
    """Return whom the actor may give surveillance: experts, inspectors, and the people of his own body."""
    require(actor, "attestation.watch")
    ids = holders_of("expert", on) | holders_of("inspector", on)
    if actor.has("institution"):
        ids |= set().union(*(actors_for_organisation(code, on) for code in actor.organisation_codes))
    return names_of(ids)


def task_row(task: SurveillanceTask, on: date) -> TaskRow:
    """Return a task as a row; its assessor is expected to be fetched already."""
    return TaskRow(
        task_id=task.pk,
        kind=task.subject_kind,
        key=task.subject_key,
        holder=Ref("organisation", task.holder_code, Text(task.holder_name, "")),
        scheme=rulebook().codelist("schemes").text(task.scheme),
        number=task.number,
        method=METHODS[task.method],
        due_on=task.due_on,
        visit_on=task.visit_on,
        report_by=task.report_by,
        assessor=str(task.assessor),
        state=TASK_STATES[task.state],
        result=RESULTS.get(task.result),
        carried_out_on=task.carried_out_on,
        late=task.state in ("given", "returned") and task.report_by < on,
        synthetic=task.synthetic,
    )


def finding_rows(found: QuerySet[Finding], on: date) -> tuple[FindingRow, ...]:
    """Return findings as rows, each as its case stands."""
    listed = list(found)
    stands = where_cases_stand(one.case for one in listed)
    return tuple(_finding_row(one, stands.get(one.case), on) for one in listed)


def _finding_row(one: Finding, stand: Stand | None, on: date) -> FindingRow:
    state = FINDING_STATES[stand.state if stand else "found"]
    is_open = state.code == "found"
    correct_by = stand.due_on if stand and stand.due_on and is_open else one.correct_by  # it may have been extended
    return FindingRow(
        finding_id=one.pk,
        number=one.number,
        grade=one.grade,
        item=one.item,
        text=one.text,
        correct_by=correct_by,
        state=state,
        correction=stand.values.get("correction", "") if stand else "",
        corrected_on=stand.taken_on.get("correct") if stand else None,
        late=is_open and correct_by < on,
        case=one.case,
    )


def file_row(one: EvidenceFile) -> FileRow:
    return FileRow(one.pk, one.name, -(-one.size // 1024), one.at)
