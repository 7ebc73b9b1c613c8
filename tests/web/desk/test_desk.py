"""The desk's pages: who is let in, what they show, what their forms do."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from pinzhi.records.accounts.models import ApiKey, Membership, User
from pinzhi.records.accounts.permissions import ROLES, actor_for
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.journal.actions import write
from pinzhi.records.journal.models import Entry
from tests.build import PASSWORD, TODAY, give_role, make_user

pytestmark = pytest.mark.django_db
CODE = "91370212MA0000015Y"
NOW = datetime(2024, 1, 4, 1, 30, tzinfo=UTC)
EVERYBODY = frozenset(ROLES)
LOOK_AFTER = frozenset({"city_officer", "operator"})
WATCH = frozenset({"supervisor", "operator"})
PAGES = {
    "/desk/": EVERYBODY,
    "/desk/account": EVERYBODY,
    "/desk/account/export.json": EVERYBODY,
    "/desk/keys": EVERYBODY,
    "/desk/organisation": EVERYBODY,
    "/desk/people": LOOK_AFTER,
    "/desk/people/1": LOOK_AFTER,
    "/desk/journal": WATCH,
    "/desk/journal.csv": WATCH,
    "/desk/webhooks": frozenset({"operator"}),
    "/desk/sources": frozenset({"operator"}),
    "/desk/tasks": frozenset({"operator"}),
    "/operator/": frozenset({"operator"}),
}
ACTS = [
    "/desk/account",
    "/desk/account/sessions/1/end",
    "/desk/account/sessions/end-others",
    "/desk/keys",
    "/desk/keys/1/revoke",
    "/desk/organisation",
    "/desk/organisation/delegations/1/end",
    "/desk/people/1",
    "/desk/people/1/roles/1/end",
]


@pytest.fixture(autouse=True)
def _demo_day(demo_day: date) -> None:
    """The desk's own day is the demo's."""


def signed_in(client: Client, role: str, **where: Any) -> User:
    user = make_user(f"{role}@example.org", name=role)
    give_role(user, role, **where)
    client.force_login(user)
    return user


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("role", sorted(ROLES))
def test_page_opens_for_its_roles_alone(client: Client, address: str, role: str) -> None:
    signed_in(client, role)
    User.objects.get_or_create(pk=1, defaults={"email": "first@example.org"})

    answer = client.get(address, follow=True)

    assert answer.status_code == (200 if role in PAGES[address] else 403)
    if address.startswith("/desk") and answer.status_code == 200:
        assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("address", PAGES)
def test_page_sends_nobody_to_sign_in_and_back(client: Client, address: str) -> None:
    answer = client.get(address, follow=True)

    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    assert f'value="{address}"' in answer.content.decode()


@pytest.mark.parametrize("address", ACTS)
def test_nobody_acts(client: Client, address: str) -> None:
    answer = client.post(address)

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}")


@pytest.mark.parametrize("role", sorted(ROLES.keys() - LOOK_AFTER))
def test_roles_are_given_and_ended_only_by_who_looks_after_them(client: Client, role: str) -> None:
    other = give_role(make_user(), "expert")
    signed_in(client, role)

    given = client.post(f"/desk/people/{other.user_id}", {"role": "chair"})
    ended = client.post(f"/desk/people/{other.user_id}/roles/{other.pk}/end")

    assert (given.status_code, ended.status_code) == (403, 403)
    assert Membership.objects.get(pk=other.pk).ended_at is None


def test_refusal_says_who_is_allowed(client: Client) -> None:
    signed_in(client, "citizen")

    assert "请联系监督员" in client.get("/desk/journal").content.decode()
    assert "ask a supervisor" in client.get("/desk/journal", headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize("address", [a for a in ACTS if a not in PAGES])
def test_acts_are_not_done_by_following_a_link(client: Client, address: str) -> None:
    signed_in(client, "operator")

    assert client.get(address).status_code == 405


def test_account_saves_name_language_and_type_size(client: Client) -> None:
    user = signed_in(client, "expert")

    answer = client.post("/desk/account", {"name": "王敏", "language": "en", "large_type": "on"})

    user.refresh_from_db()
    assert (user.name, user.language, user.large_type) == ("王敏", "en", True)
    assert (answer.cookies["django_language"].value, answer.cookies["type"].value) == ("en", "large")
    assert 'class="large"' in client.get("/desk/account").content.decode()


@pytest.mark.parametrize("data", [{"language": "fr"}, {"language": "en", "name": "x" * 101}, {"name": "\x00"}])
def test_account_refuses_odd_values_and_keeps_what_was_typed(client: Client, data: dict[str, str]) -> None:
    user = signed_in(client, "expert")

    answer = client.post("/desk/account", data)

    user.refresh_from_db()
    assert (answer.status_code, user.name) == (400, "expert")


def sign_in(email: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": PASSWORD}, headers={"user-agent": "Firefox/1 Linux"})
    return client


def test_other_sessions_can_be_ended_one_by_one_and_all_at_once() -> None:
    make_user()
    here, there, elsewhere = (sign_in("li@example.org") for _place in range(3))
    sessions = here.get("/desk/account").context["sessions"]

    assert [session.is_current for session in sessions] == [True, False, False]
    assert sessions[0].device == "Firefox · Linux"
    here.post(f"/desk/account/sessions/{sessions[1].session_id}/end")
    still = [client.get("/desk/account").status_code for client in (there, elsewhere)]
    here.post("/desk/account/sessions/end-others")

    assert sorted(still) == [200, 302]
    assert [client.get("/desk/account").status_code for client in (here, there, elsewhere)] == [200, 302, 302]


def test_sessions_of_others_cannot_be_ended(client: Client) -> None:
    make_user()
    there = sign_in("li@example.org")
    session = there.get("/desk/account").context["sessions"][0]
    signed_in(client, "operator")

    assert client.post(f"/desk/account/sessions/{session.session_id}/end").status_code == 404
    assert there.get("/desk/account").status_code == 200


def test_key_is_shown_once_and_revoked(client: Client) -> None:
    signed_in(client, "expert")

    made = client.post("/desk/keys", {"name": "周报", "per_minute": "60"})
    secret = made.context["new"].secret
    listed = client.get("/desk/keys").content.decode()
    client.post(f"/desk/keys/{ApiKey.objects.get().pk}/revoke")

    assert secret in made.content.decode()
    assert secret not in listed
    assert f"pz_{ApiKey.objects.get().prefix}…" in listed
    assert ApiKey.objects.get().revoked_at is not None


@pytest.mark.parametrize("data", [{}, {"name": "x", "per_minute": "601"}, {"name": "x", "per_minute": "9" * 40}])
def test_key_form_says_what_is_wrong(client: Client, data: dict[str, str]) -> None:
    signed_in(client, "expert")

    answer = client.post("/desk/keys", data)

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert ApiKey.objects.count() == 0


def test_organisation_delegates_and_takes_back(client: Client) -> None:
    Organisation.objects.create(code=CODE, name="青岛示例有限公司", recorded_at=NOW)
    signed_in(client, "enterprise", organisation_code=CODE)
    colleague = make_user()

    client.post("/desk/organisation", {"organisation_code": CODE, "email": "li@example.org", "ends_on": "2024-06-30"})
    page = client.get("/desk/organisation").content.decode()
    acted = actor_for(colleague, TODAY).organisation_codes
    client.post(f"/desk/organisation/delegations/{Membership.objects.get(user=colleague).pk}/end")

    assert "青岛示例有限公司" in page
    assert "li@example.org" in page
    assert f'href="/organisations/{CODE}"' in page
    assert acted == frozenset({CODE})
    assert actor_for(colleague, TODAY).organisation_codes == frozenset()


@pytest.mark.parametrize(
    ("email", "ends_on", "said"),
    [
        ("nobody@example.org", "2024-06-30", "请对方先注册"),
        ("li@example.org", "2026-01-01", "委托最长一年"),
        ("li@example.org", "2024-02-31", "有几处要改"),
        ("enterprise@example.org", "2024-06-30", "不用委托自己"),
    ],
)
def test_delegation_form_says_what_is_wrong(client: Client, email: str, ends_on: str, said: str) -> None:
    signed_in(client, "enterprise", organisation_code=CODE)
    make_user()

    answer = client.post("/desk/organisation", {"organisation_code": CODE, "email": email, "ends_on": ends_on})

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert f'value="{email}"' in answer.content.decode()


def test_nobody_delegates_for_an_organisation_not_theirs(client: Client) -> None:
    signed_in(client, "enterprise", organisation_code="91370200MA0000023D")
    make_user()

    data = {"organisation_code": CODE, "email": "li@example.org", "ends_on": "2024-06-30"}

    assert client.post("/desk/organisation", data).status_code == 403


def test_people_are_searched_and_given_roles(client: Client) -> None:
    signed_in(client, "city_officer")
    user = make_user(name="李华")

    found = client.get("/desk/people", {"q": "李"}).context["page"].rows
    given = client.post(f"/desk/people/{user.pk}", {"role": "district_officer", "district": "370213"})
    page = client.get(f"/desk/people/{user.pk}").content.decode()
    client.post(f"/desk/people/{user.pk}/roles/{Membership.objects.get(user=user).pk}/end")

    assert [row.email for row in found] == ["li@example.org"]
    assert given.status_code == 302
    assert "李沧区" in page
    assert list(Entry.objects.order_by("id").values_list("action", flat=True)) == [
        "accounts.role.grant",
        "accounts.role.end",
    ]


def test_city_officer_is_not_offered_guarded_roles(client: Client) -> None:
    signed_in(client, "city_officer")
    user = make_user()

    page = client.get(f"/desk/people/{user.pk}").content.decode()
    answer = client.post(f"/desk/people/{user.pk}", {"role": "operator"})

    assert 'value="operator"' not in page
    assert (answer.status_code, Membership.objects.filter(user=user).count()) == (400, 0)


@pytest.mark.parametrize("query", ["page=0", "page=x", f"page={10**30}", "role=wizard", "q=%00"])
def test_people_refuse_an_odd_filter(client: Client, query: str) -> None:
    signed_in(client, "operator")

    assert client.get(f"/desk/people?{query}").status_code in (400, 404)


@pytest.mark.parametrize("address", [f"/desk/people/{10**30}", "/desk/people/999999", f"/desk/keys/{10**30}/revoke"])
def test_ids_beyond_measure_are_not_found(client: Client, address: str) -> None:
    signed_in(client, "operator")
    method = client.post if address.endswith("revoke") else client.get

    assert method(address).status_code == 404


def test_journal_is_filtered_and_downloaded(client: Client) -> None:
    signed_in(client, "supervisor")
    for key in ("=1+1", "two"):
        write(
            at=NOW,
            actor="command:import",
            action="catalog.import",
            object_kind="file",
            object_key=key,
            detail={"行": 3},
        )
    write(at=NOW, actor="system", action="other", object_kind="file", object_key="three")

    page = client.get("/desk/journal", {"action": "catalog", "from_on": "2024-01-04"})
    answer = client.get("/desk/journal.csv", {"action": "catalog"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]

    assert [line.object_key for line in page.context["lines"]] == ["two", "=1+1"]
    assert list(csv.reader(io.StringIO(text)))[1:] == [
        [
            str(line.pk),
            "2024-01-04T09:30:00+08:00",
            "command:import",
            "",
            "catalog.import",
            "file",
            key,
            "",
            '{"行": 3}',
            line.origin,
            "",
        ]
        for line, key in zip(
            Entry.objects.filter(action="catalog.import").order_by("-id"), ("two", "'=1+1"), strict=True
        )
    ]


@pytest.mark.parametrize(
    "query", ["from_on=yesterday", "before=0", f"before={2**63}", "actor=%00", "actor=" + "x" * 65]
)
@pytest.mark.parametrize("page", ["/desk/journal", "/desk/journal.csv"])
def test_journal_refuses_an_odd_filter(client: Client, page: str, query: str) -> None:
    signed_in(client, "supervisor")

    assert client.get(f"{page}?{query}").status_code == 400


@pytest.mark.parametrize(
    "address", ["accounts/user/", "accounts/membership/", "accounts/apikey/", "axes/accessattempt/", "journal/entry/"]
)
def test_back_office_shows_and_does_not_add(client: Client, address: str) -> None:
    signed_in(client, "operator")

    assert client.get(f"/operator/{address}").status_code == 200
    assert client.get(f"/operator/{address}add/").status_code == 403


def test_operator_lifts_a_lockout(client: Client) -> None:
    make_user()
    for _try in range(8):
        client.post("/accounts/login/", {"login": "li@example.org", "password": "wrong"})
    signed_in(client, "operator")

    attempt = AccessAttempt.objects.get()
    client.post(f"/operator/axes/accessattempt/{attempt.pk}/delete/", {"post": "yes"})

    answer = Client().post("/accounts/login/", {"login": "li@example.org", "password": PASSWORD})
    assert (attempt.username, answer.status_code) == ("li@example.org", 302)
