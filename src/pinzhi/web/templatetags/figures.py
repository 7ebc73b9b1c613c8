"""The traceable number: the one tag that prints a figure's value, and the list of codes that paper ends with."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from pinzhi.engine.catalog.tokens import is_han
from pinzhi.records.publishing.queries.values import Value
from pinzhi.web.figures import address_of_figure, spoken, unit_words, value_words
from pinzhi.web.language import in_english

register = template.Library()
_IN_CHINESE = mark_safe(' lang="zh-Hans"')  # a name nobody has translated
_SEEN = "_traced_values"  # what this answer has printed so far, kept with the request
SHORT = 12  # digits of a hash that paper shows


@register.simple_tag(takes_context=True)
def traced(context: template.Context, value: Any) -> SafeString:
    """Return the value of a figure as a link to where it comes from; print adds its code 〔A21〕.

    A number without its figure is refused, so that none is published by oversight. Where there is no number its reason
    stands there instead, and is a link all the same; it is never a zero.
    """
    if not isinstance(value, Value):
        raise template.TemplateSyntaxError(
            f"a traceable number needs the value of a figure, found {type(value).__name__} {value!r}"
        )
    request = context.get("request")
    if request is not None:
        seen = getattr(request, _SEEN, {})
        seen[value.figure.id, value.at] = value
        setattr(request, _SEEN, seen)
    words = value_words(value)
    return format_html(
        '<a class="tn{}"{} href="{}" data-f="{}" aria-label="{}">{}</a>',
        " none" if value.problem else "",
        _language_of(words),
        address_of_figure(value.figure.id, value.at),
        value.figure.id,
        spoken(value),
        words,
    )


def _language_of(words: str) -> str:
    """Return the attribute that marks Chinese on an English page."""
    return _IN_CHINESE if in_english() and is_han(words) else ""


@register.inclusion_tag("parts/traced_codes.html", takes_context=True)
def traced_codes(context: template.Context) -> dict[str, Any]:
    """List the figures printed on this page with value, day and short hash; only paper shows it."""
    seen: dict[Any, Value] = getattr(context.get("request"), _SEEN, {})
    lines = [
        {
            "id": value.figure.id,
            "title": value.figure.title,
            "words": (words := f"{value_words(value)} {unit_words(value)}".strip()),
            "lang": _language_of(words),
            "on": value.at.on,
            "hash": value.digest[:SHORT],
        }
        for _key, value in sorted(seen.items(), key=lambda one: (one[0][0], one[0][1].on))
    ]
    return {"lines": lines}
