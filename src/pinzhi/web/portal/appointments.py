"""The public register of appointments: chief quality and brand officers by enterprise."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.training.queries.register import (
    PUBLIC,
    AppointmentsAsked,
    OfficerLine,
    OfficerStatistics,
    officer_lines,
    officers_page,
    register_version,
    roles_on,
    serving_on,
    statistics_on,
)
from pinzhi.web.access import today
from pinzhi.web.downloads import Sheet, download
from pinzhi.web.language import dated, said
from pinzhi.web.pages import page_number, pager
from pinzhi.web.portal.register_bars import bars
from pinzhi.web.portal.tables import LESS_NEEDED, asked_day, fields_of, heads_of, table_lines

LESS = LESS_NEEDED | {"appointment", "district", "appointed_on", "filed_on", "term_until"}
UNIT = Text("人", "officers")


@require_safe
def appointments(request: HttpRequest, form: str = "") -> HttpResponseBase:
    """Show who is filed as an officer of which enterprise; ``on`` asks for another day, ``known`` for what was
    known then; with a form, all of it.
    """
    asked = _asked(request)
    if form:
        officers_page(asked)  # refuses what it does not know before anything is sent
        return download(
            request,
            form,
            lambda: Sheet("appointments", OfficerLine, officer_lines(asked)),
            name=f"appointments-{asked.on}",
            on=asked.on,
            also=register_version(),
        )
    page = officers_page(asked, page=page_number(request))
    kept = asked.pairs() | _days(asked)
    all_synthetic = bool(page.lines) and all(line.synthetic for line in page.lines)
    shown = fields_of(page.lines, OfficerLine)
    serving, holders = serving_on(asked.on, asked.known)
    counted = statistics_on(asked.on, asked.known)
    context = {
        "page": page,
        "asked": asked,
        "serving": serving,
        "holders": holders,
        "coverage": [(title, one) for title, one in counted.coverage if one.listed],
        "bars": bars(
            (
                ("state", _("按状态"), counted.states),
                ("role", _("按岗位"), counted.roles),
                ("district", _("按区（市）"), counted.districts),
                ("year", _("按备案年份"), counted.years),
            ),
            _days(asked),
            {"state": "serving"},
        ),
        "unit": UNIT,
        "held_by": _("企业"),
        "filters": _filters(asked, counted),
        "heads": heads_of(shown, LESS),
        "lines": table_lines(page.lines, shown, marked=not all_synthetic, less=LESS),
        "all_synthetic": all_synthetic,
        "crumbs": [
            ("/", pgettext("crumb", "首页")),
            ("/registers", _("登记册")),
            ("", _("首席质量官和首席品牌官任职")),
        ],
        "pager": pager(page.page, page.pages, kept),
        "query": f"?{urlencode(kept)}" if kept else "",
        "kept": kept,
        "is_past": asked.on != today() or asked.known is not None,
        "day": dated(asked.on),
        "known": dated(asked.known) if asked.known else "",
    }
    return render(request, "portal/registers/appointments.html", context)


def _asked(request: HttpRequest) -> AppointmentsAsked:
    given = {str(name): str(value).strip() for name, value in request.GET.items()}
    unknown = given.keys() - {"q", "role", "state", "district", "year", "on", "known", "page", "bom"}
    if unknown:
        raise BadInput(
            "web.register.filter",
            "登记册不认识“{name}”。",
            "A register does not know “{name}”.",
            name=min(unknown)[:40],
        )
    return AppointmentsAsked(
        on=asked_day(request, "on") or today(),
        known=asked_day(request, "known"),
        text=given.get("q", "")[:100],
        role=given.get("role", ""),
        state=given.get("state", ""),
        district=given.get("district", ""),
        year=given.get("year", ""),
    )


def _days(asked: AppointmentsAsked) -> dict[str, str]:
    days = {"on": f"{asked.on}"} if asked.on != today() else {}
    return days | ({"known": f"{asked.known}"} if asked.known else {})


def _filters(asked: AppointmentsAsked, counted: OfficerStatistics) -> list[dict[str, Any]]:
    districts = rulebook().codelist("districts")
    return [
        {"name": "role", "label": _("岗位"), "chosen": asked.role,
         "choices": [(code, said(word)) for code, word in roles_on(asked.on).items()]},
        {"name": "state", "label": _("状态"), "chosen": asked.state,
         "choices": [(code, said(word)) for code, word in PUBLIC.items()]},
        {"name": "district", "label": _("区（市）"), "chosen": asked.district,
         "choices": [(code, said(districts.text(code))) for code in districts.in_force(asked.on)]},
        {"name": "year", "label": _("备案年份"), "chosen": asked.year,
         "choices": [(one.code, one.code) for one in counted.years]},
    ]  # fmt: skip
