"""Who calls, and how often: one count for each call, shared by all web nodes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pinzhi.records.accounts import keys
from pinzhi.web.access import address_key, now
from pinzhi.web.errors import problem

PREFIX = "/api/v1/"
FREE = frozenset({"/api/v1/openapi.json", "/api/v1/docs"})
ANONYMOUS_PER_MINUTE = 120


class ApiLimits:
    """Refuse unknown keys (401) and callers over their limit (429); tell everybody what is left.

    A key is given as ``Authorization: Bearer pz_…`` or ``X-API-Key: pz_…``. Without a key the caller is the network
    address, of which only a keyed digest is kept, for the minute.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX) or request.path in FREE:
            return self.get_response(request)
        secret = _secret(request)
        caller = keys.caller_of(secret) if secret else None
        if secret and caller is None:
            response: HttpResponse = problem(
                401, code="api.key", detail=_("这个接口密钥不认识，或已撤销。可在工作台的账号页另建一个。")
            )
            response["WWW-Authenticate"] = "Bearer"
            return response
        limit = caller.per_minute if caller else ANONYMOUS_PER_MINUTE
        left = keys.count_call(caller.key if caller else address_key(request), limit, now())
        if left < 0:
            response = problem(429, code="api.limit", detail=_("这一分钟的调用次数用完了。请按响应头等一等再来。"))
            response["Retry-After"] = str(keys.seconds_left(now()))
        else:
            response = self.get_response(request)
        response["RateLimit-Limit"] = str(limit)
        response["RateLimit-Remaining"] = str(max(left, 0))
        response["RateLimit-Reset"] = str(keys.seconds_left(now()))
        return response


def _secret(request: HttpRequest) -> str:
    bearer = request.headers.get("Authorization", "")
    if bearer.lower().startswith("bearer "):
        return bearer[7:].strip()
    return request.headers.get("X-API-Key", "").strip()
