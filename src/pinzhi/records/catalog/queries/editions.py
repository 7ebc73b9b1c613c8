"""All editions of a standard and of those it replaces or is replaced by, as one chain."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from pinzhi.engine.catalog.codes import parse, printed
from pinzhi.engine.catalog.replaces import Edge, successors
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.models import Replacement, Standard
from pinzhi.records.catalog.queries.shapes import Day, Ref, State, standard_ref, standard_state

LONGEST = 60  # editions of one chain that a page shows, those nearest by replacement

# Every edition of the family and whatever is tied to one of them by replacement, in either direction, nearest first.
_TIED = """
WITH RECURSIVE tied(id) AS (
    SELECT id FROM catalog_standard WHERE family = %s
    UNION
    SELECT CASE WHEN edge.new_id = tied.id THEN edge.old_id ELSE edge.new_id END
    FROM catalog_replacement edge JOIN tied ON edge.new_id = tied.id OR edge.old_id = tied.id
    WHERE edge.recorded_until IS NULL AND edge.old_id IS NOT NULL
)
SELECT id FROM tied LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a chain.

    ``ends_on`` is the first day on which it no longer holds; None while nobody knows of an end. ``replaces`` and
    ``replaces_partly`` hold canonical numbers. Where the catalogue knows the number alone, ``state`` is None.
    """

    standard: Ref
    title: Text
    state: State | None
    published: Day
    effective_on: date | None
    ends_on: date | None
    replaces: tuple[str, ...]
    replaces_partly: tuple[str, ...]
    is_this: bool
    synthetic: bool

    @property
    def key(self) -> str:
        return self.standard.key or self.standard.title.zh


@dataclass(frozen=True, slots=True)
class Chain:
    """The editions from the oldest to the newest, and what stands in full for this one on the day asked."""

    editions: tuple[Edition, ...]
    successors: tuple[Ref, ...]
    ids: dict[str, int]  # canonical number to primary key, of the editions the catalogue has


def chain_of(standard: Standard, on: date) -> Chain:
    """Return the chain a standard belongs to, in three statements whatever its length."""
    with connection.cursor() as cursor:
        cursor.execute(_TIED, [standard.family, LONGEST])
        ids = {row[0] for row in cursor.fetchall()} | {standard.pk}
    found = {one.pk: one for one in Standard.objects.filter(pk__in=ids)}
    edges = list(Replacement.objects.filter(new_id__in=ids, recorded_until=None).order_by("new_id", "old_number"))
    editions = [_edition(one, edges, on, is_this=one.pk == standard.pk) for one in found.values()]
    known = {one.canonical for one in found.values()}
    editions += [_unknown(number) for number in dict.fromkeys(edge.old_number for edge in edges) if number not in known]
    return Chain(
        editions=tuple(sorted(editions, key=_age)),
        successors=tuple(standard_ref(found[pk]) for pk in _successors(edges, found, standard.pk, on)),
        ids={one.canonical: one.pk for one in found.values()},
    )


def _edition(standard: Standard, edges: Iterable[Replacement], on: date, *, is_this: bool) -> Edition:
    own = [edge for edge in edges if edge.new_id == standard.pk]
    ends = [day for day in (standard.superseded_on, standard.withdrawn_on) if day]
    return Edition(
        standard=standard_ref(standard),
        title=Text(standard.title_zh or standard.title_local or standard.title_en, standard.title_en),
        state=standard_state(standard, on),
        published=Day(standard.published_on, standard.published_precision),
        effective_on=standard.effective_on,
        ends_on=min(ends, default=None),
        replaces=tuple(edge.old_number for edge in own if not edge.partial),
        replaces_partly=tuple(edge.old_number for edge in own if edge.partial),
        is_this=is_this,
        synthetic=standard.synthetic,
    )


def _unknown(number: str) -> Edition:
    """Return an edition of which only the number is known."""
    return Edition(
        standard=Ref("standard", "", Text(printed(number), printed(number))),
        title=Text("", ""),
        state=None,
        published=Day(None),
        effective_on=None,
        ends_on=None,
        replaces=(),
        replaces_partly=(),
        is_this=False,
        synthetic=False,
    )


def _age(edition: Edition) -> tuple[int, str]:
    day = edition.effective_on or edition.published.on
    year = parse(edition.key).year
    return (day.toordinal() if day else date(year, 12, 31).toordinal() if year else 0, edition.key)


def _successors(edges: Iterable[Replacement], found: dict[int, Standard], pk: int, on: date) -> tuple[int, ...]:
    """Return what stands in full for a standard; a replacement without its own day takes effect with the new one."""
    known = [
        Edge(edge.new_id, edge.old_id, edge.partial, edge.effective_on or found[edge.new_id].effective_on)
        for edge in edges
        if edge.old_id in found
    ]
    return successors(known, pk, on)
