"""The public register of appointments: who is in it on which day, and what may be taken home."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.test import Client

from pinzhi.engine.periods import Moment
from pinzhi.records.training.actions.appointing import Said, move_what_is_due, take_step
from pinzhi.records.training.actions.targets import list_targets
from pinzhi.records.training.models import Appointment
from pinzhi.records.training.queries.register import statistics_on
from tests.records.training.classroom import FIRM, OTHER, Classroom, at
from tests.records.training.test_officers import _nominated, _serving, room

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
__all__ = ["room"]  # the fixture


@pytest.fixture
def held(room: Classroom) -> Appointment:
    """One who serves from 4 January 2024 until 3 January 2027, and one who is only nominated."""
    _nominated(room, 2)
    return _serving(room)


def rows(client: Client, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/registers/appointments.json", asked).json()["rows"]
    return found


def test_the_register_lists_who_was_filed_and_not_who_is_only_nominated(client: Client, held: Appointment) -> None:
    (row,) = rows(client)

    assert (row["appointment"]["key"], row["state"]["code"], row["term_until"]) == (
        held.number, "serving", "2027-01-03",
    )  # fmt: skip
    page = client.get("/registers/appointments").content.decode()
    assert f'href="/verify/{held.number}"' in page
    assert held.learner.name in page
    assert 'href="/registers/appointments"' in client.get("/registers").content.decode()


def test_the_register_shows_any_day_as_it_was(client: Client, room: Classroom, held: Appointment) -> None:
    take_step(
        actor=room.officer, number=held.number, to="dismissed", seen=held.version, said=Said(ground="离职"),
        when=at(date(2024, 6, 1)),
    )  # fmt: skip

    states = [
        [row["state"]["code"] for row in rows(client, on=day)] for day in ("2024-01-03", "2024-05-31", "2024-06-01")
    ]

    assert states == [[], ["serving"], ["dismissed"]]


def test_the_register_shows_what_was_known_on_a_day(client: Client, room: Classroom, held: Appointment) -> None:
    late = at(date(2024, 6, 3)).at
    take_step(
        actor=room.officer, number=held.number, to="dismissed", seen=held.version, said=Said(ground="离职"),
        when=Moment(late, date(2024, 6, 1)),
    )  # fmt: skip

    states = [
        [row["state"]["code"] for row in rows(client, on="2024-06-01", known=day)]
        for day in ("2024-01-03", "2024-06-02", "2024-06-03")
    ]

    assert states == [[], ["serving"], ["dismissed"]]
    page = client.get("/registers/appointments", {"on": "2024-06-01", "known": "2024-06-02"}).content.decode()
    assert "按 2024-06-02 当时所知" in page
    assert '<span class="big num">1<' in page


def test_the_register_says_what_it_comes_to(room: Classroom, held: Appointment) -> None:
    list_targets(actor=room.officer, role="chief-quality-officer", codes=[FIRM, OTHER], source="名单", when=at())

    found = statistics_on(date(2024, 1, 4))

    assert [(one.code, one.count) for one in found.states] == [("serving", 1)]
    assert [(one.code, one.count, one.holders) for one in found.roles] == [("chief-quality-officer", 1, 1)]
    assert [(one.code, one.count) for one in (*found.districts, *found.years)] == [("370212", 1), ("2024", 1)]
    assert [(one.covered, one.listed) for _title, one in found.coverage] == [(0, 0), (1, 2)]


def test_a_term_that_ended_is_listed_and_not_counted(client: Client, held: Appointment) -> None:
    move_what_is_due(at(date(2027, 1, 4)))

    page = client.get("/registers/appointments", {"on": "2027-01-04"}).content.decode()
    assert '<span class="big num">0<' in page
    assert held.number in page


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"role": "chief-quality-officer"}, 1),
        ({"role": "chief-brand-officer"}, 0),
        ({"state": "serving"}, 1),
        ({"state": "ended"}, 0),
        ({"district": "370212"}, 1),
        ({"year": "2024"}, 1),
        ({"year": "2023"}, 0),
        ({"district": "370202"}, 0),
        ({"q": "CQO-2024"}, 1),
        ({"q": "无此人"}, 0),
    ],
)
def test_filters_narrow_the_register(client: Client, held: Appointment, asked: dict[str, str], count: int) -> None:
    assert len(rows(client, **asked)) == count


def test_what_the_register_does_not_know_is_refused(client: Client) -> None:
    for asked in ({"role": "x"}, {"state": "nominated"}, {"district": "1"}, {"year": "9e9"}, {"colour": "red"}):
        assert client.get("/registers/appointments.csv", asked).status_code == 400
    assert client.get("/registers/appointments", {"page": "2"}).status_code == 404


def test_the_file_has_what_the_page_has(client: Client, held: Appointment) -> None:
    answer = client.get("/registers/appointments.csv")

    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["appointment_key"], row["role_zh"], row["state"]) == (held.number, "首席质量官", "serving")
    book = client.get("/registers/appointments.xlsx")
    assert book.status_code == 200
    book.close()
