"""An examination: thirty candidates over HTTP, one of them on a phone who closes the window and comes back."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from pinzhi.records.accounts.models import User
from pinzhi.records.training.actions.exams import set_exam
from pinzhi.records.training.models import Exam, Mark, Sitting, TrainingCertificate
from pinzhi.records.training.queries.bank import questions_of
from pinzhi.records.training.rules import paper_of
from tests.build import PASSWORD, give_role, make_user
from tests.records.training.classroom import BODY, EXAM_DAY, FIRM, Classroom, at, classroom, fill, id_number
from tests.visitors import PHONE, Complaints, Visit, sideways_scroll

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, BY_ONE, AT_ONCE = 30, 6, 6


@pytest.fixture
def room(live_server: Any, settings: Any) -> Classroom:
    """A session whose examination is open now; nobody has begun."""
    settings.TODAY = EXAM_DAY
    made = fill(classroom(capacity=PEOPLE), PEOPLE)
    now = timezone.now()
    made.exam = set_exam(
        actor=made.body, key=made.session.key, held_on=EXAM_DAY, opens_at=now, ends_at=now + timedelta(hours=2),
        when=at(), seed="seed",
    )  # fmt: skip
    return made


class Candidate:
    """Somebody at a machine of his own: one connection, his cookies, and what the pages tell him."""

    def __init__(self, address: str, user_id: int) -> None:
        client = Client()
        client.force_login(User.objects.get(pk=user_id))
        self.cookies = {"sessionid": client.cookies["sessionid"].value}
        self.host = urlsplit(address).netloc

    def ask(self, method: str, path: str, data: list[tuple[str, str]] | None = None) -> tuple[int, str, str]:
        """Return status, where it leads, and the page."""
        conn = HTTPConnection(self.host, timeout=60)
        heads = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if data is not None:
            heads["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode([("csrfmiddlewaretoken", self.token), *data])
        conn.request(method, path, body, heads)
        response = conn.getresponse()
        text = response.read().decode()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie" and (found := re.match(r"([^=]+)=([^;]*)", value)):
                self.cookies[found[1]] = found[2]
        conn.close()
        if found := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text):
            self.token = found[1]
        return response.status, response.getheader("Location") or "", text

    def sit(self, exam: int, answers: dict[str, list[str]], wrong: int) -> tuple[int, list[int]]:
        """Begin, answer some one by one and the rest as a page, hand in; returns the sitting and all statuses."""
        statuses = []
        status, _, _ = self.ask("GET", f"/desk/exams/begin/{exam}")
        statuses.append(status)
        status, to, _ = self.ask("POST", f"/desk/exams/begin/{exam}", [])
        statuses.append(status)
        number = int(to.rsplit("/", 1)[1])
        status, _, page = self.ask("GET", f"/desk/exams/{number}?all=1")
        statuses.append(status)
        items = re.findall(r'name="item" value="([^"]+)"', page)
        chosen = {item: (answers[item] if place >= wrong else []) for place, item in enumerate(items)}
        for item in items[:BY_ONE]:
            form = [("item", item), (f"base-{item}", "0"), *((f"a-{item}", code) for code in chosen[item])]
            status, _, _ = self.ask("POST", f"/desk/exams/{number}/save.json", form)
            statuses.append(status)
        rest = [("to", "check")]
        for item in items[BY_ONE:]:
            rest += [("item", item), (f"base-{item}", "0"), *((f"a-{item}", code) for code in chosen[item])]
        for method, path, form in (
            ("POST", f"/desk/exams/{number}?all=1", rest), ("GET", f"/desk/exams/{number}/check", None),
            ("POST", f"/desk/exams/{number}/send", []), ("GET", f"/desk/exams/{number}/result", None),
        ):  # fmt: skip
            status, _, _ = self.ask(method, path, form)
            statuses.append(status)
        return number, statuses


def _answers(exam: Exam) -> dict[str, list[str]]:
    paper = paper_of(Sitting(exam=exam))
    return {key: list(one.keys) for (key, _version), one in questions_of([paper]).items()}


def test_thirty_candidates_sit_at_once_and_every_mark_is_what_was_answered(room: Classroom, live_server: Any) -> None:
    assert room.exam is not None
    exam, answers = room.exam.pk, _answers(room.exam)
    people = [Candidate(live_server.url, actor.account_id) for actor in room.candidates]

    def one(place: int) -> tuple[int, list[int]]:
        try:
            return people[place].sit(exam, answers, wrong=place)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(one, range(PEOPLE)))

    statuses = {tuple(each) for _number, each in found}
    assert statuses == {(200, 302, 200, *[200] * BY_ONE, 302, 200, 302, 200)}
    officer = Client()
    officer.force_login(_user(room.officer.account_id))
    act = f"/desk/training/sessions/{room.session.key}/exams/1/act"
    for what in ("mark", "confirm"):
        assert officer.post(act, {"what": what}).status_code == 302
    rows = list(Sitting.objects.order_by("enrolment__place"))
    assert [one.pk for one in rows] == [number for number, _ in found]
    assert [one.ending for one in rows] == ["sent"] * PEOPLE
    assert [sum(1 for _n, chosen in one.answers.values() if chosen) for one in rows] == [40 - n for n in range(PEOPLE)]
    marks = list(Mark.objects.order_by("sitting__enrolment__place"))
    assert marks[0].shown == 100
    assert all(before.shown > after.shown for before, after in zip(marks, marks[5:], strict=False))
    passed = sum(one.passed for one in marks)
    assert TrainingCertificate.objects.count() == passed > 0
    page = officer.get(f"/training/{room.session.key}").content.decode()
    assert f"参加考试 {PEOPLE} 人，合格 {passed} 人" in page


def _user(user_id: int) -> Any:
    return User.objects.get(pk=user_id)


def _sign_in(page: Page, email: str, to: str) -> None:
    page.goto(f"/accounts/login/?next={to}")
    page.get_by_label("邮箱").fill(email)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def _tap(page: Page, place: int = 0) -> None:
    """Choose an option and wait until it is saved."""
    with page.expect_response(re.compile("save.json")) as told:
        page.locator(".asked .choice").nth(place).tap()
    assert told.value.ok


def test_a_candidate_on_a_phone_closes_the_window_and_comes_back(
    room: Classroom, visit: Visit, axe: Callable[[Page], None], complaints: Complaints
) -> None:
    assert room.exam is not None
    phone = visit(**PHONE)
    _sign_in(phone, "candidate1@example.org", "/desk/exams")
    axe(phone)
    phone.get_by_role("link", name="进入考试").click()
    expect(phone.get_by_role("heading", name="会记下什么")).to_be_visible()
    axe(phone)
    phone.get_by_role("button", name="开始考试").click()
    expect(phone.get_by_text("还有 60 分钟")).to_be_visible()
    axe(phone)
    assert sideways_scroll(phone) == 0
    for _ in range(3):
        _tap(phone)
        multiple = phone.locator(".asked").get_attribute("data-kind") == "multiple"
        if multiple:
            phone.get_by_role("button", name="下一题").click()
    expect(phone.locator("#done")).to_have_text("已答 3 题")
    address = phone.url
    phone.close()  # the window is closed in the middle of it

    again = visit(**PHONE)
    _sign_in(again, "candidate1@example.org", "/desk/exams")
    again.get_by_role("link", name="继续考试").click()
    expect(again.get_by_text("已在另一个窗口或设备上继续考试")).to_be_visible()
    axe(again)
    again.get_by_role("button", name="在这里继续").click()
    expect(again.get_by_text("以前保存的答案都在")).to_be_visible()
    expect(again.locator("#done")).to_have_text("已答 3 题")
    _tap(again)
    again.goto(re.sub(r"\?.*", "", address) + "/check")
    expect(again.get_by_text("已答 4 题")).to_be_visible()
    axe(again)
    again.get_by_role("button", name="交卷，不再修改").click()
    expect(again.get_by_role("heading", name="已交卷")).to_be_visible()
    axe(again)

    sitting = Sitting.objects.get()
    assert (sitting.ending, len(sitting.answers), sitting.taken_over) == ("sent", 4, 1)


def test_a_candidate_without_javascript_answers_page_by_page(room: Classroom, plain_page: Page) -> None:
    _sign_in(plain_page, "candidate2@example.org", "/desk/exams")
    plain_page.get_by_role("link", name="进入考试").click()
    plain_page.get_by_role("button", name="开始考试").click()
    for place in (1, 2):
        plain_page.locator(".asked .choice").first.click()
        plain_page.get_by_role("button", name="下一题").click()
        expect(plain_page.get_by_text(f"已答 {place} 题")).to_be_visible()
    plain_page.get_by_role("button", name="检查并交卷").last.click()
    plain_page.get_by_role("button", name="交卷，不再修改").click()
    expect(plain_page.get_by_role("heading", name="已交卷")).to_be_visible()

    assert len(Sitting.objects.get().answers) == 2


def test_an_enterprise_enrols_a_pasted_list_and_the_training_body_admits_it(
    live_server: Any, settings: Any, visit: Visit, axe: Callable[[Page], None], complaints: Complaints
) -> None:
    settings.TODAY = date(2023, 11, 10)
    complaints.expected.add(400)
    made = classroom()
    give_role(make_user("firm@example.org"), "enterprise", organisation_code=FIRM)
    give_role(make_user("body@example.org"), "institution", organisation_code=BODY)
    firm = visit()
    _sign_in(firm, "firm@example.org", f"/desk/training/sessions/{made.session.key}")
    rows = [
        "姓名\t身份证号\t手机\t职务",
        f"张一\t{id_number(1)}\t13800000001\t经理",
        f"李二\t{id_number(2)}\t1380000000\t",
    ]
    firm.get_by_label("粘贴名单").fill("\n".join(rows))
    firm.get_by_role("button", name="先检查，不报名").click()
    expect(firm.get_by_text("手机号是 11 位")).to_be_visible()
    axe(firm)
    firm.get_by_label("粘贴名单").fill("\n".join(rows).replace("1380000000\t", "13800000002\t"))
    firm.get_by_role("button", name="先检查，不报名").click()
    firm.get_by_role("button", name="给这 2 人报名").click()
    expect(firm.get_by_text("已报名 2 人")).to_be_visible()
    axe(firm)

    body = visit()
    _sign_in(body, "body@example.org", f"/desk/training/sessions/{made.session.key}")
    for number in ("cqo-2023-9-001", "cqo-2023-9-002"):
        body.get_by_label(number).check()
    body.get_by_role("button", name="录取选中的", exact=True).click()
    expect(body.get_by_text("已录取", exact=True).first).to_be_visible()
    assert [one.state for one in made.session.enrolments.order_by("place")] == ["admitted", "admitted"]
