"""The demonstration has one account of each role, and only the demonstration has them."""

from typing import Any

import pytest
from django.contrib.auth import authenticate

from pinzhi.engine.errors import NotAllowed
from pinzhi.records.accounts.demo import create_demo_accounts
from pinzhi.records.accounts.models import Membership, User
from pinzhi.records.accounts.permissions import ROLES, actor_for
from tests.build import TODAY

pytestmark = pytest.mark.django_db


def test_create_demo_accounts_makes_one_of_each_role_however_often(settings: Any) -> None:
    settings.DEMO = True

    create_demo_accounts()
    accounts = create_demo_accounts()

    actors = {a.role: actor_for(User.objects.get(email=a.email), TODAY) for a in accounts}
    assert {role: actor.roles for role, actor in actors.items()} == {role: frozenset({role}) for role in ROLES}
    assert actors["enterprise"].managed_codes == frozenset({"91370212MA0000015Y"})
    assert actors["institution"].managed_codes == frozenset({"12370200MA0000031D"})
    assert actors["district_officer"].districts == frozenset({"370213"})
    assert actors["steward"].points == frozenset({"licang-station-1"})
    assert (User.objects.filter(synthetic=True).count(), Membership.objects.count()) == (13, 13)
    assert [user.email for user in User.objects.filter(is_staff=True)] == ["operator@demo.pinzhi.example"]


def test_demo_accounts_can_sign_in(settings: Any, rf: Any) -> None:
    settings.DEMO = True

    for account in create_demo_accounts():
        request = rf.post("/accounts/login/", {"login": account.email})
        assert authenticate(request, email=account.email, password=account.password) is not None


def test_create_demo_accounts_refuses_a_real_site(settings: Any) -> None:
    settings.DEMO = False

    with pytest.raises(NotAllowed):
        create_demo_accounts()

    assert User.objects.count() == 0
