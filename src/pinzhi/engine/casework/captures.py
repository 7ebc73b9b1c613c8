"""Records captured in the field without a network: taken once however often sent, conflicts kept side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pinzhi.engine.casework.duplicates import Spot, metres_between

Outcome = Literal["stored", "known", "newer", "conflict"]
Place = Literal["near", "far", "away", "vague", "none", "fast"]
CLOCK_TOLERANCE = timedelta(minutes=2)
FURTHEST_M = 500.0  # a capture further from its target than this, beyond its accuracy, is marked
DISTRICT_M = 80_000.0  # no place of a district lies further from its seat
WORST_ACCURACY_M = 200.0
FASTEST_M_S = 70.0  # 250 km/h: nobody gets from one inspection to the next faster
SHORTEST_WAY_M = 1_000.0  # below this a jump of the receiver looks like speed


@dataclass(frozen=True, slots=True)
class Capture:
    """What one phone recorded of one item.

    ``id`` was made on the phone and never changes; ``based_on`` is the version of the item that the phone knew, 0 for
    none. ``taken_at`` is by the phone's clock; ``digest`` that of the content.
    """

    id: str
    item: str
    based_on: int
    digest: str
    taken_at: datetime
    spot: Spot | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The newest version of an item on the server, and the ids and digests of all captures it was made from."""

    version: int
    captures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a capture: stored as the next version, known already, newer content under a known id, or kept
    beside what somebody else recorded meanwhile, for a person to choose."""

    outcome: Outcome
    version: int


@dataclass(frozen=True, slots=True)
class Trust:
    """When and where a capture was taken, as far as the server can tell.

    ``taken_at`` is corrected by how far the phone's clock was off. The marks are shown to whoever reads the record;
    they refuse nothing.
    """

    taken_at: datetime
    clock_off: timedelta
    is_clock_wrong: bool
    is_future: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Fix:
    """Where somebody was at a moment, by an earlier capture."""

    at: datetime
    spot: Spot


def settle(known: Known, capture: Capture) -> Verdict:
    """Decide what becomes of a capture; the same capture sent again is known and changes nothing."""
    if capture.id in known.captures:
        same = known.captures[capture.id] == capture.digest
        return Verdict("known" if same else "newer", known.version if same else known.version + 1)
    if capture.based_on < known.version:
        return Verdict("conflict", known.version + 1)
    return Verdict("stored", known.version + 1)


def trust(
    capture: Capture,
    *,
    phone_now: datetime,
    server_now: datetime,
    target: Spot | None,
    seat: Spot | None = None,
    before: Fix | None = None,
) -> Trust:
    """Return how far time and place of a capture can be relied on.

    ``phone_now`` is the phone's clock at the moment of sending, ``server_now`` the server's: their difference corrects
    when the capture was taken, since the phone's clock ran through in between.

    A place is ``near`` its target or ``far`` from it, ``away`` where it lies outside the district whose ``seat`` is
    given, ``vague`` where that cannot be told. ``before`` is where the same person was last: a place that nobody could
    have reached since then is ``fast``.
    """
    off = phone_now - server_now
    wrong = abs(off) > CLOCK_TOLERANCE
    taken_at = capture.taken_at - off if wrong else capture.taken_at
    place = _place(capture, target, seat)
    if place != "vague" and capture.spot is not None and before is not None and is_too_fast(before, capture, taken_at):
        place = "fast"
    return Trust(taken_at, off, wrong, taken_at > server_now + CLOCK_TOLERANCE, place)


def is_too_fast(before: Fix, capture: Capture, taken_at: datetime) -> bool:
    """Tell whether nobody could have come from one place to the other in that time; either may be the earlier."""
    if capture.spot is None:
        return False
    way = metres_between(before.spot, capture.spot) - (capture.accuracy_m or 0.0)
    return way > SHORTEST_WAY_M and way > FASTEST_M_S * abs((taken_at - before.at).total_seconds())


def _place(capture: Capture, target: Spot | None, seat: Spot | None) -> Place:
    if capture.spot is None:
        return "none"
    accuracy = capture.accuracy_m or 0.0
    if seat is not None and metres_between(capture.spot, seat) > DISTRICT_M + accuracy:
        return "away"
    if accuracy > WORST_ACCURACY_M or target is None:
        return "vague"
    return "near" if metres_between(capture.spot, target) <= FURTHEST_M + accuracy else "far"
