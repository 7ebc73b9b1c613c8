"""Which institutions to suggest for a need: by scope, accreditation, distance, load and past ratings, with reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from pinzhi.engine.casework.duplicates import Spot, metres_between
from pinzhi.engine.rulebook.case_parts import MatchRule
from pinzhi.engine.texts import Text

BEST_RATING = 5
_WHOLE = Decimal(1)
_SHOWN = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Need:
    """What is looked for: service codes and canonical standard numbers, and where the enterprise is."""

    services: frozenset[str]
    standards: frozenset[str]
    spot: Spot | None
    on: date


@dataclass(frozen=True, slots=True)
class Provider:
    """An institution as the register and its past orders show it.

    ``standards`` are those that it may test or certify by, ``accredited`` those of them covered by an approval that
    holds on the day. ``open_orders`` are in hand; ``ratings`` count past ratings 1 to 5 in this order.
    """

    key: str
    services: frozenset[str]
    standards: frozenset[str] = frozenset()
    accredited: frozenset[str] = frozenset()
    spot: Spot | None = None
    open_orders: int = 0
    ratings: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason for a suggestion: in words, and how many of how many points."""

    text: Text
    points: Decimal
    of: Decimal


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An institution with its points out of 100 and the reasons they are made of."""

    key: str
    points: Decimal
    grounds: tuple[Ground, ...]


def suggest(rule: MatchRule, need: Need, providers: Iterable[Provider]) -> tuple[Suggestion, ...]:
    """Return the institutions that offer a service of the need or may work by one of its standards, the best first.

    Equal points go by fewer open orders, then by key, so that the order never depends on that of the input.
    """
    fitting = [one for one in providers if one.services & need.services or one.standards & need.standards]
    found = [(_suggestion(rule, need, one), one) for one in fitting]
    found.sort(key=lambda pair: (-pair[0].points, pair[1].open_orders, pair[1].key))
    return tuple(suggestion for suggestion, _ in found)


def _suggestion(rule: MatchRule, need: Need, one: Provider) -> Suggestion:
    shares = (
        (rule.scope, *_scope(need, one)),
        (rule.accreditation, *_accreditation(need, one)),
        (rule.distance, *_distance(rule, need, one)),
        (rule.load, *_load(rule, one)),
        (rule.rating, *_rating(rule, one)),
    )
    grounds = tuple(
        Ground(text, (share * weight).quantize(_SHOWN, ROUND_HALF_UP), Decimal(weight))
        for weight, share, text in shares
        if weight
    )
    points = sum((share * weight for weight, share, _ in shares), Decimal(0))
    return Suggestion(one.key, points.quantize(_SHOWN, ROUND_HALF_UP), grounds)


def _share(part: int, whole: int) -> Decimal:
    return Decimal(part) / whole if whole else Decimal(0)


def _scope(need: Need, one: Provider) -> tuple[Decimal, Text]:
    wanted = len(need.services) + len(need.standards)
    covered = len(need.services & one.services) + len(need.standards & one.standards)
    return _share(covered, wanted), Text(
        f"需求的 {wanted} 项里能做 {covered} 项", f"covers {covered} of {wanted} things needed"
    )


def _accreditation(need: Need, one: Provider) -> tuple[Decimal, Text]:
    if not need.standards:
        return (_WHOLE if one.accredited else Decimal(0)), Text(
            "有有效的资质" if one.accredited else "没有登记资质",
            "holds valid approvals" if one.accredited else "no approval on record",
        )
    covered = len(need.standards & one.accredited)
    return _share(covered, len(need.standards)), Text(
        f"{len(need.standards)} 项标准里 {covered} 项在资质范围内",
        f"{covered} of {len(need.standards)} standards within its approvals",
    )


def _distance(rule: MatchRule, need: Need, one: Provider) -> tuple[Decimal, Text]:
    if need.spot is None or one.spot is None:
        return Decimal(0), Text("距离不详", "distance unknown")
    km = Decimal(str(round(metres_between(need.spot, one.spot) / 1000, 1)))
    if not km:
        return _WHOLE, Text("就在当地", "in the same place")
    return max(Decimal(0), _WHOLE - km / rule.far_km), Text(f"相距 {km} 公里", f"{km} km away")


def _load(rule: MatchRule, one: Provider) -> tuple[Decimal, Text]:
    share = max(Decimal(0), _WHOLE - _share(one.open_orders, rule.busy_orders))
    return share, Text(f"手上有 {one.open_orders} 单", f"{one.open_orders} orders in hand")


def _rating(rule: MatchRule, one: Provider) -> tuple[Decimal, Text]:
    """Return the mean rating, drawn towards the middle by ``rule.prior_ratings`` ratings of 3 while there are few."""
    count = sum(one.ratings)
    total = sum(stars * times for stars, times in enumerate(one.ratings, start=1))
    middle = (1 + BEST_RATING) // 2
    mean = _share(total + middle * rule.prior_ratings, count + rule.prior_ratings)
    share = (mean - 1) / (BEST_RATING - 1) if count + rule.prior_ratings else Decimal(0)
    if not count:
        return share, Text("还没有评价", "not rated yet")
    shown = _share(total, count).quantize(_SHOWN, ROUND_HALF_UP)
    return share, Text(f"{count} 次评价，平均 {shown}", f"{shown} in {count} ratings")
