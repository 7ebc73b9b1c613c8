"""Have contents looked at by a scanner before they are given out: a command of the operator, one file a run."""

import logging
import shlex
import subprocess
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pinzhi.engine.errors import BadInput, Unavailable
from pinzhi.records import stores
from pinzhi.records.files.models import Screening
from pinzhi.records.tasks.queue import TaskError, enqueue

log = logging.getLogger(__name__)
KIND = "scan"
LONGEST_S = 120
CLEAN, FOUND = 0, 1  # what scanners answer: nothing found, something found; any other number is their own trouble


def ask(digest: str, *, name: str, sender: int | None) -> None:
    """Have a content looked at, where a scanner is set; BadInput for one that did not pass before."""
    if not settings.SCAN_COMMAND:
        return
    now = timezone.now()
    with transaction.atomic():
        row, is_new = Screening.objects.get_or_create(
            digest=digest, defaults={"name": name[-200:], "sender": sender, "asked_at": now}
        )
        if is_new:
            enqueue(KIND, [digest], at=now)
    if row.state == "failed":
        raise BadInput(
            "files.screening.failed",
            "“{name}”没有通过安全检查（{said}），不能提交。",
            "“{name}” did not pass the safety check ({said}) and cannot be sent.",
            name=name,
            said=row.said,
        )


def require_passed(digest: str) -> None:
    """Refuse to give out what a scanner has not passed; what came before a scanner was set is given out."""
    row = Screening.objects.filter(digest=digest).only("state").first()
    if row is None or row.state == "passed":
        return
    if row.state == "waiting":
        raise Unavailable(
            "files.screening.waiting",
            "这个文件还在做安全检查，请过一分钟再看。",
            "This file is still being checked for safety. Look again in a minute.",
        )
    raise Unavailable(
        "files.screening.withheld",
        "这个文件没有通过安全检查，不能打开。",
        "This file did not pass the safety check and cannot be opened.",
    )


def examine(digest: str, now: datetime) -> Screening | None:
    """Look at a content; return what was found if it has not passed, None if it has.

    TaskError where the scanner is in trouble itself: it is asked again later, and the file stays withheld.
    """
    row = Screening.objects.filter(digest=digest).first()
    if row is None or row.state == "passed":
        return None
    if row.state == "waiting":
        answer, row.said = _scan(digest)
        if answer not in (CLEAN, FOUND):
            raise TaskError(f"scanner answered {answer}: {row.said}")
        row.state, row.done_at = "failed" if answer else "passed", now
        row.save(update_fields=["state", "said", "done_at"])
    if row.state == "passed":
        return None
    log.warning("file did not pass: %s", row.digest)
    return row


def _scan(digest: str) -> tuple[int, str]:
    """Run the scanner over a content; return its answer and its last words."""
    path = stores.local(digest)
    if path is None:
        return -1, "the content is missing"
    words = [str(path) if word == "{file}" else word for word in shlex.split(settings.SCAN_COMMAND)]
    try:
        done = subprocess.run(words, capture_output=True, timeout=LONGEST_S, check=False)  # noqa: S603 - the operator's own command
    except (OSError, subprocess.TimeoutExpired) as trouble:
        return -1, f"{type(trouble).__name__}"[:300]
    lines = (done.stdout or done.stderr).decode(errors="replace").replace(str(path), "").strip().splitlines()
    return done.returncode, (lines[0] if lines else "").strip(": ")[:300]
