"""Who may do what: the roles, an actor, and one predicate for each permission."""

from pinzhi.records.accounts.permissions.actors import (
    ANONYMOUS,
    DISTRICT_ROLES,
    GUARDED_ROLES,
    ORGANISATION_ROLES,
    POINT_ROLES,
    ROLES,
    SYSTEM,
    Actor,
    actor_for,
    command,
    in_force,
)
from pinzhi.records.accounts.permissions.refusals import (
    WHO_MAY,
)
from pinzhi.records.accounts.permissions.table import (
    PERMISSIONS,
    may,
    require,
)

__all__ = [
    "ANONYMOUS",
    "DISTRICT_ROLES",
    "GUARDED_ROLES",
    "ORGANISATION_ROLES",
    "PERMISSIONS",
    "POINT_ROLES",
    "ROLES",
    "SYSTEM",
    "WHO_MAY",
    "Actor",
    "actor_for",
    "command",
    "in_force",
    "may",
    "require",
]
