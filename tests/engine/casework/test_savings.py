"""Savings: never below zero, with evidence, once of each kind, counted when verified."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pinzhi.engine.casework.savings import Claim, check_claim, verified_total
from pinzhi.engine.errors import BadInput

CLAIM = Claim("FW-2024-0001", "discount", Decimal("12000"), Decimal("2297"), evidence=1)


def test_a_saving_is_baseline_less_actual_and_never_below_zero() -> None:
    assert CLAIM.amount == 9703
    assert replace(CLAIM, actual=Decimal("13000")).amount == 0


def test_only_verified_claims_are_summed() -> None:
    assert verified_total([CLAIM, replace(CLAIM, verified=True)]) == 9703


def test_a_sound_claim_passes() -> None:
    check_claim(CLAIM, [replace(CLAIM, kind="travel"), replace(CLAIM, order="FW-2024-0002")])


@pytest.mark.parametrize(
    ("claim", "others", "code"),
    [
        (replace(CLAIM, baseline=Decimal("-1")), [], "casework.saving.amount"),
        (replace(CLAIM, actual=Decimal("0.005")), [], "casework.saving.amount"),
        (replace(CLAIM, baseline=Decimal("NaN")), [], "casework.saving.amount"),
        (replace(CLAIM, evidence=0), [], "casework.saving.evidence"),
        (CLAIM, [CLAIM], "casework.saving.twice"),
    ],
)
def test_a_claim_is_refused(claim: Claim, others: list[Claim], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_claim(claim, others)

    assert refused.value.code == code
