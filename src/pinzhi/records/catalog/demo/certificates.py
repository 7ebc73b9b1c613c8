"""The invented certificate register: valid ones as many as the city counts, and others in every state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pinzhi.engine.periods import months_after
from pinzhi.records.catalog.demo.chance import below, stream
from pinzhi.records.catalog.demo.organisations import HOLDER_COUNT, Firm

COLUMNS = (
    *("number", "scheme", "holder", "standard", "scope_zh", "scope_en", "issuer", "first_issued_on", "issued_on"),
    *("expires_on", "state", "state_on", "state_ground", "last_audit_on", "people_covered", "source", "synthetic"),
    "edition",
)
SOURCE = "演示生成"
# Seed figure A60 is 12,667; the demo enterprise of the facts holds one of them.
VALID_QMS = 12_666
DEMO_DAY = date(2024, 1, 4)
# Nothing begins or ends around the turn of the year: the count is the same on 31 December and on the day of the demo.
QUIET_FROM, QUIET_TO = date(2023, 12, 21), date(2024, 1, 15)
# Who is suspended has been so for less than the six months after which it would be withdrawn, but for a few.
SUSPENDED_FROM, OVERSTAYED_FROM = date(2023, 7, 8), date(2023, 6, 5)
BODY_CODES = tuple(range(901, 913))  # bodies that the generator of institutions makes first
DEMO_BODY = "青岛示例认证中心有限公司"
TERM_YEARS = 3

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A management-system scheme: its id, the letters in certificate numbers, its standard, how many to make."""

    id: str
    letters: str
    standard: str
    valid: int


SCHEMES = (
    Scheme("qms", "Q", "GB/T 19001-2016", VALID_QMS),
    Scheme("ems", "E", "GB/T 24001-2016", 3_400),
    Scheme("ohsms", "S", "GB/T 45001-2020", 2_600),
    Scheme("fsms", "F", "GB/T 22000-2006", 420),
    Scheme("enms", "EN", "GB/T 23331-2020", 260),
    Scheme("isms", "IS", "GB/T 22080-2016", 240),
)
# What became of the certificates that no longer count, for each valid one.
OTHER_STATES = {"suspended": 0.02, "withdrawn": 0.015, "cancelled": 0.012, "expired": 0.05}
GROUNDS = {
    "suspended": "未按期接受监督审核（演示）",
    "withdrawn": "暂停期满未整改（演示）",
    "cancelled": "组织申请注销（演示）",
}
# The first batch of 青岛优品: 100 labels of 92 enterprises. The demo enterprise of the facts holds one of them.
LABELS, LABEL_HOLDERS = 99, 91
LABELLED = (date(2023, 11, 20), date(2026, 11, 19))
ACTIVITIES = ((("设计、", "Design, "), ("", "")), (("生产", "production"), ("加工", "processing"), ("销售", "sale")))


def generated_certificates(firms: Sequence[Firm]) -> Iterator[Row]:
    """Yield the register of the holders ``firms``: valid certificates first, scheme by scheme, then the others."""
    for order, scheme in enumerate(SCHEMES):
        chance = stream(31, order)
        others = {state: round(scheme.valid * share) for state, share in OTHER_STATES.items()}
        states = ["active"] * scheme.valid + [state for state, count in others.items() for _ in range(count)]
        draws = chance.integers(0, 2**31, (len(states), 3)).tolist()
        extra = below(chance, HOLDER_COUNT, len(states))
        for serial, state in enumerate(states):
            # The first certificate of everybody comes first; those beyond are second ones of some.
            everybody = scheme.id == "qms" and state == "active" and serial < HOLDER_COUNT
            firm = firms[serial if everybody else extra[serial]]
            yield _row(scheme, serial, state, firm, draws[serial])
    yield from _labels(firms)


def _labels(firms: Sequence[Firm]) -> Iterator[Row]:
    """Yield the labels of the first batch: more labels than holders, for some enterprises have two."""
    issued, expires = (day.isoformat() for day in LABELLED)
    for serial in range(LABELS):
        firm = firms[serial % LABEL_HOLDERS * (len(firms) // LABEL_HOLDERS)]
        name = firm.trade.name
        yield (
            *(f"QDYP-1-{serial + 2:03d}", "youpin", firm.code, "", f"“{firm.short.zh}”{name.zh}"),
            *(f"“{firm.short.en}” {name.en.lower()}", "青岛市市场监督管理局", issued, issued, expires),
            *("active", "", "", "", "", SOURCE, "1", "1"),
        )


def _row(scheme: Scheme, serial: int, state: str, firm: Firm, draws: Sequence[int]) -> Row:
    issued = _issued(state, draws[0])
    expires = issued.replace(year=issued.year + TERM_YEARS) - timedelta(days=1)
    cycle = draws[1] % 4
    first = issued.replace(year=issued.year - TERM_YEARS * cycle)
    people = _people(firm.size, draws[2])
    ended = state in GROUNDS
    state_on = _changed(state, issued, draws[1]) if ended else None
    return (
        _number(scheme, serial, issued, cycle, people, draws[0]),
        *(scheme.id, firm.code, scheme.standard, *_scope(firm, draws[1])),
        *(_issuer(draws[0]), first.isoformat(), issued.isoformat(), expires.isoformat()),
        *("active" if state == "expired" else state, state_on.isoformat() if state_on else "", GROUNDS.get(state, "")),
        *(_audited(issued, expires, state, state_on, draws[2]).isoformat(), str(people), SOURCE, "1", ""),
    )


def _issued(state: str, draw: int) -> date:
    """Return the day of issue: within the term for certificates in force, before it for expired ones.

    A suspended one has had the time to miss a surveillance.
    """
    if state == "expired":
        return _no_leap_day(date(2018, 1, 10) + timedelta(days=draw % 1000))
    earliest = QUIET_TO.replace(year=QUIET_TO.year - TERM_YEARS) + timedelta(days=2)
    latest = {"active": QUIET_FROM, "suspended": date(2022, 5, 31)}.get(state, date(2023, 1, 10))
    return _no_leap_day(earliest + timedelta(days=draw % (latest - earliest).days))


def _changed(state: str, issued: date, draw: int) -> date:
    """Return the day since which a certificate is suspended, withdrawn or cancelled."""
    if state == "suspended":
        since, until = (OVERSTAYED_FROM, SUSPENDED_FROM) if draw % 40 == 0 else (SUSPENDED_FROM, QUIET_FROM)
        return since + timedelta(days=draw // 40 % ((until - since).days - 2))
    return issued + timedelta(days=200 + draw % max(1, (QUIET_FROM - issued).days - 210))


def _no_leap_day(day: date) -> date:
    return day.replace(day=28) if (day.month, day.day) == (2, 29) else day


def _audited(issued: date, expires: date, state: str, state_on: date | None, draw: int) -> date:
    """Return the last audit, each some weeks before its twelve months are over; the issue where there was none yet.

    Who is suspended missed the last one, and so do a few whose certificates still say valid.
    """
    last, until = issued, min(state_on or DEMO_DAY, expires)
    if state == "suspended":
        until -= timedelta(days=365)
    due = months_after(issued, 12)
    while due <= until:
        is_missed = state == "active" and draw % 50 == 0 and due > until - timedelta(days=60)
        if is_missed:
            break
        last = due - timedelta(days=5 + draw % 35)
        due = months_after(last, 12)
    return last


def _people(size: str, draw: int) -> int:
    low, high = {"large": (1001, 6000), "medium": (300, 999), "small": (20, 299), "micro": (3, 19)}[size]
    return low + draw % (high - low)


def _number(scheme: Scheme, serial: int, issued: date, cycle: int, people: int, draw: int) -> str:
    """Write the usual number: body, year, system, serial, cycle, size of the people covered."""
    size = "S" if people <= 50 else "M" if people <= 1000 else "L"
    return f"{_body(draw)}{issued.year % 100:02d}{scheme.letters}{serial + 1:05d}R{cycle}{size}"


def _body(draw: int) -> int:
    return BODY_CODES[draw // 1000 % len(BODY_CODES)]


def _issuer(draw: int) -> str:
    return body_name(_body(draw))


def body_name(code: int) -> str:
    """Return the registered name of an invented certification body."""
    return f"示例{_NUMERALS[code - BODY_CODES[0]]}号认证有限公司"


_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


def _scope(firm: Firm, draw: int) -> tuple[str, str]:
    trade = firm.trade.name
    zh, en = (("设计、生产和销售", "design, production and sale"), ("生产", "production"), ("服务", "service"))[
        draw % 3
    ]
    return f"{trade.zh}相关产品的{zh}", f"{trade.en}: {en}"
