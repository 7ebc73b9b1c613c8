"""The state of a certificate in one sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pinzhi.records.catalog.queries.certificates import CertificatePage
from pinzhi.web.language import full_day


def sentence(page: CertificatePage) -> str:
    """Return what holds on the day asked, with the day from which or until which it does."""
    day, since = full_day(page.expires_on), full_day(page.state_on)
    match page.state.code:
        case "active":
            return _active(page)
        case "suspended":
            return _("暂停使用，从 {day}起；暂停期间不能用它证明符合要求。").format(day=since or "—")
        case "withdrawn":
            return _("已被撤销，从 {day}起无效，不会恢复。").format(day=since or "—")
        case "cancelled":
            return _("已经注销，从 {day}起无效，不会恢复。").format(day=since or "—")
        case "expired":
            return _("已经过期，有效期到 {day}。").format(day=day)
        case _other:
            return _("还没有生效，{day}起有效。").format(day=full_day(page.issued.on))


def _active(page: CertificatePage) -> str:
    if page.expires_on is None:
        return _("有效；没有写明有效期。")
    if page.days_left == 0:
        return _("有效，今天是最后一天。")
    days = page.days_left or 0
    words = ngettext("有效，到 %(day)s为止，还有 %(days)s 天。", "有效，到 %(day)s为止，还有 %(days)s 天。", days)
    return words % {"day": full_day(page.expires_on), "days": days}
