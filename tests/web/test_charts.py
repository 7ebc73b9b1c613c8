"""Pictures of figures: scales, broken lines, and nothing drawn for nothing."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.web.charts import bullet, fifths, line_chart, percents, spark

DAYS = [date(2023, month, 28) for month in range(1, 13)]


def _chart(*values: int | Fraction | None, **more: object) -> object:
    points = list(zip(DAYS, values, strict=False))
    return line_chart("t", points, worded=lambda one: f"{float(one):g}", width=600, **more)  # type: ignore[arg-type]


def test_axis_has_round_values_around_all_that_is_drawn() -> None:
    chart = _chart(10_950, 11_841, 12_667)

    assert [one.word for one in chart.amounts] == ["10500", "11000", "11500", "12000", "12500", "13000"]
    assert not chart.starts_at_zero
    assert (chart.last.word, chart.last.x) == ("12667", chart.right)


def test_axis_starts_at_zero_where_values_come_near_it() -> None:
    assert _chart(0, 3, 9).starts_at_zero
    assert _chart(2, 3, 9).amounts[0].word == "0"


def test_counts_have_no_half_ticks_and_shares_may() -> None:
    assert [one.word for one in _chart(0, 1, 2).amounts] == ["0", "1", "2"]
    assert next(iter(_chart(Fraction(9, 10), Fraction(93, 100)).amounts)).word == "0.9"


def test_day_without_a_value_breaks_the_line() -> None:
    chart = _chart(1, 2, None, 4, None, 5, 6)

    assert len(chart.paths) == 2
    assert len(chart.alone) == 1
    assert chart.last.word == "6"


def test_line_of_no_values_has_an_axis_and_nothing_else() -> None:
    chart = _chart(None, None)

    assert (chart.paths, chart.last) == ((), None)


def test_level_to_compare_with_is_inside_the_scale() -> None:
    chart = _chart(10, 11, before=(2, "last year: 2"))

    assert chart.amounts[0].at >= chart.before.at >= chart.amounts[-1].at


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_every_point_lies_in_the_box_with_at_most_seven_lines(values: list[int]) -> None:
    chart = line_chart("t", [(date(2023, 1, 1), one) for one in values], worded=str, width=600)

    assert 2 <= len(chart.amounts) <= 8
    heights = [float(pair.split()[1]) for path in chart.paths for pair in path[1:].split(" L")]
    assert all(23.9 <= height <= chart.base + 0.1 for height in heights)


def test_spark_of_one_level_lies_in_the_middle() -> None:
    assert spark([5, 5]).end is not None
    assert spark([5, 5]).end.y == 13  # type: ignore[union-attr]
    assert spark([None, None]).end is None


def test_bullet_places_all_three_on_one_scale() -> None:
    drawn = bullet(50, 100, 25, paint="fill-sea")

    assert (drawn.now, drawn.target, drawn.before) == (150, 300, 75)
    assert bullet(0, 0, None, paint="fill-sea").now == 0


@pytest.mark.parametrize(("amounts", "expected"), [([0, 1, 1000, None], [0, 1, 100, 0]), ([], [])])
def test_something_is_never_drawn_as_nothing(amounts: list[int | None], expected: list[int]) -> None:
    assert percents(amounts) == expected


def test_fifths_tell_the_part_of_the_scale() -> None:
    assert fifths([0, 1, 20, 21, 100, None]) == [0, 1, 1, 2, 5, 0]
