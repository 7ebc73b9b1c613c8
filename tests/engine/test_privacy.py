"""Withheld cells: whatever is shown, no subtraction gives a group of a few people."""

from datetime import date, timedelta
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.privacy import MINIMUM, is_small, last_released, release_days, withheld

tables = st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 12), min_size=1, max_size=6)


@given(tables)
def test_subtraction_never_gives_a_small_group(cells: dict[str, int]) -> None:
    hidden = withheld(cells)

    if sum(cells.values()) < MINIMUM:
        return  # the total itself is withheld
    assert not any(is_small(cells[code]) for code in cells if code not in hidden)
    assert not is_small(sum(cells[code] for code in hidden))
    assert len(hidden) != 1


@given(tables)
def test_nothing_is_withheld_without_need(cells: dict[str, int]) -> None:
    if not any(is_small(number) for number in cells.values()):
        assert withheld(cells) == frozenset()


def test_the_least_is_lost_to_hide_a_small_cell() -> None:
    assert withheld({"a": 3, "b": 20, "c": 90}) == {"a", "b"}
    assert withheld({"a": 3, "b": 3, "c": 90}) == {"a", "b"}
    assert withheld({"a": 1, "b": 2, "c": 90}) == {"a", "b", "c"}
    assert withheld({"a": 90, "b": 80}, also=frozenset({"a"})) == {"a", "b"}


@given(st.lists(st.lists(st.integers(0, 40), min_size=2, max_size=2), max_size=8))
def test_no_two_releases_shown_differ_by_a_few(releases: list[list[int]]) -> None:
    shown = {last_released(releases[: number + 1]) for number in range(len(releases))} - {None}

    for one, other in pairwise(sorted(number for number in shown if number is not None)):
        assert not any(is_small(a - b) for a, b in zip(releases[one], releases[other], strict=True))


def test_days_of_release_are_ends_of_quarters() -> None:
    days = release_days(date(2024, 1, 4))

    assert days[-1] == date(2023, 12, 31)
    assert len(days) == 13
    assert all((day + timedelta(days=1)).day == 1 and day.month % 3 == 0 for day in days)
    assert len({*combinations(days, 2)}) == 78
