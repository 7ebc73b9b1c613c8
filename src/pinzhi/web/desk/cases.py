"""Cases on the desk: the board of the day, lists with their tables, the calendar of what falls due, many at once."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from pinzhi.engine.errors import BadInput
from pinzhi.engine.rulebook.case_parts import CaseRole
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.records.accounts.queries import first_list
from pinzhi.records.casework.actions.steps import Wish, take_steps
from pinzhi.records.casework.queries import day, desk
from pinzhi.records.casework.queries.filters import COLUMNS, ORDERS, SHOWN, Filter, filter_of
from pinzhi.records.casework.queries.lists import scanned
from pinzhi.records.casework.queries.visible import visible_cases
from pinzhi.records.casework.rules import case_types, roles_to_open, type_now
from pinzhi.web import access
from pinzhi.web.access import guard
from pinzhi.web.desk.case_pictures import city_map, due_strip, week_bars
from pinzhi.web.downloads import Sheet, download
from pinzhi.web.language import said
from pinzhi.web.pages import page_number, pager

FIRST_YEAR, LAST_YEAR = 2000, 2099  # of the calendar's months


@require_safe
@guard("desk")
def cases(request: HttpRequest) -> HttpResponseBase:
    """Show the day's board with map and what falls due; a list where anything is asked for, or one's first list."""
    actor, on = access.actor(request), access.today()
    if not request.GET and (first := first_list(actor, request.path)):
        return redirect(f"{request.path}?{first.query}")
    asked = _filter(request)
    if asked.q and (found := visible_cases(actor).filter(number=asked.q.upper()).first()):
        return redirect("desk:case", number=found.number)
    if request.GET.get("view") == "list" or set(asked.kept()) - {"theme"}:
        return _list(request, asked)
    board = desk.board(actor, asked, on)
    context = {
        **_around(request, asked, "board"),
        "board": board,
        "overdue": board[0].count,
        "due_today": board[1].count,
        "open": sum(one.count for one in board),
        "map": city_map(day.points(actor, asked, on)),
        "strip": due_strip(day.due_days(actor, asked, on)),
        "weeks": week_bars(day.weeks(actor, on)),
        "kinds": _opened_here(request),
    }
    return render(request, "desk/casework/board.html", context)


@require_safe
@guard("desk")
def table(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give out a list as a table."""
    on = access.today()
    found = desk.filtered(access.actor(request), _filter(request), on)
    return download(
        request, form, lambda: Sheet("cases", desk.CaseLine, desk.lines(found.iterator(chunk_size=1000), on)),
        name="cases", on=on, also=desk.version_of_cases(found),
    )  # fmt: skip


@require_safe
@guard("desk")
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a month with what falls due on each day; each count leads to exactly those cases."""
    actor, on, asked = access.actor(request), access.today(), _filter(request)
    month = _month(request.GET.get("month", ""), on)
    weeks = day.due_weeks(actor, asked, on, month)
    context = {
        **_around(request, asked, "calendar"),
        "month": month,
        "weeks": weeks,
        "count": sum(one.count for week in weeks for one in week if one.on.month == month.month),
        "unknown_year": any(one.is_working is None for week in weeks for one in week),
        "previous": _beside(month, -1),
        "next": _beside(month, 1),
        "on": on,
    }
    return render(request, "desk/casework/calendar.html", context)


@require_POST
@guard("desk")
def many(request: HttpRequest) -> HttpResponse:
    """Take one step of many cases and tell of each what became of it."""
    numbers = request.POST.getlist("number")
    assign: dict[CaseRole, str] = {"handler": code} if (code := request.POST.get("assign_handler", "").strip()) else {}
    wish = Wish(request.POST.get("step", ""), request.POST.get("ground", ""), {}, assign)
    rows = take_steps(actor=access.actor(request), numbers=numbers, wish=wish, when=access.moment())
    done = [row.number for row in rows if row.refusal is None]
    if done:
        messages.success(request, gettext("已办 %(count)s 件。") % {"count": len(done)})
    for row in rows:
        if row.refusal is not None:
            messages.warning(request, f"{row.number}：{said(row.refusal.text)}")
    if not rows:
        messages.info(request, gettext("没有选办件。"))
    back = request.POST.get("back", "")
    return redirect(f"/desk/cases?{back}" if back else "/desk/cases")


def _list(request: HttpRequest, asked: Filter) -> HttpResponse:
    actor, on = access.actor(request), access.today()
    found = scanned(desk.filtered(actor, asked, on)) if asked.q else desk.found(actor, asked, on)
    page, count = page_number(request), found.count()
    shown = found.first(desk.PAGE, start=(page - 1) * desk.PAGE)
    kept = {"view": "list", **asked.kept()}
    context = {
        **_around(request, asked, "list"),
        "steps": desk.shared_steps(shown) if actor.has("city_officer", "district_officer") else (),
        "lines": list(desk.lines(shown, on)),
        "count": count,
        "pager": pager(page, max(1, -(-count // desk.PAGE)), kept),
        "title": COLUMNS.get(asked.column),
        "kept": {name: value for name, value in asked.kept().items() if name not in ("order", "shown")},
        "orders": ORDERS.items(),
        "choices": SHOWN.items(),
    }
    return render(request, "desk/casework/list.html", context)


def _around(request: HttpRequest, asked: Filter, view: str) -> dict[str, Any]:
    """Return what stands around every view: the filter, the themes, the columns."""
    return {
        "asked": asked,
        "view": view,
        "query": urlencode(asked.kept()),
        "themes": desk.theme_counts(access.actor(request)),
        "columns": COLUMNS.items(),
    }


def _filter(request: HttpRequest) -> Filter:
    return filter_of({**request.GET.dict(), "shown": ",".join(request.GET.getlist("shown"))})


def _month(text: str, on: date) -> date:
    """Return the first day of a month written as 2024-01; of none, that of today's."""
    if not text:
        return on.replace(day=1)
    year, _dash, month = text.partition("-")
    is_month = len(text) == len("2024-01") and (year + month).isascii() and (year + month).isdigit()
    if not (is_month and FIRST_YEAR <= int(year) <= LAST_YEAR and 1 <= int(month) <= 12):
        raise BadInput(
            "casework.month",
            "“{month}”不是月份，应为 2024-01 这样。",
            "“{month}” is no month; write it as 2024-01.",
            month=text[:20],
        )
    return date(int(year), int(month), 1)


def _beside(month: date, by: int) -> str:
    """Return the month before or after one, as an address has it; empty beyond the years there are."""
    year, place = divmod(month.year * 12 + month.month - 1 + by, 12)
    return f"{year}-{place + 1:02d}" if FIRST_YEAR <= year <= LAST_YEAR else ""


def _opened_here(request: HttpRequest) -> list[CaseType]:
    roles = roles_to_open(access.actor(request))
    newest = {one.id: type_now(one.id) for one in case_types()}
    return [one for one in newest.values() if roles & set(one.opened_by)]
