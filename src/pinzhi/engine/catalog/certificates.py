"""Certificates: their number, their state on a day, and when surveillance is due (认证证书)."""

import re
from dataclasses import dataclass, replace
from datetime import date

from pinzhi.engine.errors import BadIdentifier
from pinzhi.engine.periods import months_after

STATES = ("active", "suspended", "withdrawn", "cancelled", "expired", "upcoming")
ENDED = frozenset({"withdrawn", "cancelled"})

# What may follow what. Withdrawn and cancelled never return: only a new certification can.
TRANSITIONS: dict[str, frozenset[str]] = {
    "active": frozenset({"suspended", "withdrawn", "cancelled", "expired"}),
    "suspended": frozenset({"active", "withdrawn", "cancelled", "expired"}),
    "withdrawn": frozenset(),
    "cancelled": frozenset(),
    "expired": frozenset(),
}

_NUMBER = re.compile(r"(\d{3})(\d{2})([A-Z]{1,4})(\d{4,6})R(\d{1,2})([SML])(?:[-/]([0-9A-Z-]+))?")


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    """The parts of a management-system certificate number, such as 03410Q10286R0S.

    ``letters`` stand for the system as the rulebook's schemes have them (Q, E, QJ …); ``cycle`` 0 is the first
    certification; ``size`` S, M or L by the people covered; ``sub`` names a sub-certificate.
    """

    body: str
    year: int
    letters: str
    serial: str
    cycle: int
    size: str
    sub: str = ""

    def __str__(self) -> str:
        sub = f"-{self.sub}" if self.sub else ""
        return f"{self.body}{self.year % 100:02}{self.letters}{self.serial}R{self.cycle}{self.size}{sub}"


def parse_certificate_number(text: str) -> CertificateNumber:
    """Return the parts of a number, or raise BadIdentifier: foreign formats exist and are kept as they are.

    >>> parse_certificate_number("03410Q10286R0S").year
    2010
    """
    match = _NUMBER.fullmatch(text.strip().upper())
    if match is None:
        raise BadIdentifier(
            "catalog.certificate_number",
            "证书编号“{text}”不是“机构 年份 体系 序号 R 周期 规模”的写法，例如 03410Q10286R0S。",
            "The certificate number “{text}” does not read body, year, system, serial, R, cycle, size: 03410Q10286R0S.",
            text=text[:60],
        )
    body, year, letters, serial, cycle, size, sub = match.groups()
    return CertificateNumber(body, 2000 + int(year), letters, serial, int(cycle), size, sub or "")


def certificate_state(
    *, on: date, state: str, state_on: date | None, issued_on: date | None, expires_on: date | None
) -> str:
    """Return active, suspended, withdrawn, cancelled, expired or upcoming as of a day.

    ``state`` is the last one recorded, in force since ``state_on`` (None: from the start); before that day the
    certificate counts as active. ``expires_on`` is the last day of validity. Withdrawal and cancellation outlast
    expiry; a suspended certificate expires like any other.
    """
    recorded = state if state_on is None or state_on <= on else "active"
    if recorded in ENDED:
        return recorded
    if issued_on is not None and on < issued_on:
        return "upcoming"
    if expires_on is not None and expires_on < on:
        return "expired"
    return recorded


def may_become(state: str, further: str) -> bool:
    """Tell whether a certificate may pass from one recorded state to another."""
    return further in TRANSITIONS.get(state, frozenset())


def surveillance_due(last_audit_on: date | None, issued_on: date | None, interval_months: int = 12) -> date | None:
    """Return the last day for the next surveillance: the interval after the last audit, or after issue.

    CNCA-QMS-01:2025: the first within twelve months of issue, later ones at most twelve months apart.

    >>> surveillance_due(None, date(2023, 3, 10))
    datetime.date(2024, 3, 10)
    """
    start = max((day for day in (last_audit_on, issued_on) if day is not None), default=None)
    return None if start is None else months_after(start, interval_months)


def next_cycle(number: CertificateNumber, *, audited_on: date, expires_on: date) -> int:
    """Return the cycle after a re-certification audit on site: one more, or 0 (initial) if it came after expiry."""
    return number.cycle + 1 if audited_on <= expires_on else 0


def renewed_number(number: CertificateNumber, *, audited_on: date, expires_on: date) -> CertificateNumber:
    """Return the number after re-certification: the year of the audit and the further cycle; serial and size stay.

    03410Q10286R0S, audited on site in 2013 before its expiry, becomes 03413Q10286R1S.
    """
    cycle = next_cycle(number, audited_on=audited_on, expires_on=expires_on)
    return replace(number, year=audited_on.year, cycle=cycle)
