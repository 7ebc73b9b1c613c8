"""Clear files for blind readers: no program reads a scanned page, so an officer looks whether it tells whose it is."""

from django.db import transaction

from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.assessment.actions.common import hold_entry, note
from pinzhi.records.assessment.models import EntryFile
from pinzhi.records.assessment.queries.brought import file_of
from pinzhi.records.assessment.queries.visible import entry_for


def clear_file(*, actor: Actor, round_key: str, number: str, file_number: int, when: Moment) -> EntryFile:
    """Let blind readers have a file; a file that replaces it is looked at anew. Clearing it again changes nothing."""
    require(actor, "assessment.run")
    with transaction.atomic():
        entry = hold_entry(entry_for(actor, round_key, number).pk)
        kept = file_of(entry, file_number)
        if kept.cleared_at is None:
            kept.cleared_at, kept.cleared_by = when.at, actor.key
            kept.save(update_fields=["cleared_at", "cleared_by"])
            note(actor, "file.clear", entry, when, file=kept.number, digest=kept.file_id)
    return kept
