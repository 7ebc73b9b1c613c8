"""Who may be given a role in a case."""

from datetime import date

from django.db.models import Q

from pinzhi.engine.rulebook.case_parts import CaseRole
from pinzhi.records.accounts.models import User

MOST = 200
_ROLES: dict[CaseRole, tuple[str, ...]] = {
    "verifier": ("inspector", "city_officer", "district_officer"),
    "expert": ("expert",),
}


def people_for(role: CaseRole, on: date) -> list[tuple[str, str]] | None:
    """Return id and name of the accounts that may be given a role that day; None where organisations are named."""
    if role not in _ROLES:
        return None
    held = Q(memberships__starts_on=None) | Q(memberships__starts_on__lte=on)
    ends = Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=on)
    users = User.objects.filter(
        held, ends, memberships__role__in=_ROLES[role], memberships__ended_at=None, is_active=True
    )
    return [(str(user.pk), user.name or user.email) for user in users.distinct().order_by("name", "pk")[:MOST]]
