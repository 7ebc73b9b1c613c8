"""Sources of the catalogue: what they share, above all the organisation behind a record as it was on the day asked."""

from collections.abc import Callable
from typing import Any

from django.db.models import Case, F, Max, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from pinzhi.records.catalog.history import TWINS, believed_states, facts, links_known
from pinzhi.records.catalog.models import OrganisationPast, SearchChange
from pinzhi.records.publishing.sources.shapes import Lasting, Side
from pinzhi.records.publishing.times import AsOf

Sides = tuple[tuple[Side, QuerySet[Any]], ...]
LastingSides = tuple[tuple[Side, QuerySet[Any], Lasting | None], ...]


def believed(model: type[Model], at: AsOf) -> Sides:
    """Return the two sides of a kind of the catalogue as of a day, as known at a moment."""
    found = facts(model, as_of=at.on, known_at=at.known)
    return (Side(at), found.main), (Side(at, "subject_id", past=True), found.past)


def believed_from(model: type[Model]) -> Callable[[AsOf, AsOf], LastingSides]:
    """Return the maker of the two sides of a kind for all days from one to another: each state counts on its days."""
    states = Lasting(since=(F("valid_from"),), before=(F("valid_to"),))

    def sides(first: AsOf, last: AsOf) -> LastingSides:
        found = believed_states(model, known_at=last.known)
        return (Side(last), found.main, states), (Side(last, "subject_id", past=True), found.past, states)

    return sides


def counting_since(sides: Callable[[AsOf], Sides], *days: str) -> Callable[[AsOf, AsOf], LastingSides]:
    """Return the maker of the same sides for all days: each row counts from the last of some days of its own."""
    counting = Lasting(since=tuple(F(day) for day in days))
    return lambda _first, last: tuple((side, rows, counting) for side, rows in sides(last))


def version_of(*kinds: type[Model]) -> str:
    """Return a word that changes with every write to some kinds: each makes a new row in a table or its twin."""
    tables: list[type[Model]] = [SearchChange, *kinds, *(TWINS[kind] for kind in kinds if kind in TWINS)]
    return "-".join(str(table._default_manager.aggregate(last=Max("pk"))["last"] or 0) for table in tables)


def of_organisation(path: str, column: str) -> Callable[[Side], Any]:
    """Return the maker of an expression: a column of the organisation at a path, as of the day, as known then.

    Most organisations have no history, so the row that holds now answers first; only else is the twin looked into.
    """

    def value(side: Side) -> Any:
        day, known = side.at.on, side.at.known
        past = OrganisationPast.objects.filter(
            Q(valid_from=None) | Q(valid_from__lte=day),
            Q(valid_to=None) | Q(valid_to__gt=day),
            links_known(known),
            subject_id=OuterRef(path),
        )
        then = Case(
            When(_holds_now(path, side.at), then=F(f"{path}__{column}")), default=Subquery(past.values(column)[:1])
        )
        return Coalesce(then, Value(""))

    return value


def same_organisation(path: str) -> Callable[[AsOf, AsOf], Q]:
    """Return the maker of a condition: the organisation at a path, or none, is the same from one day to another."""
    return lambda first, last: Q(**{path: None}) | (_holds_now(path, first) & _holds_now(path, last))


def _holds_now(path: str, at: AsOf) -> Q:
    """Return the condition that the row of the organisation that holds now held on a day, as known then."""
    now = Q(**{f"{path}__valid_from": None}) | Q(**{f"{path}__valid_from__lte": at.on})
    now &= Q(**{f"{path}__valid_to": None}) | Q(**{f"{path}__valid_to__gt": at.on})
    return now if at.known is None else now & Q(**{f"{path}__recorded_at__lte": at.known})
