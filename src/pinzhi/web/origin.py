"""Says of every request that what it writes into the journal came from the web or the API."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from pinzhi.records.journal.origin import coming_from


class OriginMiddleware:
    """Gives each request an origin of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with coming_from("api" if request.path.startswith("/api/") else "web"):
            return self.get_response(request)
