"""What the pages of training ask: whether an option is ticked, a code to check in by."""

import io
from collections.abc import Mapping

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

from pinzhi.records.training.queries.papers import AskedOption, AskedQuestion

register = template.Library()


@register.filter
def ticked(question: AskedQuestion, option: AskedOption) -> tuple[str, AskedOption]:
    """Return an option together with the question it belongs to."""
    return question.id, option


@register.filter
def given_in(pair: tuple[str, AskedOption], given: Mapping[str, tuple[str, ...]]) -> bool:
    """Tell whether an option is ticked: as it was just sent, where that was refused, else as it is kept."""
    item, option = pair
    return option.code in given[item] if item in given else option.chosen


@register.simple_tag
def qr(text: str) -> SafeString:
    """Return a QR code as an inline SVG; its text stands beside it on the page, so readers are spared it."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, svgclass="code", lineclass=None, border=2
    )
    return mark_safe(out.getvalue().decode().replace("<svg", '<svg aria-hidden="true"', 1))  # noqa: S308 (made here)
