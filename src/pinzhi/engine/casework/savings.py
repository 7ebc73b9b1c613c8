"""What an enterprise says after a service: what it saved, counted once verified, and how satisfied it is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pinzhi.engine.errors import BadInput

SavingKind = Literal["fee-waived", "discount", "shared-equipment", "travel", "time"]
BEST_RATING = 5
LOW_RATING = 2  # from here down somebody calls back


@dataclass(frozen=True, slots=True)
class Claim:
    """A saving as an enterprise states it, in yuan: what it would have cost and what it did cost."""

    order: str
    kind: SavingKind
    baseline: Decimal
    actual: Decimal
    evidence: int = 0
    verified: bool = False

    @property
    def amount(self) -> Decimal:
        """What was saved; never below zero."""
        return max(Decimal(0), self.baseline - self.actual)


def check_claim(claim: Claim, others: Iterable[Claim] = ()) -> None:
    """Refuse amounts below zero or with more than two digits, a claim without evidence, and a second of its kind."""
    for name_zh, name, amount in (("原价", "baseline", claim.baseline), ("实付", "actual cost", claim.actual)):
        if not amount.is_finite() or amount < 0 or amount != amount.quantize(Decimal("0.01")):
            raise BadInput(
                "casework.saving.amount",
                "{name_zh}是 {found}，应为不小于 0、最多两位小数的金额（元）。",
                "The {name} is {found}; expected yuan, not below 0, with at most two digits.",
                name_zh=name_zh,
                name=name,
                found=amount,
            )
    if claim.evidence < 1:
        raise BadInput(
            "casework.saving.evidence",
            "节约的费用要附凭据，例如报价单和发票。",
            "A saving needs evidence, such as a quote and an invoice.",
        )
    if any(one.order == claim.order and one.kind == claim.kind for one in others):
        raise BadInput(
            "casework.saving.twice",
            "这一单的这类节约已经申报过，每类一次。",
            "This kind of saving was claimed for this order before; each kind counts once.",
        )


def verified_total(claims: Iterable[Claim]) -> Decimal:
    """Return the sum of what was saved by verified claims, in yuan."""
    return sum((one.amount for one in claims if one.verified), Decimal(0))


def check_rating(level: int, reasons: Collection[str], words: str, *, known: Collection[str]) -> None:
    """Refuse a level that is none, a reason that is none, and a low rating that does not say why."""
    if not 1 <= level <= BEST_RATING:
        raise BadInput(
            "casework.rating.level",
            "评价是 {found}，应为 1 到 {best}。",
            "The rating is {found}; expected 1 to {best}.",
            found=level,
            best=BEST_RATING,
        )
    for reason in reasons:
        if reason not in known:
            raise BadInput(
                "casework.rating.reason",
                "没有“{reason}”这个原因。",
                "There is no reason “{reason}”.",
                reason=reason[:40],
            )
    if level <= LOW_RATING and not reasons and not words.strip():
        raise BadInput(
            "casework.rating.why",
            "请选一个不满意的原因，或用自己的话说明。会有人回访。",
            "Choose what you are dissatisfied with, or say it in your words. Somebody will call back.",
        )
