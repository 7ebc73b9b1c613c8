"""Pages of receivers and of background work: what a manager and an operator see, and what the buttons do."""

import re

import pytest
from django.test import Client

from pinzhi.records.notices.models import Delivery, Webhook
from pinzhi.records.tasks.models import Task
from tests.build import give_role, make_user
from tests.records.notices.test_messages import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
CODE = "91370212MA0000015Y"
GIVEN = {"organisation_code": CODE, "name": "台账", "url": "https://hooks.example.org/in", "kinds": ["case", "quote"]}


@pytest.fixture
def manager(client: Client) -> Client:
    user = make_user("manager@example.org")
    give_role(user, "enterprise", organisation_code=CODE)
    client.force_login(user)
    return client


def test_a_manager_enters_a_receiver_tries_it_and_ends_it(manager: Client) -> None:
    entered = manager.post("/desk/webhooks", GIVEN)
    webhook = Webhook.objects.get()

    assert re.search(r"whsec_[\w+/=]{44}", entered.content.decode())
    assert "whsec_" not in manager.get("/desk/webhooks").content.decode()
    for name in ("trial", "retry", "end"):
        assert manager.post(f"/desk/webhooks/{webhook.pk}/{name}").status_code == 302
    page = manager.get(f"/desk/webhooks/{webhook.pk}").content.decode()
    assert Delivery.objects.get().event_id in page
    assert "停用" in page


def test_a_refused_address_is_told_on_the_form_and_keeps_what_was_typed(manager: Client) -> None:
    answer = manager.post("/desk/webhooks", {**GIVEN, "url": "http://10.0.0.1/"}, headers={"accept-language": "en"})

    assert answer.status_code == 400
    assert "Give an address such as https://example.org/hooks" in answer.content.decode()
    assert 'value="http://10.0.0.1/"' in answer.content.decode()


def test_an_operator_sees_what_was_given_up_and_has_it_tried_again(client: Client) -> None:
    user = make_user("operator@example.org")
    give_role(user, "operator")
    client.force_login(user)
    Task.objects.create(kind="webhook", key="7", since=AT, due_at=AT, dead_at=AT, tries=12, error="HTTP 500")

    page = client.get("/desk/tasks", headers={"accept-language": "en"}).content.decode()
    client.post("/desk/tasks/retry")

    assert "1 background task was given up" in page
    assert "HTTP 500" in page
    assert Task.objects.get().dead_at is None
