"""Have contents looked at by a scanner before they are given out: a command of the operator, one file a run."""

import logging
import shlex
import subprocess
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from pinzhi.engine.errors import BadInput, Unavailable
from pinzhi.records import stores
from pinzhi.records.files.models import Screening

log = logging.getLogger(__name__)
AT_ONCE = 100
CLAIM = timedelta(minutes=5)
LONGEST_S = 120
LONGEST_PAUSE = timedelta(hours=1)
CLEAN, FOUND = 0, 1  # what scanners answer: nothing found, something found; any other number is their own trouble


def ask(digest: str, *, name: str, sender: int | None) -> None:
    """Have a content looked at, where a scanner is set; BadInput for one that did not pass before."""
    if not settings.SCAN_COMMAND:
        return
    now = timezone.now()
    row, _is_new = Screening.objects.get_or_create(
        digest=digest, defaults={"name": name[-200:], "sender": sender, "asked_at": now, "due_at": now}
    )
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


def examine(now: datetime, *, limit: int = AT_ONCE) -> list[Screening]:
    """Look at what is due and return those that failed, to be told; several processes may do so at once.

    A content is looked at at least once: a process killed between the scanner's answer and the note of it looks again.
    A scanner that is in trouble itself is asked again later, with growing pauses, and the file stays withheld.
    """
    due = Q(state="waiting", due_at__lte=now)
    failed = []
    for pk in list(Screening.objects.filter(due).order_by("due_at", "pk").values_list("pk", flat=True)[:limit]):
        # The conditional update decides between two processes that saw the same content due.
        if not Screening.objects.filter(due, pk=pk).update(due_at=now + CLAIM):
            continue
        row = Screening.objects.get(pk=pk)
        answer, said = _scan(row.digest)
        if answer in (CLEAN, FOUND):
            row.state, row.said, row.due_at, row.done_at = "failed" if answer else "passed", said, None, now
        else:
            row.tries += 1
            row.said, row.due_at = said, now + min(timedelta(minutes=1) * 2 ** min(row.tries, 10), LONGEST_PAUSE)
            log.warning("scanner in trouble: answer=%s %s", answer, said)
        row.save(update_fields=["state", "said", "tries", "due_at", "done_at"])
        if row.state == "failed":
            log.warning("file did not pass: %s", row.digest)
            failed.append(row)
    return failed


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
