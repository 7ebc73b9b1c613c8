"""Orders on pages: needs, suggestions, quotes side by side, ratings, savings; each sees what is his."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.models import Case, Quote, QuoteRequest, Rating, SavingClaim
from pinzhi.records.catalog.models import Institution
from tests.records.casework.build import FIRM, LAB, PNG
from tests.records.casework.test_quotes import SECOND, Market

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
ORDER = {"need": "电缆型式试验", "service": "T01", "standard": "", "form": "abc", "organisation": FIRM}


@pytest.fixture
def market() -> Market:
    market = Market()
    Institution.objects.update(categories="testing")
    return market


def visitor(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def test_a_need_brings_suggestions_and_becomes_an_order(market: Market) -> None:
    client = visitor(market.firm)
    page = client.get("/desk/orders/new", {"need": "电缆要做型式试验"}).content.decode()
    assert "能办的机构有 3 家" in page
    assert f'value="{LAB}"' in page

    answer = client.post("/desk/orders/new", ORDER | {"provider": [LAB, SECOND], "contact": "李 13900000000"})

    case = Case.objects.get()
    assert answer["Location"] == f"/desk/orders/{case.number}"
    assert (case.state, QuoteRequest.objects.count()) == ("asked", 2)
    assert "13900000000" not in client.get(answer["Location"]).content.decode()


def test_what_is_wrong_with_an_order_is_said_and_what_was_written_stays(market: Market) -> None:
    Institution.objects.filter(organisation__code=LAB).update(state="suspended")

    answer = visitor(market.firm).post("/desk/orders/new", ORDER | {"provider": [LAB]})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "“青岛示例检测有限公司”不能接单：已暂停。" in page
    assert "电缆型式试验" in page
    assert not Case.objects.exists()


def test_quotes_are_compared_chosen_delivered_rated_and_the_saving_stated(market: Market) -> None:
    case = market.asked()
    firm, lab, second = visitor(market.firm), visitor(market.lab), visitor(market.second)
    address = f"/desk/orders/{case.number}"
    for client, price in ((lab, "3000"), (second, "2600")):
        own = client.get("/desk/quotes").content.decode()
        link = own.split("/desk/quotes/")[1].split('"')[0]
        assert client.post(f"/desk/quotes/{link}", {"price": price, "days": "8", "terms": ""}).status_code == 302
    assert "2600" not in lab.get("/desk/quotes").content.decode()
    page = firm.get(address).content.decode()
    assert page.index("2600.00") < page.index("3000.00")
    assert "价格最低" in page

    quote = Quote.objects.get(price=3000)
    assert firm.post(f"{address}/choose", {"quote": quote.pk}).status_code == 302
    assert "2600" not in lab.get(address).content.decode()
    assert second.get(address).status_code == 404
    photo = SimpleUploadedFile("report.png", PNG)
    case.refresh_from_db()
    lab.post(
        f"/desk/cases/{case.number}",
        {"step": "deliver", "seen": case.version, "field_deliverable": "BG-1", "file_deliverable": photo},
    )
    case.refresh_from_db()
    firm.post(f"/desk/cases/{case.number}", {"step": "complete", "seen": case.version})
    assert firm.post(f"{address}/rate", {"level": "2"}).status_code == 400
    assert firm.post(f"{address}/rate", {"level": "2", "reasons": ["late"], "words": ""}).status_code == 302
    assert firm.post(f"{address}/rate", {"level": "5"}).status_code == 400
    assert Rating.objects.get().level == 2

    given = {"kind": "discount", "baseline": "3600", "actual": "3000", "basis": "另一家的报价单"}
    assert firm.post(f"{address}/saved", given).status_code == 400
    evidence = SimpleUploadedFile("invoice.png", PNG)
    assert firm.post(f"{address}/saved", given | {"evidence": evidence}).status_code == 302
    page = firm.get(address).content.decode()
    assert "600.00" in page
    assert "等待核实" in page


def test_an_officer_verifies_with_reasons_and_nobody_else(market: Market) -> None:
    test_quotes_are_compared_chosen_delivered_rated_and_the_saving_stated(market)
    claim = SavingClaim.objects.get()
    district = visitor(market.district)
    assert "1 项节约等你核实" in district.get("/desk/savings").content.decode()
    assert district.post(f"/desk/savings/{claim.pk}", {"verdict": "verified", "ground": ""}).status_code == 400
    answer = district.post(f"/desk/savings/{claim.pk}", {"verdict": "verified", "ground": "核对了发票"})
    assert answer.status_code == 302
    assert "撤回核实" in district.get(f"/desk/savings/{claim.pk}").content.decode()
    assert "没有等你核实的节约" in district.get("/desk/savings").content.decode()
    assert f"/desk/savings/{claim.pk}" in district.get("/desk/savings?decided=1").content.decode()
    assert visitor(market.other_district).get(f"/desk/savings/{claim.pk}").status_code == 404
    for actor in (market.firm, market.lab, market.citizen, market.supervisor):
        assert visitor(actor).get("/desk/savings").status_code == 403


def test_who_is_shut_out(market: Market) -> None:
    case = market.asked()
    request = QuoteRequest.objects.get(provider_code=LAB)

    assert visitor(market.citizen).get("/desk/orders/new").status_code == 404
    assert visitor(market.second).get(f"/desk/quotes/{request.pk}").status_code == 404
    assert visitor(market.lab).get(f"/desk/orders/{case.number}").status_code == 404
    assert Client().get("/desk/orders").status_code == 302
    assert visitor(market.officer).get(f"/desk/orders/{market.dust().number}").status_code == 404


@pytest.mark.parametrize("quote", ["", "x", "9" * 30, "0"])
def test_choosing_what_is_no_quote_is_refused(market: Market, quote: str) -> None:
    case = market.asked()

    assert visitor(market.firm).post(f"/desk/orders/{case.number}/choose", {"quote": quote}).status_code == 400
    case.refresh_from_db()
    assert case.state == "asked"


def test_lists_ask_as_many_questions_for_three_as_for_one(
    market: Market, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    market.asked()
    lab, firm = visitor(market.lab), visitor(market.firm)
    lab.get("/desk/quotes")
    with django_assert_max_num_queries(40) as one:
        lab.get("/desk/quotes")
        firm.get("/desk/orders")
    for _ in range(2):
        market.asked()
    with django_assert_max_num_queries(len(one.captured_queries)):
        lab.get("/desk/quotes")
        firm.get("/desk/orders")
