"""A session that is cancelled: its enrolments end, everybody concerned hears of it, and people move to another."""

from datetime import date

import pytest

from pinzhi.engine.errors import Conflict, NotAllowed, NotFound
from pinzhi.records.notices.models import Message
from pinzhi.records.training.actions.cancelling import cancel_session, transfer
from pinzhi.records.training.actions.enrolling import admit, enrol
from pinzhi.records.training.actions.exams import set_exam
from pinzhi.records.training.actions.sessions import plan_session
from pinzhi.records.training.queries.own import own_sessions
from tests.build import make_actor
from tests.records.training.classroom import FIRM, NINE, OTHER, Classroom, at, classroom, person, plan

pytestmark = pytest.mark.django_db
DAY = at(date(2023, 11, 20))


@pytest.fixture
def room() -> Classroom:
    """One person admitted who has an account, one on the waiting list; another session of the course is open."""
    made = classroom(capacity=1)
    plan_session(actor=made.body, plan=plan(key="cqo-2023-10"), when=DAY)
    numbers = [one.number for one in enrol(
        actor=made.firm, key=made.session.key, organisation_code=FIRM, rows=[person(1), person(2)], when=DAY
    )]  # fmt: skip
    own = make_actor("citizen")
    learner = made.row(1).learner
    learner.user_id = own.user_id
    learner.save()
    made.candidates.append(own)
    admit(actor=made.body, key=made.session.key, numbers=numbers, when=DAY)
    return made


def _cancelled(room: Classroom) -> Classroom:
    cancel_session(actor=room.body, key=room.session.key, ground="讲师生病。", when=DAY)
    return room


def _told(actor_id: int | None, word: str) -> list[str]:
    return list(Message.objects.filter(user=actor_id, subject_zh__contains=word).values_list("body_zh", flat=True))


def test_enterprise_and_learner_are_told_who_is_admitted_and_who_waits(room: Classroom) -> None:
    [admitted] = _told(room.firm.user_id, "已录取到培训班 cqo-2023-9")
    [own] = _told(room.candidates[0].user_id, "已录取到培训班 cqo-2023-9")

    assert admitted == f"准考证号 cqo-2023-9-001，共 1 人。{own}"
    assert "用准考证号和手机后四位认领报名" in own
    assert len(_told(room.firm.user_id, "进入候补")) == 1


def test_cancelling_ends_every_enrolment_and_says_where_to_go_instead(room: Classroom) -> None:
    _cancelled(room)

    assert [(room.row(one).state, room.row(one).ground) for one in (1, 2)] == [("cancelled", "讲师生病。")] * 2
    [firm], [own] = _told(room.firm.user_id, "取消了"), _told(room.candidates[0].user_id, "取消了")
    assert "准考证号 cqo-2023-9-001、cqo-2023-9-002，共 2 人" in firm
    assert "理由：讲师生病。同一课程正在报名的有：cqo-2023-10，2023-12-11 开课，还有 40 个名额。" in own
    with pytest.raises(Conflict, match=r"training\.exam\.cancelled"):
        set_exam(actor=room.body, key=room.session.key, held_on=DAY.on, opens_at=NINE, ends_at=DAY.at.max.replace(
            tzinfo=NINE.tzinfo), when=DAY)  # fmt: skip
    with pytest.raises(Conflict, match=r"training\.enrol\.cancelled"):
        enrol(actor=room.firm, key=room.session.key, organisation_code=FIRM, rows=[person(3)], when=DAY)


def test_people_of_a_cancelled_session_move_to_another_once(room: Classroom) -> None:
    with pytest.raises(Conflict, match=r"training\.transfer"):
        transfer(actor=room.firm, key=room.session.key, to="cqo-2023-10", organisation_code=FIRM, when=DAY)
    _cancelled(room)
    stranger = make_actor("enterprise", organisation_code=OTHER)
    with pytest.raises(NotAllowed):
        transfer(actor=stranger, key=room.session.key, to="cqo-2023-10", organisation_code=FIRM, when=DAY)

    made = transfer(actor=room.firm, key=room.session.key, to="cqo-2023-10", organisation_code=FIRM, when=DAY)

    assert [(one.number, one.state, one.post) for one in made] == [
        ("cqo-2023-10-001", "applied", "质量部经理"), ("cqo-2023-10-002", "applied", "质量部经理"),
    ]  # fmt: skip
    with pytest.raises(NotFound, match=r"training\.transfer\.nobody"):
        transfer(actor=room.firm, key=room.session.key, to="cqo-2023-10", organisation_code=FIRM, when=DAY)


def test_a_learner_sees_his_sessions_with_their_lessons_and_the_classroom_once_admitted(room: Classroom) -> None:
    online = plan_session(
        actor=room.body,
        plan=plan(key="cqo-2023-11", mode="mixed", online_at="https://classroom.example/11"),
        when=DAY,
    )
    _cancelled(room)
    transfer(actor=room.firm, key=room.session.key, to=online.key, organisation_code=FIRM, when=DAY)
    before = {one.session.row.key: one.online_at for one in own_sessions(room.candidates[0], DAY.on)}
    admit(actor=room.body, key=online.key, numbers=["cqo-2023-11-001"], when=DAY)

    seen = {one.session.row.key: one for one in own_sessions(room.candidates[0], DAY.on)}

    assert before == {"cqo-2023-11": "", "cqo-2023-9": ""}
    assert seen["cqo-2023-11"].online_at == "https://classroom.example/11"
    assert [one.present for one in seen["cqo-2023-11"].lessons] == [None] * 8
    assert seen["cqo-2023-9"].enrolment.row.state == "cancelled"
