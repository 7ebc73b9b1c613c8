"""Files brought to a round: their content in the store that all rooms share, a row for each content here."""

from pathlib import Path

from pinzhi.engine.periods import Moment
from pinzhi.records.assessment.models import StoredFile
from pinzhi.records.storage import CONTENT_TYPES, Sent, checked_path, keep

__all__ = ["CONTENT_TYPES", "Sent", "keep_file", "open_file"]


def keep_file(sent: Sent, *, when: Moment) -> StoredFile:
    """Keep a file and return its row; the same content is kept once. Refusals are those of ``storage.keep``."""
    kept = keep(sent)
    row, _is_new = StoredFile.objects.get_or_create(
        digest=kept.digest, defaults={"size": kept.size, "media": kept.media, "at": when.at}
    )
    return row


def open_file(kept: StoredFile) -> Path:
    """Return the path of a kept file; Unavailable where its content is missing or was changed."""
    return checked_path(kept.digest)
