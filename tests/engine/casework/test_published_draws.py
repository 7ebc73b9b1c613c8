"""A published draw is checked with nothing but itself: any change of lists, seed or outcome is found."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from pinzhi.engine.assessment.judging.lot import commitment
from pinzhi.engine.casework.draws import Inspector, Target, draw
from pinzhi.engine.casework.published_draws import Lists, check, lists_from, plain_visits, published
from pinzhi.engine.errors import BadInput
from pinzhi.engine.texts import Text

SEED = "0f1e2d3c"
AT = datetime(2024, 1, 4, 1, tzinfo=UTC)
LISTS = Lists(
    tuple(Target(f"T{number}", "larger" if number < 2 else "general") for number in range(9)),
    (Inspector("J1", frozenset({"T0"})), Inspector("J2"), Inspector("J3"), Inspector("J4")),
    {"general": 3, "larger": 1},
    2,
)


def document(**more: Any) -> dict[str, Any]:
    made = draw(LISTS.targets, LISTS.inspectors, wanted=LISTS.wanted, team=2, seed=SEED)
    given: dict[str, Any] = {
        "code": "risk-1",
        "title": Text("抽查", "Spot checks"),
        "lists": LISTS,
        "names": {"T0": "甲"},
        "commitment": commitment(SEED),
        "announced_at": AT,
        "seed": SEED,
        "opened_at": AT,
        "visits": plain_visits(made.visits),
    }
    return published(**(given | more))


def outcomes(found: dict[str, Any]) -> list[bool | None]:
    return [one.holds for one in check(found)]


def test_an_opened_draw_holds_in_every_part() -> None:
    assert outcomes(document()) == [True, True, True]
    assert lists_from(document()) == LISTS


def test_a_sealed_draw_shows_its_lists_alone() -> None:
    assert outcomes(document(seed="", opened_at=None, visits=[])) == [True, None, None]


def test_a_draw_called_off_shows_its_seed_and_no_outcome() -> None:
    assert outcomes(document(visits=[], called_off="名单有误")) == [True, True, None]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda found: found["targets"].pop(), [False, True, False]),
        (lambda found: found["targets"][0].update(level="general"), [False, True, False]),
        (lambda found: found["inspectors"][0].update(bars=[]), [False, True, True]),
        (lambda found: found.update(seed="another"), [True, False, False]),
        (lambda found: found["visits"].reverse(), [True, True, False]),
        (lambda found: found["visits"][0].update(target="T8"), [True, True, False]),
    ],
    ids=["a target less", "another level", "a tie less", "another seed", "another order", "another target"],
)
def test_whatever_is_changed_is_found(change: Any, expected: list[bool]) -> None:
    found = copy.deepcopy(document())
    change(found)

    assert outcomes(found) == expected


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"format": "pinzhi-draw-1"},
        {"format": "pinzhi-draw-1", "targets": 3, "inspectors": [], "wanted": {}, "team": 1},
        {
            "format": "pinzhi-draw-1",
            "targets": [{"key": "T", "level": "huge"}],
            "inspectors": [],
            "wanted": {},
            "team": 1,
        },
        {"format": "pinzhi-draw-1", "targets": [], "inspectors": [], "wanted": {"general": True}, "team": 1},
    ],
)
def test_what_is_no_draw_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        check(broken)
