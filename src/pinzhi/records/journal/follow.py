"""Seal what is written, second by second, beside the web server."""

import logging
import threading
import time

from django.db import close_old_connections, connection
from django.db.utils import DatabaseError
from django.utils import timezone

from pinzhi.engine.errors import PinzhiError
from pinzhi.records.journal.notes import remove_old_notes
from pinzhi.records.journal.outside import publish
from pinzhi.records.journal.sealing import seal_some

log = logging.getLogger(__name__)
_EVERY_S = 1.0
_NOTES_EVERY_S = 600.0
_PAUSE_S = 30.0  # after a refusal: what it needs is a person


def follow(stop: threading.Event) -> None:
    """Seal until told to stop; whatever goes wrong is logged and tried again.

    Several nodes may do so at once: one of them seals, each keeps its own copy of heads and digests.
    """
    notes_at = time.monotonic()
    while not stop.is_set():
        close_old_connections()
        pause = _EVERY_S
        try:
            if step():
                pause = 0.0
            if time.monotonic() >= notes_at:
                remove_old_notes()
                notes_at = time.monotonic() + _NOTES_EVERY_S
        except PinzhiError as refusal:
            log.error("journal: %s", refusal)
            pause = _PAUSE_S
        except (DatabaseError, OSError) as failure:
            log.error("journal: %s; trying again", failure)
            connection.close()
            pause = _EVERY_S
        stop.wait(pause)
    connection.close()


def step() -> bool:
    """Seal one batch and publish; tell whether more waits."""
    done = seal_some(timezone.now())
    publish()
    return done.is_more
