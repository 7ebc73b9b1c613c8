"""The inbox of whoever is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from pinzhi.records.notices import actions, queries
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.pages import page_number, pager


@require_safe
@guard("desk")
def inbox(request: HttpRequest) -> HttpResponse:
    """Show one's own messages, newest first."""
    actor = access.actor(request)
    box = queries.inbox(actor, page=page_number(request))
    context = {
        "box": box,
        "pager": pager(box.page, box.pages, {}),
    }
    return render(request, "desk/inbox.html", context)


@require_POST
@guard("desk")
def read(request: HttpRequest, message_id: int) -> HttpResponse:
    """Mark a message as read and go where it is dealt with."""
    message = actions.mark_read(actor=access.actor(request), message_id=message_id, when=access.moment())
    return redirect(message.link if message.link.startswith("/") else "desk:inbox")


@require_POST
@guard("desk")
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all messages as read."""
    actions.mark_all_read(actor=access.actor(request), when=access.moment())
    return redirect("desk:inbox")
