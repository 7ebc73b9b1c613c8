"""Which certificates are watched, by which rule, and which of them are overdue on a day."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from django.conf import settings
from django.db.models import F, Q

from pinzhi.engine.attestation.surveillance import rules_by_scheme
from pinzhi.engine.periods import latest_with_months_until
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.surveillance import SurveillanceRule
from pinzhi.records.catalog.queries.validity import valid_on
from pinzhi.records.catalog.rulebook import rulebook


def certificate_rules(on: date) -> Mapping[str, SurveillanceRule]:
    """Return the rule of surveillance of each certificate scheme on a day; one without a rhythm has none."""
    return _rules(str(settings.RULEBOOK), settings.CITY, on)


def overdue_on(day: date) -> Q:
    """Return the condition under which ``standing`` answers ``overdue`` on a day: valid on paper, and not watched."""
    return valid_on(day) & due_by(day - timedelta(days=1), on=day)


def due_by(last: date, *, on: date) -> Q:
    """Return the condition under which the next surveillance is due on a day or before it, by the rules of ``on``.

    That a term may end first is left to the caller: of what is valid after ``last`` it cannot.
    """
    wanted = Q(pk__in=())
    for (first, interval), schemes in _by_rhythm(on).items():
        began, audited = latest_with_months_until(last, first), latest_with_months_until(last, interval)
        was_audited = Q(last_audit_on__gt=F("issued_on"))
        wanted |= Q(scheme__in=schemes) & (
            (was_audited & Q(last_audit_on__lte=audited))
            | ((Q(last_audit_on=None) | Q(last_audit_on__lte=F("issued_on"))) & Q(issued_on__lte=began))
        )
    return wanted & Q(expires_on__isnull=False, issued_on__isnull=False)


def _by_rhythm(on: date) -> dict[tuple[int, int], list[str]]:
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for code, rule in certificate_rules(on).items():
        found[rule.first_within_months, rule.interval_months].append(code)
    return found


@lru_cache(maxsize=8)
def _rules(_folder: str, _city: str, on: date) -> Mapping[str, SurveillanceRule]:
    """Work the rules out once for a day; folder and city tell one rulebook from another."""
    book = rulebook()
    declared: dict[str, SurveillanceRule | None] = {}
    for scheme in sorted(book.all_of(Scheme), key=lambda one: one.in_force_from or date.min):
        rule = scheme.surveillance
        if scheme.register_code and rule is not None and (scheme.in_force_from is None or scheme.in_force_from <= on):
            declared[scheme.register_code] = rule  # of several editions the one that came into force last
    return rules_by_scheme(book.codelist("schemes").entries, declared)
