"""What templates say of schemes: terms of stages, what a quota covers."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from pinzhi.engine.rulebook.scheme_parts import Quota
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.texts import Text
from pinzhi.web.templatetags.catalog import show

register = template.Library()


@register.filter
def unlocalised(number: float) -> str:
    """Return a coordinate with a point, whatever the language of the page."""
    return str(number)


@register.simple_tag
def term(terms: Mapping[str, Text], state: str) -> SafeString:
    """Return how long a stage lasts; empty where nothing is said."""
    return show(terms[state])


@register.simple_tag
def covered(scheme: Scheme, quota: Quota) -> SafeString:
    """Return the grades and categories whose awards take a place of a quota, joined; empty means all."""
    grades: tuple[Any, ...] = tuple(one.title for one in scheme.grade if one.code in quota.grades)
    return show((*grades, *(one.title for one in scheme.category if one.code in quota.categories)))
