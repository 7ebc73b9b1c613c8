"""Each role sees its own lines in the rail, and nothing else."""

import pytest
from django.test import Client

from pinzhi.records.accounts.permissions import ANONYMOUS, ROLES
from pinzhi.web.desk.home import TASKS, tasks_for
from pinzhi.web.desk.menu import groups_for
from tests.build import TODAY, give_role, make_actor, make_user

pytestmark = pytest.mark.django_db
OWN, HOOKS = ["/desk/account", "/desk/keys"], "/desk/webhooks"
START, EXAMS = ["/desk/", "/desk/cases", "/desk/inbox"], "/desk/exams"
VISITS = "/desk/inspections"
WATCH, MEASURES = "/desk/surveillance", "/desk/measures"
TRAINING, OFFICERS = "/desk/training", "/desk/training/appointments"
DASHBOARD, BULLETINS = "/desk/dashboard", "/desk/bulletins"
LEAD = ["/desk/", DASHBOARD, *START[1:]]
ORDERS, QUOTES, SAVINGS = "/desk/orders", "/desk/quotes", "/desk/savings"
POINTS = "/desk/points"
FIRM = ["/desk/organisation", "/desk/applications", ORDERS]
SEEN = {
    "citizen": [*START, "/desk/applications", EXAMS, *OWN],
    "enterprise": [*START, *FIRM, TRAINING, OFFICERS, EXAMS, VISITS, WATCH, *OWN, HOOKS],
    "institution": [*START, *FIRM, QUOTES, TRAINING, EXAMS, VISITS, WATCH, *OWN, HOOKS],
    "expert": [*START, "/desk/reviews", EXAMS, VISITS, WATCH, *OWN],
    "inspector": [*START, EXAMS, VISITS, WATCH, *OWN],
    "steward": [*START, POINTS, ORDERS, EXAMS, *OWN],
    "district_officer": [
        *START, POINTS, SAVINGS, "/desk/rounds", OFFICERS, EXAMS, VISITS, WATCH, MEASURES, BULLETINS,
        *OWN,
    ],
    "chair": [*LEAD, "/desk/rounds", EXAMS, BULLETINS, *OWN],
    "city_officer": [
        *LEAD, POINTS, ORDERS, SAVINGS, "/desk/rounds", TRAINING, OFFICERS, "/desk/training/bank", EXAMS, VISITS, WATCH,
        MEASURES, BULLETINS, "/desk/import", "/desk/people", *OWN,
    ],
    "supervisor": [*START, "/desk/rounds", EXAMS, VISITS, "/desk/journal", *OWN],
    "operator": [
        *START, EXAMS, "/desk/import", "/desk/people", "/desk/journal", "/desk/sources", "/desk/tasks", "/operator/",
        *OWN, HOOKS,
    ],
}  # fmt: skip


@pytest.mark.parametrize("role", sorted(ROLES))
def test_rail_shows_what_the_role_may_use(role: str) -> None:
    point = "licang-centre" if role == "steward" else ""
    groups = groups_for(make_actor(role, organisation_code="91370212MA0000015Y", point=point))

    assert [entry.address for group in groups for entry in group.entries] == SEEN.get(role, [*START, EXAMS, *OWN])


def test_rail_shows_nobody_anything() -> None:
    assert groups_for(ANONYMOUS) == ()


def test_every_role_finds_something_on_its_start_page() -> None:
    assert TASKS.keys() == ROLES.keys()
    assert all(TASKS.values())


def test_who_holds_two_roles_sees_each_thing_once(client: Client) -> None:
    user = make_user()
    give_role(user, "operator")
    give_role(user, "supervisor")
    client.force_login(user)

    addresses = [task.address for task in tasks_for(make_actor("operator"))]
    page = client.get("/desk/").content.decode()

    assert len(addresses) == len(set(addresses))
    assert page.count('<a class="b" href="/desk/journal">') == 1


@pytest.mark.parametrize(
    ("address", "current"),
    [("/desk/", "/desk/"), ("/desk/people", "/desk/people"), ("/desk/people/{id}", "/desk/people")],
)
def test_rail_marks_where_one_is(client: Client, address: str, current: str) -> None:
    user = make_user()
    give_role(user, "operator", starts_on=TODAY)
    client.force_login(user)

    page = client.get(address.format(id=user.pk)).content.decode()

    assert page.count('aria-current="page"') == 1
    assert f'<a href="{current}" class="on" aria-current="page">' in page
