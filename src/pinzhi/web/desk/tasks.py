"""How background work stands, for operators: what waits, what was given up, and once more."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from pinzhi.records.notices import actions, queries
from pinzhi.web import access
from pinzhi.web.access import guard

KINDS = {"mail": _("消息的邮件"), "letter": _("订阅的邮件"), "scan": _("文件安全检查"), "webhook": _("推送")}


@require_safe
@guard("operate")
def tasks(request: HttpRequest) -> HttpResponse:
    """Show how background work stands and what did not work."""
    state = queries.work_state(access.actor(request), access.now())
    context = {
        "state": state,
        "kinds": [(KINDS[one.kind], one) for one in state.kinds],
        "trouble": [(KINDS[one.kind], one) for one in state.trouble],
        "is_late": any(one.late_since for one in state.kinds),
    }
    return render(request, "desk/tasks.html", context)


@require_POST
@guard("operate")
def retry(request: HttpRequest) -> HttpResponse:
    """Have what was given up tried once more."""
    n = actions.try_again(actor=access.actor(request), when=access.moment())
    messages.success(request, ngettext("%(n)s 件任务会再做一次。", "%(n)s 件任务会再做一次。", n) % {"n": n})
    return redirect("desk:tasks")
