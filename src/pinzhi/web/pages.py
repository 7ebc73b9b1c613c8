"""Page numbers of lists that are leafed through."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.http import urlencode

from pinzhi.engine.errors import BadInput

LARGEST = 1_000_000
AROUND = 2  # pages shown on either side of this one


@dataclass(frozen=True, slots=True)
class Pager:
    """What parts/pager.html shows: numbers with their addresses, None for a gap."""

    pages: list[tuple[int | None, str, bool]]
    previous: str
    next: str


def page_number(request: HttpRequest) -> int:
    """Return the page asked for; refuse what is no page."""
    text = request.GET.get("page", "1")
    if text.isascii() and text.isdigit() and len(text) <= 7 and 1 <= int(text) <= LARGEST:
        return int(text)
    raise BadInput("web.page", "“{page}”不是页码。", "“{page}” is not a page number.", page=text[:40])


def pager(page: int, pages: int, kept: dict[str, str]) -> Pager:
    """Return the pages around this one, the first and the last; ``kept`` stays in every address."""

    def address(number: int) -> str:
        return "?" + urlencode({**kept, "page": str(number)})

    shown: list[tuple[int | None, str, bool]] = []
    last = 0
    for number in sorted({1, pages, *range(max(1, page - AROUND), min(pages, page + AROUND) + 1)}):
        if number > last + 1:
            shown.append((None, "", False))
        shown.append((number, address(number), number == page))
        last = number
    return Pager(shown, address(page - 1) if page > 1 else "", address(page + 1) if page < pages else "")
