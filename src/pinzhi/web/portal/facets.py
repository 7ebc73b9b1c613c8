"""Tabs, filters and orders beside a result, ready to show."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from pinzhi.records.catalog.search.shapes import KINDS, FacetCount, SearchResult, Sort
from pinzhi.web.language import counted, said
from pinzhi.web.portal import vocabulary
from pinzhi.web.portal.asked import Asked

MOST = 24  # choices of a filter altogether: the newest years, the commonest of all else
SHOWN = 6  # choices of a filter before the rest folds away
TITLES: dict[str, str | Promise] = {
    "kind": gettext_lazy("类型"),
    "status": gettext_lazy("状态"),
    "level": gettext_lazy("标准级别"),
    "scheme": gettext_lazy("认证项目"),
    "category": gettext_lazy("机构能力"),
    "service": gettext_lazy("服务"),
    "district": gettext_lazy("区（市）"),
    "industry": gettext_lazy("行业"),
    "year": gettext_lazy("年份"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads somewhere, or says where one is."""

    word: str
    address: str
    count: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter; ``percent`` is its count against the largest of the filter."""

    value: str
    word: str
    count: str
    percent: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter: the largest choices, and the others folded away."""

    name: str
    title: str
    choices: Sequence[Choice]
    folded: Sequence[Choice]
    folded_chosen: bool


def tabs(asked: Asked, result: SearchResult) -> list[Link]:
    """Return the tabs: everything, then each kind that has records or is the current one."""
    counts = {one.value: one.count for one in result.facets.get("kind", ())}
    everything = Link(
        word=pgettext("kind", "全部"),
        address=asked.address(kinds=()),
        count=counted(sum(counts.values())) if counts else "",
        here=not asked.kinds,
    )
    kinds = [
        Link(
            word=said(vocabulary.word("kind", kind)),
            address=asked.address(kinds=(kind,)),
            count=counted(counts.get(kind, 0)),
            here=asked.kinds == (kind,),
        )
        for kind in KINDS
        if counts.get(kind) or kind in asked.kinds
    ]
    return [everything, *kinds]


def groups(asked: Asked, result: SearchResult) -> list[Facet]:
    """Return the filters that can still narrow the result, or are in use."""
    found = []
    kinds = _kinds(asked, result)
    for name, title in TITLES.items():
        chosen = asked.kinds if name == "kind" else asked.filters.get(name, ())
        choices = _choices(name, result.facets.get(name, ()), chosen, kinds)
        if len(choices) > 1 or chosen:
            shown, folded = _split(choices)
            found.append(Facet(name, str(title), shown, folded, any(one.chosen for one in folded)))
    return found


def chosen(asked: Asked) -> list[Link]:
    """Return the filters in use, each with the address without it."""
    used = [("kind", kind) for kind in asked.kinds if len(asked.kinds) > 1]
    used += [(name, value) for name, values in asked.filters.items() for value in values]
    return [Link(said(vocabulary.word(name, value, asked.kinds)), asked.without(name, value)) for name, value in used]


def sorts(asked: Asked) -> list[Link]:
    """Return the orders one may choose."""
    words: dict[Sort, str] = {"relevance": _("最相关"), "newest": _("最新"), "number": _("按编号")}
    return [Link(word, asked.address(sort=sort), here=asked.sort == sort) for sort, word in words.items()]


def _kinds(asked: Asked, result: SearchResult) -> tuple[str, ...]:
    return asked.kinds or tuple(one.value for one in result.facets.get("kind", ()))


def _choices(name: str, counts: Sequence[FacetCount], chosen: tuple[str, ...], kinds: tuple[str, ...]) -> list[Choice]:
    by_value = dict.fromkeys(chosen, 0) | {one.value: one.count for one in counts if one.value}
    if name == "year":
        order = sorted(by_value, reverse=True)
    else:
        order = sorted(by_value, key=by_value.__getitem__, reverse=True)
    order = [value for place, value in enumerate(order) if place < MOST or value in chosen]
    most = max(by_value.values(), default=0) or 1
    return [
        Choice(
            value=value,
            word=said(vocabulary.word(name, value, kinds)),
            count=counted(by_value[value]),
            percent=-(-by_value[value] * 100 // most),
            chosen=value in chosen,
        )
        for value in order
    ]


def _split(choices: list[Choice]) -> tuple[list[Choice], list[Choice]]:
    """Fold what comes after the first few, unless only one or two would be hidden."""
    return (choices, []) if len(choices) <= SHOWN + 2 else (choices[:SHOWN], choices[SHOWN:])
