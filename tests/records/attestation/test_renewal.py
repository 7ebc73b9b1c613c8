"""Renewal: the cycle digit, the term that goes on or begins anew, and the old certificate ended."""

from datetime import date

import pytest

from pinzhi.engine.errors import BadIdentifier, BadInput, Conflict, NotAllowed
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.attestation.actions.renewal import renew_certificate
from pinzhi.records.attestation.models import Credential
from pinzhi.records.catalog.models import Certificate
from tests.build import make_actor
from tests.build_catalog import make_certificate, make_organisation
from tests.records.attestation.build import noon

pytestmark = pytest.mark.django_db
NUMBER = "03423Q10286R0S"
EXPIRES = date(2026, 3, 9)


@pytest.fixture(autouse=True)
def certificate() -> Certificate:
    return make_certificate(
        make_organisation(), NUMBER, issued_on=date(2023, 3, 10), expires_on=EXPIRES, last_audit_on=date(2025, 3, 1),
        issuer_name="某认证有限公司", scope_zh="精密减速机的设计和生产",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("audited", "today", "number", "expires", "old"),
    [
        (date(2026, 2, 20), date(2026, 3, 2), "03426Q10286R1S", date(2029, 3, 9), "cancelled"),
        (EXPIRES, EXPIRES, "03426Q10286R1S", date(2029, 3, 9), "cancelled"),
        # the city's worked example: audited on site on 20 March, after expiry: an initial certification
        (date(2026, 3, 20), date(2026, 3, 23), "03426Q10286R0S", date(2029, 3, 22), "active"),
    ],
)
def test_renewal_goes_on_in_time_and_begins_anew_later(
    audited: date, today: date, number: str, expires: date, old: str
) -> None:
    renewed = renew_certificate(actor=SYSTEM, key=NUMBER, audited_on=audited, when=noon(today))

    made = Certificate.objects.get(number=number)
    assert (renewed.key, made.expires_on, made.last_audit_on, made.scope_zh) == (
        number, expires, audited, "精密减速机的设计和生产",
    )  # fmt: skip
    assert Certificate.objects.get(number=NUMBER).state == old
    assert Credential.objects.get(key=number).valid_until == expires


def test_what_is_not_renewed() -> None:
    when = noon(date(2026, 3, 2))
    with pytest.raises(NotAllowed):
        renew_certificate(actor=make_actor("expert"), key=NUMBER, audited_on=date(2026, 2, 20), when=when)
    for day in (date(2026, 3, 3), date(2023, 3, 10)):
        with pytest.raises(BadInput):
            renew_certificate(actor=SYSTEM, key=NUMBER, audited_on=day, when=when)
    Certificate.objects.update(number="FOREIGN/1")
    with pytest.raises(BadIdentifier):
        renew_certificate(actor=SYSTEM, key="FOREIGN/1", audited_on=date(2026, 2, 20), when=when)
    Certificate.objects.update(state="withdrawn")
    with pytest.raises(Conflict):
        renew_certificate(actor=SYSTEM, key="FOREIGN/1", audited_on=date(2026, 2, 20), number="F/2", when=when)
    assert Certificate.objects.count() == 1
