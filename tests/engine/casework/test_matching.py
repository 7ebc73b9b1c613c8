"""Suggesting institutions: who fits comes first, the reasons add up, and the order never depends on the input's."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.casework.duplicates import Spot
from pinzhi.engine.casework.matching import Need, Provider, suggest
from pinzhi.engine.rulebook.case_parts import MatchRule

RULE = MatchRule(scope=40, accreditation=20, distance=15, load=10, rating=15)
HERE = Spot(36.1, 120.4)
NEED = Need(frozenset({"T01"}), frozenset({"GB/T 2423.1-2008"}), HERE, date(2024, 1, 4))
BEST = Provider(
    "lab", frozenset({"T01"}), NEED.standards, NEED.standards, HERE, open_orders=0, ratings=(0, 0, 0, 0, 95)
)


def test_an_institution_that_fits_in_everything_has_nearly_all_points_and_says_why() -> None:
    (found,) = suggest(RULE, NEED, [BEST])

    assert [(one.text.en, one.points, one.of) for one in found.grounds] == [
        ("covers 2 of 2 things needed", 40, 40),
        ("1 of 1 standards within its approvals", 20, 20),
        ("in the same place", 15, 15),
        ("0 orders in hand", 10, 10),
        ("5.0 in 95 ratings", Decimal("14.6"), 15),
    ]
    assert found.points == Decimal("99.6")


def test_who_neither_offers_the_service_nor_works_by_the_standard_is_left_out() -> None:
    assert suggest(RULE, NEED, [replace(BEST, services=frozenset({"M01"}), standards=frozenset())]) == ()


def test_one_good_rating_does_not_beat_many() -> None:
    few = replace(BEST, key="few", ratings=(0, 0, 0, 0, 1))
    many = replace(BEST, key="many", ratings=(0, 0, 2, 10, 60))

    assert [one.key for one in suggest(RULE, NEED, [few, many])] == ["many", "few"]


PROVIDERS = st.lists(
    st.builds(
        Provider,
        st.text(min_size=1, max_size=3),
        st.frozensets(st.sampled_from(["T01", "M01"])),
        st.frozensets(st.sampled_from(["GB/T 2423.1-2008", "GB 1-2"])),
        st.frozensets(st.sampled_from(["GB/T 2423.1-2008"])),
        st.none() | st.builds(Spot, st.floats(35, 37), st.floats(119, 121)),
        st.integers(0, 100),
        st.tuples(*[st.integers(0, 9)] * 5),
    ),
    unique_by=lambda one: one.key,
    max_size=6,
)


@given(PROVIDERS)
def test_points_lie_between_0_and_100_and_the_order_is_the_same_for_any_order(providers: list[Provider]) -> None:
    found = suggest(RULE, NEED, providers)

    assert found == suggest(RULE, NEED, providers[::-1])
    assert all(0 <= one.points <= 100 for one in found)
    assert [one.points for one in found] == sorted((one.points for one in found), reverse=True)
    for one in found:
        assert abs(sum(ground.points for ground in one.grounds) - one.points) <= Decimal("0.3")
