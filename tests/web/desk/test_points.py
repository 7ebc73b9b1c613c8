"""The desk of a service point on pages: taken in, called, handed on; what everybody sees of it."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from pinzhi.records.casework.models import Case, WalkIn
from tests.records.casework.build import FIRM
from tests.records.casework.test_points import OTHER, POINT, Counter
from tests.web.desk.test_service import visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
DESK = f"/desk/points/{POINT}"
TAKEN = {"form": "0" * 24, "need": "电缆型式试验", "service": "", "organisation": ""}


@pytest.fixture
def counter() -> Counter:
    return Counter()


def test_a_steward_of_one_point_goes_straight_to_its_desk(counter: Counter) -> None:
    client = visitor(counter.steward)

    assert client.get("/desk/points")["Location"] == DESK
    assert "没有人在等" in client.get(DESK).content.decode()
    assert client.get(f"/desk/points/{OTHER}").status_code == 403
    assert "市北驿站" in visitor(counter.officer).get("/desk/points").content.decode()


def test_what_is_wrong_is_said_beside_the_field_and_what_was_written_stays(counter: Counter) -> None:
    answer = visitor(counter.steward).post(DESK, TAKEN | {"need": "", "organisation": "某店"})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "要办什么：" in page
    assert 'value="某店"' in page


def test_who_is_too_late_is_told_and_sees_the_desk_as_it_is(counter: Counter) -> None:
    client = visitor(counter.steward)

    answer = client.post(f"{DESK}/call")

    assert answer.status_code == 400
    assert "现在没有人在等。" in answer.content.decode()


def test_a_need_is_handed_on_once(counter: Counter) -> None:
    client = visitor(counter.steward)
    client.post(DESK, TAKEN)
    address = f"/desk/walk-ins/{WalkIn.objects.get().pk}"
    form = {"need": "电缆型式试验", "service": "T01", "contact": ""}

    refused = client.post(address, form | {"organisation": "没有登记的店"})
    answer = client.post(address, form | {"organisation": FIRM})

    assert "名录里没有“没有登记的店”" in refused.content.decode()
    assert answer["Location"] == client.get(address)["Location"] == f"/desk/orders/{Case.objects.get().number}"


def test_everybody_sees_how_many_wait_and_never_who_is_there(counter: Counter, client: Client) -> None:
    counter.comes()
    page = visitor(counter.steward).post(
        f"{DESK}/duty",
        {"user": counter.steward.account_id, "on": "2024-01-04", "starts": "09:00", "ends": "12:00"},
        follow=True,
    )
    assert "09:00–12:00" in page.content.decode()

    place = client.get(f"/places/{POINT}").content.decode()
    services = client.get("/services").content.decode()
    table = client.get("/services.json?district=370214").json()

    for public in (place, services):
        assert "1 人在等" in public
        assert "09:00–12:00" in public
        assert "steward" not in public.replace("stewards", "")
    assert [(row["code"], row["waiting"]) for row in table["rows"]] == [(POINT, 1)]


@pytest.mark.parametrize("waiting", [1, 3])
def test_the_desk_takes_as_many_statements_for_three_as_for_one(
    counter: Counter, waiting: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in range(1, waiting + 1):
        counter.comes(hour=hour)
    client = visitor(counter.steward)
    client.get(DESK)

    with django_assert_num_queries(11):
        client.get(DESK)


def test_a_day_of_the_duty_list_can_be_freed_again(counter: Counter) -> None:
    client = visitor(counter.steward)
    duty = {"user": counter.steward.account_id, "on": "2024-01-05", "starts": "09:00", "ends": "12:00"}
    page = client.post(f"{DESK}/duty", duty, follow=True).content.decode()
    link = page.split(f'action="{DESK}/duty/')[1].split('"')[0]

    assert "09:00–12:00" not in client.post(f"{DESK}/duty/{link}", follow=True).content.decode()
    assert client.post(f"{DESK}/duty", duty | {"ends": "08:00"}).status_code == 400
