"""The one-stop service in public: how to ask for something, where the service points are, what is on offer."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from pinzhi.engine.catalog.words import CATEGORIES
from pinzhi.engine.texts import Text
from pinzhi.records.casework.queries.points import PointRow, open_points, point_lines, point_rows
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.publishing.definitions import figures
from pinzhi.records.publishing.queries.values import Value, figure_values
from pinzhi.records.publishing.times import AsOf
from pinzhi.web.access import moment, today
from pinzhi.web.downloads import Sheet, download
from pinzhi.web.figures import unit_words
from pinzhi.web.language import said

COUNTED_FROM = ("visits", "orders", "savings")  # sources of figures that tell of this service


@dataclass(frozen=True, slots=True)
class Group:
    """A group of services with its items; ``category`` is that of the institutions offering it, empty where none is."""

    category: str
    title: Text
    items: tuple[Text, ...]


@require_safe
def services(request: HttpRequest, form: str = "") -> HttpResponseBase:
    """Show what the one-stop service offers and where; the service points also as a table."""
    when, districts = moment(), rulebook().codelist("districts")
    known = districts.in_force(when.on)
    asked = request.GET.get("district", "")
    district = asked if asked in known else ""
    points = open_points(when.on, district)
    if form:
        rows = point_rows(points, when)
        also = f"{[(one.code, one.waiting, one.on_duty) for one in rows]}"
        return download(request, form, lambda: Sheet("points", PointRow, rows), name="points", on=when.on, also=also)
    context = {
        "lines": point_lines(points, when),
        "districts": [(code, said(districts.text(code))) for code in known],
        "district": district,
        "groups": _groups(),
        "figures": [(one, unit_words(one), said(one.figure.title)) for one in _figures(today())],
        "platform": rulebook().city.platform,
        "address": "/services",
        "query": f"?district={district}" if district else "",
        "here": "services",
        "crumbs": [("/", pgettext("crumb", "首页")), ("", _("一站式服务"))],
    }
    return render(request, "portal/services.html", context)


def _groups() -> tuple[Group, ...]:
    listed = rulebook().codelist("services")
    return tuple(
        Group(
            code if code in CATEGORIES else "",
            listed.text(code),
            tuple(listed.text(one) for one in listed.children(code)),
        )
        for code in listed.children("")
    )


def _figures(on: date) -> tuple[Value, ...]:
    """Return the public figures over the records of this service that have a number; each carries its definition."""
    wanted = [
        one.id
        for one in figures(on).values()
        if one.records is not None and one.records.source in COUNTED_FROM and one.privacy != "internal"
    ]
    return tuple(one for one in figure_values(wanted, AsOf(on)).values() if one.problem is None)
