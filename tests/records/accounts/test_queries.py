"""What owners, organisations, and those who look after users see."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from pinzhi.engine.errors import NotAllowed, NotFound
from pinzhi.records.accounts import keys, queries
from pinzhi.records.accounts.permissions import ANONYMOUS, ROLES, actor_for
from tests.build import TODAY, give_role, make_actor, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 1, 4, 1, 30, tzinfo=UTC)
CODE = "91370212MA0000015Y"


def test_own_account_shows_the_roles_in_force() -> None:
    user = make_user(name="李华", confirmed=False)
    give_role(user, "expert")
    give_role(user, "chair", ends_on=TODAY - timedelta(days=1))

    account = queries.own_account(actor_for(user, TODAY), TODAY)

    assert (account.email, account.name, account.email_confirmed) == ("li@example.org", "李华", False)
    assert [role.role for role in account.roles] == ["expert"]
    assert (account.second_factors, account.passkeys, account.recovery_codes_left) == (0, 0, 0)


def test_actor_by_id_knows_users_and_nobody() -> None:
    actor = make_actor("chair")

    assert queries.actor_by_id(actor.account_id, TODAY) == actor
    assert queries.actor_by_id(10**6, TODAY) == ANONYMOUS


def test_own_keys_put_revoked_ones_last_and_hide_those_of_others() -> None:
    actor = make_actor("expert")
    old, new = (
        keys.create_api_key(actor=actor, name=name, now=NOW + timedelta(days=day))
        for day, name in enumerate(("old", "new"))
    )
    keys.revoke_api_key(actor=actor, key_id=new.key_id, now=NOW)
    keys.create_api_key(actor=make_actor("operator"), name="other", now=NOW)

    assert [key.prefix for key in queries.own_keys(actor)] == [old.prefix, new.prefix]


def test_acting_for_lists_managers_first_and_only_who_acts_today() -> None:
    manager, delegate, former = (make_user(f"{n}@example.org") for n in ("z-manager", "a-delegate", "former"))
    give_role(delegate, "enterprise", organisation_code=CODE, delegated_by=manager)
    give_role(manager, "enterprise", organisation_code=CODE)
    give_role(former, "enterprise", organisation_code=CODE, ends_on=TODAY - timedelta(days=1))

    roles = queries.acting_for(actor_for(delegate, TODAY), CODE, TODAY)

    assert [(role.email, role.delegated_by) for role in roles] == [
        ("z-manager@example.org", ""),
        ("a-delegate@example.org", "z-manager@example.org"),
    ]


@pytest.mark.parametrize("role", sorted(ROLES.keys()))
def test_acting_for_is_closed_to_others(role: str) -> None:
    with pytest.raises(NotAllowed):
        queries.acting_for(make_actor(role, organisation_code="91370200MA0000023D"), CODE, TODAY)


def test_people_are_found_by_name_address_and_role() -> None:
    officer = make_actor("city_officer")
    give_role(make_user("wang@example.org", name="王敏"), "expert")
    give_role(make_user("liu@example.org", name="刘洋"), "expert", ends_on=TODAY - timedelta(days=1))

    def found(**asked: Any) -> list[str]:
        return [row.email for row in queries.people(officer, TODAY, **asked).rows]

    assert found(text="王") == ["wang@example.org"]
    assert found(text="LIU@") == ["liu@example.org"]
    assert found(role="expert") == ["wang@example.org"]
    assert found(text="%") == []
    assert found(role="wizard") == []


@pytest.mark.parametrize("number", [0, 2, -1, 10**30])
def test_people_refuse_a_page_that_is_not_there(number: int) -> None:
    with pytest.raises(NotFound):
        queries.people(make_actor("operator"), TODAY, page=number)


@pytest.mark.parametrize("count", [1, 3])
def test_people_ask_the_database_the_same_number_of_times(count: int, django_assert_num_queries: Any) -> None:
    operator = make_actor("operator")
    for number in range(count):
        give_role(make_user(f"u{number}@example.org"), "expert")

    with django_assert_num_queries(4):  # how many, who, their roles, their addresses
        queries.people(operator, TODAY)


@pytest.mark.parametrize("role", sorted(ROLES.keys() - {"operator", "city_officer"}))
def test_people_are_closed_to_other_roles(role: str) -> None:
    actor = make_actor(role)

    with pytest.raises(NotAllowed):
        queries.people(actor, TODAY)
    with pytest.raises(NotAllowed):
        queries.person_row(actor, actor.account_id, TODAY)


def test_account_export_has_everything_but_secrets() -> None:
    actor = make_actor("enterprise", organisation_code=CODE)
    new = keys.create_api_key(actor=actor, name="周报", now=NOW)

    text = json.dumps(queries.account_export(actor, TODAY), cls=DjangoJSONEncoder)

    data = json.loads(text)
    assert data["account"]["email"] == f"enterprise.{CODE}@example.org"
    assert [role["organisation_code"] for role in data["roles"]] == [CODE]
    assert [key["prefix"] for key in data["api_keys"]] == [new.prefix]
    assert [line["action"] for line in data["journal"]] == ["accounts.api_key.create"]
    assert new.secret not in text
