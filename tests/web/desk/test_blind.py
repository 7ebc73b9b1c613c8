"""Crawlers signed in as expert, applicant and citizen: no page, table, file or error tells what a blind stage hides."""

import re
from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pinzhi.records.assessment.models import Entry, EntryFile, SectionVersion, StoredFile
from tests.build import give_role, make_user
from tests.records.assessment.build import make_entry, make_expert, make_round, make_task, moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
NAME, CODE, OTHER_CODE = "青岛盲评示例有限公司", "91370212MA0000999X", "91370212MA0000888T"
MARK = "37.52"
MOST = 300
ALIKE = 6  # pages that lie in one folder, such as those of figures or standards: all are made by the same view
_LINK = re.compile(r'(?:href|action)="([^"#]+)"')


@pytest.fixture
def entry() -> Entry:
    held = make_round()
    made = make_entry(held, "08-041", state="desk_review", name=NAME, organisation_code=CODE, district="370283")
    make_entry(held, "08-042", state="desk_review", name="青岛另一家有限公司", organisation_code=OTHER_CODE)
    SectionVersion.objects.create(
        entry=made, document="profile", number=1, content={"text": f"{NAME}设在平度市，代码 {CODE}。"},
        by=made.created_by, at=moment().at,
    )  # fmt: skip
    file = StoredFile.objects.create(digest="b" * 64, size=1, media="pdf", at=moment().at)
    EntryFile.objects.create(
        entry=made, document="evidence", number=1, file=file, name=f"{NAME}证书.pdf", by=made.created_by, at=moment().at
    )
    for number in range(1, 6):
        make_task(made, make_expert(f"E-{number:03}"), "desk_review", handed_in=number > 1, percent="35")
    made.results.create(
        stage="desk_review", number=1, percent="1013/27", marks_digest="d", judges={"E-002": "1013/27"}, actor="system",
        sealed_at=moment().at,
    )  # fmt: skip
    return made


def crawl(client: Client, *starts: str) -> dict[str, str]:
    """Follow every link from the start pages, and guess the addresses that are not linked; return what came back."""
    seen: dict[str, str] = {}
    folders: Counter[str] = Counter()
    waiting = [
        *starts, "/", "/desk/", "/notices", "/notices.json", "/awards/mayor/8", "/desk/rounds/mayor-8",
        "/desk/rounds/mayor-8.csv", "/desk/rounds/mayor-8.json", "/desk/rounds/mayor-8/decision",
        "/desk/rounds/mayor-8/experts", "/desk/rounds/mayor-8/notices", "/desk/rounds/mayor-8/entries/08-041",
        "/desk/rounds/mayor-8/entries/08-041/files/1", "/desk/rounds/mayor-8/assignment/desk_review",
        "/desk/reviews/mayor-8/08-041/desk_review", "/desk/reviews/mayor-8/08-042/desk_review",
        "/desk/reviews/mayor-8/08-041/desk_review/panel", "/desk/applications/mayor-8/08-041",
        "/desk/applications/mayor-8/08-041/files/1", "/desk/applications/mayor-8/08-041/sections/profile",
        "/desk/applications/mayor-8/08-041/feedback", "/desk/applications/mayor-8/08-041/feedback.pdf",
        "/desk/rounds/mayor-8/replay.json?edition=8", "/desk/rounds/mayor-8/replay", "/awards/mayor/8.json?table=lot",
        "/desk/reviews/mayor-8/08-041/desk_review/files/1", "/desk/journal", "/desk/journal.csv",
        "/tables/mayor-award.csv", "/tables/organisations.csv", "/api/v1/organisations",
        f"/suggest?q={NAME}", f"/search.json?q={NAME}", f"/search.csv?q={NAME}", f"/api/v1/search?q={NAME}",
    ]  # fmt: skip
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        path = urlsplit(address).path
        if path in seen or path.startswith(("/static/", "/accounts/logout", "/language/", "/type/")):
            continue
        folder = path.rpartition("/")[0]
        folders[folder] += 1
        if folders[folder] > ALIKE and not folder.startswith("/desk"):
            continue
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        seen[path] = f"{answer.headers}" + body.decode("utf-8", "replace").replace(NAME, "", _asked(address))
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            found = (urljoin(address, one) for one in _LINK.findall(body.decode()))
            waiting += [one for one in found if one.startswith("/") and "/search" not in one]
    return seen


def _asked(address: str) -> int:
    """How often a page may repeat the name: where it was asked for, as often as it likes."""
    return -1 if NAME in address else 0


@pytest.mark.usefixtures("entry")
def test_an_expert_of_a_blind_stage_learns_no_name() -> None:
    client = Client()
    client.force_login(Entry.objects.get(number="08-041").assignments.get(expert__code="E-001").expert.user)
    pages = crawl(client, "/desk/reviews")
    assert "/desk/reviews/mayor-8/08-041/desk_review" in pages
    for path, body in pages.items():
        for hidden in (NAME, CODE, "青岛另一家"):
            assert hidden not in body, (path, hidden)
        for hidden in (MARK, "1013/27", "b" * 64):  # what others marked, and the file itself
            where = body.find(hidden)
            assert where < 0, (path, body[where - 60 : where + 60])
        if path.startswith("/desk/reviews/"):
            for hidden in ("E-002", "平度", "370283"):
                assert hidden not in body, (path, hidden)


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize("who", ["citizen", "other", "own"])
def test_applicants_and_citizens_learn_no_score_and_no_judge(who: str) -> None:
    user = make_user(f"{who}@example.org")
    if who != "citizen":
        give_role(user, "enterprise", organisation_code=CODE if who == "own" else OTHER_CODE)
    client = Client()
    client.force_login(user)
    for path, body in crawl(client, "/desk/applications").items():
        for hidden in (MARK, "1013/27", "E-002", "专家E-0"):
            assert hidden not in body, (path, hidden)
        if who != "own":
            assert NAME not in body, path
            assert CODE not in body, path


@pytest.mark.parametrize("role", ["", "expert", "enterprise"])
def test_no_page_works_longer_or_says_more_when_more_is_hidden(entry: Entry, role: str) -> None:
    """Counts and the work behind them would tell how many applied: both stay the same however many there are."""
    client = Client()
    if role == "expert":
        client.force_login(entry.assignments.get(expert__code="E-001").expert.user)
    elif role:
        user = make_user("other@example.org")
        give_role(user, role, organisation_code="91370203MA00000275")
        client.force_login(user)
    pages = (
        "/", "/awards", "/awards/mayor/8", "/awards/mayor/8.json", "/notices", "/notices.json", "/desk/",
        "/desk/reviews", "/desk/applications", "/desk/rounds", "/desk/rounds/mayor-8", "/desk/rounds/mayor-8.csv",
        "/desk/rounds/mayor-8/entries/08-041", "/desk/rounds/mayor-8/entries/08-999",
        "/desk/applications/mayor-8/08-041", "/desk/applications/mayor-8/08-999",
    )  # fmt: skip
    first = {one: _work(client, one) for one in pages}  # fills what each process keeps
    first = {one: _work(client, one) for one in pages}
    for number in range(100, 140):
        make_entry(entry.round, f"08-{number}", state="desk_review", name=f"第{number}公司", organisation_code="")
    assert {one: _work(client, one) for one in pages} == first
    assert first["/desk/rounds/mayor-8/entries/08-041"][:2] == first["/desk/rounds/mayor-8/entries/08-999"][:2]
    assert first["/desk/applications/mayor-8/08-041"][:2] == first["/desk/applications/mayor-8/08-999"][:2]


def _work(client: Client, address: str) -> tuple[int, int, str]:
    """Return status, how many queries it took, and the page without what is new at every call."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    plain = re.sub(r'(nonce|value|content)="[^"]*"|\b[0-9A-F]{8}\b', "", body.decode("utf-8", "replace"))
    return answer.status_code, len(queries), plain


def test_an_officer_clears_a_file_and_then_the_expert_opens_it(entry: Entry) -> None:
    """The file itself is scanned paper: only somebody who looked at it knows whether it names the applicant."""
    expert = Client()
    expert.force_login(entry.assignments.get(expert__code="E-001").expert.user)
    address = "/desk/reviews/mayor-8/08-041/desk_review/files/1"
    assert expert.get(address).status_code == 409
    assert "等经办人遮名检查" in expert.get("/desk/reviews/mayor-8/08-041/desk_review").content.decode()
    user = make_user("officer@example.org")
    give_role(user, "city_officer")
    officer = Client()
    officer.force_login(user)
    page = "/desk/rounds/mayor-8/entries/08-041"
    assert "看过，没有透露单位" in officer.get(page).content.decode()
    assert expert.post(f"{page}/files/1/clear").status_code == 403
    assert officer.post(f"{page}/files/1/clear")["Location"] == page
    assert "可供盲评" in officer.get(page).content.decode()
    assert address in expert.get("/desk/reviews/mayor-8/08-041/desk_review").content.decode()
