"""The demonstration's inspections come to the numbers that were published, counted from the records."""

from datetime import date
from typing import Any

import pytest

from pinzhi.engine.casework.published_draws import check
from pinzhi.records.accounts.demo import create_demo_accounts
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import actor_for
from pinzhi.records.casework.models import Case
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.inspections.demo.story import FIRMS, load_inspections
from pinzhi.records.inspections.models import Draw, Finding, Inspection, Member, Trip
from pinzhi.records.inspections.queries.draws import document_of
from pinzhi.records.inspections.queries.records import is_genuine_record
from pinzhi.records.inspections.queries.visits import own_inspections
from tests.build_catalog import RECORDED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_day")]
YEAR = (date(2023, 1, 1), date(2023, 12, 31))


@pytest.fixture
def zone(settings: Any) -> None:
    settings.DEMO = True
    create_demo_accounts()
    Organisation.objects.bulk_create(
        Organisation(
            name=f"青岛演示{number}有限公司", code=f"TEST{number:014d}", kind="enterprise", district="370214",
            zones="gaoxin", synthetic=True, recorded_at=RECORDED,
        )
        for number in range(FIRMS)
    )  # fmt: skip


def test_the_year_comes_to_what_was_published(zone: None) -> None:
    assert load_inspections()
    assert not load_inspections()

    cases = Case.objects.filter(opened_on__range=YEAR, synthetic=True)
    notices = cases.filter(kind="responsibility-notice")
    assert notices.values("organisation_code").distinct().count() == 192
    assert cases.filter(kind="dust-problem", state="closed", closed_on__range=YEAR).count() == 234
    assert cases.filter(kind="gas-problem", state="closed", closed_on__range=YEAR).count() == 65
    experts = Member.objects.filter(inspection__kind="expert", inspection__visited_on__range=YEAR)
    assert experts.values("code").distinct().count() == 6
    assert experts.values("inspection__batch").distinct().count() == 3
    assert set(experts.values_list("field", flat=True)) == {"water", "gas", "safety"}
    assert Trip.objects.filter(on__range=YEAR).values("code", "on").distinct().count() == 30
    seen = Inspection.objects.filter(kind="spot", visited_on__range=YEAR)
    assert seen.filter(level="larger").values("organisation_code").distinct().count() == 1
    assert seen.filter(level="general").values("organisation_code").distinct().count() == 6
    assert list(Finding.objects.values_list("case__kind", "case__state")) == [("hidden-danger", "closed")] * 4
    assert all(is_genuine_record(one) for one in seen)
    assert [one.holds for one in check(document_of(Draw.objects.get(plan__key="gaoxin-risk-2023")))] == [True] * 3


def test_no_notice_of_the_demonstration_is_overdue_on_its_day(zone: None) -> None:
    load_inspections()

    assert not Case.objects.exclude(phase="closed").filter(due_on__lt=date(2024, 1, 4)).exists()
    assert Case.objects.filter(kind="responsibility-notice", state="sent").count() == 3


def test_the_expert_of_the_demonstration_has_visits_to_come(zone: None) -> None:
    load_inspections()

    expert = User.objects.get(email="expert@demo.pinzhi.example")
    found = own_inspections(actor_for(expert, date(2024, 1, 4)))
    assert [(one.kind, one.state, one.planned_on) for one in found] == [("expert", "ready", date(2024, 1, 8))] * 2


def test_a_city_with_few_enterprises_in_the_zone_has_none(settings: Any) -> None:
    settings.DEMO = True
    create_demo_accounts()

    assert not load_inspections()
