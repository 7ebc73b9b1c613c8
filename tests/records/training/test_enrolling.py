"""Enrolment by organisations: lists with errors by cell, places, the waiting list, attendance, claims."""

import io
from datetime import date

import pytest
import xlsxwriter

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.records.training.actions.attending import check_in, take_roll
from pinzhi.records.training.actions.claiming import MOST_WRONG, claim, reopen_claim
from pinzhi.records.training.actions.enrolling import admit, enrol, reject, withdraw
from pinzhi.records.training.actions.lists import COLUMNS, look_through
from pinzhi.records.training.files import rows_of_sheet, rows_of_text
from pinzhi.records.training.models import Attendance, Enrolment, Learner
from pinzhi.records.training.personal import masked_id
from pinzhi.records.training.queries.visible import enrolments_visible_to
from tests.build import make_actor
from tests.records.training.classroom import FIRM, OTHER, Classroom, at, classroom, fill, id_number, person

pytestmark = pytest.mark.django_db
NOVEMBER = at(date(2023, 11, 10))


@pytest.fixture
def room() -> Classroom:
    return classroom(capacity=2)


def _enrol(room: Classroom, *places: int) -> list[Enrolment]:
    rows = [person(place) for place in places]
    return enrol(actor=room.firm, key=room.session.key, organisation_code=FIRM, rows=rows, when=NOVEMBER)


def test_a_pasted_list_is_looked_through_cell_by_cell_and_nothing_is_written(room: Classroom) -> None:
    text = "\n".join(
        [
            "姓名\t身份证号\t手机号\t岗位",
            f"张一\t{id_number(1)}\t13800000001\t经理",
            f"\t{id_number(2)}\t1380000000\t经理",
            f"张三\t{id_number(3)[:-1]}\t13800000003\t",
            f"张四\t{id_number(1)}\t13800000004\t",
        ]
    )

    looked = look_through(
        actor=room.firm, key=room.session.key, organisation_code=FIRM, rows=rows_of_text(text, COLUMNS)
    )

    assert [(one.line, one.column.zh) for one in looked.faults] == [
        (3, "姓名"), (3, "手机"), (4, "身份证号"), (5, "身份证号"),
    ]  # fmt: skip
    assert [row.cells["name"] for row in looked.good] == ["张一"]
    assert Learner.objects.count() == Enrolment.objects.count() == 0


def test_a_list_with_an_error_enrols_nobody(room: Classroom) -> None:
    with pytest.raises(BadInput) as refusal:
        enrol(actor=room.firm, key=room.session.key, organisation_code=FIRM,
              rows=[person(1), person(2, phone="12")], when=NOVEMBER)  # fmt: skip

    assert (refusal.value.code, refusal.value.facts["line"]) == ("training.enrol.cells", 4)
    assert Enrolment.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "training.list.empty"), ("姓名\t手机\n张一\t1", "training.list.head")],
)
def test_a_list_that_is_none_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadInput, match=code.replace(".", r"\.")):
        rows_of_text(text, COLUMNS)
    with pytest.raises(BadInput, match=r"training\.list\.file"):
        rows_of_sheet(b"PK no sheet", COLUMNS)


def test_a_spreadsheet_is_read_like_a_paste() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["姓名", "身份证号", "手机"])
    sheet.write_row(1, 0, ["张一", id_number(1), 13800000001])
    book.close()

    rows = rows_of_sheet(out.getvalue(), COLUMNS)

    assert [dict(row.cells) for row in rows] == [{"name": "张一", "id_number": id_number(1), "phone": "13800000001"}]


def test_enrolling_twice_is_enrolling_once(room: Classroom) -> None:
    first = _enrol(room, 1, 2)
    again = _enrol(room, 1, 2)

    assert [one.number for one in first] == ["cqo-2023-9-001", "cqo-2023-9-002"]
    assert again == []
    assert Learner.objects.count() == 2


def test_a_number_known_under_another_name_is_a_fault_that_tells_no_name(room: Classroom) -> None:
    _enrol(room, 1)

    looked = look_through(actor=room.firm, key=room.session.key, organisation_code=FIRM, rows=[person(1, name="别人")])

    assert len(looked.faults) == 1
    assert "学员1" not in looked.faults[0].text.zh


def test_places_go_in_order_the_rest_wait_and_move_up_when_somebody_leaves(room: Classroom) -> None:
    rows = _enrol(room, 1, 2, 3, 4)

    states = admit(actor=room.body, key=room.session.key, numbers=[one.number for one in rows], when=NOVEMBER)
    moved = withdraw(actor=room.firm, number=rows[0].number, when=NOVEMBER)

    assert list(states.values()) == ["admitted", "admitted", "waiting", "waiting"]
    assert moved == (rows[2].number,)
    assert [room.row(place).state for place in (1, 2, 3, 4)] == ["withdrawn", "admitted", "admitted", "waiting"]


def test_a_rejection_needs_a_ground_and_lets_apply_again(room: Classroom) -> None:
    [row] = _enrol(room, 1)
    with pytest.raises(BadInput):
        reject(actor=room.body, key=room.session.key, numbers=[row.number], ground=" ", when=NOVEMBER)
    reject(actor=room.body, key=room.session.key, numbers=[row.number], ground="不是质量岗位", when=NOVEMBER)

    _enrol(room, 1)

    assert (room.row(1).state, room.row(1).ground) == ("applied", "")


@pytest.mark.parametrize("on", [date(2023, 10, 31), date(2023, 12, 2)])
def test_enrolment_is_refused_outside_its_days(room: Classroom, on: date) -> None:
    with pytest.raises(Conflict, match=r"training\.enrol\.closed"):
        enrol(actor=room.firm, key=room.session.key, organisation_code=FIRM, rows=[person(1)], when=at(on))


def test_nobody_enrols_for_another_organisation_or_sees_its_people(room: Classroom) -> None:
    _enrol(room, 1)
    stranger = make_actor("enterprise", organisation_code=OTHER)
    other_body = make_actor("institution", organisation_code=OTHER)

    with pytest.raises(NotAllowed):
        enrol(actor=stranger, key=room.session.key, organisation_code=FIRM, rows=[person(2)], when=NOVEMBER)
    with pytest.raises(NotAllowed):
        admit(actor=other_body, key=room.session.key, numbers=["cqo-2023-9-001"], when=NOVEMBER)
    seen = [enrolments_visible_to(one).count() for one in (room.firm, room.body, room.officer, stranger, other_body)]
    assert seen == [1, 1, 1, 0, 0]


def test_identity_numbers_lie_sealed_and_are_shown_masked(room: Classroom) -> None:
    _enrol(room, 1)
    learner = Learner.objects.get()

    assert id_number(1).encode() not in bytes(learner.sealed)
    assert masked_id(learner) == f"3702****{id_number(1)[-2:]}"
    assert learner.phone_tail == "0001"


def test_the_roll_is_taken_once_held_and_corrections_are_kept(room: Classroom) -> None:
    fill(room, 2)
    lesson = room.session.lessons.first()
    assert lesson is not None

    changed = take_roll(actor=room.body, key=room.session.key, lesson_number=1, present={"cqo-2023-9-001": False},
                        when=at(date(2023, 12, 12)))  # fmt: skip

    assert changed == 1
    assert Attendance.objects.filter(lesson=lesson, present=True).count() == 1
    with pytest.raises(Conflict, match=r"training\.roll\.early"):
        take_roll(actor=room.body, key=room.session.key, lesson_number=2, present={}, when=at(date(2023, 12, 11)))
    with pytest.raises(NotFound, match=r"training\.roll\.number"):
        take_roll(actor=room.body, key=room.session.key, lesson_number=1, present={"x": True},
                  when=at(date(2023, 12, 12)))  # fmt: skip


def test_check_in_holds_on_the_day_for_oneself_and_not_against_the_roll(room: Classroom) -> None:
    fill(room, 2)
    lesson = room.session.lessons.get(number=3)
    Attendance.objects.filter(lesson=lesson, enrolment__number="cqo-2023-9-001").delete()
    own, other = room.candidates

    row = check_in(actor=own, code=lesson.code, when=at(lesson.on))
    again = check_in(actor=own, code=lesson.code, when=at(lesson.on))

    assert (row.pk, row.how) == (again.pk, "qr")
    with pytest.raises(Conflict, match=r"training\.check_in\.day"):
        check_in(actor=own, code=lesson.code, when=at(date(2023, 12, 20)))
    with pytest.raises(NotFound, match=r"training\.check_in\.code"):
        check_in(actor=own, code="0" * 16, when=at(lesson.on))
    with pytest.raises(NotFound, match=r"training\.check_in\.enrolment"):
        check_in(actor=room.firm, code=lesson.code, when=at(lesson.on))
    take_roll(actor=room.body, key=room.session.key, lesson_number=3, present={"cqo-2023-9-002": False},
              when=at(lesson.on))  # fmt: skip
    with pytest.raises(Conflict, match=r"training\.check_in\.absent"):
        check_in(actor=other, code=lesson.code, when=at(lesson.on))


def test_a_claim_ties_one_account_to_one_person_and_closes_after_wrong_tries(room: Classroom) -> None:
    _enrol(room, 1, 2)
    me, other = make_actor("citizen"), make_actor("expert")

    assert claim(actor=me, number=" CQO-2023-9-001", phone_tail="0001", when=NOVEMBER).user_id == me.user_id
    assert claim(actor=me, number="cqo-2023-9-001", phone_tail="0001", when=NOVEMBER).user_id == me.user_id
    with pytest.raises(Conflict, match=r"training\.claim\.taken"):
        claim(actor=other, number="cqo-2023-9-001", phone_tail="0001", when=NOVEMBER)
    with pytest.raises(Conflict, match=r"training\.claim\.taken"):
        claim(actor=me, number="cqo-2023-9-002", phone_tail="0002", when=NOVEMBER)
    for _ in range(MOST_WRONG):
        with pytest.raises(BadInput, match=r"training\.claim"):
            claim(actor=other, number="cqo-2023-9-002", phone_tail="9999", when=NOVEMBER)
    with pytest.raises(Conflict, match=r"training\.claim\.closed"):
        claim(actor=other, number="cqo-2023-9-002", phone_tail="0002", when=NOVEMBER)
    reopen_claim(actor=room.body, number="cqo-2023-9-002", when=NOVEMBER)
    claim(actor=other, number="cqo-2023-9-002", phone_tail="0002", when=NOVEMBER)
    with pytest.raises(BadInput, match=r"training\.claim"):
        claim(actor=other, number="no-such", phone_tail="0002", when=NOVEMBER)
