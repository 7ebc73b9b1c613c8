"""The demonstration's one-stop service: its figures come out of counting, and it is loaded once."""

from datetime import date
from decimal import Decimal

import pytest
from django.test.utils import override_settings

from pinzhi.records.accounts.demo import ENTERPRISE, INSTITUTION
from pinzhi.records.casework.demo.service import SAVED, load_service, past_orders
from pinzhi.records.casework.models import Case, SavingClaim
from pinzhi.records.casework.queries.served import served
from pinzhi.records.catalog.demo.codes import credit_codes
from tests.build_catalog import make_institution, make_organisation

pytestmark = pytest.mark.django_db


@override_settings(DEMO=True)
def test_the_demonstration_counts_what_was_published_and_is_loaded_once() -> None:
    make_organisation("演示企业", ENTERPRISE, synthetic=True)
    make_institution(make_organisation("演示机构", INSTITUTION), categories="testing;metrology")
    for number, code in enumerate(credit_codes(["91370213"] * 30, 1_000)):
        make_organisation(f"青岛示例{number}有限公司", code, district="370213", kind="enterprise", synthetic=True)

    assert load_service()
    assert not load_service()

    found = served(date(2023, 12, 31))
    assert (found.visits, found.enterprises, found.saved) == (54_818, 30, SAVED)
    assert SavingClaim.objects.exclude(findings__verdict="verified").exists()
    assert [one.values["price"] for one in past_orders()] == [one.values["price"] for one in past_orders()]
    assert Case.objects.filter(synthetic=False).count() == 0


def test_a_city_without_the_demonstration_has_none() -> None:
    assert not load_service()
    assert served(date(2023, 12, 31)).saved == Decimal(0)
