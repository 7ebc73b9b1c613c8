"""The picture that goes with a link to a bulletin: its headline and the number it is about, 1200 by 630 pixels."""

import json

from django.core.cache import cache

from pinzhi.engine.texts import Language
from pinzhi.records.publishing.printing.paper import BANNER, line_of, long_day
from pinzhi.records.publishing.printing.typesetting import pictures_of
from pinzhi.records.publishing.queries.published import Published, headline, parts

WIDTH, HEIGHT = 1200, 630  # pixels, as link previews show them
KEPT_S = 24 * 3600
_WIDTH_MM = 200


def as_card(page: Published, language: Language) -> bytes:
    """Return the picture of a bulletin as PNG, kept until the bulletin is corrected or withdrawn."""
    state = f"{page.publication.digest}:{len(page.corrections)}:{page.is_withdrawn}:{language}"
    kept: bytes | None = cache.get(f"card:{state}")
    if kept is None:
        kept = _drawn(page, language)
        cache.set(f"card:{state}", kept, KEPT_S)
    return kept


def _drawn(page: Published, language: Language) -> bytes:
    frozen = page.frozen

    def said(zh: str, en: str) -> str:
        return en if language == "en" else zh

    title, _lead = headline(page, language)  # the number of the headline, else the first of the text
    every = (*title, *(span for part in parts(page, language) for span in part.spans))
    first = next((span for span in every if span.figure), None)
    figure = first.figure if first else None
    state = said("演示", "Demonstration") if frozen.synthetic else ""
    data = {
        "language": language,
        "banner": BANNER.in_language(language),
        "issuer": frozen.issuer.in_language(language),
        "state": said("已撤回", "Withdrawn") if page.is_withdrawn else state,
        "title": line_of(title, language),
        "number": (first.new or figure.words.in_language(language)) if first and figure else "",
        "unit": figure.unit.in_language(language) if figure else "",
        "label": figure.title.in_language(language) if figure else "",
        "day": long_day(frozen.published_on, language),
        "count": said(f"{len(frozen.figures)} 个数字，全部可追溯", f"{len(frozen.figures)} figures, all traceable"),
    }
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return pictures_of("card.typ", inputs, width_mm=_WIDTH_MM, width_px=WIDTH)[0]
