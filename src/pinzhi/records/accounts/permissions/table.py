"""Each permission with its predicate."""

from collections.abc import Callable

from pinzhi.records.accounts.permissions.actors import Actor
from pinzhi.records.accounts.permissions.predicates import (
    applicant_of,
    assessor_of,
    city_wide,
    enroller_of,
    journal_reader,
    manager_of,
    may_give_role,
    officer_of,
    operator,
    own,
    receiver,
    registrar_of,
    role,
    signed_in,
    state_changer,
    steward_of,
    trainer_of,
    watcher_of,
)
from pinzhi.records.accounts.permissions.refusals import refusal

PERMISSIONS: dict[str, Callable[[Actor, object], bool]] = {
    "desk": signed_in,
    "accounts.own": own,
    "accounts.api_key": own,
    "accounts.people": city_wide,
    "accounts.roles": may_give_role,
    "accounts.delegate": manager_of,
    "catalog.import": city_wide,
    "catalog.edit": officer_of,
    "people.personal_data": officer_of,
    "assessment.apply": applicant_of,
    "assessment.recommend": officer_of,
    "assessment.run": role("city_officer"),
    "assessment.judge": role("expert"),
    "assessment.decide": role("chair", "city_officer"),
    "assessment.vote": signed_in,  # being a member of the round's committee is checked with the motion
    "assessment.oversee": role("city_officer", "chair", "supervisor"),
    "attestation.watch": watcher_of,
    "attestation.assess": assessor_of,
    "attestation.state": state_changer,
    "attestation.measures": officer_of,
    "casework.point": steward_of,
    "casework.savings": officer_of,
    "inspections.plan": officer_of,
    "training.enrol": enroller_of,
    "training.run": trainer_of,
    "training.decide": role("city_officer"),
    "training.sit": signed_in,  # whose sitting it is is checked with the sitting
    "training.file": registrar_of,
    "publishing.dashboard": role("city_officer", "chair"),
    "publishing.read-internal": role("city_officer", "district_officer", "chair", "supervisor", "operator"),
    "publishing.edit": role("city_officer", "district_officer"),
    "publishing.sign": role("city_officer", "chair"),
    "notices.webhook": receiver,
    "journal.read": journal_reader,
    "operate": operator,
}


def may(actor: Actor, permission: str, thing: object = None) -> bool:
    """Tell whether the actor is allowed; an unknown permission is a bug and raises KeyError."""
    return PERMISSIONS[permission](actor, thing) or actor.trusted


def require(actor: Actor, permission: str, thing: object = None) -> None:
    """Raise NotAllowed, saying who is allowed and how to ask, unless the actor may."""
    if may(actor, permission, thing):
        return
    raise refusal(permission)
