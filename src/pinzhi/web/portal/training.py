"""Training in public: courses, sessions with their dates and places left, pass rates with their denominators."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pinzhi.engine.texts import Text
from pinzhi.records.catalog.queries.shapes import State
from pinzhi.records.training.queries import pages
from pinzhi.records.training.queries.visible import session_by_key
from pinzhi.records.training.rules import course_of
from pinzhi.web.access import today
from pinzhi.web.downloads import Sheet, download


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as a table to take along."""

    key: str
    course: Text
    state: State
    body: str
    mode: str
    place: str
    starts_on: date
    ends_on: date
    exam_on: date | None
    enrol_until: date
    capacity: int
    left: int


@require_safe
def training(request: HttpRequest, form: str = "") -> HttpResponseBase:
    """Show the courses, what is to come, and how many passed; the sessions also as a table."""
    on = today()
    views = pages.public_courses(on)
    if form:
        rows = [_row(line) for view in views for line in view.sessions]
        also = f"{[(one.key, one.state.code, one.left) for one in rows]}"
        return download(request, form, lambda: Sheet("training", SessionRow, rows), name="training", on=on, also=also)
    crumbs = [("/", _("首页")), ("", _("培训"))]
    context = {"views": views, "rate": pages.all_rate(on), "crumbs": crumbs, "address": "/training"}
    return render(request, "portal/training/list.html", context)


@require_safe
def session(request: HttpRequest, key: str) -> HttpResponse:
    """Show a session: when, where, how many places are left, and how the last one went."""
    on, held = today(), session_by_key(key)
    [line] = pages.session_lines([held], on)
    crumbs = [("/", _("首页")), ("/training", _("培训")), ("", held.key)]
    context = {
        "line": line,
        "held": held,
        "course": course_of(held),
        "lessons": held.lessons.order_by("number"),
        "rate": pages.session_rate(held, on),
        "crumbs": crumbs,
    }
    return render(request, "portal/training/session.html", context)


def _row(line: pages.SessionLine) -> SessionRow:
    one = line.row
    return SessionRow(
        one.key, line.title, line.state, one.body_name, one.mode, one.place, one.starts_on, one.ends_on, one.exam_on,
        one.enrol_until, one.capacity, line.left,
    )  # fmt: skip
