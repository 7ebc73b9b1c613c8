"""Service points: visitors in their order, needs handed on as orders, duty lists; each desk for its own people."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time

import pytest
from django.db import connection

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound, PinzhiError
from pinzhi.records.casework.actions.duty import put_on_duty, take_off_duty
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.actions.steps import Wish
from pinzhi.records.casework.actions.walkins import Need, call_next, end_visit, hand_on, take_in
from pinzhi.records.casework.models import Case, Shift, WalkIn
from pinzhi.records.casework.queries.orders import orders_seen_by
from pinzhi.records.casework.queries.points import now_at, points_for
from pinzhi.records.casework.queries.walkins import duty_list, point_desk
from pinzhi.records.catalog.models import Place
from pinzhi.records.journal.models import Entry
from pinzhi.records.notices.models import Message
from tests.build import make_actor
from tests.build_catalog import make_place
from tests.records.casework.build import FIRM, Cast, at

pytestmark = pytest.mark.django_db
POINT, OTHER = "chengyang-station", "shibei-station"
DAY = date(2024, 1, 4)


class Counter(Cast):
    """The cast with two service points and their stewards."""

    def __init__(self) -> None:
        super().__init__()
        make_place(POINT, "station", "城阳驿站", district="370214", opened_on=date(2023, 1, 1))
        make_place(OTHER, "station", "市北驿站", district="370203")
        self.steward = make_actor("steward", point=POINT)
        self.colleague = make_actor("steward", point=OTHER)

    def comes(self, words: str = "电缆要做型式试验", hour: int = 1, **more: str) -> WalkIn:
        need = Need(words, more.pop("service", ""), more.pop("organisation", ""))
        return take_in(actor=self.steward, point=POINT, need=need, when=at("01-04", hour), **more)


@pytest.fixture
def counter() -> Counter:
    return Counter()


def test_visitors_get_the_numbers_of_the_day_and_are_called_in_their_order(counter: Counter) -> None:
    rows = [counter.comes(hour=hour) for hour in (1, 2, 3)]
    end_visit(actor=counter.steward, walk_in_id=rows[0].pk, act="leave", when=at("01-04", 4))

    called = call_next(actor=counter.steward, point=POINT, when=at("01-04", 4))
    end_visit(actor=counter.steward, walk_in_id=called.pk, act="serve", when=at("01-04", 5))

    assert [row.number for row in rows] == [1, 2, 3]
    assert [*WalkIn.objects.order_by("number").values_list("state", flat=True)] == ["left", "served", "waiting"]
    assert now_at(POINT, at("01-04")).waiting == 1
    desk = point_desk(counter.steward, POINT, DAY)
    assert ([one.number for one in desk.waiting], [one.number for one in desk.gone]) == ([3], [2, 1])
    assert desk.gone[0].waited == 120
    assert [*Entry.objects.filter(object_kind="walk-in").values_list("action", flat=True).order_by("pk")][-2:] == [
        "casework.walk-in.call",
        "casework.walk-in.serve",
    ]


def test_a_new_day_begins_with_one_and_shows_who_was_left_open(counter: Counter) -> None:
    counter.comes()
    need = Need("查标准")
    row = take_in(actor=counter.steward, point=POINT, need=need, when=at("01-05"))

    desk = point_desk(counter.steward, POINT, date(2024, 1, 5))

    assert row.number == 1
    assert [one.on for one in desk.earlier] == [DAY]
    assert now_at(POINT, at("01-05")).waiting == 1


def test_a_form_sent_twice_is_one_visitor(counter: Counter) -> None:
    assert counter.comes(once="a").pk == counter.comes(once="a").pk
    assert WalkIn.objects.count() == 1


def test_an_organisation_is_known_by_its_name_or_kept_as_written(counter: Counter) -> None:
    known, unknown = counter.comes(organisation="青岛示例建设有限公司"), counter.comes(organisation="没有登记的店")

    assert (known.organisation_code, unknown.organisation_code) == (FIRM, "")
    assert unknown.organisation_name == "没有登记的店"


@pytest.mark.parametrize(
    ("need", "code"),
    [
        (Need("  "), "casework.walk-in.need"),
        (Need("字" * 501), "casework.walk-in.need"),
        (Need("校准", "Z99"), "casework.walk-in.service"),
        (Need("校准", "M02", "长" * 201), "casework.walk-in.name"),
    ],
)
def test_what_is_wrong_with_a_visit_is_said(counter: Counter, need: Need, code: str) -> None:
    with pytest.raises(BadInput, match=code):
        take_in(actor=counter.steward, point=POINT, need=need, when=at("01-04"))


def test_a_point_that_is_not_open_takes_nobody(counter: Counter) -> None:
    Place.objects.filter(code=POINT).update(closed_on=DAY)

    with pytest.raises(Conflict, match=r"point\.closed"):
        counter.comes()


def test_a_need_handed_on_is_an_order_of_the_visitors_organisation(counter: Counter) -> None:
    row = counter.comes(organisation=FIRM)

    case = hand_on(
        actor=counter.steward, walk_in_id=row.pk, need=Need(row.need, "", FIRM), contact="李 13900000000",
        when=at("01-04", 2),
    )  # fmt: skip

    assert (case.station, case.reporter_code, case.values["service"]) == (POINT, FIRM, "T01")
    assert case.steps.get().role == "station"
    assert orders_seen_by(counter.firm).get() == orders_seen_by(counter.steward).get() == case
    assert not orders_seen_by(counter.colleague).exists()
    assert Message.objects.get().user_id == counter.firm.user_id
    row.refresh_from_db()
    assert (row.state, row.case, row.organisation_name) == ("handed-on", case, "青岛示例建设有限公司")
    assert "13900000000" not in str(Entry.objects.values_list("detail", flat=True))
    assert counter.step(case, counter.steward, Wish("accept")).state == "accepted"


def test_a_need_of_nobody_registered_cannot_be_handed_on(counter: Counter) -> None:
    row = counter.comes()

    with pytest.raises(BadInput, match=r"walk-in\.organisation"):
        hand_on(actor=counter.steward, walk_in_id=row.pk, need=Need(row.need), contact="", when=at("01-04"))

    assert not Case.objects.exists()


def test_a_visit_that_ended_is_not_handed_on(counter: Counter) -> None:
    row = counter.comes()
    end_visit(actor=counter.steward, walk_in_id=row.pk, act="leave", when=at("01-04"))

    with pytest.raises(Conflict, match=r"walk-in\.state"):
        hand_on(actor=counter.steward, walk_in_id=row.pk, need=Need("校准", "", FIRM), contact="", when=at("01-04"))


def test_a_desk_is_for_its_stewards_and_the_officers_above(counter: Counter) -> None:
    row = counter.comes()

    assert [one.code for one in points_for(counter.steward)] == [POINT]
    assert [one.code for one in points_for(counter.district)] == [POINT]
    assert points_for(counter.officer).count() == 2
    for actor in (counter.colleague, counter.other_district, counter.firm, counter.citizen):
        with pytest.raises(NotAllowed):
            point_desk(actor, POINT, DAY)
        with pytest.raises(NotAllowed):
            call_next(actor=actor, point=POINT, when=at("01-04"))
        with pytest.raises(NotFound):
            end_visit(actor=actor, walk_in_id=row.pk, act="leave", when=at("01-04"))
    assert call_next(actor=counter.district, point=POINT, when=at("01-04")).pk == row.pk


def test_nobody_orders_for_others_at_a_point_that_is_not_his(counter: Counter) -> None:
    order = {"need": "校准", "channel": "station"}

    with pytest.raises(BadInput, match=r"casework\.reporter"):
        open_case(actor=counter.steward, kind="nqi-order", values=order, when=at("01-04"), reporter_code=FIRM)
    with pytest.raises(NotAllowed):
        open_case(
            actor=counter.steward, kind="nqi-order", values=order, when=at("01-04"), reporter_code=FIRM, station=OTHER
        )  # fmt: skip
    with pytest.raises(NotFound):
        open_case(
            actor=counter.firm, kind="nqi-order", values=order, when=at("01-04"), reporter_code=FIRM, station="nowhere"
        )  # fmt: skip


def test_the_duty_list_names_its_people_to_the_desk_and_nobody_to_the_public(counter: Counter) -> None:
    _duty(counter, 9, 12)
    _duty(counter, 13, 17)

    days = duty_list(counter.steward, POINT, DAY)

    assert [(one.name, one.starts) for one in days[0].shifts] == [("steward", time(9)), ("steward", time(13))]
    assert [one.is_working for one in days[:4]] == [True, True, False, False]
    now = now_at(POINT, at("01-04", 2))  # ten o'clock in the city
    assert (now.spans, now.on_duty) == (((time(9), time(12)), (time(13), time(17))), True)
    assert not now_at(POINT, at("01-04", 4)).on_duty  # noon


def test_duty_is_for_stewards_of_the_point_once_at_a_time_and_not_in_the_past(counter: Counter) -> None:
    _duty(counter, 9, 12)

    with pytest.raises(Conflict, match=r"shift\.double"):
        _duty(counter, 11, 13)
    with pytest.raises(BadInput, match=r"shift\.staff"):
        _duty(counter, 9, 12, user_id=counter.colleague.account_id)
    with pytest.raises(BadInput, match=r"shift\.day"):
        _duty(counter, 9, 12, on=date(2024, 1, 3))
    with pytest.raises(NotFound):
        take_off_duty(actor=counter.colleague, point=OTHER, shift_id=Shift.objects.get().pk, when=at("01-04"))
    take_off_duty(actor=counter.steward, point=POINT, shift_id=Shift.objects.get().pk, when=at("01-04"))
    assert not Shift.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_call_at_once_call_two_visitors() -> None:
    counter = Counter()
    for hour in (1, 2):
        counter.comes(hour=hour)

    def call(_: int) -> int:
        try:
            return call_next(actor=counter.steward, point=POINT, when=at("01-04")).number
        except PinzhiError:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(call, range(2))) == [1, 2]


def _duty(counter: Counter, starts: int, ends: int, *, user_id: int | None = None, on: date = DAY) -> Shift:
    return put_on_duty(
        actor=counter.steward, point=POINT, user_id=user_id or counter.steward.account_id, on=on, starts=time(starts),
        ends=time(ends), when=at("01-04"),
    )  # fmt: skip
