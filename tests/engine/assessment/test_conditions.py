"""The closed list of operators, one line each."""

from typing import Any

import pytest

from pinzhi.engine.assessment.conditions import holds
from pinzhi.engine.rulebook.instrument_parts import Condition

ANSWERS = {"size": "large", "staff": "120", "kinds": ["a", "b"], "blank": "  "}


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ({"item": "size", "answered": True}, True),
        ({"item": "blank", "answered": True}, False),
        ({"item": "absent", "answered": False}, True),
        ({"item": "size", "equals": "large"}, True),
        ({"item": "size", "equals": "small"}, False),
        ({"item": "kinds", "equals": "b"}, True),
        ({"item": "kinds", "one_of": ("c", "a")}, True),
        ({"item": "kinds", "one_of": ("c", "d")}, False),
        ({"item": "staff", "at_least": 120}, True),
        ({"item": "staff", "at_least": 121}, False),
        ({"item": "staff", "at_most": 120}, True),
        ({"item": "size", "at_most": 120}, False),
        ({"item": "absent", "at_most": 120}, False),
        ({"not": {"item": "size", "equals": "small"}}, True),
        ({"not": {"item": "absent", "equals": "small"}}, True),
        ({"all": ({"item": "size", "equals": "large"}, {"item": "staff", "at_least": 200})}, False),
        ({"any": ({"item": "size", "equals": "small"}, {"item": "staff", "at_least": 100})}, True),
    ],
)
def test_an_operator(condition: dict[str, Any], met: bool) -> None:
    assert holds(Condition.model_validate(condition), ANSWERS) is met
