"""Withheld parts: whatever is shown, now and before, no subtraction gives a group or a step of a few people."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.privacy import Numbers, Table, is_small, may_be_shown, release_days, withheld

CODES = "abcd"
cells = st.dictionaries(st.sampled_from(CODES), st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=4)


def released(history: list[dict[str, Numbers]]) -> list[Table]:
    """Release one table after the other, each with its total, as far as it may be shown."""
    shown: list[Table] = []
    for one in history:
        total = added(one, set(one))
        if one and may_be_shown(total, [added(then.cells, set(then.cells)) for then in shown]):
            shown.append(Table(one, withheld(one, shown)))
    return shown


def added(cells: Mapping[str, Numbers], codes: set[str]) -> Numbers:
    return tuple(sum(cells.get(code, (0, 0))[place] for code in codes) for place in range(2))


def worked_out(tables: list[Table]) -> Iterator[set[str]]:
    """Yield the groups of parts that an attacker can work out in all of some tables: he knows every total."""
    groups = [set(one) for size in range(1, len(CODES) + 1) for one in combinations(CODES, size)]
    hidden = [set(one.hidden) for one in tables]
    known = [group for group in groups if all(not group & one or one <= group for one in hidden)]
    yield from (group for group in known if not any(smaller < group for smaller in known))


@given(st.lists(cells, min_size=1, max_size=4))
def test_an_attacker_who_subtracts_all_he_is_shown_learns_of_no_few_people(history: list[dict[str, Numbers]]) -> None:
    tables = released(history)

    for table in tables:
        for group in worked_out([table]):
            assert not any(is_small(one) for one in added(table.cells, group))
    for before, after in combinations(tables, 2):
        for group in worked_out([before, after]):
            steps = zip(added(after.cells, group), added(before.cells, group), strict=True)
            assert not any(is_small(new - old) for new, old in steps)


@given(cells)
def test_nothing_is_withheld_without_need(cells: dict[str, Numbers]) -> None:
    if not any(is_small(number) for numbers in cells.values() for number in numbers):
        assert withheld(cells) == frozenset()


def test_the_least_is_lost_to_hide_a_small_part() -> None:
    assert withheld({"a": (3,), "b": (20,), "c": (90,)}) == {"a", "b"}
    assert withheld({"a": (3,), "b": (3,), "c": (90,)}) == {"a", "b"}
    assert withheld({"a": (1,), "b": (2,), "c": (90,)}) == {"a", "b", "c"}


def test_a_part_that_grew_by_a_few_is_withheld_with_another() -> None:
    before = Table({"a": (30,), "b": (20,), "c": (90,)}, frozenset())

    assert withheld({"a": (32,), "b": (60,), "c": (90,)}, [before]) == {"a", "b"}


def test_what_was_withheld_together_is_not_told_apart_by_the_next_release() -> None:
    before = Table({"a": (3,), "b": (20,), "c": (90,)}, frozenset("ab"))

    assert withheld({"a": (6,), "b": (20,), "c": (90,)}, [before]) == {"a", "b", "c"}
    assert withheld({"a": (8,), "b": (20,), "c": (90,)}, [before]) == frozenset()


def test_days_of_release_are_ends_of_quarters_that_are_over() -> None:
    days = release_days(date(2023, 12, 31))

    assert days[-1] == date(2023, 9, 30)
    assert len(days) == 12
    assert all((day + timedelta(days=1)).day == 1 and day.month % 3 == 0 for day in days)
