"""Examinations: set, marked, marked again with the history kept, confirmed; certificates and rates that follow."""

import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed
from pinzhi.engine.training.papers import BankItem, commitment, draw
from pinzhi.records.attestation.models import Credential
from pinzhi.records.journal.models import Entry
from pinzhi.records.training.actions.bank import withdraw_question
from pinzhi.records.training.actions.certifying import grant_certificates, withdraw_certificate
from pinzhi.records.training.actions.exams import confirm_results, mark_again, mark_exam, move_window, set_exam
from pinzhi.records.training.actions.sessions import plan_session
from pinzhi.records.training.actions.sitting import begin
from pinzhi.records.training.models import Mark, Question, TrainingCertificate
from pinzhi.records.training.queries.bank import bank_items
from pinzhi.records.training.queries.outcomes import rate
from pinzhi.records.training.queries.redrawing import is_drawn_again
from pinzhi.records.training.rules import paper_of
from tests.records.training.classroom import NINE, Classroom, at, classroom, examined, fill, plan, sit

pytestmark = pytest.mark.django_db
RULEBOOK = Path(__file__).parents[3] / "rulebook"


@pytest.fixture
def room() -> Classroom:
    """Four candidates: one right, one fails, one stays away, one missed the lessons."""
    made = fill(classroom(), 4, absent=[4])
    examined(made)
    return made


def _sat(room: Classroom) -> None:
    assert room.exam is not None
    sit(room.candidates[0], room.exam)
    sit(room.candidates[1], room.exam, wrong=25)
    mark_exam(actor=room.body, exam_id=room.exam.pk, when=at(minutes=130))


def test_set_exam_pins_a_paper_that_can_be_drawn_again(room: Classroom) -> None:
    again = set_exam(actor=room.body, key=room.session.key, held_on=date(2024, 3, 1), opens_at=NINE,
                     ends_at=NINE + timedelta(hours=1), when=at(), seed="seed")  # fmt: skip

    assert room.exam is not None
    assert (again.paper, again.commitment, again.number) == (room.exam.paper, room.exam.commitment, 2)
    assert len(room.exam.paper) == 40


def test_a_paper_is_drawn_again_from_the_bank_as_it_was(room: Classroom) -> None:
    exam = room.exam
    assert exam is not None
    first = exam.paper[0][0]
    assert is_drawn_again(room.officer, exam)

    withdraw_question(actor=room.officer, key=first, ground="题意不清", when=at(minutes=5))

    assert is_drawn_again(room.officer, exam)
    exam.paper[0][1] = 2
    assert not is_drawn_again(room.officer, exam)
    with pytest.raises(NotAllowed):
        is_drawn_again(room.body, exam)


def test_a_course_may_give_everybody_a_paper_of_his_own(tmp_path: Path, settings: Any) -> None:
    """Each is drawn from seed and admission number, pinned in the journal, and marked by its own questions alone."""
    shutil.copytree(RULEBOOK, tmp_path / "rulebook")
    text = (RULEBOOK / "qingdao/courses/chief-quality-officer.toml").read_text(encoding="utf-8")
    text = text.replace('edition = "2023"', 'edition = "own"', 1).replace('paper = "one"', 'paper = "each"', 1)
    (tmp_path / "rulebook/qingdao/courses/chief-quality-officer-own.toml").write_text(text, encoding="utf-8")
    settings.RULEBOOK = tmp_path / "rulebook"
    room = classroom()
    room.session = plan_session(actor=room.body, plan=plan(key="own", edition="own"), when=at(date(2023, 11, 1)))
    exam = examined(fill(room, 2))

    papers = [paper_of(sit(one, exam)) for one in room.candidates]
    only_first = next(one.id for one in papers[0] if one.id not in {two.id for two in papers[1]})
    withdraw_question(actor=room.officer, key=only_first, ground="题意不清", when=at(minutes=30))
    mark_exam(actor=room.body, exam_id=exam.pk, when=at(minutes=130))

    course = room.rules.model_copy(update={"paper": "each"})
    bank = [*bank_items(), BankItem(only_first, 1, *_part_of(only_first), 2)]
    drawn = [draw(course, bank, f"seed/own-00{place}") for place in (1, 2)]
    pins = [one.detail["commitment"] for one in Entry.objects.filter(action="training.sitting.begin").order_by("pk")]
    assert exam.paper == []
    assert papers == drawn
    assert pins == [commitment(f"seed/own-00{place}", paper) for place, paper in zip((1, 2), papers, strict=True)]
    assert [(one.shown, one.withdrawn) for one in Mark.objects.order_by("sitting__enrolment__place")] == [
        (Decimal(100), [only_first]), (Decimal(100), []),
    ]  # fmt: skip


def _part_of(key: str) -> tuple[str, Any]:
    field, kind, _number = key.split("-")
    return field, kind


def test_set_exam_is_refused_by_a_bank_that_is_too_small(room: Classroom) -> None:
    for one in Question.objects.filter(key__startswith="law-judge"):
        withdraw_question(actor=room.officer, key=one.key, ground="过时", when=at())

    with pytest.raises(BadInput) as refusal:
        set_exam(actor=room.body, key=room.session.key, held_on=date(2024, 3, 1), opens_at=NINE,
                 ends_at=NINE + timedelta(hours=1), when=at())  # fmt: skip

    assert refusal.value.code == "training.bank.short"
    assert "“法律法规与质量政策”判断题要 1 道，只有 0 道" in refusal.value.text.zh
    assert room.session.exams.count() == 1


def test_marks_rates_and_certificates_follow_from_what_was_answered(room: Classroom) -> None:
    _sat(room)
    assert room.exam is not None
    exam = room.exam
    with pytest.raises(Conflict, match=r"training\.exam\.unconfirmed"):
        grant_certificates(actor=room.officer, exam_id=exam.pk, when=at())

    confirm_results(actor=room.officer, exam_id=exam.pk, when=at())
    made = grant_certificates(actor=room.officer, exam_id=exam.pk, when=at())
    again = grant_certificates(actor=room.officer, exam_id=exam.pk, when=at())

    assert [(one.shown, one.passed) for one in Mark.objects.order_by("sitting__enrolment__number")] == [
        (Decimal("100.0"), True),
        (Mark.objects.get(sitting__enrolment__number="cqo-2023-9-002").shown, False),
    ]
    assert [(one.number, one.valid_until) for one in made] == [("QDCQO-2024-00001", date(2027, 1, 3))]
    assert again == []
    assert Credential.objects.filter(kind="training_certificate", key="QDCQO-2024-00001").count() == 1
    found = rate(on=date(2024, 1, 4))
    assert (found.attended, found.persons, found.sat, found.passed, found.percent()) == (3, 3, 2, 1, 50)


def test_only_an_officer_confirms_and_only_what_is_marked(room: Classroom) -> None:
    assert room.exam is not None
    sit(room.candidates[0], room.exam)

    with pytest.raises(NotAllowed):
        confirm_results(actor=room.body, exam_id=room.exam.pk, when=at())
    with pytest.raises(Conflict, match=r"training\.exam\.unmarked"):
        confirm_results(actor=room.officer, exam_id=room.exam.pk, when=at())


def test_a_question_withdrawn_after_the_examination_is_marked_again_and_the_first_mark_stays(room: Classroom) -> None:
    _sat(room)
    assert room.exam is not None
    wrong = paper_of(room.exam.sittings.first())[0].id  # type: ignore[arg-type]
    with pytest.raises(Conflict, match=r"training\.question\.in_use"):
        mark_again(actor=room.officer, question_key=wrong, when=at())
    withdraw_question(actor=room.officer, key=wrong, ground="标准已修订", when=at())

    changed = mark_again(actor=room.officer, question_key=wrong, when=at())
    again = mark_again(actor=room.officer, question_key=wrong, when=at())

    marks = list(Mark.objects.filter(sitting__enrolment__number="cqo-2023-9-002").order_by("number"))
    assert (changed, again) == (1, 0)
    assert [one.number for one in marks] == [1, 2]
    assert marks[1].shown > marks[0].shown
    assert marks[1].withdrawn == [wrong]
    assert Mark.objects.filter(sitting__enrolment__number="cqo-2023-9-001").count() == 1


def test_a_resit_counts_once_and_then_none_is_left(room: Classroom) -> None:
    _sat(room)
    again = set_exam(actor=room.body, key=room.session.key, held_on=date(2024, 1, 4), opens_at=NINE,
                     ends_at=NINE + timedelta(hours=2), when=at(), seed="again")  # fmt: skip

    with pytest.raises(Conflict, match=r"training\.exam\.barred"):
        begin(actor=room.candidates[0], exam_id=again.pk, browser="b1", when=at())
    sit(room.candidates[1], again)
    mark_exam(actor=room.body, exam_id=again.pk, when=at(minutes=130))

    before = rate(on=date(2024, 1, 4))
    for exam in room.session.exams.all():
        confirm_results(actor=room.officer, exam_id=exam.pk, when=at())
    after = rate(on=date(2024, 1, 4))

    assert (before.sat, before.passed, before.unmarked) == (0, 0, 2)
    assert (after.sat, after.passed, after.unmarked) == (2, 2, 0)


def test_a_marked_examination_keeps_its_window(room: Classroom) -> None:
    _sat(room)
    assert room.exam is not None

    with pytest.raises(Conflict, match=r"training\.exam\.marked"):
        move_window(actor=room.body, exam_id=room.exam.pk, opens_at=NINE, ends_at=NINE + timedelta(hours=9),
                    ground="再考", when=at())  # fmt: skip


def test_withdrawing_a_certificate_keeps_it_with_its_ground(room: Classroom) -> None:
    _sat(room)
    assert room.exam is not None
    confirm_results(actor=room.officer, exam_id=room.exam.pk, when=at())
    grant_certificates(actor=room.officer, exam_id=room.exam.pk, when=at())

    with pytest.raises(BadInput):
        withdraw_certificate(actor=room.officer, number="QDCQO-2024-00001", ground=" ", document="1 号", when=at())
    with pytest.raises(BadInput):
        withdraw_certificate(actor=room.officer, number="QDCQO-2024-00001", ground="替考", document=" ", when=at())
    withdraw_certificate(actor=room.officer, number="QDCQO-2024-00001", ground="替考", document="1 号", when=at())

    kept = TrainingCertificate.objects.get()
    assert (kept.state, kept.ended_on, kept.ground, kept.document) == ("withdrawn", date(2024, 1, 4), "替考", "1 号")
