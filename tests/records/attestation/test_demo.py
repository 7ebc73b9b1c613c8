"""The demonstration's attestation: every state stands in it, its registers count right, and its credentials verify."""

from datetime import date
from typing import Any

import pytest

from pinzhi.engine.attestation.presented import presented
from pinzhi.engine.catalog.certificates import certificate_state
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.demo import create_demo_accounts
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import actor_for
from pinzhi.records.attestation.demo.credentials import attest_demo
from pinzhi.records.attestation.demo.surveillance import load_surveillance
from pinzhi.records.attestation.models import Credential, Measure, SurveillanceTask
from pinzhi.records.attestation.queries.checking import check
from pinzhi.records.attestation.queries.surveillance_plan import plan
from pinzhi.records.catalog.demo.loading import load
from pinzhi.records.catalog.demo.sizes import Size
from pinzhi.records.catalog.models import Certificate
from pinzhi.records.catalog.queries.register_statistics import statistics
from pinzhi.records.catalog.queries.registers import REGISTERS
from pinzhi.records.clock import moment

pytestmark = pytest.mark.django_db
DAY = date(2024, 1, 4)
# All holders of the register, and as little around them as there can be.
SMALLEST = Size("attestation", standards=50, organisations=11_841, institutions=20)


def states_on(day: date) -> dict[str, int]:
    """Count all certificates by the state that the engine works out for each."""
    found: dict[str, int] = {}
    for row in Certificate.objects.values("state", "state_on", "issued_on", "expires_on"):
        state = certificate_state(on=day, **row)
        found[state] = found.get(state, 0) + 1
    return found


def test_the_demonstration_has_every_state_and_counts_what_it_holds(settings: Any, demo_day: date) -> None:
    settings.DEMO = True
    create_demo_accounts()
    load(SMALLEST)

    assert load_surveillance()
    assert not load_surveillance()
    assert attest_demo() > 0
    assert attest_demo() == 0

    assert set(states_on(DAY)) == {"active", "suspended", "withdrawn", "cancelled", "expired"}
    tasks = set(SurveillanceTask.objects.values_list("state", flat=True))
    assert tasks == {"given", "returned", "reported", "closed", "called-off"}
    assert set(Measure.objects.values_list("state", flat=True)) == {"proposed", "confirmed", "declined"}

    certificates = [statistics(one, DAY) for one in REGISTERS.values() if one.model is Certificate]
    assert sum(one.valid for one in certificates) == states_on(DAY)["active"]
    officer = actor_for(User.objects.get(email="city-officer@demo.pinzhi.example"), DAY)
    asked = plan(officer, DAY)
    assert sum(one.overdue for one in certificates) == asked.counts["overdue"]
    assert 20 < asked.counts["overdue"] < 100  # a few of nearly twenty thousand
    assert 0 < asked.counts["to-withdraw"] < 20
    assert {stage: sum(one.counts.get(stage, 0) for one in asked.groups) for stage in asked.counts} == asked.counts

    for kind in ("honour", "certificate"):
        made = Credential.objects.filter(kind=kind).order_by("pk")[0]
        (report,) = check(presented(made.document), Moment(moment().at, DAY))
        assert (kind, report.verdict) == (kind, "valid")
