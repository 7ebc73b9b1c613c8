"""Roles, and who acts with which of them on a day."""

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from pinzhi.engine.texts import Text
from pinzhi.records.accounts.models import Membership, User
from pinzhi.records.accounts.permissions.refusals import refusal

ROLES: dict[str, Text] = {
    "citizen": Text("市民", "Citizen"),
    "enterprise": Text("企业", "Enterprise"),
    "institution": Text("机构", "Institution"),
    "expert": Text("专家", "Expert"),
    "district_officer": Text("区市经办人", "District officer"),
    "city_officer": Text("市级经办人", "City officer"),
    "chair": Text("评审主席", "Chair"),
    "supervisor": Text("监督员", "Supervisor"),
    "inspector": Text("巡查员", "Inspector"),
    "steward": Text("站点专员", "Service point steward"),
    "counsellor": Text("咨询师", "Counsellor"),
    "member": Text("职工", "Member"),
    "operator": Text("平台管理员", "Operator"),
}

# Roles held for one organisation, district or service point; every other role is held for the whole city.
ORGANISATION_ROLES = frozenset({"enterprise", "institution"})
DISTRICT_ROLES = frozenset({"district_officer"})
POINT_ROLES = frozenset({"steward"})

# Roles that watch or run the platform: only operators give them, so that no officer can raise or watch himself.
GUARDED_ROLES = frozenset({"operator", "city_officer", "supervisor"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with what they hold on the day asked.

    ``organisation_codes`` are all organisations acted for; ``managed_codes`` those held by right, not by delegation.
    ``points`` are the codes of the service points looked after.
    ``key`` is what the journal keeps: ``user:17``, ``anonymous``, ``system`` or ``command:import``.
    """

    user_id: int | None
    name: str
    roles: frozenset[str] = frozenset()
    organisation_codes: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    key: str = "anonymous"
    managed_codes: frozenset[str] = frozenset()
    points: frozenset[str] = frozenset()
    trusted: bool = field(default=False, kw_only=True)  # the platform itself: nobody signs in as it

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def account_id(self) -> int:
        """The user's id, where an account is needed; nobody and the platform itself have none."""
        if self.user_id is None:
            raise refusal("accounts.own")
        return self.user_id

    def has(self, *roles: str) -> bool:
        """Tell whether the actor holds any of these roles."""
        return not self.roles.isdisjoint(roles)


ANONYMOUS = Actor(user_id=None, name="")
SYSTEM = Actor(user_id=None, name="system", key="system", trusted=True)


def command(name: str) -> Actor:
    """Return the platform acting through a command of the terminal, such as ``import``."""
    return Actor(user_id=None, name=name, key=f"command:{name}", trusted=True)


def actor_for(user: User | AnonymousUser, on: date) -> Actor:
    """Return the actor a user is on a day: memberships in force that day, delegations among them."""
    if not isinstance(user, User) or not user.is_active:
        return ANONYMOUS
    held = [m for m in user.memberships.filter(ended_at=None) if in_force(m, on)]
    # A delegation lasts no longer than the right it came from.
    givers = {m.delegated_by_id for m in held if m.delegated_by_id}
    own_rights = _own_rights(givers, on) if givers else set()
    held = [m for m in held if not m.delegated_by_id or (m.delegated_by_id, m.organisation_code) in own_rights]
    roles = {m.role for m in held} & ROLES.keys()
    if user.is_superuser:
        roles.add("operator")
    return Actor(
        user_id=user.pk,
        name=user.name or user.email,
        roles=frozenset(roles or {"citizen"}),
        organisation_codes=frozenset(m.organisation_code for m in held if m.organisation_code),
        districts=frozenset(m.district for m in held if m.district),
        key=f"user:{user.pk}",
        managed_codes=frozenset(m.organisation_code for m in held if m.organisation_code and not m.delegated_by_id),
        points=frozenset(m.point for m in held if m.point),
    )


def in_force(membership: Membership, on: date) -> bool:
    """Tell whether a membership is held on a day; first and last day count."""
    if membership.ended_at is not None:
        return False
    return (membership.starts_on is None or membership.starts_on <= on) and (
        membership.ends_on is None or on <= membership.ends_on
    )


def _own_rights(givers: set[int], on: date) -> set[tuple[int | None, str]]:
    rows = Membership.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=on),
        Q(ends_on=None) | Q(ends_on__gte=on),
        user_id__in=givers,
        user__is_active=True,
        role__in=ORGANISATION_ROLES,
        delegated_by=None,
        ended_at=None,
    )
    return {(user_id, code) for user_id, code in rows.values_list("user_id", "organisation_code")}
