"""Put right what surveillance found, in a case of its own: the holder says how, who watches it closes it."""

from dataclasses import replace

from django.db import transaction

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.attestation.models import Finding
from pinzhi.records.casework.actions import opening, steps
from pinzhi.records.casework.queries.stands import where_cases_stand
from pinzhi.records.journal.actions import write as write_journal

CASE_TYPE = "certificate-finding"
LONGEST = 4000
_TITLE = 80  # of the facts, in the title of the case


def open_case(actor: Actor, finding: Finding, when: Moment) -> str:
    """Open the case in which a finding of a confirmed report is put right, and return its number.

    Its holder handles it, its assessor checks it, and so does the body that issued what was watched. From now on the
    case says how far the finding is: nothing of that is kept twice.
    """
    task = finding.task
    values = {
        "title": f"{task.subject_key}：{finding.text[:_TITLE]}",
        "subject": task.subject_key,
        "organisation": task.holder_code or task.holder_name,
        "grade": finding.grade,
        "item": finding.item,
        "detail": finding.text,
        "correct-by": finding.correct_by.isoformat(),
    }
    case = opening.open_case(
        actor=replace(actor, trusted=True),  # whoever may confirm the report may open its cases
        kind=CASE_TYPE,
        values=values,
        when=when,
        district=task.district,
        found_on=task.carried_out_on,
        once=f"finding:{task.pk}:{finding.number}",
        parties=opening.Parties(task.holder_code, task.issuer_code, task.assessor_id),
        synthetic=task.synthetic,
    )
    return case.number


def say_correction(*, actor: Actor, finding_id: int, text: str, when: Moment) -> Finding:
    """Say how a finding was put right: an act of the holder's people. May be said anew until it is closed."""
    with transaction.atomic():
        finding = _held(finding_id)
        if finding.task.holder_code not in actor.organisation_codes:
            raise _not_there()
        if not text.strip():
            raise BadInput("attestation.finding.text", "请写明怎样整改。", "Say how it was put right.")
        _step(actor, finding, steps.Wish("correct", values={"correction": text.strip()[:LONGEST]}), when)
        _note(actor, "correct", finding, when)
    return finding


def close_finding(*, actor: Actor, finding_id: int, when: Moment) -> Finding:
    """Close a finding whose correction holds."""
    with transaction.atomic():
        finding = _held(finding_id)
        require(actor, "attestation.watch", finding.task)
        _step(actor, finding, steps.Wish("close"), when)
        _note(actor, "close", finding, when)
    return finding


def _step(actor: Actor, finding: Finding, wish: steps.Wish, when: Moment) -> None:
    """Take the step of the case; a finding of a report that nobody has confirmed has none."""
    stand = where_cases_stand([finding.case]).get(finding.case)
    if stand is None:
        raise Conflict(
            "attestation.finding.state",
            "报告还没有确认，这个不符合项还不能这样办。",
            "The report is not confirmed yet: nothing can be done about this finding.",
        )
    steps.take_step(actor=actor, case_id=stand.case_id, wish=wish, seen=None, when=when)


def _held(finding_id: int) -> Finding:
    finding = Finding.objects.select_for_update(of=("self",)).filter(pk=finding_id).select_related("task").first()
    if finding is None:
        raise _not_there()
    return finding


def _not_there() -> NotFound:
    return NotFound("attestation.finding", "没有这个不符合项。", "There is no such finding.")


def _note(actor: Actor, act: str, finding: Finding, when: Moment) -> None:
    write_journal(
        at=when.at,
        actor=actor.key,
        action=f"attestation.finding.{act}",
        object_kind=finding.task.subject_kind,
        object_key=finding.task.subject_key,
        detail={"task": finding.task_id, "finding": finding.number, "grade": finding.grade, "case": finding.case},
    )
