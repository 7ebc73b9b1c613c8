"""Tables behind headline figures: the records that were counted, as of any day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.queries.shapes import Ref, State
from pinzhi.records.catalog.queries.table_rows import HonourLine
from pinzhi.records.catalog.queries.tables import check_filters, table_named, table_page
from pinzhi.web.access import today
from pinzhi.web.downloads import Sheet, download
from pinzhi.web.language import dated
from pinzhi.web.pages import page_number, pager

EARLIEST = date(1900, 1, 1)

# The heads of columns, by the name of the field they show.
HEADS: dict[str, str | Promise] = {
    "edition": gettext_lazy("届次"),
    "title": gettext_lazy("名称"),
    "recipient": gettext_lazy("获奖者"),
    "organisation": gettext_lazy("单位"),
    "region": gettext_lazy("所在地"),
    "issuer": gettext_lazy("授予单位"),
    "awarded": gettext_lazy("日期"),
    "state": gettext_lazy("状态"),
    "certificate": gettext_lazy("证书编号"),
    "holder": gettext_lazy("持证单位"),
    "district": gettext_lazy("区（市）"),
    "scheme": gettext_lazy("认证项目"),
    "standard": gettext_lazy("标准"),
    "issued_on": gettext_lazy("颁发"),
    "expires_on": gettext_lazy("有效期到"),
    "code": gettext_lazy("代码"),
    "industry": gettext_lazy("行业"),
    "institution": gettext_lazy("机构"),
    "categories": gettext_lazy("类别"),
    "level": gettext_lazy("级别"),
    "published": gettext_lazy("发布"),
    "effective_on": gettext_lazy("实施"),
    "place": gettext_lazy("地点"),
    "kind": gettext_lazy("类型"),
    "host": gettext_lazy("承办单位"),
    "address": gettext_lazy("地址"),
    "opened_on": gettext_lazy("开放"),
    "state_on": gettext_lazy("状态自"),
    "watch": gettext_lazy("监督"),
    "appointment": gettext_lazy("任职编号"),
    "officer": gettext_lazy("姓名"),
    "role": gettext_lazy("岗位"),
    "appointed_on": gettext_lazy("任命"),
    "filed_on": gettext_lazy("备案"),
    "term_until": gettext_lazy("任期到"),
}
LESS_NEEDED = frozenset(
    {"code", "issuer", "region", "level", "issued_on", "industry", "published", "kind", "opened_on", "state_on"}
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: whether it may be left out on a phone, and whether the demo mark follows it."""

    name: str
    value: Any
    less: bool
    marked: bool


def table(request: HttpRequest, name: str, form: str = "") -> HttpResponseBase:
    """Show the records a figure counts; ``on`` asks for another day, ``.csv`` and ``.json`` give all of them."""
    wanted = table_named(name)
    on = asked_day(request, "on") or today()
    filters = {key: str(value) for key, value in request.GET.items() if key not in ("on", "page", "bom")}
    if form:
        check_filters(wanted, filters)
        return download(
            request,
            form,
            lambda: Sheet(wanted.name, wanted.line_type, wanted.lines(on, filters)),
            name="-".join([name, *(value for key, value in filters.items() if key != "standard"), f"{on}"]),
            on=on,
        )
    page = table_page(wanted, on=on, filters=filters, page=page_number(request))
    kept = filters | ({"on": f"{on}"} if on != today() else {})
    all_synthetic = bool(page.lines) and all(line.synthetic for line in page.lines)
    fields = fields_of(page.lines, wanted.line_type)
    context = {
        "page": page,
        "heads": heads_of(fields),
        "lines": table_lines(page.lines, fields, marked=not all_synthetic),
        "all_synthetic": all_synthetic,
        "crumbs": [("/", pgettext("crumb", "首页")), ("/#figures", _("城市的数字")), ("", _("表"))],
        "pager": pager(page.page, page.pages, kept),
        "query": f"?{urlencode(kept)}" if kept else "",
        "filters": filters,
        "day": dated(on),
    }
    return render(request, "portal/catalog/table.html", context)


def fields_of(lines: Sequence[Any], line_type: type[Any]) -> list[str]:
    """Return the columns that say anything on this page; the mark of what is invented is no column."""
    return [one for one in line_type.__dataclass_fields__ if _is_needed(one, lines)]


def heads_of(fields: Sequence[str], less: frozenset[str] = LESS_NEEDED) -> list[tuple[str, str | Promise, bool]]:
    """Return name and head of each column, and whether a phone may leave it out."""
    return [(one, HEADS[one], one in less) for one in fields]


def table_lines(
    lines: Sequence[Any], fields: list[str], *, marked: bool, less: frozenset[str] = LESS_NEEDED
) -> list[list[Cell]]:
    """Return the cells of each row; ``marked`` puts the demo mark after the names of rows that are invented."""
    return [_cells(line, fields, less, marked=marked) for line in lines]


def _is_needed(name: str, lines: Sequence[Any]) -> bool:
    return name != "synthetic" and (not lines or any(_shown(line, name) not in ("", None, ()) for line in lines))


def _cells(line: Any, fields: list[str], less: frozenset[str], *, marked: bool) -> list[Cell]:
    """Return the cells of a row; the demo mark stands after its name."""
    named = next(one for one in fields if isinstance(getattr(line, one), Ref | Text))
    return [Cell(one, _shown(line, one), one in less, marked and line.synthetic and one == named) for one in fields]


def _shown(line: Any, name: str) -> Any:
    """Return what a cell shows: an organisation that is itself the recipient is named once, as a link."""
    value = getattr(line, name)
    if isinstance(value, State) and not value.code:
        return ""
    if isinstance(line, HonourLine) and line.organisation and line.recipient == line.organisation.title.zh:
        return {"recipient": line.organisation, "organisation": ""}.get(name, value)
    return value


def asked_day(request: HttpRequest, name: str) -> date | None:
    """Return the day asked for by a name, None for none; refuse what is no day, and days before any record."""
    text = request.GET.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day < EARLIEST:
        raise BadInput(
            "web.day", "“{day}”不是日期，应如 2023-12-31。", "“{day}” is no date: write 2023-12-31.", day=text[:40]
        )
    return day
