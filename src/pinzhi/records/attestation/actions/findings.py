"""Put right what surveillance found: the holder says how, who watches it closes it."""

from django.db import transaction

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.attestation.models import Finding
from pinzhi.records.journal.actions import write as write_journal


def open_case(finding: Finding) -> str:
    """Return the number of the case in which a finding is put right; empty while the room of cases does not stand.

    The one place where surveillance meets casework, which lies below: it opens the case here and returns its number.
    """
    return finding.case


def say_correction(*, actor: Actor, finding_id: int, text: str, when: Moment) -> Finding:
    """Say how a finding was put right: an act of the holder's people. May be said anew until it is closed."""
    with transaction.atomic():
        finding = _held(finding_id)
        if finding.task.holder_code not in actor.organisation_codes:
            raise _not_there()
        if finding.state == "closed" or finding.task.state != "closed":
            raise _too_late()
        if not text.strip():
            raise BadInput("attestation.finding.text", "请写明怎样整改。", "Say how it was put right.")
        finding.state, finding.correction, finding.corrected_on = "corrected", text.strip()[:4000], when.on
        finding.save(update_fields=["state", "correction", "corrected_on"])
        _note(actor, "correct", finding, when)
    return finding


def close_finding(*, actor: Actor, finding_id: int, when: Moment) -> Finding:
    """Close a finding whose correction holds."""
    with transaction.atomic():
        finding = _held(finding_id)
        require(actor, "attestation.watch", finding.task)
        if finding.state != "corrected":
            raise _too_late()
        finding.state, finding.closed_by, finding.closed_on = "closed", actor.key, when.on
        finding.save(update_fields=["state", "closed_by", "closed_on"])
        _note(actor, "close", finding, when)
    return finding


def _held(finding_id: int) -> Finding:
    finding = Finding.objects.select_for_update(of=("self",)).filter(pk=finding_id).select_related("task").first()
    if finding is None:
        raise _not_there()
    return finding


def _not_there() -> NotFound:
    return NotFound("attestation.finding", "没有这个不符合项。", "There is no such finding.")


def _too_late() -> Conflict:
    return Conflict(
        "attestation.finding.state",
        "这个不符合项现在的状态不能这样办。请刷新页面。",
        "This finding has come too far, or not far enough, for that. Reload the page.",
    )


def _note(actor: Actor, act: str, finding: Finding, when: Moment) -> None:
    write_journal(
        at=when.at,
        actor=actor.key,
        action=f"attestation.finding.{act}",
        object_kind=finding.task.subject_kind,
        object_key=finding.task.subject_key,
        detail={"task": finding.task_id, "finding": finding.number, "grade": finding.grade},
    )
