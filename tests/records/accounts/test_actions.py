"""Roles are given and ended, organisations delegate and take back; each act is in the journal."""

from datetime import UTC, date, datetime, timedelta

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.records.accounts import actions
from pinzhi.records.accounts.models import Membership, User
from pinzhi.records.accounts.permissions import ANONYMOUS, Actor, actor_for
from pinzhi.records.journal.models import Entry
from tests.build import TODAY, give_role, make_actor, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 1, 4, 1, 30, tzinfo=UTC)
CODE = "91370212MA0000015Y"


def journal() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("action", flat=True))


def grant(actor: Actor, role: str, email: str = "li@example.org", **more: object) -> Membership:
    return actions.grant_role(actor=actor, email=email, role=role, on=TODAY, now=NOW, **more)  # type: ignore[arg-type]


def test_grant_role_gives_it_from_today_and_says_so_in_the_journal() -> None:
    officer, user = make_actor("city_officer"), make_user()

    grant(officer, "expert")

    assert actor_for(user, TODAY).roles == frozenset({"expert"})
    entry = Entry.objects.get()
    assert (entry.at, entry.actor, entry.action, entry.object_kind, entry.object_key) == (
        NOW,
        officer.key,
        "accounts.role.grant",
        "user",
        str(user.pk),
    )
    assert entry.detail == {
        "role": "expert",
        "organisation_code": "",
        "district": "",
        "point": "",
        "starts_on": "2024-01-04",
        "ends_on": None,
    }


def test_grant_role_keeps_the_address_spelled_in_capitals() -> None:
    user = make_user()

    grant(make_actor("operator"), "operator", email=" LI@Example.org ")

    user.refresh_from_db()
    assert user.is_staff


@pytest.mark.parametrize(
    ("role", "more", "code"),
    [
        ("wizard", {}, "accounts.role"),
        ("enterprise", {}, "accounts.role.organisation"),
        ("enterprise", {"organisation_code": "91370212MA0000015X"}, "catalog.credit_code.check"),
        ("district_officer", {}, "accounts.role.district"),
        ("steward", {}, "accounts.role.point"),
        ("expert", {"ends_on": date(2024, 1, 3)}, "accounts.role.end"),
    ],
)
def test_grant_role_refuses_what_makes_no_sense(role: str, more: dict[str, object], code: str) -> None:
    make_user()

    with pytest.raises(BadInput) as refusal:
        grant(make_actor("operator"), role, **more)

    assert refusal.value.code == code
    assert journal() == []


def test_grant_role_takes_the_code_in_any_spelling_and_drops_what_the_role_does_not_need() -> None:
    make_user()
    operator = make_actor("operator")

    enterprise = grant(operator, "enterprise", organisation_code=" 91370212ma0000015y", district="370212")
    expert = grant(operator, "expert", organisation_code=CODE)

    assert (enterprise.organisation_code, enterprise.district, expert.organisation_code) == (CODE, "", "")


def test_grant_role_needs_somebody_with_a_confirmed_address() -> None:
    officer = make_actor("operator")
    make_user("unsure@example.org", confirmed=False)

    with pytest.raises(NotFound):
        grant(officer, "expert", email="nobody@example.org")
    with pytest.raises(Conflict):
        grant(officer, "expert", email="unsure@example.org")


def test_a_steward_holds_the_role_for_one_point_and_may_hold_it_for_another() -> None:
    officer, user = make_actor("city_officer"), make_user()

    grant(officer, "steward", point="li-station")
    grant(officer, "steward", point="shi-station")

    assert actor_for(user, TODAY).points == frozenset({"li-station", "shi-station"})


def test_grant_role_refuses_what_is_held_and_renews_what_ran_out() -> None:
    officer, user = make_actor("operator"), make_user()
    give_role(user, "expert", ends_on=TODAY - timedelta(days=1))

    grant(officer, "expert")

    assert actor_for(user, TODAY).has("expert")
    with pytest.raises(Conflict) as refusal:
        grant(officer, "expert")
    assert refusal.value.code == "accounts.role.held"


@pytest.mark.parametrize("role", ["operator", "city_officer", "supervisor"])
def test_city_officer_cannot_raise_anybody(role: str) -> None:
    make_user()

    with pytest.raises(NotAllowed):
        grant(make_actor("city_officer"), role)


def test_end_role_ends_the_delegations_given_by_right_of_it() -> None:
    manager, colleague = make_user("manager@example.org"), make_user("colleague@example.org")
    right = give_role(manager, "enterprise", organisation_code=CODE)
    give_role(colleague, "enterprise", organisation_code=CODE, delegated_by=manager)
    officer = make_actor("city_officer")

    actions.end_role(actor=officer, membership_id=right.pk, now=NOW)
    actions.end_role(actor=officer, membership_id=right.pk, now=NOW)

    assert Membership.objects.filter(organisation_code=CODE, ended_at=None).count() == 0
    assert journal() == ["accounts.role.end", "accounts.delegation.end"]


def test_end_role_keeps_the_last_operator() -> None:
    operator = make_actor("operator")
    held = Membership.objects.get()

    with pytest.raises(Conflict) as refusal:
        actions.end_role(actor=operator, membership_id=held.pk, now=NOW)

    assert refusal.value.code == "accounts.last_operator"
    other = make_user("second@example.org")
    grant(operator, "operator", email="second@example.org")
    actions.end_role(actor=operator, membership_id=held.pk, now=NOW)
    assert [user.email for user in User.objects.filter(is_staff=True)] == [other.email]


def test_end_role_needs_the_permission_and_a_role() -> None:
    user = make_user()
    membership = give_role(user, "expert")

    with pytest.raises(NotAllowed):
        actions.end_role(actor=actor_for(user, TODAY), membership_id=membership.pk, now=NOW)
    with pytest.raises(NotFound):
        actions.end_role(actor=make_actor("operator"), membership_id=10**30, now=NOW)


def delegate(actor: Actor, ends_on: date = date(2024, 6, 30), email: str = "li@example.org") -> Membership:
    return actions.delegate(actor=actor, organisation_code=CODE, email=email, on=TODAY, ends_on=ends_on, now=NOW)


def test_delegate_lets_a_colleague_act_until_the_last_day_and_no_further() -> None:
    manager, colleague = make_actor("enterprise", organisation_code=CODE), make_user()

    delegate(manager)

    on_the_last_day = actor_for(colleague, date(2024, 6, 30))
    assert (on_the_last_day.roles, on_the_last_day.organisation_codes) == (
        frozenset({"enterprise"}),
        frozenset({CODE}),
    )
    assert actor_for(colleague, date(2024, 7, 1)).roles == frozenset({"citizen"})
    with pytest.raises(NotAllowed):
        delegate(on_the_last_day, email="third@example.org")
    assert journal() == ["accounts.delegation.give"]


def test_delegate_does_not_outlast_the_managers_own_term() -> None:
    user, _colleague = make_user("manager@example.org"), make_user()
    give_role(user, "institution", organisation_code=CODE, ends_on=date(2024, 3, 31))

    given = delegate(actor_for(user, TODAY))

    assert (given.role, given.ends_on) == ("institution", date(2024, 3, 31))


@pytest.mark.parametrize(
    ("ends_on", "code"),
    [(date(2024, 1, 3), "accounts.role.end"), (date(2025, 1, 5), "accounts.delegation.term")],
)
def test_delegate_refuses_odd_terms(ends_on: date, code: str) -> None:
    make_user()

    with pytest.raises(BadInput) as refusal:
        delegate(make_actor("enterprise", organisation_code=CODE), ends_on)

    assert refusal.value.code == code


def test_delegate_refuses_oneself_and_other_organisations() -> None:
    manager = make_actor("enterprise", organisation_code=CODE)
    own = User.objects.get(pk=manager.user_id).email
    stranger = make_actor("enterprise", organisation_code="91370200MA0000023D")

    with pytest.raises(BadInput):
        delegate(manager, email=own)
    with pytest.raises(NotAllowed):
        delegate(stranger)


def test_take_back_ends_a_delegation_at_once() -> None:
    manager, colleague = make_actor("enterprise", organisation_code=CODE), make_user()
    given = delegate(manager)

    actions.take_back(actor=manager, membership_id=given.pk, now=NOW)
    actions.take_back(actor=manager, membership_id=given.pk, now=NOW)

    assert actor_for(colleague, TODAY).roles == frozenset({"citizen"})
    assert journal() == ["accounts.delegation.give", "accounts.delegation.take_back"]


def test_take_back_is_for_delegations_of_ones_own_organisation() -> None:
    manager = make_actor("enterprise", organisation_code=CODE)
    make_user()
    given = delegate(manager)
    stranger = make_actor("enterprise", organisation_code="91370200MA0000023D")

    with pytest.raises(NotAllowed):
        actions.take_back(actor=stranger, membership_id=given.pk, now=NOW)
    with pytest.raises(BadInput):
        actions.take_back(
            actor=manager, membership_id=Membership.objects.get(delegated_by=None, organisation_code=CODE).pk, now=NOW
        )


def test_change_own_profile() -> None:
    user = make_user()

    actions.change_own_profile(actor=actor_for(user, TODAY), name=" 李华 ", language="en", large_type=True, now=NOW)

    user.refresh_from_db()
    assert (user.name, user.language, user.large_type) == ("李华", "en", True)
    assert journal() == ["accounts.profile.change"]


@pytest.mark.parametrize(("name", "language"), [("x" * 101, "en"), ("李", "fr")])
def test_change_own_profile_refuses_odd_values(name: str, language: str) -> None:
    with pytest.raises(BadInput):
        actions.change_own_profile(actor=make_actor("citizen"), name=name, language=language, large_type=False, now=NOW)


def test_nobody_changes_anything() -> None:
    for act in (
        lambda: grant(ANONYMOUS, "expert"),
        lambda: delegate(ANONYMOUS),
        lambda: actions.change_own_profile(actor=ANONYMOUS, name="", language="en", large_type=False, now=NOW),
        lambda: actions.end_session(actor=ANONYMOUS, session_id=1, now=NOW),
        lambda: actions.end_other_sessions(actor=ANONYMOUS, current_key="", now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert journal() == []
