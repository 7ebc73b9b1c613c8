"""What templates say of bulletins: acts by their names."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def act_name(name: str) -> str:
    """Return the name of an act on a bulletin."""
    return {
        "submit": _("送审"),
        "review": _("审核通过"),
        "sign": _("签发并发布"),
        "send-back": _("退回"),
        "correct-figure": _("更正一个数字"),
        "correct-words": _("更正文字"),
        "withdraw": _("撤回"),
    }[name]
