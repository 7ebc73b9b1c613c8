"""Records from phones: each once however it is sent, two people side by side, odd clocks and places marked."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinzhi.engine.errors import BadInput, NotAllowed, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.inspections.actions.capturing import Claim, Said, Synced, choose, sync
from pinzhi.records.inspections.actions.photos import add_photo
from pinzhi.records.inspections.models import Capture, Inspection, Photo
from pinzhi.records.inspections.queries.records import late_lines
from pinzhi.records.inspections.queries.visits import item_lines, recorded, what_is_missing
from pinzhi.records.storage import Sent, path_of
from tests.records.casework.build import PNG
from tests.records.inspections.build import LARGER, PLACE, Cast, at, later

pytestmark = pytest.mark.django_db
NOW = at(3)
ITEMS = ("emergency-pool", "drainage", "storage", "facility", "confined", "waste", "plan", "supplies", "self-check")


@pytest.fixture
def cast() -> Cast:
    return Cast()


def said(key: str, item: str = "drainage", answer: str = "yes", based_on: int = 0, **more: Any) -> Said:
    claim = Claim(
        more.pop("taken", NOW.at - timedelta(minutes=30)),
        *more.pop("spot", PLACE),
        more.pop("accuracy", 6.0),
    )
    return Said(key, item, based_on, answer, more.pop("note", ""), claim)


def send(
    actor: Actor, inspection: Inspection, *rows: Said, now: Moment = NOW, device: datetime | None = None
) -> list[Synced]:
    done = sync(actor=actor, number=inspection.number, said=rows, device_now=device or now.at, when=now)
    return list(done)


def chain(count: int) -> list[Said]:
    """So many records made on one phone without a network, each knowing those before it."""
    versions: dict[str, int] = {}
    rows = []
    for number in range(count):
        item = ITEMS[number % len(ITEMS)]
        taken = NOW.at - timedelta(minutes=count - number)
        rows.append(said(f"k{number}", item, ("yes", "no", "na")[number % 3], versions.get(item, 0), taken=taken))
        versions[item] = versions.get(item, 0) + 1
    return rows


def test_two_hundred_records_sent_once_twice_and_in_parts_are_two_hundred(cast: Cast) -> None:
    inspection = cast.inspection()
    lead, rows = cast.lead(inspection), chain(200)
    done = send(lead, inspection, *rows[:70])
    done += send(lead, inspection, *rows[50:130])
    again = send(lead, inspection, *rows)
    twice = send(lead, inspection, *rows, now=at(4))

    assert Capture.objects.count() == 200
    assert {one.outcome for one in done[:70]} == {"stored"}
    assert sum(one.outcome == "stored" for one in done + again) == 200
    assert {one.outcome for one in twice} == {"known"}
    assert Capture.objects.filter(standing="current").count() == len(ITEMS)
    assert set(Capture.objects.values_list("key", flat=True)) == {row.key for row in rows}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 39), st.integers(1, 40)), max_size=8))
def test_whatever_parts_are_sent_in_whatever_order_nothing_is_lost_or_doubled(parts: list[tuple[int, int]]) -> None:
    rows = chain(40)
    inspection = Inspection.objects.first() or Cast().inspection()
    inspection.captures.all().delete()
    lead = cast_lead(inspection)
    for first, length in parts:
        send(lead, inspection, *rows[first : first + length])
    send(lead, inspection, *rows)

    assert sorted(inspection.captures.values_list("key", flat=True)) == sorted(row.key for row in rows)
    assert all(inspection.captures.filter(item=item, standing="current").count() == 1 for item in ITEMS)


def cast_lead(inspection: Inspection) -> Actor:
    return Cast.lead(object.__new__(Cast), inspection)


def test_two_people_on_one_item_are_asked_and_nobody_is_overwritten(cast: Cast) -> None:
    inspection = cast.inspection()
    lead, second = cast.lead(inspection), cast.second(inspection)
    send(lead, inspection, said("a", answer="yes"))
    [found] = send(second, inspection, said("b", answer="no", note="排口有油花"))

    assert found.outcome == "conflict"
    [line] = [one for one in item_lines(inspection) if one.item.id == "drainage"]
    assert (line.answer, [one.answer for one in line.beside]) == ("yes", ["no"])
    assert ("drainage", "有两处记录，请选一个。") in [(one.item, one.text.zh) for one in what_is_missing(inspection)]
    choose(actor=lead, number=inspection.number, capture_id=line.beside[0].pk, when=NOW)
    assert recorded(inspection)["drainage"].answer == "no"
    assert Capture.objects.count() == 2
    with pytest.raises(BadInput):
        choose(actor=lead, number=inspection.number, capture_id=Capture.objects.get(key="a").pk, when=NOW)


def test_other_content_under_a_known_name_is_a_record_of_its_own(cast: Cast) -> None:
    inspection = cast.inspection()
    lead = cast.lead(inspection)
    send(lead, inspection, said("a", answer="yes"))
    [newer] = send(lead, inspection, said("a", answer="no"))
    [again] = send(lead, inspection, said("a", answer="no"))

    assert (newer.outcome, again.outcome) == ("newer", "known")
    assert Capture.objects.count() == 2


@pytest.mark.parametrize("hours", [-30, 7, 24 * 365 * 20])
def test_a_wrong_clock_is_noticed_and_put_right_and_the_claim_is_kept(cast: Cast, hours: int) -> None:
    inspection = cast.inspection()
    off = timedelta(hours=hours)
    taken = NOW.at - timedelta(minutes=30)
    send(cast.lead(inspection), inspection, said("a", taken=taken + off), device=NOW.at + off)

    kept = Capture.objects.get()
    assert (kept.said_at, kept.taken_at, kept.received_at) == (taken + off, taken, NOW.at)
    assert kept.clock_off_s == off.total_seconds()
    assert not kept.is_future


def test_a_record_from_the_future_is_marked_and_kept(cast: Cast) -> None:
    inspection = cast.inspection()
    send(cast.lead(inspection), inspection, said("a", taken=NOW.at + timedelta(hours=1)))

    assert Capture.objects.get().is_future


@pytest.mark.parametrize(
    ("spot", "accuracy", "place"),
    [
        (PLACE, 6.0, "near"),
        ((36.2442, 120.2410), 6.0, "near"),
        ((36.2502, 120.2410), 6.0, "far"),
        ((36.2502, 120.2410), 900.0, "vague"),
        ((None, None), None, "none"),
        ((0.0, 0.0), 5.0, "away"),
        ((39.9042, 116.4074), 5.0, "away"),
    ],
)
def test_a_place_is_weighed_and_never_dropped(cast: Cast, spot: Any, accuracy: float | None, place: str) -> None:
    inspection = cast.inspection()
    send(cast.lead(inspection), inspection, said("a", spot=spot, accuracy=accuracy))

    kept = Capture.objects.get()
    assert (kept.place, (kept.latitude, kept.longitude)) == (place, spot)


def test_a_place_that_nobody_could_have_reached_is_marked(cast: Cast) -> None:
    inspection = cast.inspection()
    lead = cast.lead(inspection)
    send(lead, inspection, said("a", taken=NOW.at - timedelta(minutes=40), spot=(39.9, 116.4)))
    send(lead, inspection, said("b", "storage", taken=NOW.at - timedelta(minutes=39)))

    assert dict(Capture.objects.values_list("key", "place")) == {"a": "away", "b": "fast"}


def test_one_record_that_breaks_a_rule_is_refused_alone(cast: Cast) -> None:
    inspection = cast.inspection()
    rows = [
        said("a"),
        said("b", "nothing"),
        said("c", "storage", "maybe"),
        said("", "storage"),
        said("d", "storage", spot=(99.0, 10.0)),
        said("e", "storage", taken=datetime(2024, 1, 4)),  # noqa: DTZ001 (a time without its offset is the point)
        said("f", "storage", note="长" * 2_001),
        said("g", "storage", based_on=-1),
        said("h", "unknown", ""),
    ]
    done = send(cast.lead(inspection), inspection, *rows)

    assert [one.outcome for one in done] == ["stored", *["refused"] * 8]
    assert Capture.objects.count() == 1
    with pytest.raises(BadInput):
        send(cast.lead(inspection), inspection, *[said(f"x{number}") for number in range(501)])


def test_only_those_who_were_sent_record(cast: Cast) -> None:
    inspection = cast.inspection()
    outsiders = [one for one in cast.inspectors if not inspection.members.filter(user_id=one.user_id).exists()]
    for actor, refusal in (
        (cast.officer, NotAllowed),
        (cast.firms[LARGER], NotFound),
        *((one, NotFound) for one in outsiders),
    ):
        with pytest.raises(refusal):
            send(actor, inspection, said("a"))
    assert Capture.objects.count() == 0


# ---- photos
def take_photo(actor: Actor, inspection: Inspection, content: bytes = PNG, **more: Any) -> Photo:
    given: dict[str, Any] = {
        "key": "p1",
        "item": "drainage",
        "sent": Sent("photo.png", [content], more.pop("size", len(content))),
        "digest": hashlib.sha256(PNG).hexdigest(),
        "claim": Claim(NOW.at - timedelta(minutes=5), *PLACE, 6.0),
        "device_now": NOW.at,
        "when": NOW,
    }
    return add_photo(actor=actor, number=inspection.number, **(given | more))


def test_a_photo_is_kept_once_with_its_time_and_place(cast: Cast) -> None:
    inspection = cast.inspection()
    first = take_photo(cast.lead(inspection), inspection)
    assert take_photo(cast.lead(inspection), inspection, when=later(NOW, minutes=9)).pk == first.pk

    assert Photo.objects.count() == 1
    assert (first.place, first.clock_off_s, first.received_at) == ("near", 0, NOW.at)


def test_a_photo_cut_off_on_the_way_leaves_nothing_and_can_be_sent_again(cast: Cast) -> None:
    inspection = cast.inspection()
    lead, half = cast.lead(inspection), PNG[:40]
    with pytest.raises(BadInput):
        take_photo(lead, inspection, half, size=len(PNG))
    with pytest.raises(BadInput):
        take_photo(lead, inspection, half)
    assert Photo.objects.count() == 0

    take_photo(lead, inspection)
    assert path_of(hashlib.sha256(PNG).hexdigest()).is_file()


def test_what_is_no_picture_is_no_photo(cast: Cast) -> None:
    inspection = cast.inspection()
    for more in ({"content": b"%PDF-1.7 nothing", "digest": ""}, {"item": "nothing"}, {"key": ""}):
        with pytest.raises(BadInput):
            take_photo(cast.lead(inspection), inspection, **more)
    assert Photo.objects.count() == 0


def test_what_comes_after_the_record_was_handed_in_is_kept_beside_it(cast: Cast) -> None:
    inspection = cast.inspection()
    lead = cast.lead(inspection)
    Inspection.objects.update(state="frozen")
    [found] = send(lead, inspection, said("a"))

    photo = take_photo(lead, inspection)
    assert (found.outcome, Capture.objects.get().standing, photo.is_late) == ("late", "late", True)
    assert all(line.photos == () for line in item_lines(inspection))
    assert [(one.note, one.photo) for one in late_lines(inspection)] == [("", None), ("photo.png", photo.pk)]
