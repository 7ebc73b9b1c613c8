"""The keys of the desk: what each does, and whether they are on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from pinzhi.web.access import guard

KEYS = (
    ("j", _("下一行")),
    ("k", _("上一行")),
    ("o", _("打开这一行；回车也一样")),
    ("x", _("选中这一行，或不选")),
    ("a", _("办：打开办理的表单")),
    ("/", _("到搜索框")),
    ("u", _("回到列表")),
    ("n", _("下一页，下个月")),
    ("p", _("上一页，上个月")),
    ("?", _("打开这一页")),
)


@require_safe
@guard("desk")
def shortcuts(request: HttpRequest) -> HttpResponse:
    """List the single keys of the desk."""
    return render(request, "desk/shortcuts.html", {"keys": KEYS})
