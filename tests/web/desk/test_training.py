"""Training on pages: sessions planned and cancelled, hours recorded, certificates withdrawn, enterprises listed."""

from datetime import date

import pytest
from django.test import Client

from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.attestation.models import SubjectState
from pinzhi.records.training.actions.certifying import grant_certificates
from pinzhi.records.training.actions.exams import confirm_results, mark_exam
from pinzhi.records.training.actions.sessions import plan_session
from pinzhi.records.training.models import ContinuingHours, Session, TargetEnterprise, TrainingCertificate
from tests.build import make_actor
from tests.records.training.classroom import (
    BODY,
    FIRM,
    OTHER,
    Classroom,
    at,
    classroom,
    examined,
    fill,
    plan,
    sit,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
NUMBER = "QDCQO-2024-00001"
ROLE = "chief-quality-officer"
PLAN, CANCEL = "/desk/training/plan", "/desk/training/sessions/cqo-2024-3/cancel"
HOURS, WITHDRAW = (f"/desk/training/certificates/{NUMBER}/{act}" for act in ("hours", "withdraw"))
TARGETS = f"/desk/training/targets?role={ROLE}"
LESSONS = "日期,课题,学时\n" + "\n".join(f"2024-03-{day:02},第 {day} 天,4" for day in range(4, 12))
PLANNED = {
    "course_id": ROLE, "body_code": BODY, "key": "cqo-2024-3", "mode": "site", "place": "市南区香港中路",
    "district": "370202", "capacity": "40", "enrol_from": "2024-01-10", "enrol_until": "2024-02-20",
    "exam_on": "2024-03-20", "lessons": LESSONS,
}  # fmt: skip
LEARNT = {"hours-on": "2024-01-04", "hours-hours": "8", "hours-what": "质量改进方法"}
GROUND = {"withdraw-ground": "替考", "withdraw-document": "青质培〔2024〕1 号"}


@pytest.fixture
def room() -> Classroom:
    """A session that is over; nobody sat."""
    return classroom()


@pytest.fixture
def graduates() -> Classroom:
    """One person of the enterprise with a certificate."""
    made = fill(classroom(), 1)
    exam = examined(made)
    sit(made.candidates[0], exam)
    mark_exam(actor=made.body, exam_id=exam.pk, when=at(minutes=130))
    confirm_results(actor=made.officer, exam_id=exam.pk, when=at())
    grant_certificates(actor=made.officer, exam_id=exam.pk, when=at())
    return made


@pytest.fixture
def to_come(room: Classroom) -> Session:
    """A session of March."""
    days = [(date(2024, 3, day), f"第 {day} 天", 4) for day in range(4, 12)]
    dates = {"enrol_until": date(2024, 2, 20), "lessons": days, "exam_on": None}
    return plan_session(actor=room.body, plan=plan(key="cqo-2024-3", **dates), when=at())


def _as(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


@pytest.mark.parametrize("who", ["body", "officer"])
def test_a_session_is_planned_from_a_pasted_timetable(room: Classroom, who: str) -> None:
    client = _as(getattr(room, who))
    assert PLAN in client.get("/desk/training").content.decode()
    assert client.get(PLAN).status_code == 200

    answer = client.post(PLAN, PLANNED)

    assert answer.headers["Location"] == "/desk/training/sessions/cqo-2024-3"
    made = Session.objects.get(key="cqo-2024-3")
    assert (made.body_code, made.starts_on, made.ends_on) == (BODY, date(2024, 3, 4), date(2024, 3, 11))
    assert [one.hours for one in made.lessons.all()] == [4] * 8


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"lessons": LESSONS.rsplit("\n", 1)[0]}, "课表共 28 学时，应为课程的 32"),
        ({"lessons": LESSONS.replace("2024-03-05", "3 月 5 日")}, "课表第 3 行：日期应写成 2024-03-04"),
        ({"lessons": LESSONS.replace("第 4 天,4", "第 4 天,四")}, "课表第 2 行：学时应为整数"),
        ({"lessons": LESSONS.replace("第 4 天,4", "第 4 天,0")}, "学时至少为 1"),
        ({"lessons": "2024-03-04,第一天,4"}, "第一行应是表头"),
        ({"enrol_until": "2024-03-04"}, "报名应在开课前结束"),
        ({"exam_on": "2024-03-05"}, "考试不能早于最后一课"),
        ({"key": "CQO-2024-3"}, "编号只用小写字母"),
        ({"key": "cqo-2023-9"}, "已有编号为“cqo-2023-9”的培训班"),
    ],
)
def test_a_plan_that_is_refused_keeps_what_was_written(room: Classroom, changed: dict[str, str], words: str) -> None:
    answer = _as(room.body).post(PLAN, PLANNED | changed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert "市南区香港中路" in page
    assert Session.objects.count() == 1


def test_a_plan_is_refused_in_english_to_who_reads_english(room: Classroom) -> None:
    client = _as(room.body)
    client.cookies["django_language"] = "en"
    page = client.post(PLAN, PLANNED | {"exam_on": "2024-03-05"}).content.decode()
    assert "The examination is not before the last lesson." in page
    assert "Day of the examination; may be set later" in page


def test_a_body_plans_no_session_of_another_and_an_enterprise_none(room: Classroom) -> None:
    assert _as(room.body).post(PLAN, PLANNED | {"body_code": OTHER}).status_code == 400
    assert _as(room.firm).get(PLAN).status_code == 403
    assert _as(room.firm).post(PLAN, PLANNED).status_code == 403
    assert Session.objects.count() == 1


def test_a_session_to_come_is_cancelled_with_its_ground(room: Classroom, to_come: Session) -> None:
    client = _as(room.body)
    refused = client.post(CANCEL, {"ground": " "})
    assert refused.status_code == 400
    assert client.post(CANCEL, {"ground": "讲师生病"}).status_code == 302
    to_come.refresh_from_db()
    assert to_come.cancelled_on == date(2024, 1, 4)

    again = client.post(CANCEL, {"ground": "再取消一次"})
    assert again.status_code == 400
    assert "不能再取消" in again.content.decode()
    assert "再取消一次" in again.content.decode()
    assert CANCEL not in client.get("/desk/training/sessions/cqo-2024-3").content.decode()


@pytest.mark.usefixtures("to_come")
def test_only_who_runs_a_session_cancels_it(room: Classroom) -> None:
    other = make_actor("institution", organisation_code=OTHER)
    assert CANCEL not in _as(other).get("/desk/training/sessions/cqo-2024-3").content.decode()
    answers = [_as(one).post(CANCEL, {"ground": "试试"}) for one in (other, room.firm)]
    assert Session.objects.get(key="cqo-2024-3").cancelled_on is None
    assert [one.status_code for one in answers] == [403, 403]


def test_hours_are_recorded_by_the_body_that_taught(graduates: Classroom) -> None:
    client = _as(graduates.body)
    assert f"/desk/training/certificates/{NUMBER}" in client.get("/desk/training/sessions/cqo-2023-9").content.decode()

    early = client.post(HOURS, LEARNT | {"hours-on": "2023-12-31"})
    assert early.status_code == 400
    assert "日期应在发证之后、今天以前" in early.content.decode()
    assert "质量改进方法" in early.content.decode()
    assert not ContinuingHours.objects.exists()

    assert client.post(HOURS, LEARNT).status_code == 302
    assert ContinuingHours.objects.get().hours == 8
    assert "质量改进方法" in client.get(f"/desk/training/certificates/{NUMBER}").content.decode()


def test_hours_of_others_graduates_are_not_there(graduates: Classroom) -> None:
    other = make_actor("institution", organisation_code=OTHER)
    assert _as(other).get(f"/desk/training/certificates/{NUMBER}").status_code == 404
    assert _as(other).post(HOURS, LEARNT).status_code == 404
    assert _as(graduates.firm).post(HOURS, LEARNT).status_code == 403
    assert not ContinuingHours.objects.exists()


def test_an_officer_withdraws_a_certificate_with_ground_and_document(graduates: Classroom) -> None:
    client = _as(graduates.officer)
    half = client.post(WITHDRAW, GROUND | {"withdraw-document": ""})
    assert half.status_code == 400
    assert "替考" in half.content.decode()
    assert TrainingCertificate.objects.get().state == "active"

    assert client.post(WITHDRAW, GROUND).status_code == 302
    kept = TrainingCertificate.objects.get()
    assert (kept.state, kept.ground, kept.document) == ("withdrawn", "替考", "青质培〔2024〕1 号")
    assert SubjectState.objects.get(kind="training_certificate", key=NUMBER).state == "withdrawn"
    again = client.post(WITHDRAW, GROUND)
    assert "这张证书已经撤销" in again.content.decode()


def test_a_training_body_withdraws_nothing(graduates: Classroom) -> None:
    client = _as(graduates.body)
    assert WITHDRAW not in client.get(f"/desk/training/certificates/{NUMBER}").content.decode()
    assert client.post(WITHDRAW, GROUND).status_code == 403
    assert TrainingCertificate.objects.get().state == "active"


def test_an_officer_keeps_the_list_of_enterprises_that_should_appoint(room: Classroom) -> None:
    client = _as(room.officer)
    listed = {"codes": f"{FIRM}\r\n{OTHER}\r\n{FIRM}\r\n", "source": "2024 年名单"}
    wrong = client.post(TARGETS, listed | {"codes": f"{FIRM}\n91370212MA0000015X"})
    assert wrong.status_code == 400
    assert "91370212MA0000015X" in wrong.content.decode()
    assert not TargetEnterprise.objects.exists()

    assert client.post(TARGETS, listed).status_code == 302
    assert set(TargetEnterprise.objects.values_list("organisation_code", flat=True)) == {FIRM, OTHER}
    assert "名单新增 0 家" in client.post(TARGETS, listed, follow=True).content.decode()

    off = TARGETS.replace("?", "/off?")
    half = client.post(off, {"code": OTHER, "ground": ""})
    assert half.status_code == 400
    assert f'value="{OTHER}" aria-label="{OTHER}" checked' in half.content.decode()
    left = client.post(off, {"code": OTHER, "ground": "停产"}, follow=True).content.decode()
    assert "已移出 1 家" in left
    assert OTHER not in left
    kept = client.get(TARGETS.replace("?", ".csv?"))
    assert FIRM in b"".join(kept.streaming_content).decode()  # type: ignore[attr-defined]


def test_nobody_else_lists_target_enterprises(room: Classroom) -> None:
    for one in (room.body, room.firm):
        assert "/desk/training/targets" not in _as(one).get("/desk/training/appointments").content.decode()
        answers = [_as(one).get(TARGETS), _as(one).post(TARGETS, {"codes": FIRM, "source": "名单"})]
        assert [answer.status_code for answer in answers] == [403, 403]
    assert not TargetEnterprise.objects.exists()
