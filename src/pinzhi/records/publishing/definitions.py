"""The figures of the rulebook, checked once against the records there are, found by id and day."""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType

from pinzhi.engine.errors import NotFound
from pinzhi.engine.publishing.definitions import faults
from pinzhi.engine.rulebook.check import bad
from pinzhi.engine.rulebook.figures import Figure
from pinzhi.engine.rulebook.load import Rulebook
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.records.publishing.sources.names import SOURCES


def figures(on: date) -> Mapping[str, Figure]:
    """Return the figures in force on a day by their ids, in the order of ids."""
    return _in_force(rulebook(), on)


def figure_named(figure_id: str, on: date) -> Figure:
    """Return the edition of a figure in force on a day; NotFound names the nearest ids."""
    known = figures(on)
    if figure_id in known:
        return known[figure_id]
    near = get_close_matches(figure_id.upper(), known, n=5, cutoff=0.3)
    raise NotFound(
        "publishing.figure",
        "{day} 没有“{id}”这个数字。相近的有：{near}。",
        "There is no figure “{id}” on {day}. Near ones: {near}.",
        id=figure_id[:20],
        day=on,
        near=", ".join(near) or "—",
    )


def digest_of(figure: Figure) -> str:
    """Return the SHA-256 of a figure's file."""
    return rulebook().digest(figure)


def check_figures(book: Rulebook) -> int:
    """Refuse the first figure that does not fit the records there are, naming file and key; return how many fit."""
    editions = [one for one in book.editions if isinstance(one.content, Figure)]
    newest = {one.content.id: one.content for one in editions}
    shapes = {name: source.shape() for name, source in SOURCES.items()}
    groups = [list(newest.values())]
    for one in editions:
        if newest[one.content.id] is not one.content:  # an older edition, beside the others as they are now
            groups.append([one.content, *(newest[key] for key in newest if key != one.content.id)])
    for group in groups:
        for wrong, fault in faults([one for one in group if isinstance(one, Figure)], shapes):
            path = next(one.path for one in editions if one.content is wrong)
            raise bad(path, fault.key, zh=fault.text.zh, en=fault.text.en)
    return len(editions)


@lru_cache(maxsize=64)
def _in_force(book: Rulebook, on: date) -> Mapping[str, Figure]:
    """Return the figures of a day in one reading of the rulebook."""
    _checked(book)
    ids = dict.fromkeys(one.id for one in sorted(book.all_of(Figure), key=lambda one: one.id) if one.holds(on))
    return MappingProxyType({one: book.in_force(Figure, one, on) for one in ids})


@lru_cache(maxsize=4)
def _checked(book: Rulebook) -> int:
    return check_figures(book)
