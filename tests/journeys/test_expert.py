"""An expert answers the declaration, an officer assigns with a proof, and the expert finds his tasks without names."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from pinzhi.records.assessment.models import Assignment, Expert, Panellist
from pinzhi.records.catalog.models import Organisation
from tests.build import PASSWORD, TODAY, give_role, make_user
from tests.records.assessment.build import CODE, make_entry, make_expert, make_round, moment
from tests.visitors import PHONE, Complaints, Visit, sideways_scroll

NAME = "青岛澄海精工有限公司"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def round_with_experts(demo_day: date) -> None:
    """A round with an entry in its blind stage, and seven experts, the last of whom has not declared."""
    held = make_round()
    make_entry(held, state="desk_review")
    Organisation.objects.create(
        code=CODE, name=NAME, kind="enterprise", state="active", industry="C38", recorded_at=moment().at
    )
    for n in range(1, 7):
        expert = make_expert(f"E-{n:03}", senior=n == 1)
        Panellist.objects.create(round=held, expert=expert, called_on=TODAY, declared_at=moment().at)
    last = make_user("wang@example.org", name="王敏")
    give_role(last, "expert")
    waiting = Expert.objects.create(user=last, code="E-007", name="王敏", fields="C", senior=True)
    Panellist.objects.create(round=held, expert=waiting, called_on=TODAY)
    give_role(make_user("officer@example.org", name="陈静"), "city_officer")


def sign_in(page: Page, email: str, address: str) -> None:
    page.goto(address)
    page.get_by_label("邮箱").fill(email)
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("main form.fields .btn.p").click()


@pytest.mark.usefixtures("round_with_experts")
def test_from_the_declaration_to_the_tasks(visit: Visit, axe: Callable[[Page], None]) -> None:
    expert, officer = visit(**PHONE), visit(java_script_enabled=False)
    sign_in(expert, "wang@example.org", "/desk/reviews")
    expect(expert.get_by_role("heading", level=1)).to_have_text("先回答回避声明")
    expert.get_by_role("link", name="回答回避声明").click()
    axe(expert)
    expert.get_by_label("亲属姓名").fill("欧阳建国")
    expert.get_by_role("button", name="登记亲属").click()
    expect(expert.get_by_text("已登记 1 位亲属")).to_be_visible()
    expect(expert.get_by_text("欧阳")).to_have_count(0)
    expert.get_by_role("button", name="我已如实申报，提交").click()
    expect(expert.get_by_role("heading", level=1)).to_have_text("现在没有要评的申报")
    axe(expert)

    sign_in(officer, "officer@example.org", "/desk/rounds/mayor-8/experts")
    expect(officer.get_by_role("heading", level=1)).to_have_text("7 位专家，都回答了回避声明")
    officer.get_by_role("link", name="材料评审：分配").click()
    officer.get_by_label("指定的配对").fill("08-017 E-007")
    officer.get_by_role("button", name="分配", exact=True).click()
    expect(officer.get_by_text("最优性已证明")).to_be_visible()

    expert.goto("/desk/reviews")
    expect(expert.get_by_role("heading", level=1)).to_have_text("1 份申报等你评")
    expect(expert.get_by_text("盲评，不显示")).to_be_visible()
    expect(expert.get_by_text(NAME)).to_have_count(0)
    assert sideways_scroll(expert) == 0
    axe(expert)

    expert.get_by_role("link", name="看和补充").click()
    expert.get_by_label("单位名称或统一社会信用代码").fill("澄海")
    expert.get_by_label("什么关系").select_option("advisory")
    expert.get_by_role("button", name="登记单位").click()
    expect(expert.get_by_role("rowheader", name=NAME)).to_be_visible()
    axe(expert)
    expert.goto("/desk/reviews")
    expect(expert.get_by_text("另有 1 份")).to_be_visible()
    assert Assignment.objects.filter(ended_at=None).count() == 4


@pytest.mark.usefixtures("round_with_experts")
def test_officers_pages_are_sound_on_desktop_and_phone(
    page: Page, axe: Callable[[Page], None], complaints: Complaints
) -> None:
    complaints.expected.add(400)
    sign_in(page, "officer@example.org", "/desk/rounds/mayor-8/assignment/desk_review")
    page.get_by_label("指定的配对").fill("08-017")
    page.get_by_role("button", name="分配", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("不是一对")
    axe(page)
    page.get_by_label("指定的配对").fill("08-017 E-001")
    page.get_by_role("button", name="分配", exact=True).click()
    for address in ("/desk/rounds/mayor-8/assignment/desk_review", "/desk/rounds/mayor-8/experts"):
        page.goto(address)
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            assert sideways_scroll(page) == 0
        axe(page)
