"""The two times of a record read together: what was true on a day, as known at a moment."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Count, F, Model, Q, QuerySet

from pinzhi.records.catalog import models

M = TypeVar("M", bound=Model)

# The twin of each table that keeps two times.
TWINS: dict[type[Model], type[Model]] = {
    models.Standard: models.StandardPast,
    models.Organisation: models.OrganisationPast,
    models.Institution: models.InstitutionPast,
    models.Person: models.PersonPast,
    models.Brand: models.BrandPast,
    models.Product: models.ProductPast,
    models.Certificate: models.CertificatePast,
    models.Honour: models.HonourPast,
    models.Place: models.PlacePast,
    models.Document: models.DocumentPast,
}


@dataclass(frozen=True, slots=True)
class Facts(Generic[M]):
    """The states of a kind that hold on one day, as known at one moment: at most one for each record.

    ``main`` and ``past`` are disjoint querysets with the same fields; conditions given here go to both. Further
    conditions on a day (a certificate's validity, a standard's status) are the caller's, from the fields.
    """

    main: QuerySet[M]
    past: QuerySet[Any]

    def filter(self, *conditions: Q, **lookups: Any) -> "Facts[M]":
        """Narrow both halves by conditions on the fields of the kind; for the record itself use ``of``."""
        return Facts(self.main.filter(*conditions, **lookups), self.past.filter(*conditions, **lookups))

    def exclude(self, *conditions: Q, **lookups: Any) -> "Facts[M]":
        return Facts(self.main.exclude(*conditions, **lookups), self.past.exclude(*conditions, **lookups))

    def of(self, *ids: int) -> "Facts[M]":
        """Narrow to the records with these primary keys."""
        return Facts(self.main.filter(pk__in=ids), self.past.filter(subject_id__in=ids))

    def count(self, *conditions: Q, **lookups: Any) -> int:
        """Return the number of records; each is counted once."""
        narrowed = self.filter(*conditions, **lookups)
        return narrowed.main.count() + narrowed.past.count()

    def count_distinct(self, field: str) -> int:
        """Return the number of different values, empty ones left out (organisations holding a certificate)."""
        return len(self._distinct(field))

    def count_by(self, field: str) -> Counter[Any]:
        """Return how many records have each value of a field."""
        counts: Counter[Any] = Counter()
        for half in (self.main, self.past):
            counts.update(dict(half.order_by().values_list(field).annotate(Count("pk"))))
        return counts

    def values(self, *fields: str) -> Iterator[dict[str, Any]]:
        """Yield the named fields of each record; ``id`` is the record's primary key in both halves."""
        plain = [name for name in fields if name != "id"]
        for half, key in ((self.main, "id"), (self.past, "subject_id")):
            for row in half.annotate(_record=F(key)).values(*plain, "_record").iterator():
                record = row.pop("_record")
                yield row | {"id": record} if "id" in fields else row

    def rows(self, *conditions: Q, **lookups: Any) -> Iterator[Any]:
        """Yield the states as model objects; ``subject_id`` is the record's primary key on those from the twin."""
        narrowed = self.filter(*conditions, **lookups)
        yield from narrowed.main.iterator()
        yield from narrowed.past.iterator()

    def _distinct(self, field: str) -> set[Any]:
        halves = (half.order_by().values_list(field, flat=True).distinct() for half in (self.main, self.past))
        return {value for half in halves for value in half if value not in (None, "")}


def facts(model: type[M], *, as_of: date, known_at: datetime | None = None) -> Facts[M]:
    """Return what was true on ``as_of`` as the platform knew it at ``known_at`` (None: as it knows now)."""
    return believed_states(model, known_at=known_at).filter(_true_on(as_of))


def believed_states(model: type[M], *, known_at: datetime | None = None) -> Facts[M]:
    """Return every state that the platform believed at ``known_at``, whichever days it is of: several for a record."""
    return Facts(
        model._default_manager.filter(_main_known(known_at)),
        TWINS[model]._default_manager.filter(_twin_known(known_at)),
    )


def _true_on(day: date) -> Q:
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gt=day))


def _main_known(moment: datetime | None) -> Q:
    return Q() if moment is None else Q(recorded_at__lte=moment)


def _twin_known(moment: datetime | None) -> Q:
    if moment is None:
        return Q(recorded_until=None)
    return Q(recorded_at__lte=moment) & (Q(recorded_until=None) | Q(recorded_until__gt=moment))


def links_known(moment: datetime | None) -> Q:
    """Return the condition on a link (replacement, drafting, capability) believed at a moment, or now."""
    return _twin_known(moment)


def states_of(model: type[Model], record: int) -> list[Any]:
    """Return all states of one record still believed, by the day they began: its history as known now."""
    main = model._default_manager.filter(pk=record)
    past = TWINS[model]._default_manager.filter(subject_id=record, recorded_until=None)
    return sorted([*past, *main], key=lambda state: state.valid_from or date.min)
