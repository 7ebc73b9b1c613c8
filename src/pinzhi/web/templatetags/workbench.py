"""What templates say of sheets: marks, fields of answers that are no percentage, layers of a result."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pinzhi.engine.rulebook.instrument_parts import LikertItem, NumberItem, SingleItem
from pinzhi.engine.texts import Text
from pinzhi.records.assessment.queries.workbench import ItemPage
from pinzhi.web.language import said

register = template.Library()

_LAYERS = {
    "joined": Text("合并", "joined"),
    "consensus": Text("合议", "agreed"),
    "site": Text("现场改分", "changed on site"),
}


@register.simple_tag
def mark(kind: str, answer: str) -> str:
    """Print a judge's answer in the list of items."""
    return f"{answer}%" if kind == "points" else answer


@register.filter
def note_groups(strengths: Sequence[str], improvements: Sequence[str]) -> list[tuple[str, str, str, list[str]]]:
    """Return the two kinds of notes with their titles, keys and lines."""
    return [
        ("strengths", _("优势"), "S", [one for one in strengths if one.strip()]),
        ("improvements", _("改进机会"), "I", [one for one in improvements if one.strip()]),
    ]


@register.simple_tag
def layer_word(kind: str) -> str:
    """Say what a layer of a result is."""
    return said(_LAYERS[kind])


@register.simple_tag
def answer_field(page: ItemPage, answer: str) -> SafeString:
    """Return the field for an answer that is no percentage in bands: a number, a choice, or a text."""
    item = page.item
    if isinstance(item, SingleItem):
        options = [(one.code, said(one.title)) for one in item.option]
        return _radios(options, answer)
    if isinstance(item, LikertItem):
        labels = dict(enumerate((said(one) for one in item.labels), start=item.low))
        return _radios([(str(n), f"{n} {labels.get(n, '')}".strip()) for n in range(item.low, item.high + 1)], answer)
    if isinstance(item, NumberItem):
        return format_html(
            '<div class="f"><label for="answer">{}</label><input class="in" id="answer" name="answer" '
            'inputmode="decimal" autocomplete="off" value="{}"></div>',
            _("{low} 到 {high} 分").format(low=item.at_least or 0, high=item.at_most or item.worth),
            answer,
        )
    return format_html(
        '<div class="f"><label for="answer">{}</label><textarea class="in" id="answer" name="answer" rows="4">{}'
        "</textarea></div>",
        _("回答"),
        answer,
    )


def _radios(options: Sequence[tuple[str, str]], answer: str) -> SafeString:
    rows = (
        (code, SafeString(" checked" if code == answer else ""), title) for code, title in options
    )  # fmt: skip
    inner = format_html_join(
        "", '<label class="choice"><input type="radio" name="answer" value="{}"{}> {}</label>', rows
    )
    return format_html('<fieldset class="plain"><legend class="lbl">{}</legend>{}</fieldset>', _("回答"), inner)
