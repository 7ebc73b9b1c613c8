"""Pages are counted for people alone, by day, and written without a page waiting for it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from pinzhi.records.accounts.models import User
from pinzhi.records.casework.models import VisitDay
from pinzhi.web.visits import COUNTER
from tests.build import make_actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
BROWSER = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/121.0"}
PAGE = "/verify"


@pytest.fixture(autouse=True)
def _counted(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.VISITS = True
    COUNTER.flush()
    VisitDay.objects.all().delete()
    monkeypatch.setattr("pinzhi.web.visits.EVERY_S", 3600.0)
    yield
    with COUNTER._lock:
        COUNTER._counts.clear()
        if COUNTER._timer is not None:
            COUNTER._timer.cancel()
            COUNTER._timer = None


def counted() -> int:
    COUNTER.flush()
    return sum(VisitDay.objects.filter(on=date(2024, 1, 4)).values_list("count", flat=True))


def test_a_page_that_somebody_looks_at_is_counted() -> None:
    client = Client(headers=BROWSER)
    for _ in range(3):
        assert client.get(PAGE).status_code == 200

    assert counted() == 3
    assert {field.name for field in VisitDay._meta.fields} == {"id", "on", "count", "recorded_at", "synthetic"}


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        (PAGE, {"User-Agent": "Googlebot/2.1"}),
        (PAGE, {"User-Agent": "curl/8.5"}),
        (PAGE, {"User-Agent": ""}),
        (PAGE, BROWSER | {"Sec-Purpose": "prefetch"}),
        (PAGE, BROWSER | {"Purpose": "prefetch"}),
        ("/robots.txt", BROWSER),
        ("/nowhere", BROWSER),
        ("/desk/", BROWSER),
    ],
)
def test_robots_prefetching_and_what_is_no_page_are_not_counted(address: str, headers: dict[str, str]) -> None:
    Client(headers=headers).get(address)

    assert counted() == 0


def test_staff_are_not_counted_and_citizens_are() -> None:
    for role in ("city_officer", "citizen"):
        client = Client(headers=BROWSER)
        client.force_login(User.objects.get(pk=make_actor(role).account_id))
        client.get(PAGE)

    assert counted() == 1


def test_the_operator_switches_it_off(settings: Any) -> None:
    settings.VISITS = False
    Client(headers=BROWSER).get(PAGE)

    assert counted() == 0
