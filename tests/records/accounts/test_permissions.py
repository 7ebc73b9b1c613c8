"""Who may do what: every permission for every role, and for nobody."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from pinzhi.engine.errors import NotAllowed
from pinzhi.records.accounts.permissions import (
    ANONYMOUS,
    PERMISSIONS,
    ROLES,
    SYSTEM,
    WHO_MAY,
    Actor,
    actor_for,
    command,
    may,
    require,
)
from tests.build import TODAY, give_role, make_user

CODE = "91370212MA0000015Y"
EVERYBODY = frozenset(ROLES)
OFFICERS = frozenset({"city_officer", "district_officer"})
LOOK_AFTER = frozenset({"city_officer", "operator"})

# With no thing given: does the role hold the permission anywhere at all?
HELD_BY = {
    "desk": EVERYBODY,
    "accounts.own": EVERYBODY,
    "accounts.api_key": EVERYBODY,
    "accounts.people": LOOK_AFTER,
    "accounts.roles": LOOK_AFTER,
    "accounts.delegate": frozenset({"enterprise", "institution"}),
    "catalog.import": LOOK_AFTER,
    "catalog.edit": OFFICERS,
    "people.personal_data": OFFICERS,
    "assessment.apply": EVERYBODY,
    "assessment.recommend": OFFICERS,
    "assessment.run": frozenset({"city_officer"}),
    "assessment.judge": frozenset({"expert"}),
    "assessment.decide": frozenset({"chair", "city_officer"}),
    "assessment.vote": EVERYBODY,
    "assessment.oversee": frozenset({"chair", "city_officer", "supervisor"}),
    "attestation.watch": OFFICERS | {"institution"},
    "attestation.assess": frozenset({"expert", "inspector", "institution"}),
    "attestation.state": OFFICERS | {"institution"},
    "attestation.measures": OFFICERS,
    "casework.point": OFFICERS | {"steward"},
    "casework.savings": OFFICERS,
    "training.enrol": frozenset({"enterprise", "institution"}),
    "training.run": frozenset({"city_officer", "institution"}),
    "training.decide": frozenset({"city_officer"}),
    "training.sit": EVERYBODY,
    "training.file": OFFICERS,
    "inspections.plan": OFFICERS,
    "publishing.dashboard": frozenset({"chair", "city_officer"}),
    "publishing.read-internal": OFFICERS | {"chair", "supervisor", "operator"},
    "publishing.edit": OFFICERS,
    "publishing.sign": frozenset({"chair", "city_officer"}),
    "notices.webhook": frozenset({"enterprise", "institution", "operator"}),
    "journal.read": frozenset({"supervisor", "operator"}),
    "operate": frozenset({"operator"}),
}


def role_actor(role: str) -> Actor:
    codes = frozenset({CODE}) if role in ("enterprise", "institution") else frozenset()
    districts = frozenset({"370213"}) if role == "district_officer" else frozenset()
    points = frozenset({"li-station"}) if role == "steward" else frozenset()
    return Actor(7, role, frozenset({role}), codes, districts, "user:7", codes, points)


@dataclass
class Thing:
    district: str = ""
    user_id: int = 0


@dataclass
class Belonging:
    organisation: Thing | None


def test_every_permission_says_who_is_allowed() -> None:
    assert WHO_MAY.keys() == PERMISSIONS.keys() == HELD_BY.keys()


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
@pytest.mark.parametrize("role", sorted(ROLES))
def test_role_holds_permission(permission: str, role: str) -> None:
    assert may(role_actor(role), permission) is (role in HELD_BY[permission])


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_nobody_holds_no_permission(permission: str) -> None:
    with pytest.raises(NotAllowed) as refusal:
        require(ANONYMOUS, permission)

    assert refusal.value.code == permission
    assert (refusal.value.text.zh, refusal.value.text.en) == (WHO_MAY[permission].zh, WHO_MAY[permission].en)


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_the_platform_itself_may_do_everything(permission: str) -> None:
    require(SYSTEM, permission)
    require(command("import"), permission)


def test_command_is_named_in_the_journal() -> None:
    assert command("import").key == "command:import"


@pytest.mark.parametrize(
    ("thing", "allowed"),
    [
        (Thing("370213"), True),
        (Thing("370212"), False),
        (Belonging(Thing("370213")), True),
        (Belonging(Thing("370212")), False),
        (Belonging(None), False),
    ],
)
@pytest.mark.parametrize("permission", ["catalog.edit", "people.personal_data"])
def test_district_officer_reaches_only_the_district(permission: str, thing: object, allowed: bool) -> None:
    assert may(role_actor("district_officer"), permission, thing) is allowed
    assert may(role_actor("city_officer"), permission, thing)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_guarded_roles_are_given_by_operators_alone(role: str) -> None:
    assert may(role_actor("operator"), "accounts.roles", role)
    assert may(role_actor("city_officer"), "accounts.roles", role) is (
        role not in ("operator", "city_officer", "supervisor")
    )


@dataclass
class Point:
    code: str
    district: str


@pytest.mark.parametrize(
    ("role", "point", "allowed"),
    [
        ("steward", Point("li-station", "370213"), True),
        ("steward", Point("other-station", "370213"), False),
        ("district_officer", Point("other-station", "370213"), True),
        ("district_officer", Point("other-station", "370212"), False),
        ("city_officer", Point("other-station", "370212"), True),
        ("enterprise", Point("li-station", "370213"), False),
    ],
)
def test_a_point_is_for_its_stewards_and_the_officers_above(role: str, point: Point, allowed: bool) -> None:
    assert may(role_actor(role), "casework.point", point) is allowed


def test_own_things_are_ones_own() -> None:
    assert may(role_actor("citizen"), "accounts.api_key", Thing(user_id=7))
    assert not may(role_actor("operator"), "accounts.api_key", Thing(user_id=8))


def test_delegating_needs_the_organisation_by_right() -> None:
    delegate = Actor(8, "", frozenset({"enterprise"}), frozenset({CODE}), key="user:8")

    assert may(role_actor("enterprise"), "accounts.delegate", CODE)
    assert not may(role_actor("enterprise"), "accounts.delegate", "91370200MA0000023D")
    assert not may(delegate, "accounts.delegate", CODE)


def test_unknown_permission_is_a_bug() -> None:
    with pytest.raises(KeyError):
        may(SYSTEM, "catalog.imprt")


def test_account_id_needs_an_account() -> None:
    assert role_actor("citizen").account_id == 7
    with pytest.raises(NotAllowed):
        _ = SYSTEM.account_id


@pytest.mark.django_db
def test_actor_without_a_role_is_a_citizen() -> None:
    user = make_user(name="李")

    actor = actor_for(user, TODAY)

    assert actor == Actor(user.pk, "李", frozenset({"citizen"}), key=f"user:{user.pk}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts", "ends", "held"),
    [(None, None, True), (0, 0, True), (1, None, False), (None, -1, False), (-9, 9, True)],
)
def test_actor_holds_a_role_from_its_first_to_its_last_day(starts: int | None, ends: int | None, held: bool) -> None:
    user = make_user()
    give_role(user, "expert", starts_on=_day(starts), ends_on=_day(ends))

    assert actor_for(user, TODAY).has("expert") is held


def _day(offset: int | None) -> date | None:
    return None if offset is None else TODAY + timedelta(days=offset)


@pytest.mark.django_db
def test_actor_acts_by_delegation_only_while_the_giver_holds_the_right() -> None:
    manager, colleague = make_user("manager@example.org"), make_user("colleague@example.org")
    right = give_role(manager, "enterprise", organisation_code=CODE, ends_on=TODAY)
    give_role(colleague, "enterprise", organisation_code=CODE, delegated_by=manager)

    today, tomorrow = actor_for(colleague, TODAY), actor_for(colleague, TODAY + timedelta(days=1))
    right.user.is_active = False
    right.user.save()

    assert (today.organisation_codes, today.managed_codes) == (frozenset({CODE}), frozenset())
    assert tomorrow.organisation_codes == frozenset()
    assert actor_for(colleague, TODAY).roles == frozenset({"citizen"})


@pytest.mark.django_db
def test_inactive_user_is_nobody() -> None:
    user = make_user()
    user.is_active = False

    assert actor_for(user, TODAY) == ANONYMOUS


@pytest.mark.django_db
def test_superuser_is_an_operator() -> None:
    user = make_user()
    user.is_superuser = True

    assert actor_for(user, TODAY).roles == frozenset({"operator"})
