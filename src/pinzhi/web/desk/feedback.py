"""The feedback report of an entry: a page, a PDF and a DOCX, all three from the same words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pinzhi.engine.errors import NotFound
from pinzhi.records.assessment.queries.feedback import feedback_of
from pinzhi.web import access, documents
from pinzhi.web.access import guard

_WRITERS = {
    "pdf": (documents.feedback_pdf, "application/pdf"),
    "docx": (documents.feedback_docx, documents.DOCX),
}


@require_safe
@guard("desk")
def feedback(request: HttpRequest, key: str, number: str, form: str = "") -> HttpResponse:
    """Show the report to the applicant and to officers, or give it out as a file."""
    report = feedback_of(access.actor(request), key, number)
    words = documents.feedback_words(report)
    if not form:
        return render(request, "desk/workbench/feedback.html", {"report": report, "words": words, "key": key})
    if form not in _WRITERS:
        raise NotFound("assessment.feedback.form", "没有这种格式。", "There is no such format.")
    write, media = _WRITERS[form]
    response = HttpResponse(write(words, access.now()), content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{key}-{number}-feedback.{form}"'
    return response
