"""One predicate for each kind of right: an actor, and what he wants to act on."""

from collections.abc import Callable

from pinzhi.records.accounts.permissions.actors import GUARDED_ROLES, ORGANISATION_ROLES, Actor


def signed_in(actor: Actor, thing: object) -> bool:
    return actor.is_signed_in


def own(actor: Actor, thing: object) -> bool:
    """Something of the actor's own account; without a thing, having an account is enough."""
    return actor.is_signed_in and (thing is None or getattr(thing, "user_id", None) == actor.user_id)


def city_wide(actor: Actor, thing: object) -> bool:
    return actor.has("city_officer", "operator")


def officer_of(actor: Actor, thing: object) -> bool:
    """City officers everywhere; district officers for what lies in their district."""
    if actor.has("city_officer"):
        return True
    if not actor.has("district_officer"):
        return False
    return thing is None or district_of(thing) in actor.districts


def district_of(thing: object) -> str | None:
    """Return the district of a record, or of the organisation it belongs to."""
    own = getattr(thing, "district", None)
    return own if isinstance(own, str) else getattr(getattr(thing, "organisation", None), "district", None)


def may_give_role(actor: Actor, thing: object) -> bool:
    """The thing is the role to give or to end."""
    return actor.has("operator") or (actor.has("city_officer") and thing not in GUARDED_ROLES)


def manager_of(actor: Actor, thing: object) -> bool:
    """The thing is the organisation's code; whoever acts by delegation cannot pass it on."""
    return bool(actor.managed_codes) if thing is None else thing in actor.managed_codes


def journal_reader(actor: Actor, thing: object) -> bool:
    return actor.has("supervisor", "operator")


def operator(actor: Actor, thing: object) -> bool:
    return actor.has("operator")


def applicant_of(actor: Actor, thing: object) -> bool:
    """The thing is an entry or an organisation's code: its organisation's people, or who made it alone."""
    if thing is None:
        return actor.is_signed_in
    if isinstance(thing, str):
        return thing in actor.organisation_codes
    code = getattr(thing, "organisation_code", "")
    own = getattr(thing, "created_by_id", None)
    return code in actor.organisation_codes if code else own is not None and own == actor.user_id


def issuer_of(actor: Actor, thing: object) -> bool:
    return actor.has("institution") and getattr(thing, "issuer_code", None) in actor.organisation_codes


def watcher_of(actor: Actor, thing: object) -> bool:
    """Officers for what lies in their district, and the body that issued it."""
    if thing is None:
        return actor.has("city_officer", "district_officer", "institution")
    return officer_of(actor, thing) or issuer_of(actor, thing)


def state_changer(actor: Actor, thing: object) -> bool:
    """Who watches it; giving it up is for its holder, and for nobody who acts by delegation only."""
    if getattr(thing, "to", "") == "cancelled":
        return getattr(thing, "holder_code", None) in actor.managed_codes
    return watcher_of(actor, thing)


def assessor_of(actor: Actor, thing: object) -> bool:
    """The thing is a task of surveillance: who was given it."""
    if thing is None:
        return actor.has("expert", "inspector", "institution")
    return actor.user_id is not None and getattr(thing, "assessor_id", None) == actor.user_id


def trainer_of(actor: Actor, thing: object) -> bool:
    """City officers everywhere; training bodies for sessions that are theirs."""
    if actor.has("city_officer"):
        return True
    if not actor.has("institution"):
        return False
    return thing is None or getattr(thing, "body_code", "") in actor.organisation_codes


def enroller_of(actor: Actor, thing: object) -> bool:
    """The thing is an organisation's code: its own people enrol, appoint and follow."""
    return bool(actor.organisation_codes) if thing is None else thing in actor.organisation_codes


def registrar_of(actor: Actor, thing: object) -> bool:
    """Officers file appointments of their district, nobody those of his own organisation."""
    own = getattr(thing, "organisation_code", "") in actor.organisation_codes
    return officer_of(actor, thing) and not own


def steward_of(actor: Actor, thing: object) -> bool:
    """The thing is a service point: who looks after it, and the officers above."""
    if thing is None and actor.points:
        return True
    return getattr(thing, "code", None) in actor.points or officer_of(actor, thing)


def receiver(actor: Actor, thing: object) -> bool:
    """The thing is the code of an organisation: its managers; operators for the city, whose code is empty."""
    if thing == "":
        return actor.has("operator")
    if thing is None and actor.has("operator"):
        return True
    return actor.has(*ORGANISATION_ROLES) and manager_of(actor, thing)


def role(*roles: str) -> Callable[[Actor, object], bool]:
    return lambda actor, thing: actor.has(*roles)
