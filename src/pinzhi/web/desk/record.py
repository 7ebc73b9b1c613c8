"""What the journal holds about one's own application, and the proofs of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from pinzhi.records.assessment.queries.record import record_of, record_proof
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.journal import proof_file

ACTIONS = {
    "assessment.start": _("建立草稿"),
    "assessment.section": _("保存材料"),
    "assessment.file.add": _("上传附件"),
    "assessment.file.remove": _("移除附件"),
    "assessment.fact": _("填写事实"),
    "assessment.move": _("办理"),
}


@require_safe
@guard("assessment.apply")
def record(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """List the lines about an application that its applicant may know of."""
    found = record_of(access.actor(request), key, number)
    lines = [(one, ACTIONS.get(one.action, one.action)) for one in found.lines]
    context = {"entry": found.entry, "held": found.entry.round, "scheme": scheme_of(found.entry.round), "lines": lines}
    return render(request, "desk/applications/record.html", context)


@require_safe
@guard("assessment.apply")
def proof(request: HttpRequest, key: str, number: str, line: int) -> HttpResponse:
    """Download the proof of a line."""
    return proof_file(record_proof(access.actor(request), key, number, line))
