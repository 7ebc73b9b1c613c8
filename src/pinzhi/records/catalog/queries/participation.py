"""The part organisations of the city had in drafting standards: read from the drafters named, never typed in."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from pinzhi.engine.errors import BadInput
from pinzhi.engine.rulebook.scheme_grants import Participation
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.records.catalog.history import facts
from pinzhi.records.catalog.models import Drafting, Standard
from pinzhi.records.catalog.rulebook import rulebook

ROLES = ("lead", "participant")
_AS_PUBLISHED = Participation(lead_rank=1, levels=("national", "industry"))


@dataclass(frozen=True, slots=True)
class Part:
    """How many standards of a level were led and taken part in; each counts once, under the better of the two."""

    level: str
    lead: int
    participant: int

    @property
    def total(self) -> int:
        """Standards with at least one organisation of the city among their drafters."""
        return self.lead + self.participant


def rule_on(on: date) -> Participation:
    """Return how parts are counted on a day: the edition in force, or the last one before it."""
    schemes = [one for one in rulebook().all_of(Scheme) if one.participation is not None]
    begun = [one for one in schemes if one.in_force_from is None or one.in_force_from <= on]
    newest = max(begun, key=lambda one: one.in_force_from or date.min, default=None)
    return (newest.participation if newest else None) or _AS_PUBLISHED


def local_drafters() -> QuerySet[Drafting]:
    """Return who of the city is named in a standard now."""
    return Drafting.objects.filter(recorded_until=None, organisation__district__startswith=rulebook().city.region)


def with_role(role: str, standard: str, on: date) -> Q:
    """Return the condition that a standard, at the given key, was led or taken part in by the city.

    Raises BadInput for another role.
    """
    if role and role not in ROLES:
        raise BadInput(
            "catalog.role", "角色应为 {known}。", "Expected a role of {known}.", role=role[:40], known=", ".join(ROLES)
        )
    anybody = local_drafters().filter(standard=OuterRef(standard))
    leads = Q(Exists(anybody.filter(rank__lte=rule_on(on).lead_rank)))
    return {"lead": leads, "participant": Q(Exists(anybody)) & ~leads, "": Q(Exists(anybody))}[role]


def parts(on: date, year: int) -> tuple[Part, ...]:
    """Return the parts of a year by level, as the records of a day have them."""
    found = []
    for level in rule_on(on).levels:
        of_level = Q(published_on__range=(date(year, 1, 1), date(year, 12, 31)), level=level)
        halves = facts(Standard, as_of=on)
        counts = [
            halves.main.filter(of_level & with_role(role, "pk", on)).count()
            + halves.past.filter(of_level & with_role(role, "subject_id", on)).count()
            for role in ROLES
        ]
        found.append(Part(level, *counts))
    return tuple(found)
