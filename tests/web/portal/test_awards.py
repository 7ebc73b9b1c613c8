"""Awards as the rulebook describes them, readable by everybody."""

from typing import Any

import pytest
from django.test import Client

from pinzhi.engine.assessment.judging.lot import commitment, draw_order
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.records.assessment.actions.decisions import draw_lot
from pinzhi.records.catalog.rulebook import rulebook
from pinzhi.web.portal.award_pictures import WIDTH, criteria
from tests.build import give_role, make_actor, make_user
from tests.records.assessment.build import CODE, make_entry, make_round, moment

pytestmark = pytest.mark.django_db
ADDRESSES = [f"/awards/{one.id}/{one.edition}" for one in rulebook().all_of(Scheme)]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("address", ["/awards", *ADDRESSES])
def test_every_scheme_has_its_page_in_both_languages(client: Client, address: str, language: str) -> None:
    page = client.get(address, headers={"accept-language": language})

    assert page.status_code == 200
    assert "<h1>" in page.text


def test_the_list_leads_to_every_scheme(client: Client) -> None:
    page = client.get("/awards").text

    assert all(f'href="{address}"' in page for address in ADDRESSES)


def test_the_criteria_are_drawn_as_wide_as_their_points() -> None:
    rows = criteria(rulebook().file(Instrument, "gbt-19580", "2012"))

    assert [row.points for row in rows] == [110, 90, 90, 130, 100, 80, 400]
    assert [len(row.bars) for row in rows] == [3, 2, 2, 6, 2, 2, 6]
    assert {bar.paint for bar in rows[-1].bars} == {"fill-c2"}
    assert rows[-1].bars[-1].x + rows[-1].bars[-1].width <= WIDTH
    assert round(rows[0].bars[0].width + 2) == WIDTH * 50 // 400


def test_stages_and_criteria_can_be_taken_away(client: Client) -> None:
    stages: Any = client.get("/awards/mayor/8.json?table=stages").json()
    criteria_csv = b"".join(client.get("/awards/mayor/8.csv?table=criteria")).decode("utf-8-sig")  # type: ignore[arg-type]

    assert len(stages["rows"]) == 17
    assert len(criteria_csv.splitlines()) == 24
    assert "4.1.2" in criteria_csv


@pytest.mark.parametrize("address", ["/awards/mayor/99", "/awards/nothing/1", "/awards/mayor/99.csv"])
def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    page = client.get(address)

    assert page.status_code == 404


@pytest.mark.usefixtures("demo_day")
def test_the_lot_is_promised_with_the_call_and_can_be_drawn_again_by_anybody(client: Client) -> None:
    held = make_round()
    for number in range(1, 6):
        make_entry(held, f"08-00{number}", state="deliberation" if number < 5 else "removed")
    make_entry(held, "08-006")  # a draft, never sent
    assert commitment("5eed") in client.get("/awards/mayor/8").text
    assert client.get("/awards/mayor/8.json?table=lot").json()["rows"] == []  # type: ignore[attr-defined]
    draw_lot(actor=make_actor("chair"), round_id=held.pk, when=moment())

    page, told = client.get("/awards/mayor/8"), client.get("/awards/mayor/8.json?table=lot")

    assert "5eed" in page.text
    drawn = [one["entry"] for one in told.json()["rows"]]  # type: ignore[attr-defined]
    assert drawn == list(draw_order(["08-001", "08-002", "08-003", "08-004", "08-005"], "5eed"))


@pytest.mark.usefixtures("demo_day")
@pytest.mark.parametrize(("state", "words"), [("draft", "继续申报"), ("desk_review", "看走到哪一步")])
def test_the_page_leads_an_applicant_to_his_own_application(client: Client, state: str, words: str) -> None:
    user = make_user("applicant@example.org")
    give_role(user, "enterprise", organisation_code=CODE)
    make_entry(make_round(), state=state, created_by=user)
    assert words not in client.get("/awards/mayor/8").text
    client.force_login(user)
    page = client.get("/awards/mayor/8").text
    assert words in page
    assert "/desk/applications/mayor-8/08-017" in page
