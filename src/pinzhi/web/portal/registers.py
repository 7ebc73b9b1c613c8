"""The public registers: an overview, and each with search, filters, days, statistics and files to take."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from pinzhi.engine.catalog import words
from pinzhi.engine.errors import BadInput
from pinzhi.records.catalog.queries.register_statistics import Share, Statistics, issuers, statistics
from pinzhi.records.catalog.queries.registers import (
    OVERDUE,
    REGISTERS,
    Asked,
    Register,
    check_asked,
    register_lines,
    register_named,
    register_page,
)
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.training.queries.register import serving_on
from pinzhi.web.access import today
from pinzhi.web.downloads import Sheet, download
from pinzhi.web.language import dated, said
from pinzhi.web.pages import page_number, pager
from pinzhi.web.portal.register_bars import bars
from pinzhi.web.portal.tables import LESS_NEEDED, asked_day, fields_of, heads_of, table_lines

SORTS = {
    "number": gettext_lazy("按编号"),
    "newest": gettext_lazy("最近颁发"),
    "expiry": gettext_lazy("快到期的在前"),
}
LESS = LESS_NEEDED | {"district", "scheme", "standard", "issued_on", "expires_on", "organisation", "awarded"}
PARTS = ("scheme", "state", "district", "year")


@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    """Show all registers with what they come to today."""
    on = today()
    listed = [(register, statistics(register, on)) for register in REGISTERS.values()]
    serving, employers = serving_on(on)
    context = {
        "listed": listed,
        "serving": serving,
        "employers": employers,
        "on": on,
        "crumbs": [("/", pgettext("crumb", "首页")), ("", _("登记册"))],
    }
    return render(request, "portal/registers/overview.html", context)


@require_safe
def register(request: HttpRequest, name: str, form: str = "") -> HttpResponseBase:
    """Show a register; ``on`` asks for another day, ``known`` for what was known then; with a form, all of it."""
    wanted = register_named(name)
    asked = _asked(request)
    if form:
        check_asked(wanted, asked)
        return download(
            request,
            form,
            lambda: Sheet(wanted.name, wanted.line_type, register_lines(wanted, asked)),
            name=f"{name}-{asked.on}",
            on=asked.on,
        )
    page = register_page(wanted, asked, page=page_number(request))
    kept = asked.pairs() | _days(asked)
    counted = statistics(wanted, asked.on, asked.known, scheme=asked.scheme)
    all_synthetic = bool(page.lines) and all(line.synthetic for line in page.lines)
    shown = fields_of(page.lines, wanted.line_type)
    context = {
        "page": page,
        "asked": asked,
        "scheme": rulebook().codelist("schemes").text(asked.scheme) if asked.scheme else None,
        "counted": counted,
        "bars": _bars(wanted, asked, counted),
        "held_by": _("持有者"),
        "links": _links(asked),
        "filters": _filters(wanted, asked, statistics(wanted, asked.on, asked.known)),
        "sorts": [(code, SORTS[code], code == (asked.sort or next(iter(wanted.sorts)))) for code in wanted.sorts],
        "heads": heads_of(shown, LESS),
        "lines": table_lines(page.lines, shown, marked=not all_synthetic, less=LESS),
        "all_synthetic": all_synthetic,
        "crumbs": [("/", pgettext("crumb", "首页")), ("/registers", _("登记册")), ("", said(wanted.title))],
        "pager": pager(page.page, page.pages, kept),
        "query": f"?{urlencode(kept)}" if kept else "",
        "kept": kept,
        "is_past": asked.on != today() or asked.known is not None,
        "day": dated(asked.on),
        "known": dated(asked.known) if asked.known else "",
    }
    return render(request, "portal/registers/register.html", context)


def _asked(request: HttpRequest) -> Asked:
    given = {str(name): str(value).strip() for name, value in request.GET.items()}
    unknown = given.keys() - {"q", *PARTS, "issuer", "sort", "on", "known", "page", "bom"}
    if unknown:
        raise BadInput(
            "web.register.filter",
            "登记册不认识“{name}”。",
            "A register does not know “{name}”.",
            name=min(unknown)[:40],
        )
    return Asked(
        on=asked_day(request, "on") or today(),
        known=asked_day(request, "known"),
        text=given.get("q", "")[:100],
        scheme=given.get("scheme", ""),
        state=given.get("state", ""),
        district=given.get("district", ""),
        year=given.get("year", ""),
        issuer=given.get("issuer", ""),
        sort=given.get("sort", ""),
    )


def _days(asked: Asked) -> dict[str, str]:
    days = {"on": f"{asked.on}"} if asked.on != today() else {}
    return days | ({"known": f"{asked.known}"} if asked.known else {})


def _filters(register: Register, asked: Asked, counted: Statistics) -> list[dict[str, Any]]:
    """Return the fields by which a register is narrowed: what occurs in it, with words."""
    districts = rulebook().codelist("districts")
    states = words.HONOUR_STATES if register.name in ("grades", "titles") else words.CERTIFICATE_STATES
    offered = {
        "scheme": [(one.code, said(one.text)) for one in counted.schemes],
        "state": [*((code, said(word)) for code, word in states.items()), *_overdue(register)],
        "district": [(code, said(districts.text(code))) for code in districts.in_force(asked.on)],
        "year": [(one.code, one.code) for one in counted.years],
        "issuer": [(name, name) for name in issuers(register, asked.on)],
    }
    labels = {
        "scheme": _("奖项") if register.name == "titles" else _("认证项目"),
        "state": _("状态"),
        "district": _("区（市）"),
        "year": _("颁发年份"),
        "issuer": _("授予单位") if register.name in ("grades", "titles") else _("发证机构"),
    }
    found = []
    for name in register.filters:
        chosen = getattr(asked, name)
        choices = offered[name]
        if chosen and chosen not in dict(choices):
            choices = [*choices, (chosen, chosen)]
        found.append({"name": name, "label": labels[name], "choices": choices, "chosen": chosen})
    return found


def _overdue(register: Register) -> list[tuple[str, str]]:
    return [] if register.name in ("grades", "titles") else [(OVERDUE.code, said(OVERDUE.word))]


def _links(asked: Asked) -> dict[str, str]:
    """Return the addresses of the records that the statistics count."""
    return {code: _address(asked, state=code) for code in ("active", "overdue", "withdrawn")}


def _bars(register: Register, asked: Asked, counted: Statistics) -> list[dict[str, Any]]:
    valid = {} if register.name in ("grades", "titles") else {"state": "active"}
    parts: tuple[tuple[str, Any, tuple[Share, ...]], ...] = (
        ("state", _("按状态"), counted.states),
        ("scheme", _("按项目"), counted.schemes),
        ("district", _("按区（市）"), counted.districts),
        ("year", _("按颁发年份"), counted.years),
    )
    return bars(parts, _days(asked), valid)


def _address(asked: Asked, **more: str) -> str:
    scheme = {"scheme": asked.scheme} if asked.scheme else {}
    return f"?{urlencode(scheme | _days(asked) | more)}"
