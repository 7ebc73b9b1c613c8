"""What templates say of records: texts by language, days, states, links, standard numbers, traceable numbers."""

import re
from collections.abc import Sequence
from datetime import date
from functools import singledispatch
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from pinzhi.engine.catalog.codes import printed
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.queries.shapes import Coded, Day, Ref, State
from pinzhi.web.addresses import address_of
from pinzhi.web.language import counted, dated, full_day, in_english

register = template.Library()
_PARTS = re.compile(r"(?<=[\u3400-\u9fff）]) (?=[\u3400-\u9fff（])")  # a blank between Han characters
NOTHING = mark_safe("")
_CHOICE = (
    '<label class="choice"><input type="checkbox" id="{0}-{1}" name="{0}" value="{1}"{2}><span>{3}</span>'
    '<svg class="meter" viewBox="0 0 100 5" preserveAspectRatio="none" aria-hidden="true">'
    '<rect width="{4}" height="5"/></svg><span class="r mut3">{5}</span></label>'
)
_TICKED = {True: mark_safe(" checked"), False: NOTHING}
_HAN = re.compile(r"[\u3400-\u9fff]")
MOST_DOTS = 24  # more than these nobody counts


@register.filter
def in_language(text: Text) -> str:
    """Return a text in the reader's language, in Chinese where there is no English."""
    return (in_english() and text.en) or text.zh


@register.filter
def address(ref: Ref) -> str:
    """Return the address of a record's page; empty where it has none."""
    return address_of(ref.kind, ref.key) if ref.key else ""


@register.filter
def thousands(number: int) -> str:
    """Return a count with commas between thousands."""
    return counted(number)


@register.filter
def in_full(day: date | None) -> str:
    """Return a day with its year, for running text."""
    return full_day(day)


@register.filter
def as_printed(number: str) -> str:
    """Return a standard's number with its long dash."""
    return printed(number)


@register.simple_tag
def choices(name: str, offered: Sequence[Any]) -> SafeString:
    """Return the boxes of a filter: word, bar and count of each; a template would take a tenth of a page's time."""
    return format_html_join(
        "", _CHOICE, [(name, one.value, _TICKED[one.chosen], one.word, one.percent, one.count) for one in offered]
    )


@register.simple_tag
def tn(value: int, to: str, words: str = "", on: date | None = None, figure: str = "") -> SafeString:
    """Return a traceable number: a link to the records it counts.

    ``to`` is the address of those records, of a table or of a place on this page. A number that leads nowhere is
    refused, so that none is published by oversight.
    """
    if not to.startswith(("/", "#", "?")):
        raise template.TemplateSyntaxError(f"a traceable number needs the address of its records, found {to!r}")
    number = counted(value)
    day = _("截至 {day}").format(day=dated(on)) if on else ""
    comma = ", " if in_english() else "，"
    spoken = comma.join(part for part in (f"{number} {words}".strip(), day, _("看来历")) if part)
    return format_html(
        '<a class="tn" href="{}"{} aria-label="{}">{}</a>',
        to,
        format_html(' data-f="{}"', figure) if figure else NOTHING,
        spoken,
        number,
    )


@register.inclusion_tag("parts/status.html")
def state(value: State) -> dict[str, str]:
    """Show a state as a word with its shape."""
    return {"shape": value.shape, "word": in_language(value.word)}


@register.simple_tag
def words(text: Text) -> SafeString:
    """Return a text in the reader's language; Chinese on an English page is marked as such."""
    return show(text)


@register.filter
def language_of(text: str) -> str:
    """Return the language tag of a text given in one language: Chinese where it has Han characters."""
    return "zh-Hans" if _HAN.search(text) else "en"


@register.simple_tag
def titled(text: Text) -> SafeString:
    """Return a standard's title with a full blank between its parts, as Chinese standards print it."""
    return show(Text(_PARTS.sub("\u3000", text.zh), text.en))


@register.simple_tag(name="show")
def show_tag(value: Any) -> SafeString:
    """Show a value of any kind that a page may hold."""
    return show(value)


@singledispatch
def show(value: object) -> SafeString:
    """Return a value as a page shows it; missing is nothing."""
    return format_html("{}", value) if value not in (None, "") else NOTHING


@show.register
def _text(value: Text) -> SafeString:
    if in_english() and not value.en and value.zh:
        return format_html('<span lang="zh-Hans">{}</span>', value.zh)
    return format_html("{}", in_language(value))


@show.register
def _ref(value: Ref) -> SafeString:
    language = NOTHING if value.title.en or not in_english() else mark_safe(' lang="zh-Hans"')
    css = mark_safe(' class="nb"') if value.kind == "standard" else NOTHING
    if not value.key:
        return format_html("<span{}{}>{}</span>", css, language, in_language(value.title))
    return format_html('<a href="{}"{}{}>{}</a>', address(value), css, language, in_language(value.title))


@show.register
def _state(value: State) -> SafeString:
    return format_html('<span class="st {}">{}</span>', value.shape, in_language(value.word))


@show.register
def _day(value: Day) -> SafeString:
    return format_html('<span class="nb num">{}</span>', dated(value.on, value.precision)) if value.on else NOTHING


@show.register
def _date(value: date) -> SafeString:
    return format_html('<span class="nb num">{}</span>', dated(value))


@show.register
def _coded(value: Coded) -> SafeString:
    return show(value.text)


@show.register
def _number(value: int) -> SafeString:
    return format_html("{}", counted(value))


@show.register
def _several(value: tuple) -> SafeString:  # type: ignore[type-arg]
    return format_html_join(", " if in_english() else "、", "{}", ((show(one),) for one in value))


@register.filter
def as_list(value: object) -> list[object]:
    """Return one thing as a list of it, for a part that shows several."""
    return [value]


@register.inclusion_tag("portal/catalog/parts/rank.html")
def rank_dots(rank: int, of: int) -> dict[str, Any]:
    """Draw a place in an order: one dot for each, the one meant filled."""
    shown = min(of, MOST_DOTS)
    dots = [{"x": 5 + 13 * place, "here": place + 1 == rank} for place in range(shown)]
    label = _("第 {rank} 名，共 {of} 名").format(rank=rank, of=of)
    return {"dots": dots, "width": 13 * shown, "label": label}
