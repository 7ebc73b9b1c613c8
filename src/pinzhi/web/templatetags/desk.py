"""Codes of roles and districts as words, for the desk's pages."""

from collections.abc import Mapping

from django import template
from django.utils.translation import get_language

from pinzhi.records.accounts.permissions import ROLES

register = template.Library()


@register.filter
def role_name(role: str) -> str:
    """Return a role in the reader's language; an unknown one as it is."""
    return ROLES[role].in_language(get_language() or "") if role in ROLES else role


@register.filter
def named(code: str, names: Mapping[str, str]) -> str:
    """Return the name of a code; a code without one as it is."""
    return names.get(code, code)
