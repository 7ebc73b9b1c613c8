"""The journal: who did what to what, when; filtered and downloaded."""

import csv
import io
import itertools
import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from pinzhi.engine.errors import BadInput
from pinzhi.engine.journal.proofs import Proof
from pinzhi.records.accounts import supervision
from pinzhi.records.accounts.supervision import JournalFilter, JournalLine
from pinzhi.records.journal.queries import standing
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.fields import DateInput

COLUMNS = (
    "number", "at", "actor", "actor_name", "action", "object_kind", "object_key", "edition", "detail", "origin",
    "position",
)  # fmt: skip
LARGEST = 2**63 - 1


class FilterForm(forms.Form):
    """What to show of the journal."""

    actor = forms.CharField(label=_("谁"), max_length=64, required=False, help_text=_("比如 user:17、command:import"))
    action = forms.CharField(label=_("做了什么"), max_length=64, required=False, help_text=_("比如 accounts.role"))
    object_kind = forms.CharField(label=_("对象种类"), max_length=32, required=False)
    object_key = forms.CharField(label=_("对象编号"), max_length=200, required=False)
    from_on = forms.DateField(label=_("从哪天"), widget=DateInput, required=False)
    to_on = forms.DateField(label=_("到哪天"), widget=DateInput, required=False)
    before = forms.IntegerField(min_value=1, max_value=LARGEST, required=False, widget=forms.HiddenInput)


@require_safe
@guard("journal.read")
def journal(request: HttpRequest) -> HttpResponse:
    """Show a page of the journal, newest first."""
    form = FilterForm(request.GET)
    wanted, before = _asked(form)
    lines, onward = supervision.journal_page(access.actor(request), wanted, before)
    query = request.GET.copy()
    query.pop("before", None)
    page = {"form": form, "lines": lines, "onward": onward, "query": query.urlencode(), "standing": standing()}
    return render(request, "desk/journal.html", page)


@require_safe
@guard("journal.read")
def journal_csv(request: HttpRequest) -> HttpResponseBase:
    """Download all lines the filter lets through."""
    wanted, _before = _asked(FilterForm(request.GET))
    lines = supervision.journal_lines(access.actor(request), wanted)
    answer = StreamingHttpResponse(_csv(_rows(lines)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="journal.csv"'
    return answer


@require_safe
@guard("journal.read")
def journal_proof(request: HttpRequest, number: int) -> HttpResponse:
    """Download the proof of a line."""
    return proof_file(supervision.journal_proof(access.actor(request), number))


def proof_file(proof: Proof) -> HttpResponse:
    """Answer with a proof as a file, named for its position."""
    answer = JsonResponse(proof.as_json(), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="journal-{proof.position + 1}.json"'
    return answer


def _csv(rows: Iterator[list[Any]]) -> Iterator[str]:
    """Write rows one by one; a byte order mark lets spreadsheets see the encoding."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    for row in itertools.chain([COLUMNS], rows):
        writer.writerow(_as_text(cell) for cell in row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _as_text(cell: Any) -> Any:
    """Keep spreadsheets from running what looks like a formula."""
    text = json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict) else cell
    return f"'{text}" if isinstance(text, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _rows(lines: Iterator[JournalLine]) -> Iterator[list[Any]]:
    for line in lines:
        at = timezone.localtime(line.at).isoformat(timespec="seconds")
        yield [at if column == "at" else getattr(line, column) for column in COLUMNS]


def _asked(form: FilterForm) -> tuple[JournalFilter, int | None]:
    if not form.is_valid():
        raise BadInput(
            "journal.filter",
            "筛选条件里有不认识的值：{fields}。日期写成 2024-01-04。",
            "The filter holds a value we do not know: {fields}. Dates are written 2024-01-04.",
            fields=", ".join(form.errors),
        )
    before = form.cleaned_data.pop("before")
    return JournalFilter(**form.cleaned_data), before
