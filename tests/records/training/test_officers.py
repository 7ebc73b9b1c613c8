"""Officers: appointed, filed, serving, handed over; coverage; continuing education and lapse."""

from datetime import date

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.records.attestation.models import Credential, SubjectState
from pinzhi.records.training.actions.appointing import (
    Said,
    hand_over,
    move_what_is_due,
    nominate,
    remind_to_file,
    take_step,
)
from pinzhi.records.training.actions.certifying import grant_certificates, record_hours
from pinzhi.records.training.actions.exams import confirm_results, mark_exam
from pinzhi.records.training.actions.lapsing import follow_certificates
from pinzhi.records.training.actions.targets import list_targets, take_off_targets
from pinzhi.records.training.models import Appointment, TrainingCertificate
from pinzhi.records.training.queries.outcomes import coverage_of
from pinzhi.records.training.queries.standing import certificate_lines
from tests.build import make_actor
from tests.records.training.classroom import FIRM, OTHER, Classroom, at, classroom, examined, fill, sit

pytestmark = pytest.mark.django_db
ROLE = "chief-quality-officer"


@pytest.fixture
def room() -> Classroom:
    """Two people of the enterprise with certificates QDCQO-2024-00001 and -00002."""
    made = fill(classroom(), 2)
    exam = examined(made)
    for one in made.candidates:
        sit(one, exam)
    mark_exam(actor=made.body, exam_id=exam.pk, when=at(minutes=130))
    confirm_results(actor=made.officer, exam_id=exam.pk, when=at())
    grant_certificates(actor=made.officer, exam_id=exam.pk, when=at())
    return made


def _nominated(room: Classroom, place: int = 1) -> Appointment:
    return nominate(
        actor=room.firm, organisation_code=FIRM, role=ROLE, certificate_number=f"QDCQO-2024-{place:05}",
        post="副总经理", when=at(),
    )  # fmt: skip


def _serving(room: Classroom, place: int = 1) -> Appointment:
    held = _nominated(room, place)
    take_step(
        actor=room.firm, number=held.number, to="appointed", seen=0, said=Said(letter="青澄〔2024〕1 号"), when=at()
    )
    take_step(actor=room.officer, number=held.number, to="filed", seen=1, said=Said(), when=at())
    move_what_is_due(at())
    held.refresh_from_db()
    return held


def test_an_appointment_goes_from_nomination_to_serving_with_a_credential(room: Classroom) -> None:
    held = _serving(room)

    assert (held.number, held.state, held.term_until) == ("CQO-2024-0001", "serving", date(2027, 1, 3))
    assert [one.after for one in held.steps.order_by("number")] == ["nominated", "appointed", "filed", "serving"]
    assert Credential.objects.filter(kind="appointment", key=held.number).count() == 1


def test_each_step_is_for_who_may_take_it(room: Classroom) -> None:
    held = _nominated(room)
    stranger = make_actor("enterprise", organisation_code=OTHER)
    elsewhere = make_actor("district_officer", district="370203")

    with pytest.raises(NotAllowed):
        take_step(actor=stranger, number=held.number, to="appointed", seen=0, said=Said(letter="x"), when=at())
    with pytest.raises(BadInput, match=r"training\.appointment\.needs"):
        take_step(actor=room.firm, number=held.number, to="appointed", seen=0, said=Said(), when=at())
    take_step(actor=room.firm, number=held.number, to="appointed", seen=0, said=Said(letter="1 号"), when=at())
    for actor in (room.firm, elsewhere):
        with pytest.raises(NotAllowed):
            take_step(actor=actor, number=held.number, to="filed", seen=1, said=Said(), when=at())
    with pytest.raises(Conflict, match=r"training\.appointment\.moved"):
        take_step(actor=room.officer, number=held.number, to="filed", seen=0, said=Said(), when=at())
    local = make_actor("district_officer", district="370212")
    take_step(actor=local, number=held.number, to="filed", seen=1, said=Said(), when=at())


def test_nobody_is_nominated_without_a_certificate_of_that_enterprise(room: Classroom) -> None:
    stranger = make_actor("enterprise", organisation_code=OTHER)

    with pytest.raises(BadInput, match=r"training\.nominate\.certificate"):
        nominate(actor=stranger, organisation_code=OTHER, role=ROLE, certificate_number="QDCQO-2024-00001", post="",
                 when=at())  # fmt: skip


def test_one_office_has_one_holder_until_it_is_handed_over(room: Classroom) -> None:
    first, second = _serving(room), _nominated(room, 2)
    with pytest.raises(Conflict, match=r"training\.appointment\.in_office"):
        take_step(actor=room.firm, number=second.number, to="appointed", seen=0, said=Said(letter="2 号"), when=at())
    with pytest.raises(BadInput):
        hand_over(actor=room.firm, number=first.number, seen=3, successor="", ground="离职", when=at())
    with pytest.raises(BadInput, match=r"training\.appointment\.successor"):
        hand_over(actor=room.firm, number=first.number, seen=3, successor="CQO-2024-9999", ground="离职", when=at())

    hand_over(actor=room.firm, number=first.number, seen=3, successor=second.number, ground="离职", when=at())
    take_step(actor=room.firm, number=second.number, to="appointed", seen=0, said=Said(letter="2 号"), when=at())

    first.refresh_from_db()
    assert (first.state, first.ended_on, first.successor_id) == ("changed", date(2024, 1, 4), second.pk)
    assert SubjectState.objects.get(kind="appointment", key=first.number).state == "cancelled"


def test_coverage_is_of_the_listed_enterprises_and_ends_with_the_term(room: Classroom) -> None:
    with pytest.raises(NotAllowed):
        list_targets(actor=room.firm, role=ROLE, codes=[FIRM], source="名单", when=at())
    list_targets(actor=room.officer, role=ROLE, codes=[FIRM, OTHER], source="2024 年名单", when=at())
    before = coverage_of(ROLE, date(2024, 1, 4))

    held = _serving(room)
    during = coverage_of(ROLE, date(2024, 1, 4))
    move_what_is_due(at(date(2027, 1, 4)))

    held.refresh_from_db()
    assert (before.covered, during.covered, during.listed) == (0, 1, 2)
    assert (held.state, coverage_of(ROLE, date(2027, 1, 4)).covered) == ("ended", 0)
    assert coverage_of(ROLE, date(2024, 1, 4)) == during  # a day that is past stays as it was


def test_an_enterprise_leaves_the_list_with_a_ground_and_may_come_back(room: Classroom) -> None:
    list_targets(actor=room.officer, role=ROLE, codes=[FIRM, OTHER], source="2024 年名单", when=at())
    with pytest.raises(BadInput, match=r"training\.targets\.ground"):
        take_off_targets(actor=room.officer, role=ROLE, codes=[OTHER], ground=" ", when=at(date(2024, 2, 1)))
    with pytest.raises(NotAllowed):
        take_off_targets(actor=room.firm, role=ROLE, codes=[OTHER], ground="停产", when=at(date(2024, 2, 1)))

    gone = take_off_targets(actor=room.officer, role=ROLE, codes=[OTHER], ground="停产", when=at(date(2024, 2, 1)))
    with pytest.raises(NotFound, match=r"training\.targets\.none"):
        take_off_targets(actor=room.officer, role=ROLE, codes=[OTHER], ground="停产", when=at(date(2024, 2, 2)))
    back = list_targets(actor=room.officer, role=ROLE, codes=[OTHER], source="2024 年补充", when=at(date(2024, 3, 1)))

    days = [date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 1)]
    assert [coverage_of(ROLE, day).listed for day in days] == [2, 1, 1, 2]
    assert (gone, back) == (1, 1)


def test_an_appointment_that_waits_for_filing_is_reminded_of_once(room: Classroom) -> None:
    held = _nominated(room)
    take_step(actor=room.firm, number=held.number, to="appointed", seen=0, said=Said(letter="1 号"), when=at())

    told = [remind_to_file(at(day)) for day in (date(2024, 1, 20), date(2024, 1, 28), date(2024, 1, 29))]

    assert told == [0, 1, 0]


def test_a_certificate_lapses_without_its_hours_and_holds_again_with_them(room: Classroom) -> None:
    number, lapse = "QDCQO-2024-00001", at(date(2025, 4, 4))
    row = TrainingCertificate.objects.get(number=number)

    assert [certificate_lines([row], on)[0].state for on in (date(2025, 1, 3), date(2025, 1, 4), lapse.on)] == [
        "valid", "due", "lapsed",
    ]  # fmt: skip
    assert follow_certificates(lapse) == 2
    assert follow_certificates(lapse) == 0
    assert SubjectState.objects.get(kind="training_certificate", key=number).state == "suspended"
    with pytest.raises(NotAllowed):
        record_hours(actor=room.firm, number=number, on=lapse.on, hours=8, what="课", when=lapse)
    record_hours(actor=room.body, number=number, on=date(2025, 3, 1), hours=8, what="质量统计", when=lapse)
    assert follow_certificates(lapse) == 1
    assert SubjectState.objects.get(kind="training_certificate", key=number).state == "active"


def test_who_holds_a_lapsed_certificate_is_not_filed(room: Classroom) -> None:
    held = _nominated(room)
    take_step(actor=room.firm, number=held.number, to="appointed", seen=0, said=Said(letter="1 号"), when=at())

    with pytest.raises(BadInput) as refusal:
        take_step(actor=room.officer, number=held.number, to="filed", seen=1, said=Said(), when=at(date(2025, 5, 1)))

    assert refusal.value.facts["first"] == "certificate"
