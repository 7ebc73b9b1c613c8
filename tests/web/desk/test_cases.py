"""Cases on pages: the board of the day, lists and tables, steps with photos, many at once; others see nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.steps import Wish
from pinzhi.records.casework.models import Case
from tests.records.casework.build import FIRM, PNG, SITE, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]


@pytest.fixture
def cast() -> Cast:
    return Cast()


def visitor(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def test_the_board_says_first_what_is_overdue(cast: Cast) -> None:
    overdue = cast.dust(day="01-02")
    waiting = cast.assigned()
    cast.step(waiting, cast.officer, Wish("wait", "等检测报告"))

    page = visitor(cast.officer).get("/desk/cases").content.decode()

    assert "今天先办这 1 件逾期的" in page
    assert f"/desk/cases/{overdue.number}" in page
    assert "不计入时限" in page


def test_the_day_begins_with_what_is_overdue_and_due(cast: Cast) -> None:
    overdue = cast.dust(day="01-02")
    client = visitor(cast.officer)

    page = client.get("/desk/").content.decode()

    assert "今天先办这 1 件逾期的" in page
    assert f"/desk/cases/{overdue.number}" in page
    assert "现在没有要办的事" in visitor(cast.citizen).get("/desk/").content.decode()


def test_a_list_has_its_table_in_three_forms(cast: Cast) -> None:
    case = cast.assigned()
    client = visitor(cast.officer)

    rows = client.get("/desk/cases.json?column=open&theme=dust").json()["rows"]
    assert [(row["number"], row["column"], row["left"]) for row in rows] == [(case.number, "open", 5)]
    first = client.get("/desk/cases.csv")
    assert case.number in b"".join(first.streaming_content).decode()
    assert client.get("/desk/cases.csv", headers={"If-None-Match": first["ETag"]}).status_code == 304
    cast.step(case, cast.officer, Wish("wait", "x"))
    again = client.get("/desk/cases.csv", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, case.number in b"".join(again.streaming_content).decode()) == (200, True)


@pytest.mark.parametrize("query", ["column=lost", "theme=noise", "kind=x", "district=110101", "page=0"])
def test_an_unknown_filter_is_refused(cast: Cast, query: str) -> None:
    assert visitor(cast.officer).get(f"/desk/cases?column=open&{query}").status_code == 400


def test_lists_ask_as_many_questions_for_three_cases_as_for_one(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = visitor(cast.officer)
    client.get("/desk/cases?column=open")
    for _ in range(3):
        cast.assigned()

    with django_assert_max_num_queries(14):
        client.get("/desk/cases?column=open")


def test_an_officer_opens_assigns_and_the_firm_rectifies_with_photos(cast: Cast) -> None:
    officer, firm = visitor(cast.officer), visitor(cast.firm)
    made = officer.post(
        "/desk/cases/new/dust-problem",
        {"field_what": "道路积尘", "field_category": "road", "field_place": SITE, "field_organisation": FIRM},
    )
    case = Case.objects.get()
    assert made["Location"] == f"/desk/cases/{case.number}"

    officer.post(made["Location"], {"step": "assign", "seen": case.version, "assign_handler": FIRM})
    case.refresh_from_db()
    sent = firm.post(
        made["Location"],
        {
            "step": "rectify", "seen": case.version, "field_measures": "洒水清扫",
            "file_before": SimpleUploadedFile("before.png", PNG), "file_after": SimpleUploadedFile("after.png", PNG),
        },
    )  # fmt: skip
    assert sent.status_code == 302
    case.refresh_from_db()
    assert (case.state, case.files.count()) == ("rectified", 2)
    kept = case.files.first()
    assert kept is not None
    given = officer.get(f"/desk/cases/{case.number}/files/{kept.pk}")
    assert (given.status_code, given["Content-Disposition"][:10]) == (200, "attachment")
    assert given.getvalue() == PNG
    assert visitor(cast.lab).get(f"/desk/cases/{case.number}/files/{kept.pk}").status_code == 404


def test_photos_do_not_carry_a_step_over_what_somebody_did_meanwhile(cast: Cast) -> None:
    case = cast.assigned()
    seen = case.version
    cast.step(case, cast.officer, Wish("wait", "等检测报告"))
    cast.step(case, cast.officer, Wish("go-on"))

    answer = visitor(cast.firm).post(
        f"/desk/cases/{case.number}",
        {
            "step": "rectify", "seen": seen, "field_measures": "洒水清扫",
            "file_before": SimpleUploadedFile("before.png", PNG), "file_after": SimpleUploadedFile("after.png", PNG),
        },
    )  # fmt: skip

    case.refresh_from_db()
    assert (answer.status_code, case.state) == (400, "assigned")


def test_what_keeps_a_step_from_being_taken_is_said_on_the_page(cast: Cast) -> None:
    case = cast.assigned()

    answer = visitor(cast.firm).post(f"/desk/cases/{case.number}", {"step": "rectify", "seen": case.version})

    assert answer.status_code == 400
    assert "还没有填“整改措施”" in answer.content.decode()


def test_a_bad_field_is_refused_with_what_would_be_right_and_input_stays(cast: Cast) -> None:
    answer = visitor(cast.officer).post(
        "/desk/cases/new/dust-problem", {"field_what": "积尘", "field_category": "road", "field_place": "99.1 120.2"}
    )

    page = answer.content.decode()
    assert (answer.status_code, "纬度在 -90 到 90 之间" in page, "99.1 120.2" in page) == (400, True, True)


def test_many_at_once_tell_of_each(cast: Cast) -> None:
    first, second = cast.dust(), cast.assigned()

    page = (
        visitor(cast.officer)
        .post(
            "/desk/cases/many",
            {"number": [first.number, second.number], "step": "dismiss", "ground": "没有发现"},
            follow=True,
        )
        .content.decode()
    )

    assert "已办 1 件" in page
    assert f"{second.number}：“整改中”时不能这样办" in page


def test_a_list_stands_in_the_order_and_columns_that_were_asked_for_and_is_saved_so(cast: Cast) -> None:
    first, second = cast.dust(day="01-02"), cast.dust(day="01-03")
    client = visitor(cast.officer)
    asked = "view=list&order=newest&shown=opened&shown=kind"

    page = client.get(f"/desk/cases?{asked}").content.decode()
    head = page[page.index("<thead>") : page.index("</thead>")]
    assert ("立案日期" in head, "区市" in head) == (True, False)
    assert page.index(second.number) < page.index(first.number)

    fields = {
        "name": "最近的",
        "address": "/desk/cases",
        "query": "view=list&q=&order=newest&page=3",
        "comes_first": "on",
    }
    kept = client.post("/desk/lists", fields)
    assert kept["Location"] == "/desk/cases?view=list&order=newest"
    assert client.get("/desk/cases")["Location"] == kept["Location"]
    assert "最近的" in client.get("/desk/inbox").content.decode()
    assert "看板加地图" in client.get("/desk/cases?view=board").content.decode()


def test_a_saved_list_without_a_name_is_asked_for_one(cast: Cast) -> None:
    answer = visitor(cast.officer).post("/desk/lists", {"name": "", "address": "/desk/cases", "query": "view=list"})

    assert (answer.status_code, "view=list" in answer.content.decode()) == (400, True)


def test_the_calendar_leads_from_a_day_to_its_cases(cast: Cast) -> None:
    due, _later = cast.dust(day="01-02"), cast.assigned()
    client = visitor(cast.officer)

    page = client.get("/desk/cases/calendar?month=2024-01").content.decode()
    assert "2024-01 有 2 件到期" in page
    assert "/desk/cases?due=2024-01-03" in page
    rows = client.get("/desk/cases.json?due=2024-01-03").json()["rows"]
    assert [row["number"] for row in rows] == [due.number]


@pytest.mark.parametrize("month", ["2024-13", "2024", "1999-12", "2100-01", "abcd-01", "2024-1 "])
def test_what_is_no_month_is_refused(cast: Cast, month: str) -> None:
    assert visitor(cast.officer).get("/desk/cases/calendar", {"month": month}).status_code == 400


def test_a_whole_number_in_the_search_box_opens_the_case(cast: Cast) -> None:
    case = cast.step(cast.dust(), cast.officer, Wish("dismiss", "不属实"))

    assert visitor(cast.officer).get(f"/desk/cases?q={case.number.lower()}")["Location"] == f"/desk/cases/{case.number}"
    others = visitor(cast.lab).get(f"/desk/cases?q={case.number}").content.decode()
    assert f"/desk/cases/{case.number}" not in others


def test_photos_are_shown_to_whoever_may_have_the_files(cast: Cast) -> None:
    case = cast.rectified()
    before = case.files.get(kind="before")
    client = visitor(cast.officer)

    page = client.get(f"/desk/cases/{case.number}").content.decode()
    assert 'alt="整改前照片，第 1 张，共 1 张，看大图"' in page
    small, large = (client.get(f"/desk/cases/{case.number}/photos/{before.pk}/{size}") for size in ("small", "large"))
    assert (small["Content-Type"], small.getvalue()[8:12]) == ("image/webp", b"WEBP")
    assert (large["Content-Type"], large.getvalue()) == ("image/png", PNG)
    assert client.get(f"/desk/cases/{case.number}/photos/{before.pk}/huge").status_code == 404
    assert visitor(cast.lab).get(f"/desk/cases/{case.number}/photos/{before.pk}/small").status_code == 404


def test_a_photo_cut_off_on_the_way_is_told_and_the_words_stay(cast: Cast) -> None:
    case = cast.assigned()
    address = f"/desk/cases/{case.number}"
    firm = visitor(cast.firm)
    given = {"step": "rectify", "seen": case.version, "field_measures": "洒水清扫"}

    cut = firm.post(
        address,
        given | {"file_before": SimpleUploadedFile("a.png", PNG), "file_after": SimpleUploadedFile("b.png", PNG[:50])},
    )
    page = cut.content.decode()
    case.refresh_from_db()
    assert (cut.status_code, "“b.png”不是完整的图片" in page, "洒水清扫</textarea>" in page) == (400, True, True)
    assert (case.state, list(case.files.values_list("kind", flat=True))) == ("assigned", ["before"])

    again = firm.post(address, given | {"seen": case.version, "file_after": SimpleUploadedFile("b.png", PNG)})
    case.refresh_from_db()
    assert (again.status_code, case.state) == (302, "rectified")


def test_who_was_refused_because_somebody_was_first_can_decide_anew(cast: Cast) -> None:
    case = cast.assigned()
    seen = case.version
    cast.step(case, cast.officer, Wish("wait", "等检测报告"))
    cast.step(case, cast.officer, Wish("go-on"))

    page = visitor(cast.officer).post(
        f"/desk/cases/{case.number}", {"step": "wait", "seen": seen, "ground": "等回函"}
    )  # fmt: skip

    case.refresh_from_db()
    assert page.status_code == 400
    assert "等回函</textarea>" in page.content.decode()
    wait = page.content.decode().partition('name="step" value="wait"')[2]
    assert f'name="seen" value="{case.version}"' in wait[:200], wait[:300]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"found_on": "2024-01-05"}, "不能晚于今天"),  # by the clock of a phone that runs ahead
        ({"found_on": "yesterday"}, "日期"),
        ({"field_place": "39.9042 116.4074 天安门"}, "不在青岛"),  # a place that somebody made up
        ({"field_place": "0 0"}, "不在青岛"),
    ],
)
def test_a_wrong_clock_and_a_forged_place_are_refused_and_input_stays(
    cast: Cast, change: dict[str, str], says: str
) -> None:
    given = {"field_what": "积尘", "field_category": "road", "field_place": SITE, "found_on": "2024-01-04"}

    answer = visitor(cast.officer).post("/desk/cases/new/dust-problem", given | change)

    page = answer.content.decode()
    assert (answer.status_code, says in page, "积尘" in page) == (400, True, True)
    assert not Case.objects.exists()


def test_duplicates_are_offered_and_merged_on_the_page(cast: Cast) -> None:
    first, second = cast.assigned(), cast.dust()
    client = visitor(cast.officer)
    assert first.number in client.get(f"/desk/cases/{second.number}").content.decode()
    second.refresh_from_db()
    refused = client.post(
        f"/desk/cases/{second.number}/merge", {"into": first.number, "ground": "", "seen": second.version}
    )
    assert (refused.status_code, "没有办成" in refused.content.decode()) == (400, True)

    client.post(
        f"/desk/cases/{second.number}/merge", {"into": first.number, "ground": "同一处", "seen": second.version}
    )

    second.refresh_from_db()
    assert second.merged_into_id == first.pk


def test_extending_and_remarking(cast: Cast) -> None:
    case = cast.assigned()
    client = visitor(cast.officer)
    case.refresh_from_db()
    client.post(
        f"/desk/cases/{case.number}/extend",
        {"deadline": "rectification", "days": 3, "ground": "冰冻", "seen": case.version},
    )
    client.post(f"/desk/cases/{case.number}/remarks", {"text": "先查权属", "internal": "on"})

    assert "2024-01-16" in client.get(f"/desk/cases/{case.number}").content.decode()
    assert "先查权属" in client.get(f"/desk/cases/{case.number}").content.decode()
    assert "先查权属" not in visitor(cast.firm).get(f"/desk/cases/{case.number}").content.decode()


@pytest.mark.parametrize("who", ["lab", "other_district", "citizen"])
def test_others_do_not_learn_that_a_case_is_there(cast: Cast, who: str) -> None:
    case = cast.assigned()
    client = visitor(getattr(cast, who))

    assert client.get(f"/desk/cases/{case.number}").status_code == 404
    assert client.post(f"/desk/cases/{case.number}", {"step": "wait", "seen": 2}).status_code == 404
    assert case.number not in client.get("/desk/cases").content.decode()
    assert client.get("/desk/cases.json").json()["rows"] == []
    assert Client().get(f"/desk/cases/{case.number}").status_code == 302


def test_a_citizen_opens_a_complaint_but_no_inspection(cast: Cast) -> None:
    client = visitor(cast.citizen)

    assert client.get("/desk/cases/new/complaint").status_code == 200
    assert client.get("/desk/cases/new/spot-check").status_code == 404
    assert client.get("/desk/cases/new/noise").status_code == 404
