"""After the grant on the desk: a pilot's reports and milestones, an exhibitor's products and stand."""

from typing import Any

import pytest
from django.test import Client

from pinzhi.records.accounts.models import User
from pinzhi.records.assessment.models import Entry
from pinzhi.records.catalog.models import Certificate, Organisation, Product
from tests.build import give_role, make_user
from tests.records.assessment.build import CODE, moment
from tests.records.assessment.player import Player, called

pytestmark = pytest.mark.django_db


def make_firm() -> Organisation:
    return Organisation.objects.create(
        code=CODE, name="青岛澄海精工有限公司", kind="enterprise", state="active", district="370212",
        recorded_at=moment().at,
    )  # fmt: skip


def at(scheme: str, edition: str, category: str, state: str) -> tuple[Player, Entry]:
    make_firm()
    player = called(scheme, edition)
    player.goes_on = True
    entry = player.enter("24-001", category, level=95, organisation_code=CODE)
    while entry.state != state:
        assert player.step(entry)
        entry.refresh_from_db()
    return player, entry


def signed_in(role: str, **given: Any) -> Client:
    user: User = make_user(f"{role}@desk.example")
    give_role(user, role, **given)
    client = Client()
    client.force_login(user)
    return client


def test_a_pilot_reports_on_its_own_page_and_moves_on_by_it() -> None:
    _, entry = at("standard-pilot-national", "2024", "public", "in_force")
    client = signed_in("enterprise", organisation_code=CODE)
    address = f"/desk/applications/standard-pilot-national-2024/{entry.number}"

    before = client.get(address).text
    refused = client.post(f"{address}/submit", {"seen": entry.version})
    saved = client.post(
        f"{address}/sections/mid-term-report", {"base": "0", "columns": "3", "cell": ["标准件数", "40", "46"]}
    )
    sent = client.post(f"{address}/submit", {"seen": entry.version})

    assert "批准以后的节点" in before
    assert "中期报告" in before
    assert refused.status_code == 400
    assert (saved.status_code, sent.status_code) == (302, 302)
    entry.refresh_from_db()
    assert entry.state == "mid_term"
    assert entry.sections.get(document="mid-term-report").content == {"rows": [["标准件数", "40", "46"]]}


def test_what_was_applied_with_can_no_longer_be_changed_while_reporting() -> None:
    _, entry = at("standard-pilot-national", "2024", "public", "in_force")
    client = signed_in("enterprise", organisation_code=CODE)
    address = f"/desk/applications/standard-pilot-national-2024/{entry.number}"

    written = client.post(f"{address}/sections/task-book", {"base": "1", "columns": "1", "cell": ["降低目标"]})

    assert written.status_code == 404
    assert entry.sections.filter(document="task-book").count() == 1


def test_an_officer_allots_a_stand_and_takes_it_back() -> None:
    _, entry = at("quality-life-expo", "2024", "exhibitor", "allotment")
    client = signed_in("city_officer")
    address = f"/desk/rounds/quality-life-expo-2024/entries/{entry.number}"

    allotted = client.post(f"{address}/stands", {"hall": "N1", "number": "7"}, follow=True).text
    wrong = client.post(f"{address}/stands", {"hall": "N1", "number": "999"}, follow=True).text
    stand = entry.stands.get()
    freed = client.post(f"{address}/stands/{stand.pk}/free", follow=True).text

    assert "N1-007" in allotted
    assert "没有“N1”馆 999 号展位" in wrong
    assert "还没有分配" in freed
    assert not entry.stands.exists()


def test_an_exhibitor_chooses_among_his_own_products() -> None:
    _, entry = at("quality-life-expo", "2024", "exhibitor", "allotment")
    own = Product.objects.create(organisation=Organisation.objects.get(), name="精密减速机", recorded_at=moment().at)
    client = signed_in("enterprise", organisation_code=CODE)
    address = f"/desk/applications/quality-life-expo-2024/{entry.number}"

    shown = client.post(f"{address}/exhibits", {"product": own.pk, "shown": "yes"}, follow=True).text
    other = client.post(f"{address}/exhibits", {"product": own.pk + 1, "shown": "yes"})

    assert "精密减速机" in shown
    assert other.status_code == 404
    assert [one.product for one in entry.exhibits.all()] == [own]


def test_others_may_do_neither() -> None:
    _, entry = at("quality-life-expo", "2024", "exhibitor", "allotment")
    stranger = signed_in("enterprise", organisation_code="91370200MA0000023D")

    allotted = stranger.post(
        f"/desk/rounds/quality-life-expo-2024/entries/{entry.number}/stands", {"hall": "N1", "number": "1"}
    )
    exhibited = stranger.post(
        f"/desk/applications/quality-life-expo-2024/{entry.number}/exhibits", {"product": 1, "shown": "yes"}
    )

    assert (allotted.status_code, exhibited.status_code) == (403, 404)


def test_an_officer_corrects_what_was_announced() -> None:
    _, entry = at("taishan-quality", "2024", "product", "announced")
    client = signed_in("city_officer")
    address = f"/desk/rounds/taishan-quality-2024/entries/{entry.number}"

    page = client.get(address).text
    refused = client.post(f"{address}/correct", {"name": "减速机 ZR-30"}, follow=True).text
    done = client.post(
        f"{address}/correct", {"name": "减速机 ZR-30", "ground": "型号有误", "document": "更正 1 号"}, follow=True
    ).text

    assert "/verify/TSPZ-2024-01" in page
    assert "更正要写名称" in refused
    assert "减速机 ZR-30" in done
    assert Certificate.objects.get().scope_zh == "减速机 ZR-30"
