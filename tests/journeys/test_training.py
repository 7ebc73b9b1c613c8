"""A course from plan to office: a session planned, filled, cancelled, its people moved; certificates and officers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pinzhi.records.training.actions.certifying import grant_certificates
from pinzhi.records.training.actions.exams import confirm_results, mark_exam
from pinzhi.records.training.actions.sessions import plan_session
from tests.build import PASSWORD, give_role, make_user
from tests.records.training.classroom import (
    BODY,
    EXAM_DAY,
    FIRM,
    Classroom,
    at,
    classroom,
    examined,
    fill,
    id_number,
    plan,
    sit,
)
from tests.visitors import PHONE, Complaints, Visit, sideways_scroll

pytestmark = pytest.mark.django_db(transaction=True)
TARGETS = "/desk/training/targets?role=chief-quality-officer"
LESSONS = "日期,课题,学时\n" + "\n".join(f"2024-03-{day:02},第 {day} 天,4" for day in range(4, 12))


@pytest.fixture
def room(live_server: Any, settings: Any) -> Classroom:
    """A training body, an enterprise and an officer who can sign in."""
    settings.TODAY = EXAM_DAY
    made = classroom()
    give_role(make_user("body@example.org"), "institution", organisation_code=BODY)
    give_role(make_user("firm@example.org"), "enterprise", organisation_code=FIRM)
    give_role(make_user("officer@example.org"), "city_officer")
    return made


def _sign_in(page: Page, who: str, to: str) -> Page:
    page.goto(f"/accounts/login/?next={to}")
    page.get_by_label("邮箱").fill(f"{who}@example.org")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"**{to}")
    return page


def test_a_session_is_planned_filled_cancelled_and_its_people_move_to_another(
    room: Classroom, visit: Visit, axe: Callable[[Page], None], complaints: Complaints
) -> None:
    days = [(date(2024, 4, day), f"第 {day} 天", 4) for day in range(8, 16)]
    plan_session(actor=room.body, when=at(), plan=plan(
        key="cqo-2024-4", enrol_from=EXAM_DAY, enrol_until=date(2024, 3, 1), lessons=days, exam_on=None,
    ))  # fmt: skip
    body = _sign_in(visit(), "body", "/desk/training/plan")
    axe(body)
    for label, value in (
        ("培训班编号", "cqo-2024-3"), ("上课地点", "市南区"), ("网上课堂的地址", "https://classroom.example/3"),
        ("名额", "2"), ("报名开始", "2024-01-04"), ("报名截止", "2024-02-20"), ("课表", LESSONS),
    ):  # fmt: skip
        body.get_by_label(label, exact=True).fill(value)
    body.get_by_label("课程", exact=True).select_option("chief-quality-officer")
    body.get_by_label("授课方式").select_option("mixed")
    body.get_by_role("button", name="排定").click()
    expect(body.get_by_text("培训班已排定")).to_be_visible()
    axe(body)

    firm = _sign_in(visit(**PHONE), "firm", "/desk/training/sessions/cqo-2024-3")
    people = "\n".join(f"学员{one}\t{id_number(one)}\t1380000000{one}\t经理" for one in (1, 2))
    firm.get_by_label("粘贴名单").fill(f"姓名\t身份证号\t手机\t职务\n{people}")
    firm.get_by_role("button", name="先检查，不报名").click()
    firm.get_by_role("button", name="给这 2 人报名").click()
    expect(firm.get_by_text("已报名 2 人")).to_be_visible()
    axe(firm)
    assert sideways_scroll(firm) == 0

    body.reload()
    body.get_by_label("取消的理由").fill("讲师生病")
    body.get_by_role("button", name="取消这个培训班").click()
    expect(body.get_by_text("培训班已取消")).to_be_visible()
    axe(body)

    firm.goto("/desk/inbox")
    expect(firm.get_by_role("heading", name="培训班 cqo-2024-3 取消了")).to_be_visible()
    firm.goto("/desk/training/sessions/cqo-2024-3")
    axe(firm)
    firm.get_by_role("button", name="转过去").click()
    expect(firm.get_by_text("已转到 cqo-2024-4")).to_be_visible()
    firm.goto("/desk/training")
    axe(firm)
    assert sideways_scroll(firm) == 0
    expect(firm.get_by_role("link", name="cqo-2024-4-001")).to_be_visible()


def test_who_passed_is_appointed_filed_and_found_in_the_register(
    room: Classroom, visit: Visit, axe: Callable[[Page], None], complaints: Complaints
) -> None:
    fill(room, 1)
    exam = examined(room)
    sit(room.candidates[0], exam)
    mark_exam(actor=room.body, exam_id=exam.pk, when=at(minutes=130))
    confirm_results(actor=room.officer, exam_id=exam.pk, when=at())
    grant_certificates(actor=room.officer, exam_id=exam.pk, when=at())
    officer = _sign_in(visit(), "officer", "/desk/training/targets?role=chief-quality-officer")
    officer.get_by_label("统一社会信用代码，每行一个").fill(f"{FIRM}\n{BODY}")
    officer.get_by_label("名单的出处").fill("2024 年名单")
    officer.get_by_role("button", name="加进名单").click()
    expect(officer.get_by_text("名单新增 2 家")).to_be_visible()
    axe(officer)

    firm = _sign_in(visit(), "firm", "/desk/training/appointments")
    firm.get_by_label("职务").fill("副总经理")
    firm.get_by_role("button", name="提名").click()
    firm.get_by_text("办理", exact=True).click()
    firm.get_by_label("任命书文号").fill("青澄〔2024〕1 号")
    firm.get_by_role("button", name="改为 已任命").click()
    expect(firm.get_by_text("青澄〔2024〕1 号")).to_be_visible()
    axe(firm)

    officer.goto("/desk/training/appointments")
    officer.get_by_text("办理", exact=True).click()
    axe(officer)
    officer.get_by_role("button", name="改为 已备案").click()
    expect(officer.get_by_text("已办理")).to_be_visible()
    officer.goto(TARGETS)
    officer.get_by_label(BODY).check()
    officer.get_by_label("移出的理由").fill("不是企业")
    officer.get_by_role("button", name="移出选中的").click()
    expect(officer.get_by_text("1 家应设单位中 1 家有在任并备案的人，100.0%")).to_be_visible()
    officer.goto("/desk/training/certificates/QDCQO-2024-00001")
    axe(officer)

    public = visit(**PHONE, locale="en-GB")
    public.goto("/registers/appointments")
    expect(public.get_by_role("link", name="青岛澄海精工有限公司")).to_be_visible()
    axe(public)
    assert sideways_scroll(public) == 0
    public.goto("/training/cqo-2023-9")
    axe(public)
    assert sideways_scroll(public) == 0
