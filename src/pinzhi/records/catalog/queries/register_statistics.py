"""What the registers come to: by state, scheme, district and year, and how many holders there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q
from django.db.models.functions import ExtractYear

from pinzhi.engine.catalog import words
from pinzhi.engine.periods import years_before
from pinzhi.engine.texts import Text
from pinzhi.records.catalog.history import Facts
from pinzhi.records.catalog.models import Honour
from pinzhi.records.catalog.queries.registers import Register, facts_of, state_on_day
from pinzhi.records.catalog.queries.validity import valid_on
from pinzhi.records.catalog.queries.version import catalogue_version
from pinzhi.records.catalog.queries.watching import overdue_on
from pinzhi.records.catalog.rulebook import rulebook

KEPT_S = 600
AWARDS: Mapping[str, Text] = {
    "mayor": Text("市长质量奖", "Mayor's Quality Award"),
    "governor": Text("省长质量奖", "Governor's Quality Award"),
    "china": Text("中国质量奖", "China Quality Award"),
    "good-practice": Text("标准化良好行为", "Good standardisation practice"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a statistic: its code, its words, how many, and of how many holders where they are counted."""

    code: str
    text: Text
    count: int
    holders: int | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a register comes to, of what is valid on the day unless it says otherwise."""

    valid: int
    holders: int
    overdue: int
    withdrawn: int  # in the twelve months up to the day
    since: date
    states: tuple[Share, ...]  # of all that is recorded
    schemes: tuple[Share, ...]
    districts: tuple[Share, ...]
    years: tuple[Share, ...]  # of issue


def statistics(register: Register, on: date, known: date | None = None, *, scheme: str = "") -> Statistics:
    """Return what a register, or one scheme of it, comes to; each certificate and each holder is counted once.

    Kept for ten minutes for one version of the catalogue: a dozen counts over all certificates take a while.
    """
    key = f"register:{register.name}:{scheme}:{on}:{known}:{catalogue_version().number}"
    kept: Statistics | None = cache.get(key)
    if kept is None:
        kept = _counted(register, on, known, scheme)
        cache.set(key, kept, KEPT_S)
    return kept


def _counted(register: Register, on: date, known: date | None, scheme: str) -> Statistics:
    found = facts_of(register, on, known)
    if scheme:
        found = found.filter(scheme=scheme)
    since = years_before(on, 1)
    if register.model is Honour:
        won = found.filter(Q(state__in=("announced", "in_force")))
        withdrawn = found.filter(state="revoked", valid_from__gt=since, valid_from__lte=on).count()
        states = {code: found.count(state=code) for code in words.HONOUR_STATES}
        vocabulary, holder, district, issued = words.HONOUR_STATES, "organisation", "region", "awarded_on"
        overdue = 0
    else:
        won = found.filter(valid_on(on))
        withdrawn = found.filter(state="withdrawn", state_on__gt=since, state_on__lte=on).count()
        states = {code: found.count(state_on_day(code, on)) for code in words.CERTIFICATE_STATES}
        vocabulary, holder, district, issued = words.CERTIFICATE_STATES, "holder", "holder__district", "issued_on"
        overdue = found.filter(overdue_on(on)).count()
    return Statistics(
        valid=won.count(),
        holders=won.count_distinct(holder),
        overdue=overdue,
        withdrawn=withdrawn,
        since=since,
        states=tuple(Share(code, vocabulary[code], count) for code, count in states.items() if count),
        schemes=_by_scheme(register, won),
        districts=_by_district(won, district, holder, on),
        years=_by_year(won, issued),
    )


def issuers(register: Register, on: date) -> tuple[str, ...]:
    """Return the names of who issued what is valid on a day, those with most first, at most 30."""
    field = "issuer" if register.model is Honour else "issuer_name"
    won = facts_of(register, on, None)
    if register.model is not Honour:
        won = won.filter(valid_on(on))
    return tuple(name for name, _count in won.count_by(field).most_common(30) if name)


def _by_scheme(register: Register, won: Facts[Any]) -> tuple[Share, ...]:
    """Return the parts by scheme; of grades, which are of one scheme, by grade."""
    if register.name == "grades":
        return tuple(Share("", Text(grade, grade), n) for grade, n in sorted(won.count_by("grade").items()))
    names = rulebook().codelist("schemes")
    return tuple(
        Share(code, AWARDS.get(code) or names.text(code), n) for code, n in won.count_by("scheme").most_common()
    )


def _by_district(won: Facts[Any], district: str, holder: str, on: date) -> tuple[Share, ...]:
    districts = rulebook().codelist("districts")
    counts: dict[str, int] = {}
    holders: dict[str, set[int]] = {}
    for half in (won.main, won.past):
        for code, owner, n in half.order_by().values_list(district, holder).annotate(Count("pk")):
            current = districts.current(code, on) if code in districts else ""
            counts[current] = counts.get(current, 0) + n
            if owner is not None:
                holders.setdefault(current, set()).add(owner)
    ranked = sorted(counts.items(), key=lambda one: (one[0] == "", -one[1], one[0]))
    return tuple(
        Share(
            code,
            districts.text(code) if code else Text("区市未写明", "District not given"),
            n,
            len(holders.get(code, ())),
        )
        for code, n in ranked
    )


def _by_year(won: Facts[Any], field: str) -> tuple[Share, ...]:
    counts: dict[int, int] = {}
    for half in (won.main, won.past):
        for year, n in (
            half.order_by().annotate(in_year=ExtractYear(field)).values_list("in_year").annotate(Count("pk"))
        ):
            if year is not None:
                counts[year] = counts.get(year, 0) + n
    return tuple(Share(str(year), Text(str(year), str(year)), counts[year]) for year in sorted(counts, reverse=True))
