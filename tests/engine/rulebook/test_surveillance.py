"""Surveillance as a scheme declares it."""

import pytest
from pydantic import ValidationError

from pinzhi.engine.rulebook.surveillance import SurveillanceRule


def test_surveillance_rule_is_yearly_and_suspends_when_nothing_else_is_said() -> None:
    rule = SurveillanceRule()

    assert (rule.interval_months, rule.first_within_months, rule.suspension_months) == (12, 12, 6)
    assert (rule.kinds, rule.overdue, rule.remind_days) == (("audit",), "suspend", (90, 30))
    assert (rule.task.length, rule.task.unit) == (20, "wd")
    assert list(rule.faults()) == []


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ({"kinds": ()}, "kinds"),
        ({"kinds": ("audit", "audit")}, "kinds"),
        ({"remind_days": (30, 90)}, "remind_days"),
        ({"remind_days": (30, 30)}, "remind_days"),
        ({"interval_months": 3, "opens_days": 90}, "opens_days"),
    ],
)
def test_surveillance_rule_finds_what_makes_no_sense(written: dict[str, object], key: str) -> None:
    assert [fault.key for fault in SurveillanceRule.model_validate(written).faults()] == [key]


@pytest.mark.parametrize(
    "written",
    [{"interval_months": 0}, {"overdue": "ignore"}, {"kinds": ("visit",)}, {"every": 12}, {"remind_days": (0,)}],
)
def test_surveillance_rule_refuses_what_it_does_not_know(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SurveillanceRule.model_validate(written)
