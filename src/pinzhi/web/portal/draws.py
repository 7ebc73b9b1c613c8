"""Random draws in public: what was sealed, what was opened, and the check that anybody can make again."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pinzhi.engine.casework.published_draws import ALGORITHM, check
from pinzhi.records.inspections.queries import draws as queries
from pinzhi.records.inspections.rules import LEVELS
from pinzhi.web.pages import page_number, pager

PAGE = 20
MOST_SHOWN = 500  # targets of the list on the page; all of them are in the file


@require_safe
def draws(request: HttpRequest) -> HttpResponse:
    """Show the draws, those to come first among them by time."""
    found = queries.draws()
    page, count = page_number(request), found.count()
    shown = found[(page - 1) * PAGE : page * PAGE]
    context = {
        "lines": [queries.draw_line(one) for one in shown],
        "count": count,
        "pager": pager(page, max(1, -(-count // PAGE)), {}),
        "crumbs": [("/", _("首页")), ("", _("随机抽取"))],
    }
    return render(request, "portal/draws/list.html", context)


@require_safe
def draw(request: HttpRequest, code: str) -> HttpResponse:
    """Show a draw with the check of it, made on the way."""
    held = queries.draw_by_code(code)
    document = queries.document_of(held)
    names = {one["key"]: one["name"] for one in document["targets"]}
    context = {
        "held": held,
        "line": queries.draw_line(held),
        "document": document,
        "visits": [
            {"name": names.get(one["target"], one["target"]), "level": LEVELS[one["level"]], **one}
            for one in document["visits"]
        ],
        "wanted": [(LEVELS[level], count) for level, count in document["wanted"].items()],
        "targets": [{**one, "level": LEVELS[one["level"]]} for one in document["targets"][:MOST_SHOWN]],
        "checks": check(document),
        "algorithm": ALGORITHM,
        "crumbs": [("/", _("首页")), ("/draws", _("随机抽取")), ("", held.code)],
        "address": f"/draws/{held.code}",
    }
    return render(request, "portal/draws/draw.html", context)


@require_safe
def draw_json(request: HttpRequest, code: str) -> JsonResponse:
    """Return a draw as a file that `pinzhi draws verify` reads."""
    response = JsonResponse(queries.document_of(queries.draw_by_code(code)), json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Disposition"] = f'attachment; filename="draw-{code}.json"'
    return response
