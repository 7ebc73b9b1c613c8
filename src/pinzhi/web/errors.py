"""One table: error class to status, page and JSON problem."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pinzhi.engine import errors
from pinzhi.web.uploads import CutOffError

STATUS: dict[type[errors.PinzhiError], int] = {
    errors.BadInput: 400,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Unavailable: 503,
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a page of refusal says: what happened, and what is safe or what to do."""

    title: str | Promise
    happened: str | Promise
    onward: str | Promise


WORDS = {
    400: Words(
        _("这个请求没有读懂"),
        _("地址或表单里有不认识的值。"),
        _("检查一下地址，或者从下面的查询重新开始。"),
    ),
    403: Words(
        _("这里要有权限才能进"),
        _("你没有做这件事的权限。"),
        _("登录后再试；如果已经登录，请向你单位的管理员申请。"),
    ),
    404: Words(
        _("没有找到这一页"),
        _("这个地址没有内容，可能写错了，也可能已经撤下。"),
        _("用名称、编号或统一社会信用代码查一查。"),
    ),
    409: Words(
        _("有人先改过了"),
        _("这条内容在你打开之后有了变化。"),
        _("刚才没有保存。返回上一页，看过新的内容再改。"),
    ),
    500: Words(
        _("平台出了故障"),
        _("这一页没有做出来，故障已经记下。"),
        _("已经保存的内容没有丢。过一会儿再试一次。"),
    ),
    503: Words(
        _("这一部分正在准备"),
        _("暂时不能用，内容没有丢。"),
        _("过半分钟再试一次。"),
    ),
}
SESSION_ENDED = Words(
    _("这张表单等得太久了"),
    _("刚才没有保存：登录或表单的凭据已经过期。"),
    _("返回上一页，刷新后再提交；你写的内容浏览器通常还留着。"),
)

_log = logging.getLogger("pinzhi.web")


class RefusalMiddleware:
    """Turn a PinzhiError raised in a view into its page, or into problem+json for programs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:
            return refuse(request, 404)  # no key holds one, and PostgreSQL does not even look for it
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, errors.PinzhiError):
            return None
        status = status_of(exception)
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            return None  # a refusal without a row in the table is a bug of ours: let it be logged as one
        sentence = exception.text.in_language(get_language() or "")
        return refuse(request, status, sentence=sentence, code=exception.code, facts=exception.facts)


def status_of(error: errors.PinzhiError) -> int:
    """Return the status of the nearest class that the table names; 500 for the others."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def wants_problem(request: HttpRequest) -> bool:
    """Say whether a program is asking: the API and every address that ends in .json."""
    return request.path.startswith("/api/") or request.path.endswith(".json") or request.path == "/suggest"


def problem(
    status: int, *, code: str, detail: str, reference: str = "", facts: dict[str, object] | None = None
) -> JsonResponse:
    """Return a problem document (RFC 9457): ``code`` is stable, ``detail`` is for people, ``facts`` for programs."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if reference:
        body["reference"] = reference
    if facts:
        body["facts"] = facts
    options = {"ensure_ascii": False, "default": str}
    return JsonResponse(body, status=status, content_type="application/problem+json", json_dumps_params=options)


def refuse(
    request: HttpRequest,
    status: int,
    *,
    sentence: str = "",
    code: str = "",
    facts: dict[str, object] | None = None,
    words: Words | None = None,
) -> HttpResponse:
    """Answer with the page or the problem of a status, and a reference that is in the log too."""
    words = words or WORDS[status]
    code, reference = code or f"web.{status}", secrets.token_hex(4).upper()
    _log.info("refused %s %s status=%s code=%s reference=%s", request.method, request.path, status, code, reference)
    if wants_problem(request):
        response: HttpResponse = problem(
            status, code=code, detail=sentence or str(words.happened), reference=reference, facts=facts
        )
    else:
        context = {"words": words, "sentence": sentence, "code": code, "reference": reference, "status": status}
        response = HttpResponse(render_to_string("errors/refusal.html", context, request), status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = "30"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, CutOffError):
        return refuse(request, 400, sentence=exception.text.in_language(get_language() or ""), code="web.cut_off")
    return refuse(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 404)


def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token does not fit (settings.CSRF_FAILURE_VIEW)."""
    return refuse(request, 403, code="web.form_expired", words=SESSION_ENDED)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours; asks neither database nor session, which may be what is broken."""
    reference = secrets.token_hex(4).upper()
    _log.error("fault at %s %s reference=%s", request.method, request.path, reference)
    words = WORDS[500]
    if wants_problem(request):
        return problem(500, code="web.500", detail=str(words.happened), reference=reference)
    context = {"words": words, "reference": reference, "large": request.COOKIES.get("type") == "large"}
    return HttpResponse(render_to_string("errors/broken.html", context), status=500)
