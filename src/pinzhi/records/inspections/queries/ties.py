"""Who stands aside from whom, as inspectors and experts declared it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.inspections.models import InspectorTie

MOST = 500


@dataclass(frozen=True, slots=True)
class TieLine:
    """An organisation that somebody stands aside from, until a day or for good."""

    person: str
    organisation: str
    code: str
    ground: str
    from_on: date
    until_on: date | None


def tie_lines(actor: Actor, on: date) -> tuple[TieLine, ...]:
    """Return the ties in force on a day that somebody may know of, the newest first.

    Everybody sees his own, city officers and supervisors all, district officers those to organisations of their
    districts.
    """
    found = InspectorTie.objects.filter(Q(until_on=None) | Q(until_on__gte=on))
    if not actor.has("city_officer", "supervisor"):
        seen = Q(user_id=actor.account_id)
        if actor.has("district_officer"):
            here = Organisation.objects.filter(district__in=actor.districts)
            seen |= Q(organisation_code__in=here.values("code"))
        found = found.filter(seen)
    rows = list(found.select_related("user").order_by("-from_on", "-pk")[:MOST])
    names = dict(
        Organisation.objects.filter(code__in=[one.organisation_code for one in rows]).values_list("code", "name")
    )
    return tuple(
        TieLine(
            one.user.name or one.user.email, names.get(one.organisation_code, one.organisation_code),
            one.organisation_code, one.ground, one.from_on, one.until_on,
        )
        for one in rows
    )  # fmt: skip
