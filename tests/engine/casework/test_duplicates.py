"""Near in place and time: distances, the box that misses nothing, the order of matches."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.casework.duplicates import Match, Report, Spot, box, matches, metres_between
from pinzhi.engine.rulebook.case_parts import MergeRule

RULE = MergeRule(within_m=100, within_days=7, same=("category",))
ON = date(2024, 1, 4)
HERE = Spot(36.2641, 120.2817)


def report(key: str, *, north_m: float = 0, days: int = 0, category: str = "road") -> Report:
    return Report(
        key, Spot(HERE.latitude + north_m / 111_195, HERE.longitude), ON + timedelta(days), {"category": category}
    )


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (Spot(0, 0), Spot(0, 1), 111_195),
        (Spot(36, 120), Spot(36, 120), 0),
        (Spot(60, 0), Spot(60, 1), 55_597),
        (Spot(0, 0), Spot(0, 180), 20_015_115),
    ],
)
def test_distance_over_ground(one: Spot, other: Spot, metres: float) -> None:
    assert metres_between(one, other) == pytest.approx(metres, rel=1e-3, abs=1)


def test_the_nearest_of_the_same_category_within_days_comes_first() -> None:
    others = [
        report("far", north_m=150),
        report("other", category="site"),
        report("old", days=-8),
        report("near", north_m=20, days=-7),
        report("nearer", north_m=10),
        report("me"),
    ]

    found = matches(RULE, report("me"), others)

    assert [(one.key, round(one.metres), one.days) for one in found] == [("nearer", 10, 0), ("near", 20, 7)]
    assert isinstance(found[0], Match)


SPOTS = st.builds(Spot, st.floats(-80, 80), st.floats(-170, 170))


@given(SPOTS, st.floats(-0.002, 0.002), st.floats(-0.02, 0.02), st.integers(-9, 9))
def test_the_box_holds_every_match(spot: Spot, north: float, east: float, days: int) -> None:
    one = Report("one", spot, ON, {})
    other = Report("two", Spot(spot.latitude + north, spot.longitude + east), ON + timedelta(days), {})
    rule = MergeRule(within_m=150, within_days=7)
    within = box(rule, one)

    if matches(rule, one, [other]):
        assert within.south <= other.spot.latitude <= within.north
        assert within.west <= other.spot.longitude <= within.east
        assert within.first <= other.on <= within.last


@given(st.lists(st.tuples(st.floats(-90, 90), st.integers(-8, 8)), max_size=8), st.randoms())
def test_matches_do_not_depend_on_the_order_given(places: list[tuple[float, int]], chance: object) -> None:
    others = [report(f"k{number}", north_m=north, days=days) for number, (north, days) in enumerate(places)]

    assert matches(RULE, report("me"), others) == matches(RULE, report("me"), reversed(others))
