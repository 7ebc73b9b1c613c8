"""Captures from the field: taken once, conflicts side by side, wrong clocks corrected, odd places marked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.casework.captures import Capture, Fix, Known, Verdict, settle, trust
from pinzhi.engine.casework.duplicates import Spot

NOON = datetime(2024, 1, 4, 12, tzinfo=UTC)
SITE = Spot(36.2641, 120.2817)
CAPTURE = Capture("c1", "site/1", 0, "aa", NOON - timedelta(hours=2), SITE, 6.0)


@pytest.mark.parametrize(
    ("known", "capture", "verdict"),
    [
        (Known(0, {}), CAPTURE, Verdict("stored", 1)),
        (Known(1, {"c1": "aa"}), CAPTURE, Verdict("known", 1)),
        (Known(1, {"c1": "aa"}), replace(CAPTURE, digest="bb"), Verdict("newer", 2)),
        (Known(1, {"c0": "aa"}), CAPTURE, Verdict("conflict", 2)),
        (Known(1, {"c0": "aa"}), replace(CAPTURE, based_on=1), Verdict("stored", 2)),
    ],
)
def test_settle(known: Known, capture: Capture, verdict: Verdict) -> None:
    assert settle(known, capture) == verdict


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=30))
def test_whatever_is_sent_again_changes_nothing_and_nothing_is_lost(sent: list[tuple[int, int]]) -> None:
    """Any captures in any order, each sent twice: every id and digest ends up stored, and the second time is known."""
    known = Known(0, {})
    for number, based_on in sent:
        capture = replace(CAPTURE, id=f"c{number}", based_on=based_on)
        first = settle(known, capture)
        known = Known(first.version, {**known.captures, capture.id: capture.digest})
        assert settle(known, capture) == Verdict("known", known.version)
    assert set(known.captures) == {f"c{number}" for number, _ in sent}
    assert known.version == len(known.captures)


@pytest.mark.parametrize("off_hours", [-26, 0, 5])
def test_a_wrong_clock_is_corrected_by_how_far_it_is_off(off_hours: int) -> None:
    off = timedelta(hours=off_hours)

    found = trust(replace(CAPTURE, taken_at=CAPTURE.taken_at + off), phone_now=NOON + off, server_now=NOON, target=SITE)

    assert found.taken_at == CAPTURE.taken_at
    assert found.is_clock_wrong == bool(off_hours)
    assert not found.is_future


def test_a_capture_from_the_future_is_marked() -> None:
    later = replace(CAPTURE, taken_at=NOON + timedelta(minutes=5))

    assert trust(later, phone_now=NOON, server_now=NOON, target=SITE).is_future


@pytest.mark.parametrize(
    ("spot", "accuracy", "target", "place"),
    [
        (SITE, 6.0, SITE, "near"),
        (Spot(36.27, 120.2817), 6.0, SITE, "far"),
        (Spot(36.2687, 120.2817), 30.0, SITE, "near"),
        (Spot(36.27, 120.2817), 1000.0, SITE, "vague"),
        (None, None, SITE, "none"),
        (SITE, 6.0, None, "vague"),
    ],
)
def test_the_place_is_near_its_target_or_marked(
    spot: Spot | None, accuracy: float | None, target: Spot | None, place: str
) -> None:
    capture = replace(CAPTURE, spot=spot, accuracy_m=accuracy)

    assert trust(capture, phone_now=NOON, server_now=NOON, target=target).place == place


@pytest.mark.parametrize("target", [SITE, None])
@pytest.mark.parametrize(("spot", "accuracy"), [(Spot(39.9, 116.4), 6.0), (Spot(0.0, 0.0), 5_000.0)])
def test_a_place_outside_the_district_is_marked_whether_the_target_has_a_place_or_not(
    target: Spot | None, spot: Spot, accuracy: float
) -> None:
    capture = replace(CAPTURE, spot=spot, accuracy_m=accuracy)

    assert trust(capture, phone_now=NOON, server_now=NOON, target=target, seat=SITE).place == "away"


def test_a_place_that_nobody_could_have_reached_is_marked() -> None:
    before = Fix(CAPTURE.taken_at - timedelta(minutes=5), Spot(36.6, 120.2817))

    assert trust(CAPTURE, phone_now=NOON, server_now=NOON, target=SITE, before=before).place == "fast"
