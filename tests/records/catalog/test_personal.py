"""Personal data are sealed, masked, and read in full only by who may, with a reason and a trace."""

from datetime import UTC, datetime

import pytest

from pinzhi.engine.errors import BadInput, NotAllowed, NotFound, Unavailable
from pinzhi.records.accounts.permissions import ANONYMOUS, ROLES
from pinzhi.records.catalog.models import Organisation, Person, PersonalData
from pinzhi.records.catalog.personal import (
    PersonalFacts,
    keep_personal_data,
    masked,
    masked_personal_data,
    personal_data,
)
from pinzhi.records.journal.models import Entry
from tests.build import make_actor

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 1, 4, 1, 30, tzinfo=UTC)
FACTS = PersonalFacts(phone="13800001234", email="wang@example.org", id_number="370202199001011234")


@pytest.fixture
def person() -> Person:
    firm = Organisation.objects.create(
        code="91370212MA0000015Y", name="青岛示例有限公司", district="370212", recorded_at=NOW
    )
    person = Person.objects.create(code="P-1", name="王敏", organisation=firm, recorded_at=NOW)
    keep_personal_data(actor=make_actor("city_officer"), person=person, facts=FACTS, now=NOW)
    return person


def test_personal_data_are_sealed_in_the_table(person: Person) -> None:
    box = bytes(PersonalData.objects.get().sealed)

    assert b"13800001234" not in box
    assert b"wang" not in box


def test_personal_data_read_in_full_leave_a_line_with_the_reason(person: Person) -> None:
    officer = make_actor("district_officer", district="370212")

    facts = personal_data(actor=officer, person=person, reason=" 核实获奖名单 ", now=NOW)

    assert facts == FACTS
    entry = Entry.objects.latest("id")
    assert (entry.actor, entry.action, entry.object_key, entry.detail) == (
        officer.key,
        "people.personal_data.read",
        "P-1",
        {"reason": "核实获奖名单"},
    )


def test_personal_data_need_a_reason(person: Person) -> None:
    with pytest.raises(BadInput):
        personal_data(actor=make_actor("district_officer", district="370212"), person=person, reason=" ", now=NOW)


@pytest.mark.parametrize("role", sorted(ROLES.keys() - {"city_officer"}))
def test_personal_data_are_closed_to_other_roles(person: Person, role: str) -> None:
    actor = make_actor(role, district="370213")

    with pytest.raises(NotAllowed):
        personal_data(actor=actor, person=person, reason="x", now=NOW)
    with pytest.raises(NotAllowed):
        masked_personal_data(actor=actor, person=person)
    with pytest.raises(NotAllowed):
        keep_personal_data(actor=actor, person=person, facts=FACTS, now=NOW)


def test_personal_data_are_closed_to_nobody_and_leave_no_line(person: Person) -> None:
    with pytest.raises(NotAllowed):
        personal_data(actor=ANONYMOUS, person=person, reason="x", now=NOW)

    assert Entry.objects.filter(action="people.personal_data.read").count() == 0


def test_masked_personal_data_hide_the_middle(person: Person) -> None:
    shown = masked_personal_data(actor=make_actor("district_officer", district="370212"), person=person)

    assert shown == PersonalFacts(phone="138****1234", email="w****@example.org", id_number="370202****34")


@pytest.mark.parametrize(
    ("text", "shown"), [("", ""), ("1234567", "****"), ("12345678901", "****"), ("123456789012", "123456****12")]
)
def test_masked_hides_at_least_four(text: str, shown: str) -> None:
    assert masked(text, front=6, back=2) == shown


def test_a_box_moved_to_another_person_does_not_open(person: Person) -> None:
    other = Person.objects.create(code="P-2", name="李", organisation=person.organisation, recorded_at=NOW)
    officer = make_actor("district_officer", district="370212")

    with pytest.raises(NotFound):
        personal_data(actor=officer, person=other, reason="x", now=NOW)
    PersonalData.objects.update(person=other)
    with pytest.raises(Unavailable):
        personal_data(actor=officer, person=other, reason="x", now=NOW)
