"""The one-stop service of the demonstration: visits by day, orders of many enterprises, what they saved. All invented.

The numbers that the city published are not typed in anywhere: they come out of counting these records.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction

from pinzhi.engine.casework.savings import SavingKind
from pinzhi.records.accounts.demo import ENTERPRISE, INSTITUTION
from pinzhi.records.accounts.permissions import command
from pinzhi.records.casework.actions.history import Done, PastOrder, Saved, load_orders
from pinzhi.records.casework.actions.visits import load_visits
from pinzhi.records.casework.models import VisitDay
from pinzhi.records.catalog.demo.chance import stream
from pinzhi.records.catalog.models import Institution, Organisation
from pinzhi.records.catalog.rulebook import calendar, rulebook
from pinzhi.records.clock import moment
from pinzhi.records.storage import Sent, keep

_ACTOR = command("demo")
_PURPOSE = 71  # of the stream of chance: no other part of the demonstration draws from it
FIRMS = 1_009  # beside the demonstration's own enterprise, whose order is told in cases.toml
AGAIN = 180  # of them order twice
NOT_MET = 40  # orders of others that came to nothing, so that orders and enterprises served differ
OPENED = date(2023, 1, 3)
LAST_OPENED = 222  # working days later: the last are completed, and what they saved is verified, within the year
SAVED = Decimal("9800030.00")  # yuan, shared out among the verified claims
CLAIMS = 640
UNVERIFIED = 12
_KINDS: tuple[SavingKind, ...] = ("discount", "fee-waived", "shared-equipment", "travel", "time")
_NEEDS = (
    ("M01", "一批压力表、温度计到期，需要检定"),
    ("M02", "实验室天平和量具需要校准"),
    ("S02", "产品标准要查新，确认引用的标准是否现行"),
    ("S05", "新产品没有标准，要编企业标准"),
    ("S08", "准备申报标准化良好行为评价"),
    ("C01", "质量管理体系证书到期，要再认证"),
    ("C03", "出口产品要做自愿性认证"),
    ("T01", "原材料进厂要做成分和力学性能检测"),
    ("T04", "想借用环境试验箱做一周耐久试验"),
    ("T05", "废水排口要现场取样检测"),
    ("E01", "派人参加首席质量官培训"),
    ("E02", "新任内审员要培训"),
)
_OFFERS = {"E": "training"}  # items that institutions offer under another group than their own


def load_service() -> bool:
    """Load visits and past orders unless they are there; return whether they were loaded. All or nothing.

    A city without a file of visits, or without the organisations of the demonstration, has none.
    """
    folder = Path(settings.RULEBOOK) / settings.CITY / "demo"
    file = folder / "visits.csv"
    if VisitDay.objects.filter(synthetic=True).exists() or not file.is_file():
        return False
    if Organisation.objects.filter(code__in=(ENTERPRISE, INSTITUTION)).count() < 2:
        return False
    with transaction.atomic():
        load_visits(actor=_ACTOR, counts=visits_of(file), when=moment(), synthetic=True)
        evidence = keep(Sent("evidence.pdf", [(folder / "evidence.pdf").read_bytes()]))
        load_orders(actor=_ACTOR, orders=past_orders(), evidence=evidence, when=moment())
    return True


def visits_of(file: Path) -> dict[date, int]:
    """Read days and counts from a table of two columns."""
    with file.open(encoding="utf-8", newline="") as text:
        return {date.fromisoformat(row["on"]): int(row["count"]) for row in csv.DictReader(text)}


def past_orders() -> list[PastOrder]:
    """Return invented orders of invented enterprises, always the same; fewer where the city has fewer enterprises."""
    firms = list(
        Organisation.objects.filter(synthetic=True, kind="enterprise", state="active")
        .filter(district__in=rulebook().codelist("districts").codes)
        .exclude(code=ENTERPRISE)
        .order_by("code")
        .values_list("code", flat=True)[: FIRMS + NOT_MET]
    )
    providers = _providers()
    chance = stream(_PURPOSE)
    count = min(FIRMS, len(firms))
    numbers = [*range(count), *range(min(AGAIN, count))]
    draws = chance.integers(0, 1_000_000, (len(numbers), 5)).tolist()
    savings = _savings(len(numbers), chance.random(min(CLAIMS, len(numbers) * 54 // 100)).tolist())
    orders = [
        _order(place, firms[firm], providers, draw, savings.get(place))
        for place, (firm, draw) in enumerate(zip(numbers, draws, strict=True))
    ]
    return [*orders, *(_not_met(number, code) for number, code in enumerate(firms[count:]))]


@dataclass(frozen=True, slots=True)
class _Amount:
    """What an order saved, before it is known what it did cost, and whether that was verified."""

    saved: Decimal
    is_verified: bool


def _providers() -> dict[str, list[str]]:
    """Return the listed institutions by what they offer; the demonstration's own comes often."""
    found: dict[str, list[str]] = {}
    rows = Institution.objects.filter(state="listed").order_by("organisation__code")
    for code, categories in rows.values_list("organisation__code", "categories"):
        for one in categories.split(";"):
            found.setdefault(one, []).append(code)
    return {one: codes[:12] for one, codes in found.items()}


def _savings(orders: int, shares: list[float]) -> dict[int, _Amount]:
    """Share the whole out among evenly spread orders, to the cent; some claims more are left unverified."""
    if not shares:
        return {}
    whole = sum(0.2 + one for one in shares)
    amounts = [(SAVED * Decimal(str((0.2 + one) / whole))).quantize(Decimal("1.00")) for one in shares]
    amounts[-1] += SAVED - sum(amounts)
    step = orders / (len(amounts) + UNVERIFIED)
    places = [int(number * step) for number in range(len(amounts) + UNVERIFIED)]
    found = {place: _Amount(amount, is_verified=True) for place, amount in zip(places, amounts, strict=False)}
    found |= {place: _Amount(Decimal("1800.00"), is_verified=False) for place in places[len(amounts) :]}
    return found


def _order(
    place: int, firm: str, providers: dict[str, list[str]], draw: list[int], amount: _Amount | None
) -> PastOrder:
    item, need = _NEEDS[draw[0] % len(_NEEDS)]
    group = _OFFERS.get(item[0]) or rulebook().codelist("services").parent(item)
    known = providers.get(group) or [INSTITUTION]
    price = Decimal(600 + draw[1] % 9_000)
    rating = 5 if draw[2] % 100 < 74 else 4 if draw[2] % 100 < 94 else 3
    days = _days(OPENED, draw[3] % LAST_OPENED)
    opened = next(days)
    at_station = draw[4] % 5 == 0
    steps = [
        Done("accept", "officer", opened),
        Done("dispatch", "officer", next(days)),
        Done("quote", "provider", next(days)),
        Done("confirm", "reporter", next(days)),
    ]
    for _ in range(draw[4] % 4):
        next(days)
    steps.append(Done("deliver", "provider", next(days)))
    steps.append(Done("complete", "reporter", next(days)))
    values = {
        "need": need + "。",
        "service": item,
        "channel": "station" if at_station else "web",
        "price": str(price),
        "deliverable": f"YS-{2023}-{place + 1:05d}",
    }
    if draw[2] % 10:
        steps.append(Done("rate", "reporter", steps[-1].on))
        values["rating"] = f"r{rating}"
    saved = None
    if amount is not None:
        claimed = next(days)
        saved = Saved(
            kind=_KINDS[draw[0] % len(_KINDS)],
            baseline=price + amount.saved,
            actual=price,
            basis="同类服务的市场报价与实付发票之差（演示）。",
            claimed_on=claimed,
            verified_on=next(days) if amount.is_verified else None,
        )
    return PastOrder(
        once=f"demo/service/{place + 1}",
        reporter_code=firm,
        provider_code=known[draw[3] % len(known)],
        values=values,
        opened_on=opened,
        steps=tuple(steps),
        opened_by="station" if at_station else "reporter",
        saved=saved,
    )


def _not_met(number: int, firm: str) -> PastOrder:
    days = _days(OPENED, 5 * number)
    opened = next(days)
    return PastOrder(
        once=f"demo/service/none/{number + 1}",
        reporter_code=firm,
        provider_code="",
        values={"need": "需要本市没有的大型风洞试验。", "service": "T01", "channel": "phone"},
        opened_on=opened,
        steps=(Done("accept", "officer", opened), Done("give-up", "officer", next(days))),
    )


def _days(first: date, after: int) -> Iterator[date]:
    """Yield working days, from the so many-th after a first one."""
    worked = calendar()
    day = worked.add(first, after)
    while True:
        yield day
        day = worked.add(day, 1)
