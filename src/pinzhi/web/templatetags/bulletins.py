"""What templates say of bulletins: titles that may have no English, acts by their names."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pinzhi.engine.texts import Text
from pinzhi.web.templatetags.catalog import show

register = template.Library()


@register.simple_tag
def written(zh: str, en: str) -> SafeString:
    """Return words that were written in one language or both."""
    return show(Text(zh, en))


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
