"""What tests of surveillance start from: a scheme that suspends by rule, and certificates under it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.surveillance import SurveillanceRule
from pinzhi.records.catalog.models import Certificate, Organisation
from pinzhi.records.catalog.queries import watching
from tests.build_catalog import make_certificate, make_organisation

SCHEME = "taishan-quality"
HOLDER, ISSUER = "91370212MA0000015Y", "91370200MA0000002X"
ISSUED, EXPIRES = date(2023, 3, 10), date(2026, 3, 9)  # the worked example of the city


def noon(day: date, hour: int = 4) -> Moment:
    """Midday of a day in the city."""
    return Moment(datetime(day.year, day.month, day.day, hour, tzinfo=UTC), day)


def watch_by(monkeypatch: pytest.MonkeyPatch, **rule: Any) -> None:
    """Let the scheme of the tests be watched by another rule than the one of its file."""
    plain = watching._rules.__wrapped__
    own = {SCHEME: SurveillanceRule(**rule)}
    monkeypatch.setattr(watching, "_rules", lambda folder, city, on: {**plain(folder, city, on), **own})


def make_watched(number: str = "TSPZ-2023-001", **more: Any) -> Certificate:
    """A certificate of the scheme, issued on 10 March 2023 for three years and not audited since."""
    holder = Organisation.objects.filter(code=HOLDER).first() or make_organisation(code=HOLDER)
    issuer = Organisation.objects.filter(code=ISSUER).first() or make_organisation(
        "某认证有限公司", ISSUER, district="370202"
    )
    given: dict[str, Any] = {
        "scheme": SCHEME,
        "issued_on": ISSUED,
        "expires_on": EXPIRES,
        "last_audit_on": None,
        "issuer": issuer,
        "issuer_name": issuer.name,
    }
    return make_certificate(holder, number, **(given | more))
