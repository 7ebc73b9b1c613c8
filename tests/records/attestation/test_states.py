"""Changing the state of certificates and titles: who may, what may follow what, and that it is all or nothing."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound, PinzhiError, Unavailable
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import ANONYMOUS, ROLES, SYSTEM, Actor
from pinzhi.records.attestation.actions import states
from pinzhi.records.attestation.actions.states import change_state
from pinzhi.records.attestation.models import Measure, MeasureEvent
from pinzhi.records.catalog.history import states_of
from pinzhi.records.catalog.models import Certificate, Honour
from pinzhi.records.journal.queries import entries_about
from pinzhi.records.notices.queries import inbox
from tests.build import TODAY, make_actor
from tests.build_catalog import make_certificate, make_honour, make_organisation

pytestmark = pytest.mark.django_db
AT = datetime(2024, 1, 4, 1, 30, tzinfo=UTC)
WHEN = Moment(AT, TODAY)
CODE, NUMBER = "91370212MA0000015Y", "03422Q10286R0S"


@pytest.fixture
def certificate() -> Certificate:
    issuer = make_organisation("某认证有限公司", "91370200MA0000002X", district="370202")
    return make_certificate(make_organisation(), NUMBER, issuer=issuer, issuer_name=issuer.name)


def change(actor: Actor = SYSTEM, to: str = "suspended", **more: Any) -> states.Changed:
    given: dict[str, Any] = {
        "kind": "certificate", "key": NUMBER, "ground": "监督逾期", "document": "青市监〔2024〕1号",
        "effective_on": TODAY, "when": WHEN,
    } | more  # fmt: skip
    return change_state(actor=actor, to=to, **given)


def test_suspending_changes_the_register_from_its_day_and_says_so_everywhere(certificate: Certificate) -> None:
    holder = make_actor("enterprise", organisation_code=CODE)
    issuer = make_actor("institution", organisation_code="91370200MA0000002X")
    officer = make_actor("district_officer", district="370212")

    change(make_actor("city_officer"))

    row = Certificate.objects.get()
    assert (row.state, row.state_on, row.state_ground, row.valid_from) == ("suspended", TODAY, "监督逾期", TODAY)
    assert [(one.state, one.valid_to) for one in states_of(Certificate, row.pk)] == [
        ("active", TODAY),
        ("suspended", None),
    ]
    line = entries_about("certificate", NUMBER).get(action="attestation.suspend")
    assert line.detail == {
        "before": "active", "after": "suspended", "ground": "监督逾期", "document": "青市监〔2024〕1号",
        "effective_on": "2024-01-04",
    }  # fmt: skip
    for reader in (holder, issuer, officer):
        (message,) = inbox(reader).rows
        assert message.subject.en == f"Quality management system ({NUMBER}) is suspended: do not use its mark meanwhile"
        assert message.link == f"/desk/surveillance/certificate/{NUMBER}"


def test_restoring_needs_a_surveillance_passed_since(certificate: Certificate) -> None:
    change()

    with pytest.raises(Conflict, match=r"attestation\.state\.not_passed"):
        change(to="active")
    Certificate.objects.update(last_audit_on=TODAY)
    change(to="active")

    assert Certificate.objects.get().state == "active"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (("suspended", "suspended"), "attestation.state.transition"),
        (("withdrawn", "active"), "attestation.state.transition"),
        (("withdrawn", "suspended"), "attestation.state.transition"),
        (("withdrawn", "cancelled"), "attestation.state.transition"),
        (("active",), "attestation.state.transition"),
        (("expired",), "attestation.state.unknown"),
    ],
)
def test_what_may_follow_what(certificate: Certificate, path: tuple[str, ...], code: str) -> None:
    for to in path[:-1]:
        change(to=to)

    with pytest.raises(PinzhiError) as refusal:
        change(to=path[-1])
    assert refusal.value.code == code


def test_what_has_expired_cannot_be_suspended_any_more(certificate: Certificate) -> None:
    with pytest.raises(Conflict, match=r"attestation\.state\.transition"):
        change(when=Moment(AT, date(2025, 5, 1)), effective_on=date(2025, 5, 1))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"ground": "  "}, "attestation.state.ground"),
        ({"to": "withdrawn", "document": ""}, "attestation.state.document"),
        ({"effective_on": TODAY + timedelta(days=1)}, "attestation.state.future"),
    ],
)
def test_an_act_says_why_on_what_paper_and_since_when(
    certificate: Certificate, more: dict[str, Any], code: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        change(**more)

    assert refusal.value.code == code
    assert Certificate.objects.get().state == "active"


def test_an_act_cannot_take_effect_before_what_happened_since(certificate: Certificate) -> None:
    change()

    with pytest.raises(Conflict, match=r"attestation\.state\.earlier"):
        change(to="withdrawn", effective_on=TODAY - timedelta(days=1))


def test_a_clock_set_back_changes_nothing(certificate: Certificate) -> None:
    change()

    with pytest.raises(Unavailable, match=r"attestation\.state\.clock"):
        change(to="withdrawn", when=replace(WHEN, at=AT - timedelta(hours=1)))
    assert Certificate.objects.get().state == "suspended"


@pytest.mark.parametrize("role", ROLES)
def test_who_may_suspend(certificate: Certificate, role: str) -> None:
    allowed = {"city_officer"}
    actor = make_actor(role, organisation_code=CODE if role in ("enterprise", "institution") else "",
                       district="370213" if role == "district_officer" else "")  # fmt: skip
    if role in allowed:
        change(actor)
    else:
        with pytest.raises(NotAllowed):
            change(actor)
    assert (Certificate.objects.get().state == "suspended") is (role in allowed)


def test_nobody_may_suspend(certificate: Certificate) -> None:
    with pytest.raises(NotAllowed):
        change(ANONYMOUS)


def test_officers_of_the_district_and_the_issuer_may(certificate: Certificate) -> None:
    change(make_actor("district_officer", district="370212"))
    change(make_actor("institution", organisation_code="91370200MA0000002X"), to="withdrawn")

    assert Certificate.objects.get().state == "withdrawn"


def test_only_the_holders_own_manager_gives_it_up(certificate: Certificate) -> None:
    manager = make_actor("enterprise", organisation_code=CODE)
    delegate = replace(manager, managed_codes=frozenset())

    for actor in (make_actor("city_officer"), delegate, make_actor("institution", organisation_code="X")):
        with pytest.raises(NotAllowed):
            change(actor, to="cancelled", document="")
    change(manager, to="cancelled", document="")

    assert Certificate.objects.get().state == "cancelled"


def test_a_title_is_suspended_restored_and_revoked_in_the_words_of_titles() -> None:
    make_honour("mayor-7-1", organisation=make_organisation(), recipient="青岛澄海精工有限公司")

    found = []
    for to in ("suspended", "active", "withdrawn"):
        change(kind="honour", key="mayor-7-1", to=to)
        found.append(Honour.objects.get().state)

    assert found == ["suspended", "in_force", "revoked"]
    assert Honour.objects.get().recipient == "青岛澄海精工有限公司"


def test_what_the_register_has_not_is_not_found() -> None:
    for kind in ("certificate", "honour", "appointment"):
        with pytest.raises(NotFound):
            change(kind=kind)


def test_a_withdrawal_proposes_measures_for_all_else_of_the_organisation(certificate: Certificate) -> None:
    label = make_certificate(certificate.holder, "青品2023-001", scheme="youpin", last_audit_on=None)
    make_certificate(certificate.holder, "GONE", state="withdrawn", state_on=date(2023, 1, 1))
    honour = make_honour("mayor-7-1", organisation=certificate.holder)
    make_certificate(make_organisation("另一家", "91370202MA0000003K"), "OTHER", scheme="youpin")

    change(to="withdrawn")

    event = MeasureEvent.objects.get()
    assert (event.kind, event.about_key, event.edition) == ("certificate-withdrawn", NUMBER, "cross-programme/2024")
    assert set(Measure.objects.values_list("target_key", "proposed", "due_on")) == {
        (label.number, "review", date(2024, 1, 18)),
        (honour.code, "review", date(2024, 2, 1)),
    }
    assert Certificate.objects.get(number=label.number).state == "active"


def test_a_failure_while_telling_leaves_nothing_changed(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(states, "send", broken)
    with pytest.raises(OSError, match="disk full"):
        change()

    assert Certificate.objects.get().state == "active"
    assert not entries_about("certificate", NUMBER).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_the_second_meets_what_the_first_left(certificate: Certificate) -> None:
    officer = make_actor("city_officer")
    barrier = threading.Barrier(2)
    ends: list[str] = []

    def act(to: str) -> None:
        barrier.wait()
        try:
            change(officer, to=to)
            ends.append(to)
        except Conflict as refusal:
            ends.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=("suspended",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["attestation.state.transition", "suspended"]
    assert entries_about("certificate", NUMBER).filter(action="attestation.suspend").count() == 1
