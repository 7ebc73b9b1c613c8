"""Files brought to a surveillance by its assessor."""

from pathlib import PurePath

from django.db import transaction

from pinzhi.engine.errors import BadInput, Conflict
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.attestation.models import EvidenceFile, SurveillanceTask
from pinzhi.records.attestation.queries.surveillance_tasks import no_task
from pinzhi.records.storage import Sent, keep

MOST_FILES = 40


def add_file(*, actor: Actor, task_id: int, sent: Sent, when: Moment) -> EvidenceFile:
    """Keep a file with a task that is not handed in; the same content is kept once. Refusals are those of the store."""
    kept = keep(sent)
    with transaction.atomic():
        task = _held(actor, task_id)
        known = task.files.filter(removed_at=None)
        again = known.filter(digest=kept.digest).first()
        if again is not None:
            return again
        if known.count() >= MOST_FILES:
            raise BadInput(
                "attestation.evidence.many", "最多 {most} 个文件。", "At most {most} files.", most=MOST_FILES
            )
        return EvidenceFile.objects.create(
            task=task,
            digest=kept.digest,
            size=kept.size,
            media=kept.media,
            name=PurePath(sent.name).name[-200:],
            by_id=actor.account_id,
            at=when.at,
        )


def remove_file(*, actor: Actor, task_id: int, file_id: int, when: Moment) -> None:
    """Take a file away from a task that is not handed in; its row stays."""
    with transaction.atomic():
        _held(actor, task_id).files.filter(pk=file_id, removed_at=None).update(removed_at=when.at)


def _held(actor: Actor, task_id: int) -> SurveillanceTask:
    task = SurveillanceTask.objects.select_for_update().filter(pk=task_id).first()
    if task is None:
        raise no_task()
    require(actor, "attestation.assess", task)
    if task.state not in ("given", "returned"):
        raise Conflict(
            "attestation.evidence.state", "报告已交，文件不能再改。", "The report is handed in: its files stay."
        )
    return task
