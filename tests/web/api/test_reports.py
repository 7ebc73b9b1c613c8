"""A monitoring system hands over a problem, signed: one case however often it is sent, none for what does not hold."""

import json
from typing import Any

import pytest
from django.test import Client

from pinzhi.records.accounts.models import User
from pinzhi.records.casework.actions.sources import NewSource, end_source, enter_source
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.queries.sources import sources
from pinzhi.records.clock import moment
from pinzhi.records.journal.queries import entries_matching
from tests.build import make_actor
from tests.examples import from_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
FOUND = {
    "kind": "dust-problem",
    "values": {"what": "路面积尘", "category": "road", "place": "36.2641 120.2817 双元路"},
    "district": "370214",
}


@pytest.fixture
def vehicle() -> NewSource:
    return enter_source(actor=make_actor("operator"), name="走航车", kinds=["dust-problem"], when=moment())


def send(
    client: Client,
    vehicle: NewSource,
    found: Any = FOUND,
    *,
    message_id: str = "msg_1",
    late_s: int = 0,
    secret: str = "",
    change: bytes = b"",
    drop: str = "",
) -> Any:
    body = found if isinstance(found, bytes) else json.dumps(found).encode()
    sign = from_page("docs/how-to/receive-webhooks.md", "headers_for")
    headers = sign(secret or vehicle.secret, message_id, body, moment().at.timestamp() - late_s)
    headers.pop(drop, None)
    return client.post(
        f"/api/v1/sources/{vehicle.key}/reports", body + change, content_type="application/json", headers=headers
    )


def test_sent_again_it_has_the_same_answer_and_is_one_case(client: Client, vehicle: NewSource) -> None:
    first, again = send(client, vehicle), send(client, vehicle, late_s=60)

    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (200, {"number": "YC-2024-00001"})
    case = Case.objects.get()
    assert (case.title, case.district, case.latitude, case.reporter_id) == ("路面积尘", "370214", 36.2641, None)
    (opened,) = entries_matching(actor=f"source:{vehicle.key}")
    assert opened.object_key == case.number
    assert send(client, vehicle, message_id="msg_2").json() == {"number": "YC-2024-00002"}


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ({"late_s": 400}, 403, "webhooks.timestamp"),
        ({"late_s": -400}, 403, "webhooks.timestamp"),
        ({"secret": "whsec_c29tZSBvdGhlciBzZWNyZXQ="}, 403, "webhooks.signature"),
        ({"change": b" "}, 403, "webhooks.signature"),
        ({"drop": "webhook-id"}, 400, "webhooks.headers"),
        ({"message_id": "a.b"}, 400, "webhooks.headers"),
        ({"found": b"{"}, 422, "api.parameters"),
        ({"found": {**FOUND, "values": {"what": 3}}}, 422, "api.parameters"),
        ({"found": b" " * 300_000}, 400, "api.body"),
        ({"found": b" " * 3_000_000}, 400, "api.body"),
        ({"found": {**FOUND, "kind": "hidden-danger"}}, 400, "casework.source.kind"),
        ({"found": {**FOUND, "district": "000000"}}, 400, "casework.district"),
        ({"found": {**FOUND, "values": {"what": "a", "place": "b", "category": "none"}}}, 400, "casework.field.value"),
    ],
)
def test_what_does_not_hold_opens_nothing_and_says_why(
    client: Client, vehicle: NewSource, how: dict[str, Any], status: int, code: str
) -> None:
    answer = send(client, vehicle, **how)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Case.objects.count() == 0


def test_a_replay_after_the_window_is_refused_and_the_case_stands(client: Client, vehicle: NewSource) -> None:
    send(client, vehicle)

    assert send(client, vehicle, late_s=301).json()["code"] == "webhooks.timestamp"
    assert Case.objects.count() == 1


def test_the_operators_page_enters_a_system_and_ends_it(client: Client, vehicle: NewSource) -> None:
    operator = make_actor("operator", organisation_code="91370212MA0000015Y")
    client.force_login(User.objects.get(pk=operator.account_id))
    send(client, vehicle)

    entered = client.post("/desk/sources", {"name": "燃气监测", "kinds": ["gas-problem"]}).content.decode()
    refused = client.post("/desk/sources", {"name": "", "kinds": []})
    end_source(actor=operator, key=vehicle.key, when=moment())

    assert "whsec_" in entered
    assert refused.status_code == 400
    first, last = sources(operator)
    assert (first.name, first.cases, last.name, last.cases) == ("燃气监测", 0, "走航车", 1)
    assert send(client, vehicle, message_id="msg_9").json()["code"] == "casework.source"
