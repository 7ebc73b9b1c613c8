"""Give surveillance to assessors, keep what they found, and let somebody else confirm it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from django.db import IntegrityError, transaction

from pinzhi.engine.assessment.answers import answer_faults
from pinzhi.engine.assessment.conditions import Answers
from pinzhi.engine.assessment.outcome import is_passed
from pinzhi.engine.assessment.scores import score
from pinzhi.engine.attestation.surveillance import PASSED, standing
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.surveillance import SurveillanceRule
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.accounts.queries import actor_by_id
from pinzhi.records.attestation.actions.findings import open_case
from pinzhi.records.attestation.actions.measure_events import raise_event
from pinzhi.records.attestation.actions.surveillance_messages import (
    tell_assessor,
    tell_giver,
    tell_holder_of_plan,
    tell_holder_of_result,
    tell_of_return,
)
from pinzhi.records.attestation.models import Finding, SurveillanceTask
from pinzhi.records.attestation.queries.surveillance_subjects import (
    Subject,
    passed_surveillances,
    rule_of,
    subject,
    watched_of,
)
from pinzhi.records.attestation.queries.surveillance_tasks import instrument_of, last_day, no_task
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.journal.actions import write as write_journal
from pinzhi.records.notices.actions import mark_dealt_with

ASSESSORS = ("expert", "inspector")
SAMPLES = ("market-sample", "factory-sample")
MOST_FINDINGS = 50
MOST_AT_ONCE = 200
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found against a requirement; ``item`` is that of the checklist, or a clause."""

    grade: Literal["minor", "major"]
    text: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What an assessor says: when it was carried out, what he found, and the answers to the checklist."""

    carried_out_on: date | None
    summary: str
    findings: Sequence[Found] = ()
    answers: Answers | None = None

    @property
    def result(self) -> str:
        """The worst of the findings; ``conforms`` for none."""
        grades = {one.grade for one in self.findings}
        return "major" if "major" in grades else "minor" if "minor" in grades else "conforms"


def give_tasks(
    *,
    actor: Actor,
    subjects: Sequence[tuple[str, str]],
    assessor_id: int,
    visit_on: date | None = None,
    when: Moment,
) -> tuple[SurveillanceTask, ...]:
    """Give the next surveillance of some certificates or titles to one assessor: all of them or none.

    ``subjects`` are kinds and keys. The assessor is an expert, an inspector, or of the body that issued it, and acts
    not for its holder. Raises NotAllowed for what the actor does not watch, Conflict for what has ended, has no rule,
    or is with an assessor already.
    """
    if not 1 <= len(subjects) <= MOST_AT_ONCE:
        raise BadInput(
            "attestation.surveillance.how_many",
            "一次安排 1 到 {most} 项，选了 {found} 项。",
            "Give 1 to {most} at once; {found} are chosen.",
            most=MOST_AT_ONCE,
            found=len(subjects),
        )
    assessor = actor_by_id(assessor_id, when.on)
    if visit_on is not None and visit_on < when.on:
        raise BadInput(
            "attestation.surveillance.past", "日期 {day} 已经过去。", "The day {day} has passed.", day=visit_on
        )
    with transaction.atomic():
        given = tuple(
            _give(actor, subject(kind, key), assessor, visit_on, when) for kind, key in dict.fromkeys(subjects)
        )
        tell_assessor(given, assessor, when)
    return given


def save_report(*, actor: Actor, task_id: int, seen: int, report: Report, when: Moment) -> SurveillanceTask:
    """Keep a report as it stands; ``seen`` is the version it was written on."""
    with transaction.atomic():
        task = _held(task_id, seen)
        require(actor, "attestation.assess", task)
        _require_state(task, "given", "returned")
        _check_report(task, report, when, complete=False)
        return _keep(task, report)


def hand_in(*, actor: Actor, task_id: int, seen: int, report: Report, when: Moment) -> SurveillanceTask:
    """Hand a report in: it is complete, and waits for somebody else to confirm it."""
    with transaction.atomic():
        task = _held(task_id, seen)
        require(actor, "attestation.assess", task)
        _require_state(task, "given", "returned")
        _check_report(task, report, when, complete=True)
        _keep(task, report)
        task.state, task.result, task.reported_at = "reported", report.result, when.at
        task.save(update_fields=["state", "result", "reported_at"])
        _note(actor, "report", task, when, result=task.result, carried_out_on=str(task.carried_out_on),
              findings=len(report.findings))  # fmt: skip
        tell_giver(task, when)
    return task


def confirm(*, actor: Actor, task_id: int, seen: int, when: Moment) -> SurveillanceTask:
    """Confirm a report, which somebody else wrote: it counts from now on (ISO/IEC 17000, 7.1: review).

    Passed, its day goes into the register; with major findings it counts as failed and measures are proposed. What was
    found stays open until it is put right.
    """
    with transaction.atomic():
        task = _held(task_id, seen)
        require(actor, "attestation.watch", task)
        _require_state(task, "reported")
        if task.assessor_id == actor.user_id:
            raise NotAllowed(
                "attestation.surveillance.own",
                "自己写的监督报告由别人确认。",
                "Somebody else confirms the report that you wrote.",
            )
        one = subject(task.subject_kind, task.subject_key)
        task.state, task.closed_by, task.closed_on = "closed", actor.key, when.on
        task.version += 1
        task.save(update_fields=["state", "closed_by", "closed_on", "version"])
        if task.result in PASSED:
            _record_audit(actor, task, one, when)
        elif task.holder_code:
            raise_event(
                actor=actor,
                kind="sampling-failed" if task.method in SAMPLES else "rejected-surveillance",
                code=task.holder_code,
                about=(task.subject_kind, task.subject_key),
                ground=task.summary[:1000],
                document=f"surveillance {task.pk}",
                happened_on=task.carried_out_on or when.on,
                when=when,
            )
        for finding in task.findings.order_by("number"):
            finding.case = open_case(actor, finding, when)
            finding.save(update_fields=["case"])
        _note(actor, "confirm", task, when, result=task.result)
        tell_holder_of_result(task, one, when)
    return task


def return_report(*, actor: Actor, task_id: int, seen: int, ground: str, when: Moment) -> SurveillanceTask:
    """Give a report back to its assessor, saying what is missing."""
    with transaction.atomic():
        task = _held(task_id, seen)
        require(actor, "attestation.watch", task)
        _require_state(task, "reported")
        task.state, task.return_ground, task.version = "returned", _said(ground), task.version + 1
        task.save(update_fields=["state", "return_ground", "version"])
        _note(actor, "return", task, when, ground=ground)
        tell_of_return(task, ground, when)
    return task


def call_off(*, actor: Actor, task_id: int, seen: int, ground: str, when: Moment) -> SurveillanceTask:
    """Take a task back before it is confirmed; the surveillance is still due."""
    with transaction.atomic():
        task = _held(task_id, seen)
        require(actor, "attestation.watch", task)
        _require_state(task, "given", "returned", "reported")
        task.state, task.return_ground, task.version = "called-off", _said(ground), task.version + 1
        task.closed_by, task.closed_on = actor.key, when.on
        task.save(update_fields=["state", "return_ground", "version", "closed_by", "closed_on"])
        _note(actor, "call_off", task, when, ground=ground)
    return task


def _give(
    actor: Actor, one: Subject, assessor: Actor, visit_on: date | None, when: Moment
) -> SurveillanceTask:  # fmt: skip
    require(actor, "attestation.watch", one)
    rule = rule_of(one, when.on)
    if rule is None:
        raise Conflict(
            "attestation.surveillance.no_rule",
            "“{key}”所属的项目没有规定监督。",
            "The scheme of “{key}” has no rule of surveillance.",
            key=one.key,
        )
    found = standing(rule, watched_of(one, passed_surveillances(one.kind, [one.key]).get(one.key, ())), when.on)
    if found.stage in ("ended", "expired", "upcoming"):
        raise Conflict(
            "attestation.surveillance.ended",
            "“{key}”现在不是有效或暂停，不用监督。",
            "“{key}” is neither valid nor suspended now: there is nothing to watch.",
            key=one.key,
        )
    _check_assessor(one, assessor)
    use = rule.instrument
    try:
        with transaction.atomic():
            task = SurveillanceTask.objects.create(
                subject_kind=one.kind,
                subject_key=one.key,
                scheme=one.scheme,
                holder_code=one.holder_code,
                holder_name=one.holder_name,
                district=one.district,
                issuer_code=one.issuer_code,
                number=found.number,
                method=found.kind,
                due_on=found.due_on,
                unannounced=rule.unannounced,
                assessor_id=assessor.account_id,
                visit_on=visit_on,
                report_by=last_day(rule.task, visit_on or when.on),
                given_by=actor.key,
                given_on=when.on,
                instrument=use.id if use else "",
                instrument_edition=use.edition if use else "",
                synthetic=one.synthetic,
            )
    except IntegrityError:  # somebody gave it out between the look and the write, or long ago
        raise Conflict(
            "attestation.surveillance.given",
            "“{key}”的监督已经在别人手里。",
            "The surveillance of “{key}” is with an assessor already.",
            key=one.key,
        ) from None
    _note(actor, "give", task, when, assessor=assessor.key, due_on=str(task.due_on), report_by=str(task.report_by))
    tell_holder_of_plan(task, one, rule, when)
    return task


def _check_assessor(one: Subject, assessor: Actor) -> None:
    of_issuer = assessor.has("institution") and one.issuer_code in assessor.organisation_codes
    if not (assessor.has(*ASSESSORS) or (one.issuer_code and of_issuer)):
        raise BadInput(
            "attestation.surveillance.assessor",
            "{name} 不是专家、巡查员或发证机构的人，不能承担监督。",
            "{name} is no expert, inspector or of the issuing body and cannot be given surveillance.",
            name=assessor.name or "—",
        )
    if one.holder_code and one.holder_code in assessor.organisation_codes:
        raise BadInput(
            "attestation.surveillance.conflict",
            "{name} 代表 {holder}，不能监督它。",
            "{name} acts for {holder} and cannot watch it.",
            name=assessor.name,
            holder=one.holder_name,
        )


def _held(task_id: int, seen: int) -> SurveillanceTask:
    """Hold a task until the end of the transaction; Conflict where it has changed since it was seen."""
    task = SurveillanceTask.objects.select_for_update().filter(pk=task_id).first()
    if task is None:
        raise no_task()
    if task.version != seen:
        raise Conflict(
            "attestation.surveillance.changed",
            "这项监督刚被别人改过。请刷新页面，看过再办。",
            "This surveillance was just changed by somebody else. Reload the page and look again.",
        )
    return task


def _require_state(task: SurveillanceTask, *states: str) -> None:
    if task.state not in states:
        raise Conflict(
            "attestation.surveillance.state",
            "这项监督现在的状态不能这样办。",
            "This surveillance has come too far, or not far enough, for that.",
            state=task.state,
        )


def _check_report(task: SurveillanceTask, report: Report, when: Moment, *, complete: bool) -> None:
    if len(report.findings) > MOST_FINDINGS or any(len(one.text) > LONGEST for one in report.findings):
        raise BadInput(
            "attestation.surveillance.findings",
            "不符合项最多 {most} 条，每条最多 {longest} 字。",
            "At most {most} findings of {longest} characters.",
            most=MOST_FINDINGS,
            longest=LONGEST,
        )
    day = report.carried_out_on
    if day is not None and not task.given_on <= day <= when.on:
        raise BadInput(
            "attestation.surveillance.day",
            "实施日期应在 {first} 到 {last} 之间。",
            "It was carried out between {first} and {last}.",
            first=task.given_on,
            last=when.on,
        )
    instrument = instrument_of(task)
    faults = answer_faults(instrument, report.answers or {}, complete=complete) if instrument else ()
    if faults:
        raise BadInput(
            "attestation.surveillance.answers",
            "检查表 {item}：{zh}",
            "Checklist {item}: {en}",
            item=faults[0].item,
            zh=faults[0].text.zh,
            en=faults[0].text.en,
        )
    if instrument and instrument.pass_at is not None and complete and report.result in PASSED:
        percent = score(instrument, report.answers or {}).percent
        if not is_passed(instrument, percent):
            raise BadInput(
                "attestation.surveillance.failed_list",
                "检查表没有达到合格要求，请把不合格的事实写为严重不符合项。",
                "The checklist is not passed: write down what failed as a major finding.",
            )
    if complete and (day is None or not report.summary.strip()):
        raise BadInput(
            "attestation.surveillance.incomplete",
            "请写明实施日期和结论。",
            "Give the day on which it was carried out, and a summary.",
        )


def _keep(task: SurveillanceTask, report: Report) -> SurveillanceTask:
    correct_by = last_day(_rule_of_task(task).correct, report.carried_out_on or task.given_on)
    task.findings.all().delete()  # of a report that nobody has confirmed
    Finding.objects.bulk_create(
        Finding(
            task=task, number=number, grade=one.grade, item=one.item[:60], text=one.text.strip(), correct_by=correct_by
        )
        for number, one in enumerate(report.findings, start=1)
    )
    task.carried_out_on, task.summary = report.carried_out_on, report.summary.strip()[: 5 * LONGEST]
    task.answers, task.version = dict(report.answers or {}), task.version + 1
    task.save(update_fields=["carried_out_on", "summary", "answers", "version"])
    return task


def _rule_of_task(task: SurveillanceTask) -> SurveillanceRule:
    return rule_of(subject(task.subject_kind, task.subject_key), task.given_on) or SurveillanceRule()


def _record_audit(actor: Actor, task: SurveillanceTask, one: Subject, when: Moment) -> None:
    """Write the day into the register, where the kind has a place for it, under the actor's own name."""
    if one.kind != "certificate" or task.carried_out_on is None:
        return
    if one.last_audit_on is not None and one.last_audit_on >= task.carried_out_on:
        return
    is_later = one.since is None or task.carried_out_on > one.since
    record_change(
        actor=replace(actor, trusted=True), kind=one.kind, key=one.key,
        values={"last_audit_on": task.carried_out_on}, valid_from=task.carried_out_on if is_later else None,
        now=when.at,
    )  # fmt: skip


def _said(ground: str) -> str:
    if not ground.strip():
        raise BadInput("attestation.surveillance.ground", "请写明理由。", "Say why.")
    return ground.strip()[:1000]


def _note(actor: Actor, act: str, task: SurveillanceTask, when: Moment, **detail: object) -> None:
    """Tell the journal of an act, which deals with whatever was told of the task before."""
    mark_dealt_with(("surveillance", str(task.pk)), when)
    facts: Mapping[str, object] = {"task": task.pk, "number": task.number, "method": task.method, **detail}
    write_journal(
        at=when.at,
        actor=actor.key,
        action=f"attestation.surveillance.{act}",
        object_kind=task.subject_kind,
        object_key=task.subject_key,
        edition=f"{task.instrument}/{task.instrument_edition}" if task.instrument else "",
        detail=dict(facts),
    )
