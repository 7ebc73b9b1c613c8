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


def test_duplicates_are_offered_and_merged_on_the_page(cast: Cast) -> None:
    first, second = cast.assigned(), cast.dust()
    client = visitor(cast.officer)
    assert first.number in client.get(f"/desk/cases/{second.number}").content.decode()
    second.refresh_from_db()

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
