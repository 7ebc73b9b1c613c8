"""Places among peers, runs of periods, and the days a period means."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.publishing.ranks import ranked
from pinzhi.engine.publishing.spans import Days, days_of
from pinzhi.engine.publishing.streaks import streak
from pinzhi.engine.rulebook.figure_parts import Span

numbers = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 5).map(Fraction), min_size=1)


@given(numbers)
def test_a_place_is_one_more_than_how_many_are_before(held: dict[str, Fraction]) -> None:
    for peer in ranked(held, held):
        assert peer.place == 1 + sum(number > peer.number for number in held.values())


def test_a_tie_at_the_top_has_two_firsts_and_no_second() -> None:
    found = ranked({"a": Fraction(5), "b": Fraction(5), "c": Fraction(1)}, ["c", "b", "a", "d"])

    assert [(one.code, one.place) for one in found] == [("a", 1), ("b", 1), ("c", 3), ("d", 4)]


def test_fewest_first_begins_with_who_has_none() -> None:
    assert [one.code for one in ranked({"a": Fraction(2)}, ["a", "b"], most_first=False)] == ["b", "a"]


def test_a_streak_ends_with_the_latest_period() -> None:
    years = [str(year) for year in range(2015, 2024)]

    assert len(streak(years, years[3:])) == 6
    assert streak(years, years[:-1]) == ()
    assert streak([], []) == ()


def test_a_year_without_records_ends_a_streak() -> None:
    assert streak(["2019", "2020", "2022", "2023"], ["2019", "2020", "2022", "2023"]) == ("2023", "2022")


def test_editions_are_ordered_as_numbers() -> None:
    assert streak(["9", "10", "8"], ["9", "10"]) == ("10", "9")


@pytest.mark.parametrize(
    ("span", "on", "days"),
    [
        (Span(field="d", span="to-date"), date(2024, 1, 4), Days(None, date(2024, 1, 4))),
        (Span(field="d", span="year"), date(2023, 12, 31), Days(date(2023, 1, 1), date(2023, 12, 31))),
        (Span(field="d", span="year"), date(2024, 1, 4), Days(date(2024, 1, 1), date(2024, 1, 4))),
        (Span(field="d", span="last-year"), date(2024, 1, 4), Days(date(2023, 1, 1), date(2023, 12, 31))),
        (Span(field="d", span="full-year"), date(2023, 12, 31), Days(date(2023, 1, 1), date(2023, 12, 31))),
        (Span(field="d", span="full-year"), date(2023, 12, 30), Days(date(2022, 1, 1), date(2022, 12, 31))),
        (Span(field="d", span="quarter"), date(2023, 6, 30), Days(date(2023, 4, 1), date(2023, 6, 30))),
        (Span(field="d", span="months", months=12), date(2024, 2, 29), Days(date(2023, 3, 1), date(2024, 2, 29))),
        (
            Span.model_validate({"field": "d", "span": "fixed", "from": date(2023, 1, 1), "to": date(2024, 1, 4)}),
            date(2023, 6, 1),
            Days(date(2023, 1, 1), date(2023, 6, 1)),
        ),
    ],
)
def test_a_period_seen_from_a_day(span: Span, on: date, days: Days) -> None:
    assert days_of(span, on) == days


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.sampled_from(["year", "last-year", "full-year", "quarter"]))
def test_no_period_reaches_beyond_the_day(on: date, span: str) -> None:
    days = days_of(Span.model_validate({"field": "d", "span": span}), on)

    assert days.first is not None
    assert days.first <= days.last <= on
    assert days.last - days.first < timedelta(days=366)
