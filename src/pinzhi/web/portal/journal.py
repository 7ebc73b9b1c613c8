"""The journal as everybody may know it: signed heads, proofs by digest alone, and the check of a proof."""

import json
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from pinzhi.engine.errors import BadInput, PinzhiError
from pinzhi.engine.journal.proofs import Checked, check, keys_as_json, proof_from_json
from pinzhi.records.journal import proving
from pinzhi.records.journal.queries import heads_page, standing
from pinzhi.records.signing import public_keys
from pinzhi.web.language import said

LARGEST_CHARACTERS = 100_000
LARGEST = 2**53


class ProofForm(forms.Form):
    """A proof, as a file or as text."""

    file = forms.FileField(
        label=gettext_lazy("证明文件"), required=False, help_text=gettext_lazy("JSON，不超过 100 KB")
    )
    text = forms.CharField(
        label=gettext_lazy("或者粘贴内容"), required=False, max_length=LARGEST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Read the proof from wherever it was given."""
        given: dict[str, Any] = super().clean() or {}
        file, text = given.get("file"), given.get("text", "")
        if file is not None:
            if file.size > LARGEST_CHARACTERS:
                raise forms.ValidationError(_("文件太大。证明只有几 KB。"))
            text = file.read().decode("utf-8", errors="replace")
        if not text.strip():
            raise forms.ValidationError(_("请选文件，或者粘贴证明的内容。"))
        try:
            given["proof"] = proof_from_json(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("这不是 JSON。请原样粘贴整个文件的内容。")) from error
        except PinzhiError as refusal:
            raise forms.ValidationError(said(refusal.text)) from refusal
        return given


@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Show how far the journal reaches, its heads, and how to check it."""
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and int(before) < LARGEST):
        raise BadInput("journal.before", "before 应为签名头的编号。", "The value of before is the number of a head.")
    return _page(request, ProofForm(), None, int(before) if before else None)


@require_http_methods(["POST"])
def check_proof(request: HttpRequest) -> HttpResponse:
    """Check a proof that somebody brings, with the keys published here."""
    form = ProofForm(request.POST, request.FILES)
    checked = (
        check(form.cleaned_data["proof"], [key.text for key in public_keys("journal")]) if form.is_valid() else None
    )
    return _page(request, form, checked, None)


def _page(request: HttpRequest, form: ProofForm, checked: Checked | None, before: int | None) -> HttpResponse:
    page = heads_page(before)
    context = {
        "standing": standing(),
        "heads": page.heads,
        "onward": page.onward,
        "form": form,
        "checked": checked,
        "line": json.dumps(checked.proof.line.as_json(), ensure_ascii=False, indent=2)
        if checked and checked.proof.line
        else "",
        "keys": public_keys("journal"),
        "here": "journal",
        "crumbs": [("/", pgettext("crumb", "首页")), ("", _("审计记录"))],
    }
    return render(request, "portal/journal.html", context, status=400 if form.errors else 200)


@require_safe
@cache_control(public=True, max_age=300)
def keys(request: HttpRequest) -> JsonResponse:
    """Give the public keys by which heads are checked, those no longer in use among them."""
    known = (
        (key.id, key.text, key.made_at.isoformat(), key.retired_at.isoformat() if key.retired_at else None)
        for key in public_keys("journal")
    )
    return _json(keys_as_json(known))


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def head(request: HttpRequest, number: int) -> JsonResponse:
    """Give a head, which never changes."""
    return _json(proving.head_numbered(_known(number)).as_json())


@require_safe
def position(request: HttpRequest, position: int) -> JsonResponse:
    """Give the proof that a digest stands at a position (from one), without the line."""
    if position < 1:
        raise BadInput("journal.position", "位置从 1 数起。", "Positions are counted from 1.")
    return _json(proving.proof_of_position(_known(position) - 1).as_json())


@require_safe
def consistency(request: HttpRequest, first: int, second: int) -> JsonResponse:
    """Give the proof that the journal of one head is the beginning of that of another."""
    proof = proving.consistency(_known(first), _known(second))
    return _json(
        {
            "type": "pinzhi-journal-consistency",
            "v": 1,
            "first": proof.first.as_json(),
            "second": proof.second.as_json(),
            "path": [step.hex() for step in proof.path],
        }
    )


def _known(number: int) -> int:
    """Return a number no database refuses to look for."""
    return min(number, LARGEST)


def _json(value: dict[str, Any]) -> JsonResponse:
    return JsonResponse(value, json_dumps_params={"ensure_ascii": False, "indent": 2})
