"""The condition in SQL says the same as the engine, for every certificate and on the days around every turn."""

from datetime import date, timedelta

import pytest

from pinzhi.engine.attestation.surveillance import standing
from pinzhi.records.catalog.models import Certificate
from pinzhi.records.catalog.queries.certificates import watched
from pinzhi.records.catalog.queries.watching import certificate_rules, overdue_on
from tests.build_catalog import make_certificate, make_organisation

pytestmark = pytest.mark.django_db
ISSUED = (date(2022, 2, 28), date(2023, 1, 4), date(2020, 2, 29), None)
AUDITED = (None, date(2023, 1, 3), date(2023, 2, 28), date(2021, 1, 1), date(2020, 2, 29))
EXPIRES = (date(2023, 12, 31), date(2025, 1, 1), None)
STATES = (("active", None), ("suspended", date(2024, 1, 1)), ("withdrawn", date(2023, 6, 1)))


def test_overdue_on_is_what_the_engine_calls_overdue() -> None:
    holder = make_organisation()
    for number, (issued, audited, expires, (state, since)) in enumerate(
        (a, b, c, d) for a in ISSUED for b in AUDITED for c in EXPIRES for d in STATES
    ):
        make_certificate(
            holder, f"N-{number}", scheme=("qms", "taishan-quality", "youpin")[number % 3], issued_on=issued,
            last_audit_on=audited, expires_on=expires, state=state, state_on=since,
        )  # fmt: skip
    rows = list(Certificate.objects.all())
    seen = set()

    for day in (date(2024, 1, 3) + timedelta(days=ahead) for ahead in (0, 1, 2, 55, 56, 57, 58, 400)):
        rules = certificate_rules(day)
        by_engine = {row.number for row in rows if row.scheme in rules
                     and standing(rules[row.scheme], watched(row), day).is_overdue}  # fmt: skip
        assert set(Certificate.objects.filter(overdue_on(day)).values_list("number", flat=True)) == by_engine
        seen |= by_engine

    assert len(seen) > 10
