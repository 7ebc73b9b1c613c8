"""What the clock does once a day, and that doing it again does nothing."""

from datetime import date, timedelta

import pytest

from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.attestation.actions.states import change_state
from pinzhi.records.attestation.actions.surveillance_clock import run_surveillance
from pinzhi.records.attestation.models import MeasureEvent, SurveillanceTask
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.catalog.models import Certificate
from pinzhi.records.journal.queries import entries_about
from pinzhi.records.notices.queries import inbox
from tests.build import make_actor
from tests.build_catalog import make_certificate
from tests.records.attestation.build import EXPIRES, HOLDER, make_watched, noon, watch_by

pytestmark = pytest.mark.django_db
NUMBER = "TSPZ-2023-001"


@pytest.fixture
def certificate(monkeypatch: pytest.MonkeyPatch) -> Certificate:
    watch_by(monkeypatch)
    return make_watched()


def done(day: date) -> list[tuple[str, str]]:
    return [(one.what, one.key) for one in run_surveillance(noon(day))]


def test_the_clock_suspends_withdraws_and_never_twice(certificate: Certificate) -> None:
    assert done(date(2024, 3, 10)) == []
    assert done(date(2024, 3, 11)) == [("suspended", NUMBER)]
    assert done(date(2024, 3, 11)) == []
    row = Certificate.objects.get()
    assert (row.state, row.state_on) == ("suspended", date(2024, 3, 11))
    assert row.state_ground == "监督应在 2024-03-10 前通过，已逾期"

    assert done(date(2024, 9, 10)) == []
    assert done(date(2024, 9, 11)) == [("withdrawn", NUMBER)]
    assert done(date(2024, 9, 12)) == []
    assert [line.actor for line in entries_about("certificate", NUMBER).filter(action__startswith="attest")] == [
        "system",
        "system",
    ]


def test_the_clock_that_was_late_suspends_from_its_own_day(certificate: Certificate) -> None:
    done(date(2024, 5, 6))

    assert Certificate.objects.get().state_on == date(2024, 5, 6)


def test_the_clock_set_back_undoes_and_repeats_nothing(certificate: Certificate) -> None:
    holder = make_actor("enterprise", organisation_code=HOLDER)
    done(date(2024, 3, 11))
    before = inbox(holder).total

    assert [what for what, _key in done(date(2024, 3, 1))] in ([], ["reminded"])
    assert done(date(2024, 3, 11)) == []
    assert Certificate.objects.get().state == "suspended"
    assert inbox(holder).total in (before, before + 1)


def test_the_clock_leaves_registers_of_others_alone(certificate: Certificate) -> None:
    make_certificate(certificate.holder, "03422Q10286R0S", issued_on=date(2022, 5, 1), last_audit_on=date(2022, 6, 1))

    done(date(2024, 3, 10))

    assert Certificate.objects.get(number="03422Q10286R0S").state == "active"


def test_the_clock_with_a_rule_that_flags_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    watch_by(monkeypatch, overdue="flag")
    make_watched()

    assert done(date(2024, 3, 11)) == []


def test_holders_are_reminded_ninety_and_thirty_days_before(certificate: Certificate) -> None:
    holder = make_actor("enterprise", organisation_code=HOLDER)
    Certificate.objects.update(last_audit_on=date(2025, 3, 9))
    found = []
    for days in (91, 90, 89, 30, 29, 0):
        day = EXPIRES - timedelta(days=days)
        if [one for one in run_surveillance(noon(day)) if one.what == "reminded" and str(EXPIRES) in one.text.zh]:
            found.append(days)

    assert found == [90, 30]
    told = [row.subject.en for row in inbox(holder).rows]
    assert (
        told.count(f"“Taishan Quality” certification ({NUMBER}) is valid until {EXPIRES}: apply for renewal in time")
        == 2
    )


def test_officers_get_one_message_a_day_of_what_is_new(certificate: Certificate) -> None:
    officer = make_actor("city_officer")
    here, there = (make_actor("district_officer", district=code) for code in ("370212", "370213"))
    done(date(2024, 3, 10))
    make_certificate(certificate.holder, "QMS-ENDS", expires_on=date(2024, 6, 9), last_audit_on=date(2024, 1, 1))

    done(date(2024, 3, 11))
    done(date(2024, 3, 11))

    for reader in (officer, here):
        (message,) = inbox(reader).rows
        assert message.body.en == ("1 certificates end within 90 days; 1 certificates suspended or withdrawn by rule.")
    assert inbox(there).total == 0


def test_the_clock_notices_states_that_an_import_changed(certificate: Certificate) -> None:
    make_certificate(certificate.holder, "QMS-1", last_audit_on=date(2024, 1, 1))
    make_certificate(certificate.holder, "OLD", state="withdrawn", state_on=date(2020, 1, 1))
    certificate.holder.certificates.filter(number="QMS-1").update(scheme="youpin")
    assert done(date(2024, 3, 1)) == []

    record_change(
        actor=SYSTEM, kind="certificate", key=NUMBER, valid_from=date(2024, 3, 2), now=noon(date(2024, 3, 2)).at,
        values={"state": "withdrawn", "state_on": "2024-03-02", "state_ground": "失信"},
    )  # fmt: skip

    assert done(date(2024, 3, 2)) == [("noticed", NUMBER)]
    assert done(date(2024, 3, 3)) == []
    event = MeasureEvent.objects.get()
    assert (event.kind, event.ground, event.by) == ("certificate-withdrawn", "失信", "system")


def test_what_fails_stops_no_other(certificate: Certificate) -> None:
    """A day whose calendar is not known keeps measures from being counted, not the rest from being done."""
    make_watched("TSPZ-2023-002")
    make_certificate(certificate.holder, "青品-1", scheme="youpin", expires_on=None)
    Certificate.objects.filter(scheme="taishan-quality").update(expires_on=date(2040, 1, 1))

    found = run_surveillance(noon(date(2035, 1, 1)))

    assert [(one.what, one.key) for one in found] == [("failed", NUMBER), ("failed", "TSPZ-2023-002")]
    assert "2035" in found[0].text.zh
    assert set(Certificate.objects.values_list("state", flat=True)) == {"active"}


def test_assessors_are_told_once_that_a_report_is_late(certificate: Certificate) -> None:
    assessor = make_actor("expert")
    SurveillanceTask.objects.create(
        subject_kind="certificate", subject_key=NUMBER, scheme="taishan-quality", holder_name="某单位", number=1,
        method="audit", assessor_id=assessor.account_id, report_by=date(2024, 3, 1), given_by="user:1",
        given_on=date(2024, 2, 1),
    )  # fmt: skip

    done(date(2024, 3, 2))
    done(date(2024, 3, 3))

    assert inbox(assessor).total == 1


def test_a_certificate_somebody_withdrew_is_left_alone(certificate: Certificate) -> None:
    day = date(2024, 3, 11)
    change_state(
        actor=SYSTEM, kind="certificate", key=NUMBER, to="withdrawn", ground="失信", document="1号", effective_on=day,
        when=noon(day, 3),
    )  # fmt: skip

    assert done(day) == []
