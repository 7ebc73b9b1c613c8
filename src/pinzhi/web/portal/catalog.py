"""Pages of the catalogue: one for every record."""

from django.http import HttpRequest, HttpResponse

from pinzhi.engine.errors import Unavailable


def page(request: HttpRequest, key: str) -> HttpResponse:
    """Say that the page of a record is not written yet."""
    raise Unavailable("catalog.page", "这一页还没有做好。", "This page is not written yet.")
