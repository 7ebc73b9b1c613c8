"""Refusals become pages that help onward, or problems for programs."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from pinzhi.engine import errors
from pinzhi.web.errors import STATUS

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

REFUSALS = {
    "input": (errors.BadInput("t.input", "一共 {n} 行。", "There are {n} rows.", n=3), 400),
    "identifier": (errors.BadIdentifier("t.identifier", "不是编号。", "Not a number."), 400),
    "allowed": (errors.NotAllowed("t.allowed", "只有组长能改。", "Only the lead may change this."), 403),
    "found": (errors.NotFound("t.found", "没有这家企业。", "There is no such organisation."), 404),
    "conflict": (errors.Conflict("t.conflict", "已经有人改过。", "Somebody has changed it."), 409),
    "unavailable": (errors.Unavailable("t.unavailable", "索引在重建。", "The index is being rebuilt."), 503),
}


def _raising(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


def _form(request: HttpRequest) -> HttpResponse:
    return HttpResponse("saved")


urlpatterns = [
    *(path(f"{name}{end}", _raising(error)) for name, (error, _) in REFUSALS.items() for end in ("", ".json")),
    path("api/input", _raising(REFUSALS["input"][0])),
    path("denied", _raising(PermissionDenied())),
    path("fault", _raising(RuntimeError("a bug"))),
    path("fault.json", _raising(RuntimeError("a bug"))),
    path("rulebook", _raising(errors.BadRulebook("t.rulebook", "坏了。", "Broken."))),
    path("form", _form),
    path("", include("pinzhi.web.portal.urls")),
]
handler400 = "pinzhi.web.errors.bad_request"
handler403 = "pinzhi.web.errors.forbidden"
handler404 = "pinzhi.web.errors.not_found"
handler500 = "pinzhi.web.errors.broken"


@pytest.fixture
def careless() -> Client:
    """A client that gets the page of a fault instead of the fault."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(("name", "expected"), [(name, status) for name, (_, status) in REFUSALS.items()])
def test_refusal_has_its_status_its_sentence_and_a_way_onward(client: Client, name: str, expected: int) -> None:
    response = client.get(f"/{name}")

    page = response.content.decode()
    assert response.status_code == expected
    assert str(REFUSALS[name][0].text) in page
    assert f"t.{name}" in page
    assert 'action="/search"' in page
    assert page.count("<h1") == 1


def test_every_row_of_the_table_is_shown() -> None:
    assert {status for _, status in REFUSALS.values()} == set(STATUS.values())


@pytest.mark.parametrize("address", ["/input.json", "/api/input"])
def test_program_gets_a_problem(client: Client, address: str) -> None:
    response = client.get(address, headers={"accept-language": "en"})

    body = json.loads(response.content)
    reference = body.pop("reference")
    assert response["Content-Type"] == "application/problem+json"
    assert len(reference) == 8
    assert body == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "There are 3 rows.",
        "code": "t.input",
        "facts": {"n": 3},
    }


def test_refusal_speaks_english(client: Client) -> None:
    page = client.get("/conflict", headers={"accept-language": "en"}).content.decode()

    assert '<html lang="en"' in page
    assert "Somebody has changed it." in page
    assert "已经有人改过" not in page


def test_unavailable_says_when_to_come_back(client: Client) -> None:
    assert client.get("/unavailable")["Retry-After"] == "30"


def test_unknown_address_leads_to_search_and_to_people(client: Client) -> None:
    response = client.get("/no/such/page")

    page = response.content.decode()
    assert response.status_code == 404
    assert "没有找到这一页" in page
    assert 'href="/search?kind=place"' in page


def test_unknown_address_of_the_api_is_a_problem(client: Client) -> None:
    response = client.get("/api/nothing")

    assert response.status_code == 404
    assert json.loads(response.content)["code"] == "web.404"


def test_denied_visitor_is_offered_to_sign_in_and_return(client: Client) -> None:
    response = client.get("/denied?a=1")

    assert response.status_code == 403
    assert "/accounts/login/?next=%2Fdenied%3Fa%3D1" in response.content.decode()


def test_expired_form_says_that_nothing_was_saved() -> None:
    response = Client(enforce_csrf_checks=True).post("/form", {"a": "1"})

    page = response.content.decode()
    assert response.status_code == 403
    assert "刚才没有保存" in page
    assert "web.form_expired" in page


@pytest.mark.parametrize("address", ["/fault", "/rulebook"])
def test_fault_gives_a_page_with_a_reference(careless: Client, address: str) -> None:
    response = careless.get(address)

    page = response.content.decode()
    assert response.status_code == 500
    assert "平台出了故障" in page
    assert "a bug" not in page


def test_fault_is_a_problem_for_programs(careless: Client) -> None:
    body = json.loads(careless.get("/fault.json").content)

    assert (body["status"], body["code"], len(body["reference"])) == (500, "web.500", 8)


def test_page_of_a_fault_asks_no_database(careless: Client, django_assert_num_queries: Any) -> None:
    careless.cookies["sessionid"] = "x" * 32

    with django_assert_num_queries(0):
        response = careless.get("/fault")

    assert response.status_code == 500


def test_no_page_of_refusal_has_inline_style_or_script(client: Client, careless: Client) -> None:
    for address in ("/input", "/no/such/page"):
        page = client.get(address).content.decode()
        assert "style=" not in page
        assert "<script>" not in page
    assert "style=" not in careless.get("/fault").content.decode()
