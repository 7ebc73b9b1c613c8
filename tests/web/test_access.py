"""Who is asking, and how a guarded view answers nobody, the wrong person and the right one."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from pinzhi.engine.errors import NotAllowed
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import ANONYMOUS
from pinzhi.web import access
from tests.build import TODAY, give_role, make_user

pytestmark = pytest.mark.django_db


@access.guard("journal.read")
def journal(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(f"line {number}")


def asked(request: HttpRequest, user: User | AnonymousUser) -> HttpRequest:
    request.user = user
    return request


def test_actor_is_read_once_for_each_request(rf: Any, django_assert_num_queries: Any) -> None:
    request = asked(rf.get("/"), make_user())

    with django_assert_num_queries(1):
        assert access.actor(request) is access.actor(request)


def test_actor_is_nobody_without_sign_in(rf: Any) -> None:
    assert access.actor(asked(rf.get("/"), AnonymousUser())) == ANONYMOUS


def test_guard_sends_nobody_to_sign_in_and_back_to_the_same_address(rf: Any) -> None:
    answer = journal(asked(rf.get("/desk/journal?actor=user:1"), AnonymousUser()), 3)

    assert (answer.status_code, answer["Location"]) == (
        302,
        "/accounts/login/?next=/desk/journal%3Factor%3Duser%3A1",
    )


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/desk/person/7", "/desk/person/7"),
        ("https://elsewhere.example/desk/person/7", "/desk/act"),
        ("http://testserver.evil.example/", "/desk/act"),
        ("", "/desk/act"),
    ],
)
def test_guard_brings_a_sent_form_back_to_the_page_it_stood_on(rf: Any, referer: str, back: str) -> None:
    answer = journal(asked(rf.post("/desk/act", headers={"referer": referer}), AnonymousUser()), 3)

    assert answer["Location"] == f"/accounts/login/?next={back}"


def test_guard_refuses_who_may_not(rf: Any) -> None:
    with pytest.raises(NotAllowed) as refusal:
        journal(asked(rf.get("/"), make_user()), 3)

    assert refusal.value.code == "journal.read"


def test_guard_lets_in_who_may_and_keeps_the_answer_out_of_caches(rf: Any, demo_day: Any) -> None:
    user = make_user()
    give_role(user, "supervisor", ends_on=TODAY)

    answer = journal(asked(rf.get("/"), user), 3)

    assert (answer.content, answer["Cache-Control"]) == (b"line 3", "private, no-store")
