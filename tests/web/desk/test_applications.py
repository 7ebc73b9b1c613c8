"""Pages of applicants: from the open call to the receipt, two at one section, files, and nobody else's application."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pinzhi.records.accounts.models import User
from pinzhi.records.assessment.actions.notices import object_to
from pinzhi.records.assessment.models import Entry, RoundStage
from tests.build import give_role, make_actor, make_user
from tests.records.assessment.build import CODE, make_entry, make_round, moment
from tests.records.assessment.test_notices import NAMED, post

pytestmark = pytest.mark.django_db
OTHER = "91370203MA0000027H"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
HOME = "/desk/applications/mayor-8/08-017"
PAGES = ("", "/sections/profile", "/sections/results", "/sections/pledge", "/files", "/facts", "/submit", "/withdraw")


@pytest.fixture(autouse=True)
def _demo_day(demo_day: date) -> None:
    """The desk's own day is the demo's."""


@pytest.fixture
def entry() -> Entry:
    return make_entry(make_round())


def signed_in(client: Client, email: str = "li@example.org", **where: Any) -> User:
    user = make_user(email, name=email.partition("@")[0])
    give_role(user, "enterprise", **({"organisation_code": CODE} | where))
    client.force_login(user)
    return user


def write(client: Client, text: str, base: int, document: str = "profile", ending: str = "") -> Any:
    return client.post(f"{HOME}/sections/{document}{ending}", {"base": base, "text": text})


def complete(client: Client) -> None:
    for document in ("profile", "self-assessment"):
        write(client, "我们这样做", 0, document)
    client.post(f"{HOME}/sections/results", {"base": 0, "columns": 2, "cell": ["指标", "2023", "合格率", "98.7"]})
    client.post(f"{HOME}/sections/pledge", {"base": 0, "agreed": "on", "name": "李"})
    upload(client)


def upload(client: Client, name: str = "证书.pdf", content: bytes = PDF, **more: Any) -> Any:
    return client.post(f"{HOME}/files", {"document": "evidence", "file": SimpleUploadedFile(name, content), **more})


@pytest.mark.parametrize("page", ["/desk/applications", "/desk/self-assessments", HOME])
def test_who_is_not_signed_in_is_led_to_the_sign_in_page(client: Client, entry: Entry, page: str) -> None:
    assert client.get(page).headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("page", PAGES)
def test_another_organisation_finds_nothing(client: Client, entry: Entry, page: str) -> None:
    signed_in(client, organisation_code=OTHER)
    assert client.get(HOME + page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_officers_and_experts_find_nothing_here(client: Client, page: str) -> None:
    make_entry(make_round(), state="eligibility_check")
    user = make_user("officer@example.org")
    give_role(user, "city_officer")
    client.force_login(user)
    assert client.get(HOME + page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_delegated_colleague_sees_every_page(client: Client, entry: Entry, page: str) -> None:
    chief = make_user("chief@example.org")
    give_role(chief, "enterprise", organisation_code=CODE)
    signed_in(client, delegated_by=chief, ends_on=date(2024, 6, 30))
    assert client.get(HOME + page).status_code == 200
    assert write(client, "受托人写的", 0).status_code == 302


def test_the_list_begins_empty_and_leads_to_the_open_call(client: Client) -> None:
    make_round()
    signed_in(client)
    page = client.get("/desk/applications").content.decode()
    assert "还没有申报" in page
    assert "/desk/applications/new/mayor-8" in page
    given = {
        "category": "organisation",
        "organisation_code": CODE,
        "name": "青岛澄海精工有限公司",
        "district": "370212",
    }
    made = client.post("/desk/applications/new/mayor-8", given)
    assert made.headers["Location"] == "/desk/applications/mayor-8/08-001"
    assert client.post("/desk/applications/new/mayor-8", given).status_code == 400
    assert "08-001" in client.get("/desk/applications").content.decode()


def test_after_the_last_day_nothing_is_started_or_saved_and_what_was_typed_stays(client: Client, entry: Entry) -> None:
    RoundStage.objects.update(closes_on=date(2024, 1, 3))
    signed_in(client)
    assert "不能开始" in client.get("/desk/applications/new/mayor-8").content.decode()
    late = write(client, "差一秒", 0)
    assert late.status_code == 409
    assert "差一秒" in late.content.decode()
    assert not entry.sections.exists()


def test_a_version_of_a_colleague_is_shown_beside_ones_own(client: Client, entry: Entry) -> None:
    signed_in(client, "wang@example.org")
    write(client, "王的一版", 0)
    signed_in(client, "zhang@example.org")
    moved = write(client, "张的一版", 0)
    page = moved.content.decode()
    assert moved.status_code == 409
    assert "王的一版" in page
    assert "张的一版" in page
    assert 'name="base" value="1"' in page
    assert write(client, "合并", 1).status_code == 302
    assert [one.content["text"] for one in entry.sections.order_by("number")] == ["王的一版", "合并"]


def test_autosave_tells_the_version_to_go_on_from_and_refuses_in_problems(client: Client, entry: Entry) -> None:
    signed_in(client, "wang@example.org")
    saved = write(client, "一", 0, ending=".json").json()
    assert saved["number"] == 1
    assert len(saved["at"]) == 8
    signed_in(client, "zhang@example.org")
    refused = write(client, "二", 0, ending=".json")
    assert refused.status_code == 409
    assert refused.json()["code"] == "assessment.section.moved"
    assert refused.json()["facts"]["theirs"] == {"text": "一"}


def test_a_table_and_a_pledge_are_written_in_their_forms(client: Client, entry: Entry) -> None:
    signed_in(client)
    cells = ["指标", "2023", "合格率", "98.7", "", ""]
    client.post(f"{HOME}/sections/results", {"base": 0, "columns": 2, "cell": cells, "more": "1"})
    assert entry.sections.get().content == {"rows": [["指标", "2023"], ["合格率", "98.7"]]}
    assert 'value="98.7"' in client.get(f"{HOME}/sections/results").content.decode()
    nameless = client.post(f"{HOME}/sections/pledge", {"base": 0, "agreed": "on", "name": ""})
    assert nameless.status_code == 400
    assert "checked" in nameless.content.decode()


def test_files_are_brought_given_out_and_removed(client: Client, entry: Entry) -> None:
    signed_in(client)
    assert upload(client, size=len(PDF)).status_code == 302
    given = client.get(f"{HOME}/files/1")
    assert b"".join(given.streaming_content) == PDF  # type: ignore[attr-defined]
    assert "attachment" in given.headers["Content-Disposition"]
    assert client.post(f"{HOME}/files/1/remove").status_code == 302
    assert client.get(f"{HOME}/files/1").status_code == 404


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"size": len(PDF) + 1}, "没有传完"),
        ({"name": "照片.png"}, "扩展名不符"),
        ({"content": b""}, "是空的"),
        ({"name": "a.exe", "content": b"MZ"}, "不是可以提交的文件"),
    ],
)
def test_a_file_that_is_not_whole_or_not_honest_is_refused_in_words(
    client: Client, entry: Entry, sent: dict[str, Any], says: str
) -> None:
    signed_in(client)
    answer = upload(client, **sent)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert not entry.files.exists()


def test_a_fact_of_the_wrong_type_is_said_at_its_field_and_the_others_are_kept(client: Client, entry: Entry) -> None:
    signed_in(client)
    answer = client.post(f"{HOME}/facts", {"years_of_loss": "两年", "years_since_accident": "12"})
    assert answer.status_code == 400
    assert "两年" in answer.content.decode()
    assert [one.fact for one in entry.facts.all()] == ["years_since_accident"]


def test_what_is_missing_keeps_it_from_being_sent_and_then_there_is_a_receipt(client: Client, entry: Entry) -> None:
    signed_in(client)
    assert "还缺" in client.get(f"{HOME}/submit").content.decode()
    assert client.post(f"{HOME}/submit", {"seen": 0}).status_code == 400
    complete(client)
    sent = client.post(f"{HOME}/submit", {"seen": 0})
    assert sent.headers["Location"] == f"{HOME}/receipts/1"
    page = client.get(f"{HOME}/receipts/1").content.decode()
    assert "校验码" in page
    assert "08-017" in page
    assert "证书.pdf" in page
    assert client.get(f"{HOME}/receipts/2").status_code == 404
    entry.refresh_from_db()
    assert entry.state == "submitted"
    assert write(client, "还想改", 1).status_code == 409


def test_sending_twice_or_from_an_old_page_is_refused(client: Client, entry: Entry) -> None:
    signed_in(client)
    complete(client)
    assert client.post(f"{HOME}/submit", {"seen": 7}).status_code == 400
    client.post(f"{HOME}/submit", {"seen": 0})
    again = client.post(f"{HOME}/submit", {"seen": 0})
    assert "现在不用提交" in again.content.decode()
    assert entry.steps.count() == 1


def test_a_draft_is_given_up_and_stays_readable(client: Client, entry: Entry) -> None:
    signed_in(client)
    write(client, "写过的", 0)
    assert client.post(f"{HOME}/withdraw", {"seen": 0}).status_code == 302
    assert "写过的" in client.get(f"{HOME}/sections/profile").content.decode()


def test_a_profile_is_kept_and_anothers_is_not_found(client: Client) -> None:
    signed_in(client)
    page = f"/desk/organisation/{CODE}/profile"
    assert client.post(page, {"base": 0, "employees": "412", "revenue_2023": "42000"}).status_code == 302
    assert 'value="42000"' in client.get(page).content.decode()
    assert client.post(page, {"base": 1, "employees": "many"}).status_code == 400
    signed_in(client, "wang@example.org")
    moved = client.post(page, {"base": 0, "employees": "500"})
    assert moved.status_code == 400
    assert "412" in moved.content.decode()
    assert client.get(f"/desk/organisation/{OTHER}/profile").status_code == 404


def test_an_applicant_reads_that_somebody_objected_and_not_who(client: Client) -> None:
    held = make_round()
    make_entry(held, state="acceptance_notice")
    notice = post(held, make_actor("city_officer"))
    object_to(notice_id=notice.pk, said=NAMED, files=[], when=moment(date(2024, 1, 3)))
    signed_in(client)

    page = client.get(HOME).content.decode()
    assert "公示期间的异议" in page
    assert "材料不实" in page
    assert "刘某某" not in page
