"""Surveillance, measures and the inbox at the desk: who sees which page, and that its forms do what they say."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import ROLES
from pinzhi.records.attestation.models import Measure, SurveillanceTask
from pinzhi.records.catalog.models import Certificate
from tests.build import give_role, make_user
from tests.build_catalog import make_certificate
from tests.records.attestation.build import HOLDER, ISSUER, make_watched, watch_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
NUMBER = "TSPZ-2023-001"


@pytest.fixture(autouse=True)
def certificate(monkeypatch: pytest.MonkeyPatch) -> Certificate:
    watch_by(monkeypatch)
    return make_watched(issued_on=date(2022, 12, 1), expires_on=date(2025, 11, 30))


def signed_in(client: Client, role: str, **more: str) -> User:
    user = make_user(f"{role}{more.get('organisation_code', '')}@example.org", name=f"某{role}")
    give_role(user, role, **more)
    client.force_login(user)
    return user


def text(response: Any) -> str:
    return response.content.decode()


OVERVIEW = {"city_officer", "district_officer", "enterprise", "institution", "expert", "inspector"}


@pytest.mark.parametrize("role", ROLES)
def test_overview_shows_each_role_what_is_its_own(client: Client, role: str) -> None:
    more = {"enterprise": {"organisation_code": HOLDER}, "institution": {"organisation_code": ISSUER}}.get(role, {})
    if role == "district_officer":
        more = {"district": "370212"}
    signed_in(client, role, **more)

    page = text(client.get("/desk/surveillance"))

    assert (NUMBER in page) is (role in {"city_officer", "district_officer", "enterprise", "institution"})
    assert ("安排监督" in page) is (role in {"city_officer", "district_officer", "institution"})


def test_pages_ask_nobody_to_sign_in_and_refuse_other_roles(client: Client) -> None:
    for address in ("/desk/surveillance", "/desk/measures", "/desk/inbox"):
        assert client.get(address).status_code == 302
    signed_in(client, "expert")
    assert client.get("/desk/measures").status_code == 403
    assert client.get(f"/desk/surveillance/certificate/{NUMBER}").status_code == 404
    assert client.post("/desk/surveillance/give", {"subject": f"certificate/{NUMBER}"}).status_code == 403


def test_a_surveillance_goes_from_the_plan_to_the_register(client: Client) -> None:
    assessor = make_user("assessor@example.org", name="王敏")
    give_role(assessor, "expert")
    signed_in(client, "city_officer")
    client.post(
        "/desk/surveillance/give", {"subject": f"certificate/{NUMBER}", "assessor": assessor.pk, "visit_on": ""}
    )
    task = SurveillanceTask.objects.get()
    assert "王敏" in text(client.get("/desk/surveillance"))

    client.force_login(assessor)
    address = f"/desk/surveillance/tasks/{task.pk}"
    assert "交报告" in text(client.get(address))
    report = {
        "seen": "1", "carried_out_on": "2024-01-04", "summary": "有效", "grade": ["minor", "minor"],
        "item": ["7.1", ""], "finding": ["缺记录", ""],
    }  # fmt: skip
    refused = client.post(address, {**report, "summary": "", "hand_in": "1"})
    assert (refused.status_code, "缺记录" in text(refused)) == (400, True)
    assert client.post(address, {**report, "hand_in": "1"}).status_code == 302

    client.force_login(User.objects.get(email="city_officer@example.org"))
    assert "确认报告" in text(client.get(address))
    client.post(f"{address}/confirm", {"seen": "2"})
    assert Certificate.objects.get().last_audit_on == date(2024, 1, 4)
    page = text(client.get(f"/desk/surveillance/certificate/{NUMBER}"))
    assert "缺记录" in page


def test_an_officer_suspends_and_a_holder_gives_up(client: Client) -> None:
    signed_in(client, "city_officer")
    address = f"/desk/surveillance/certificate/{NUMBER}"
    change = {"to": "suspended", "ground": "逾期", "document": "", "effective_on": "2024-01-04"}
    assert client.post(address, {**change, "to": "withdrawn"}).status_code == 400
    assert client.post(address, change).status_code == 302
    assert Certificate.objects.get().state == "suspended"

    signed_in(client, "enterprise", organisation_code=HOLDER)
    page = text(client.get(address))
    assert ("申请注销</h2>" in page, "改登记状态</h2>" in page) == (True, False)
    assert client.post(address, change).status_code == 400
    assert client.post(address, {**change, "to": "cancelled", "ground": "停产"}).status_code == 302
    assert Certificate.objects.get().state == "cancelled"


def test_an_event_is_reported_and_its_measures_decided(client: Client, certificate: Certificate) -> None:
    make_certificate(certificate.holder, "青品-1", scheme="youpin")
    signed_in(client, "city_officer")
    event = {"code": HOLDER, "kind": "sampling-failed", "happened_on": "2024-01-03", "ground": "抽查不合格"}
    assert client.post("/desk/measures", {**event, "code": "X"}).status_code == 400
    assert client.post("/desk/measures", event).status_code == 302
    page = text(client.get("/desk/measures"))
    assert "2 项措施待决定" in page

    first, second = Measure.objects.order_by("target_key")
    client.post(f"/desk/measures/{first.pk}", {"confirm": "1", "ground": ""})
    client.post(f"/desk/measures/{second.pk}", {"decline": "1", "ground": "已整改"})

    assert sorted(Certificate.objects.values_list("state", flat=True)) == ["active", "suspended"]
    assert "已整改" in text(client.get("/desk/measures?decided=1"))


def test_the_inbox_counts_in_the_rail_and_leads_on(client: Client) -> None:
    holder = signed_in(client, "enterprise", organisation_code=HOLDER)
    signed_in(client, "city_officer")
    client.post(
        f"/desk/surveillance/certificate/{NUMBER}",
        {"to": "suspended", "ground": "逾期", "effective_on": "2024-01-04"},
    )
    client.force_login(holder)

    page = text(client.get("/desk/inbox"))
    assert "1 条消息未读" in page
    assert 'class="unread num"' in page
    message = holder.messages.get()
    response = client.post(f"/desk/inbox/{message.pk}/read")
    assert response.url == f"/desk/surveillance/certificate/{NUMBER}"
    assert 'class="unread num"' not in text(client.get("/desk/inbox"))
