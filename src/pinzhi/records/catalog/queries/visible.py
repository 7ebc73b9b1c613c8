"""Which records an actor may see: querysets that leave the others out."""

from django.db.models import Q, QuerySet

from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.catalog.models import Institution


def institutions_visible_to(actor: Actor) -> QuerySet[Institution]:
    """Return the institutions an actor may see.

    Everybody sees the listed ones. Those that have applied, are suspended or have left are seen by city officers, by
    officers of their district, and by whoever acts for them.
    """
    if actor.trusted or actor.has("city_officer", "operator"):
        return Institution.objects.all()
    seen = Q(state="listed")
    if actor.has("district_officer"):
        seen |= Q(organisation__district__in=sorted(actor.districts))
    if actor.organisation_codes:
        seen |= Q(organisation__code__in=sorted(actor.organisation_codes))
    return Institution.objects.filter(seen)
