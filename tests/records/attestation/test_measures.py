"""Events at an organisation reach everything that it holds; officers decide, and what they decide is done or not."""

from datetime import date
from typing import Any

import pytest

from pinzhi.engine.attestation.statements import Statement
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import SYSTEM, Actor
from pinzhi.records.attestation.actions.issuing import attest
from pinzhi.records.attestation.actions.measures import confirm_measure, decline_measure, report_event
from pinzhi.records.attestation.models import Measure, MeasureEvent
from pinzhi.records.attestation.queries import measures
from pinzhi.records.catalog.models import Certificate, Honour
from pinzhi.records.clock import moment
from pinzhi.records.journal.queries import entries_matching
from pinzhi.records.notices.queries import inbox
from tests.build import TODAY, make_actor
from tests.build_catalog import make_certificate, make_honour, make_organisation
from tests.records.attestation.build import HOLDER, noon

pytestmark = pytest.mark.django_db
WHEN = noon(TODAY)


@pytest.fixture(autouse=True)
def holdings() -> None:
    holder = make_organisation()
    make_certificate(holder, "03422Q10286R0S")
    make_certificate(holder, "青品-1", scheme="youpin", last_audit_on=None)
    make_honour("mayor-7-1", organisation=holder)
    make_certificate(make_organisation("另一家", "91370202MA0000003K", district="370202"), "OTHER")


def report(actor: Actor, **more: Any) -> MeasureEvent:
    given: dict[str, Any] = {
        "kind": "accident", "code": HOLDER, "ground": "火灾，2 人受伤", "document": "青应急〔2024〕1号",
        "happened_on": date(2024, 1, 2), "when": WHEN,
    } | more  # fmt: skip
    return report_event(actor=actor, **given)


def proposed(key: str) -> Measure:
    return Measure.objects.get(target_key=key)


def test_an_accident_reaches_every_certificate_label_and_title() -> None:
    officer = make_actor("city_officer")

    report(officer)

    assert set(Measure.objects.values_list("target_kind", "target_key", "proposed", "due_on")) == {
        ("certificate", "03422Q10286R0S", "withdraw", date(2024, 1, 11)),
        ("certificate", "青品-1", "suspend", date(2024, 1, 11)),
        ("honour", "mayor-7-1", "withdraw", date(2024, 2, 1)),
    }
    assert set(Certificate.objects.values_list("state", flat=True)) == {"active"}
    assert inbox(officer).rows[0].link == "/desk/measures"
    assert entries_matching(action="attestation.measures.propose").get().object_key == HOLDER


def test_an_event_reaches_the_officers_appointed_and_trained() -> None:
    day = date(2024, 1, 3)
    for kind, number in (("appointment", "CQO-1"), ("training_certificate", "PX-1")):
        attest(
            actor=SYSTEM, when=moment(),
            statement=Statement(
                kind=kind, key=number, number=number, holder_name="王敏", holder_code=HOLDER, holder_kind="person",
                title=Text("首席质量官", "Chief quality officer"), grade=None, scheme_id="cqo", edition="1",
                scope=Text("", ""), issuer=Text("某公司", "Some firm"), basis="聘任书", granted_on=day, valid_from=day,
                valid_until=None, synthetic=True,
            ),
        )  # fmt: skip

    report(make_actor("city_officer"), kind="sampling-failed")

    assert (proposed("CQO-1").proposed, proposed("CQO-1").target_kind) == ("interview", "appointment")
    assert not Measure.objects.filter(target_kind="training_certificate").exists()


def test_confirming_makes_the_change_and_declining_needs_grounds() -> None:
    officer = make_actor("city_officer")
    report(officer)

    confirm_measure(actor=officer, measure_id=proposed("青品-1").pk, ground="", when=WHEN)
    with pytest.raises(BadInput, match=r"attestation\.state\.document"):
        confirm_measure(actor=officer, measure_id=proposed("mayor-7-1").pk, ground="事故", when=WHEN)
    confirm_measure(
        actor=officer, measure_id=proposed("mayor-7-1").pk, ground="事故", document="青政字〔2024〕1号", when=WHEN
    )
    with pytest.raises(BadInput, match=r"attestation\.measures\.why"):
        decline_measure(actor=officer, measure_id=proposed("03422Q10286R0S").pk, ground=" ", when=WHEN)
    decline_measure(actor=officer, measure_id=proposed("03422Q10286R0S").pk, ground="事故与体系无关", when=WHEN)

    assert Certificate.objects.get(number="青品-1").state == "suspended"
    assert Honour.objects.get().state == "revoked"
    assert Certificate.objects.get(number="03422Q10286R0S").state == "active"
    assert sorted(Measure.objects.values_list("state", flat=True)) == ["confirmed", "confirmed", "declined"]


def test_a_measure_is_decided_once() -> None:
    officer = make_actor("city_officer")
    report(officer)
    measure = proposed("青品-1").pk
    decline_measure(actor=officer, measure_id=measure, ground="无关", when=WHEN)

    with pytest.raises(Conflict, match=r"attestation\.measures\.decided"):
        confirm_measure(actor=officer, measure_id=measure, ground="", when=WHEN)
    assert Certificate.objects.get(number="青品-1").state == "active"


def test_what_cannot_be_done_leaves_the_measure_undecided() -> None:
    officer = make_actor("city_officer")
    report(officer)
    Certificate.objects.filter(number="青品-1").update(state="cancelled")

    with pytest.raises(Conflict, match=r"attestation\.state\.transition"):
        confirm_measure(actor=officer, measure_id=proposed("青品-1").pk, ground="", when=WHEN)
    assert proposed("青品-1").state == "proposed"


@pytest.mark.parametrize(
    ("more", "error", "code"),
    [
        ({"kind": "flood"}, BadInput, "attestation.measures.reported"),
        ({"kind": "certificate-withdrawn"}, BadInput, "attestation.measures.reported"),
        ({"ground": " "}, BadInput, "attestation.measures.ground"),
        ({"happened_on": date(2024, 1, 5)}, BadInput, "attestation.measures.future"),
        ({"code": "91370200MA0000009Z"}, NotFound, "attestation.measures.organisation"),
    ],
)
def test_what_a_report_of_an_event_must_say(more: dict[str, Any], error: type[Exception], code: str) -> None:
    with pytest.raises(error) as refusal:
        report(make_actor("city_officer"), **more)

    assert getattr(refusal.value, "code", "") == code
    assert MeasureEvent.objects.count() == 0


def test_the_same_event_is_reported_once() -> None:
    officer = make_actor("city_officer")
    report(officer)

    with pytest.raises(Conflict, match=r"attestation\.measures\.nothing"):
        report(officer)


def test_officers_of_a_district_report_and_decide_on_their_own() -> None:
    here, there = (make_actor("district_officer", district=code) for code in ("370212", "370202"))

    with pytest.raises(NotAllowed):
        report(there)
    report(here)
    with pytest.raises(NotAllowed):
        decline_measure(actor=there, measure_id=proposed("青品-1").pk, ground="无关", when=WHEN)

    assert measures.measures(here, TODAY).total == 3
    assert measures.measures(there, TODAY).total == 0


@pytest.mark.parametrize("role", ["enterprise", "institution", "expert", "supervisor", "operator", "citizen"])
def test_measures_are_for_officers(role: str) -> None:
    report(make_actor("city_officer"))
    actor = make_actor(role, organisation_code=HOLDER)

    for act in (
        lambda: report(actor),
        lambda: decline_measure(actor=actor, measure_id=proposed("青品-1").pk, ground="x", when=WHEN),
        lambda: measures.measures(actor, TODAY),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_overdue_measures_come_first_and_say_so() -> None:
    officer = make_actor("city_officer")
    report(officer)

    page = measures.measures(officer, date(2024, 1, 12))

    assert (page.waiting, page.overdue) == (3, 2)
    assert [(row.state.code, row.days_left) for row in page.rows] == [
        ("overdue", -1), ("overdue", -1), ("proposed", 20),
    ]  # fmt: skip
    assert page.rows[0].about is None
