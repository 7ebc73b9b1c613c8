"""Beside the text of a bulletin: whether it holds, what it looks like on paper, how it read before."""

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.publishing.checking import CheckedText
from pinzhi.engine.texts import Language
from pinzhi.records.publishing.live import Words, words_of
from pinzhi.records.publishing.printing.paper import paper
from pinzhi.records.publishing.printing.pdf import as_pages
from pinzhi.records.publishing.printing.proof import proof
from pinzhi.records.publishing.queries.cited import CITY_FIGURES
from pinzhi.records.publishing.queries.drafts import Review, newest_text, reviewed, saved_text
from pinzhi.records.publishing.queries.visible import AnyBulletin, bulletin_for
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.bulletin_forms import TextForm, words_in


@require_POST
@guard("publishing.edit")
def check_text(request: HttpRequest) -> HttpResponse:
    """Show a text that is being written beside the figures, without keeping it; for the editor's script."""
    return render(request, "desk/bulletins/preview.html", compared(_written(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@guard("desk")
def sheets(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the pages of the PDF: of the saved text, or of one that is being written and not kept."""
    found = bulletin_for(access.actor(request), slug)
    words = _written(request) if request.method == "POST" else words_of(newest_text(found))
    given = request.POST if request.method == "POST" else request.GET
    language: Language = "en" if given.get("language") == "en" and words.body.en.strip() else "zh"
    template = "desk/bulletins/sheets.html" if "HX-Request" in request.headers else "desk/bulletins/sheets_page.html"
    context = {"bulletin": found, "language": language, "has_english": bool(words.body.en.strip())}
    return render(request, template, context | _pages(found, words, language))


@require_safe
@guard("desk")
def old_text(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a text as it was saved."""
    found = bulletin_for(access.actor(request), slug)
    text = saved_text(found, number)
    if text is None:
        raise NotFound("publishing.text_number", "没有第 {n} 稿。", "There is no text {n}.", n=number)
    return render(request, "desk/bulletins/text.html", {"bulletin": found, "text": text})


def compared(words: Words) -> dict[str, Any]:
    """Return what a page shows of a text beside its figures."""
    return shown(reviewed(CITY_FIGURES, words))


def shown(review: Review) -> dict[str, Any]:
    """Return what a page shows of a text that was compared."""
    return {"review": review, "languages": _languages(review.texts)}


def _languages(texts: dict[Language, CheckedText]) -> list[tuple[str, str, CheckedText]]:
    names = {"zh": gettext("中文"), "en": gettext("英文")}
    return [(names[code], code, text) for code, text in texts.items() if code == "zh" or text.blocks or text.faults]


def _written(request: HttpRequest) -> Words:
    form = TextForm(request.POST)
    form.is_valid()
    return words_in(form, form.cleaned_data.get("as_of") or access.today())


def _pages(found: AnyBulletin, words: Words, language: Language) -> dict[str, Any]:
    """Return the pages as addresses that hold the pictures; what cannot be read has none, and says why."""
    try:
        drawn = as_pages(paper(proof(found, words, CITY_FIGURES, access.moment()), language))
    except BadInput as refusal:
        return {"pages": (), "refusal": refusal.text}
    return {"pages": [f"data:image/png;base64,{base64.b64encode(page).decode()}" for page in drawn]}
