"""What a search address asks for: read, refused if odd, and written back into links."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, get_args
from urllib.parse import urlencode

from django.http import QueryDict

from pinzhi.engine.errors import BadInput
from pinzhi.records.catalog.search.shapes import DEEPEST, FACETS, SearchRequest, SearchResult, Sort
from pinzhi.web.portal import vocabulary

SIZE = 10
LAST_PAGE = DEEPEST // SIZE
FILTERS = tuple(name for name in FACETS if name != "kind")


@dataclass(frozen=True, slots=True)
class Pager:
    """Links between the pages of a result: number (None for a gap), address, is this one."""

    pages: list[tuple[int | None, str, bool]]
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One search as its address says it."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = "relevance"
    page: int = 1
    go: bool = False

    @classmethod
    def read(cls, query: QueryDict) -> "Asked":
        """Read an address; anything may be searched for, but facets, order and page must be known ones."""
        chosen = {name: _values(query, name) for name in FACETS}
        return cls(
            text=query.get("q", "").strip(),
            kinds=chosen.pop("kind"),
            filters={name: values for name, values in chosen.items() if values},
            sort=_sort(query.get("sort", "relevance")),
            page=_page(query.get("page", "1")),
            go=query.get("go") == "1",
        )

    def request(self, *, on: date) -> SearchRequest:
        """Return the search for the day's statuses."""
        filters = dict(self.filters)
        if len(self.kinds) > 1:
            filters["kind"] = self.kinds
        kind = self.kinds[0] if len(self.kinds) == 1 else None
        return SearchRequest(self.text, kind, filters, self.sort, self.page, SIZE, on)

    def address(self, suffix: str = "", **changes: Any) -> str:
        """Return the address of this search with something changed, on its first page unless the page is given."""
        other = replace(self, **({"page": 1} | changes))
        pairs = [("q", other.text)] if other.text else []
        pairs += [("kind", kind) for kind in other.kinds]
        pairs += [(name, value) for name in FILTERS for value in other.filters.get(name, ())]
        pairs += [("sort", other.sort)] if other.sort != "relevance" else []
        pairs += [("page", str(other.page))] if other.page > 1 else []
        return f"/search{suffix}?{urlencode(pairs)}" if pairs else f"/search{suffix}"

    def without(self, name: str, value: str) -> str:
        """Return the address without one chosen value."""
        if name == "kind":
            return self.address(kinds=tuple(kind for kind in self.kinds if kind != value))
        kept = tuple(one for one in self.filters.get(name, ()) if one != value)
        return self.address(filters={**self.filters, name: kept})

    @property
    def unfiltered(self) -> str:
        """The address of the same words without any filter."""
        return self.address(kinds=(), filters={})

    @property
    def json(self) -> str:
        return self.address(".json", page=self.page)

    @property
    def csv(self) -> str:
        return self.address(".csv")

    @property
    def narrowed(self) -> bool:
        return bool(self.kinds or self.filters)

    def pager(self, result: SearchResult) -> Pager:
        """Return the links to other pages: the first, those around this one, the last that can be reached."""
        total = result.total if result.total is not None else self.page * SIZE + (1 if result.has_next else 0)
        last = min(max(1, -(-total // SIZE)), LAST_PAGE)
        numbers = sorted({1, last, *range(max(1, self.page - 2), min(last, self.page + 2) + 1)})
        pages: list[tuple[int | None, str, bool]] = []
        for before, number in zip([0, *numbers], numbers, strict=False):
            if number - before > 1:
                pages.append((None, "", False))
            pages.append((number, self.address(page=number), number == self.page))
        return Pager(
            pages=pages,
            previous=self.address(page=min(self.page - 1, last)) if self.page > 1 else "",
            next=self.address(page=self.page + 1) if self.page < last else "",
        )

    def shorter_words(self) -> list[tuple[str, str]]:
        """Return shorter queries to try, with their addresses: single words, or the halves of a Chinese one."""
        words = self.text.split()[:4]
        if len(words) < 2 and 3 < len(self.text) <= 40 and not self.text.isascii():
            middle = len(self.text) // 2
            words = [self.text[:middle], self.text[middle:]]
        return [(word, f"/search?{urlencode({'q': word})}") for word in words if 1 < len(word) < len(self.text)]


def _values(query: QueryDict, name: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(value for value in query.getlist(name) if value))
    for value in values:
        if not vocabulary.is_known(name, value):
            raise BadInput(
                "search.facet",
                "筛选项“{name}”没有“{given}”这个值。去掉它，或者在筛选栏里选。",
                "The filter “{name}” has no value “{given}”. Drop it, or choose one beside the results.",
                name=name,
                given=value[:60],
            )
    return values


def _sort(given: str) -> Sort:
    for sort in get_args(Sort):
        if given == sort:
            return sort  # type: ignore[no-any-return]  # get_args forgets that these are the literals of Sort
    raise BadInput(
        "search.sort",
        "没有“{given}”这种排序。可以用 relevance、newest、number。",
        "There is no order “{given}”. There are relevance, newest and number.",
        given=given[:60],
    )


def _page(given: str) -> int:
    if given.isascii() and given.isdigit() and len(given) <= 9 and 1 <= int(given) <= LAST_PAGE:
        return int(given)
    raise BadInput(
        "search.page",
        "页码是 1 到 {last}，现在是“{given}”。结果太多时，先用筛选缩小范围，或者下载。",
        "Pages run from 1 to {last}; this asks for “{given}”. If there is too much, narrow the search or download it.",
        given=given[:30],
        last=LAST_PAGE,
    )
