"""The one-stop service: ratings, savings, visits, past orders loaded through the engine; what is counted of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import override_settings

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound, PinzhiError
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import ANONYMOUS, SYSTEM
from pinzhi.records.casework.actions.history import Done, PastOrder, Saved, load_orders
from pinzhi.records.casework.actions.rating import rate_order
from pinzhi.records.casework.actions.saving import claim_saving, decide_saving
from pinzhi.records.casework.actions.steps import Wish
from pinzhi.records.casework.actions.visits import add_visits, load_visits
from pinzhi.records.casework.models import Case, Rating, SavingClaim, SavingFinding, VisitDay
from pinzhi.records.casework.queries.served import Served, served
from pinzhi.records.catalog.models import Institution
from pinzhi.records.journal.queries import entries_about
from pinzhi.records.notices.models import Message
from pinzhi.records.storage import Sent, keep
from tests.records.casework.build import FIRM, LAB, PNG, Cast, at, photo

pytestmark = pytest.mark.django_db
NOON = datetime(2024, 1, 4, 4, tzinfo=UTC)


@pytest.fixture
def cast() -> Cast:
    return Cast()


def claim(cast: Cast, case: Case, day: str = "01-05", **more: object) -> SavingClaim:
    given = {"kind": "discount", "baseline": Decimal(5000), "actual": Decimal(3000), "basis": "对比两家报价"} | more
    return claim_saving(actor=cast.firm, case_id=case.pk, when=at(day), **given)  # type: ignore[arg-type]


# ---- ratings ---------------------------------------------------------------------------------------------------------
def test_an_order_concerns_whoever_orders_and_is_handled_in_its_district(cast: Cast) -> None:
    case = cast.order()

    assert (case.organisation_code, case.organisation_name, case.district) == (FIRM, "青岛示例建设有限公司", "370214")


def test_a_rating_ends_an_order_and_is_kept_with_whom_it_was_given_to(cast: Cast) -> None:
    case = cast.completed()

    rating = rate_order(actor=cast.firm, case_id=case.pk, level=5, seen=case.version, when=at("01-05"))

    case.refresh_from_db()
    assert (case.state, case.values["rating"]) == ("rated", "r5")
    assert (rating.level, rating.provider_code, rating.answered_in) == (5, LAB, None)


def test_a_low_rating_becomes_a_case_with_a_clock(cast: Cast) -> None:
    case = cast.completed()

    rating = rate_order(
        actor=cast.firm, case_id=case.pk, level=2, reasons=["late", "unclear"], words="报告晚了两周", seen=None,
        when=at("01-05"),
    )  # fmt: skip

    opened = rating.answered_in
    assert opened is not None
    assert (opened.kind, opened.title, opened.district) == ("low-rating", "没有按时、说明不清楚", "370214")
    assert (opened.organisation_code, opened.values["order"], opened.reporter_code) == (LAB, case.number, FIRM)
    assert (opened.due_code, opened.due_on) == ("call", date(2024, 1, 8))


def test_a_low_rating_is_called_back_and_answered_and_whoever_rated_is_told(cast: Cast) -> None:
    case = cast.completed()
    rating = rate_order(actor=cast.firm, case_id=case.pk, level=1, words="结果不对", seen=None, when=at("01-05"))
    assert rating.answered_in is not None
    opened = rating.answered_in

    cast.step(opened, cast.district, Wish("call-back", values={"call": "已通话"}), "01-08")
    cast.step(opened, cast.district, Wish("answer", values={"answer": "机构免费复检。"}), "01-09")

    assert opened.state == "answered"
    assert Message.objects.filter(user_id=cast.firm.user_id, about_key=opened.number).count() == 2


@pytest.mark.parametrize(
    ("who", "level", "error", "code"),
    [
        ("firm", 0, BadInput, "casework.rating.level"),
        ("firm", 6, BadInput, "casework.rating.level"),
        ("firm", 2, BadInput, "casework.rating.why"),
        ("lab", 5, NotAllowed, "casework.role"),
        ("officer", 5, NotAllowed, "casework.role"),
        ("citizen", 5, NotFound, "casework.case"),
    ],
)
def test_a_rating_that_is_none_or_by_somebody_else_is_refused(
    cast: Cast, who: str, level: int, error: type[PinzhiError], code: str
) -> None:
    case = cast.completed()

    with pytest.raises(error) as refused:
        rate_order(actor=getattr(cast, who), case_id=case.pk, level=level, seen=None, when=at("01-05"))

    assert refused.value.code == code
    assert not Rating.objects.exists()
    assert Case.objects.get(pk=case.pk).state == "completed"


def test_an_order_is_rated_once_and_not_before_it_is_completed(cast: Cast) -> None:
    early, case = cast.order(), cast.completed()
    with pytest.raises(Conflict, match=r"casework\.step"):
        rate_order(actor=cast.firm, case_id=early.pk, level=5, seen=None, when=at("01-05"))

    rate_order(actor=cast.firm, case_id=case.pk, level=4, seen=None, when=at("01-05"))
    with pytest.raises(Conflict, match=r"casework\.rating\.twice"):
        rate_order(actor=cast.firm, case_id=case.pk, level=5, seen=None, when=at("01-05"))

    assert Rating.objects.get().level == 4


def test_the_general_form_does_not_rate(cast: Cast) -> None:
    case = cast.completed()

    with pytest.raises(Conflict, match=r"casework\.through"):
        cast.step(case, cast.firm, Wish("rate", values={"rating": "r5"}))


def test_no_order_goes_to_an_institution_that_takes_none(cast: Cast) -> None:
    case = cast.order()
    Institution.objects.update(state="suspended")

    with pytest.raises(Conflict, match=r"casework\.provider") as refused:
        cast.step(case, cast.firm, Wish("dispatch", assign={"provider": LAB}))

    assert refused.value.text.zh == "“青岛示例检测有限公司”不能接单：已暂停。"
    with pytest.raises(Conflict, match=r"casework\.provider"):
        cast.step(case, cast.firm, Wish("dispatch", assign={"provider": FIRM}))


# ---- savings ---------------------------------------------------------------------------------------------------------
def test_a_saving_is_claimed_with_evidence_and_counts_once_it_is_verified(cast: Cast) -> None:
    case = cast.completed()
    photo(case, cast.firm, "saving")
    made = claim(cast, case)
    assert (made.amount, len(made.evidence)) == (Decimal(2000), 1)
    assert served(date(2024, 1, 31)).saved == 0

    decide_saving(actor=cast.district, claim_id=made.pk, verdict="verified", ground="核对发票", when=at("01-09"))

    assert [served(date(2024, 1, day)).saved for day in (8, 9)] == [0, Decimal("2000.00")]
    assert [line.action for line in entries_about("case", case.number)][:2] == [
        "casework.saving.verified", "casework.saving.claim",
    ]  # fmt: skip


def test_a_saving_counts_as_known_at_a_moment_and_no_longer_once_withdrawn(cast: Cast) -> None:
    case = cast.completed()
    photo(case, cast.firm, "saving")
    made = claim(cast, case)
    decide_saving(actor=cast.district, claim_id=made.pk, verdict="verified", ground="核对发票", when=at("01-09"))
    decide_saving(actor=cast.district, claim_id=made.pk, verdict="withdrawn", ground="发票作废", when=at("02-01"))

    at_the_time = datetime(2024, 1, 31, tzinfo=UTC)
    assert served(date(2024, 1, 31)).saved == Decimal(2000)
    assert served(date(2024, 2, 1)).saved == 0
    assert served(date(2024, 2, 1), known=at_the_time).saved == Decimal(2000)
    assert served(date(2024, 1, 31), known=at("01-09", hour=8).at).saved == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"baseline": Decimal(-1)}, "casework.saving.amount"),
        ({"actual": Decimal("0.001")}, "casework.saving.amount"),
        ({"baseline": Decimal("NaN")}, "casework.saving.amount"),
        ({"actual": Decimal(6000)}, "casework.saving.nothing"),
        ({"kind": "luck"}, "casework.saving.kind"),
        ({"basis": "  "}, "casework.saving.basis"),
    ],
)
def test_a_saving_that_is_none_is_refused_and_nothing_is_written(
    cast: Cast, more: dict[str, object], code: str
) -> None:
    case = cast.completed()
    photo(case, cast.firm, "saving")

    with pytest.raises(BadInput) as refused:
        claim(cast, case, **more)

    assert refused.value.code == code
    assert not SavingClaim.objects.exists()


def test_a_saving_needs_evidence_and_a_completed_order_and_whoever_ordered(cast: Cast) -> None:
    case, early = cast.completed(), cast.order()
    with pytest.raises(BadInput, match=r"casework\.saving\.evidence"):
        claim(cast, case)
    with pytest.raises(Conflict, match=r"casework\.saving\.early"):
        claim(cast, early)
    with pytest.raises(NotAllowed, match=r"casework\.saving\.who"):
        claim_saving(
            actor=cast.lab, case_id=case.pk, kind="time", baseline=Decimal(2), actual=Decimal(1), basis="x",
            when=at("01-05"),
        )  # fmt: skip


def test_a_kind_of_saving_is_claimed_once_unless_it_was_refused(cast: Cast) -> None:
    case = cast.completed()
    photo(case, cast.firm, "saving")
    first = claim(cast, case)
    with pytest.raises(BadInput, match=r"casework\.saving\.twice"):
        claim(cast, case)

    decide_saving(actor=cast.officer, claim_id=first.pk, verdict="refused", ground="发票不清楚", when=at("01-08"))

    again = claim(cast, case, day="01-09", baseline=Decimal(4000))
    assert again.amount == Decimal(1000)


def test_who_verifies_savings(cast: Cast) -> None:
    case = cast.completed()
    photo(case, cast.firm, "saving")
    made = claim(cast, case)

    for actor, error, code in (
        (cast.firm, NotAllowed, "casework.savings"),
        (cast.lab, NotAllowed, "casework.savings"),
        (cast.supervisor, NotAllowed, "casework.savings"),
        (cast.other_district, NotFound, "casework.case"),
        (ANONYMOUS, NotFound, "casework.case"),
        (replace(cast.officer, organisation_codes=frozenset({LAB})), NotAllowed, "casework.saving.own"),
    ):
        with pytest.raises(error) as refused:
            decide_saving(actor=actor, claim_id=made.pk, verdict="verified", ground="x", when=at("01-08"))
        assert refused.value.code == code
    assert not SavingFinding.objects.exists()


def test_a_saving_is_decided_once_and_with_reasons(cast: Cast) -> None:
    case = cast.completed()
    photo(case, cast.firm, "saving")
    made = claim(cast, case)
    with pytest.raises(BadInput, match=r"casework\.ground"):
        decide_saving(actor=cast.officer, claim_id=made.pk, verdict="verified", ground=" ", when=at("01-08"))
    with pytest.raises(Conflict, match=r"casework\.saving\.decided"):
        decide_saving(actor=cast.officer, claim_id=made.pk, verdict="withdrawn", ground="x", when=at("01-08"))

    decide_saving(actor=cast.officer, claim_id=made.pk, verdict="refused", ground="x", when=at("01-08"))

    with pytest.raises(Conflict, match=r"casework\.saving\.decided"):
        decide_saving(actor=cast.officer, claim_id=made.pk, verdict="verified", ground="x", when=at("01-08"))


# ---- visits ----------------------------------------------------------------------------------------------------------
def test_visits_add_up_by_day_and_are_known_from_the_end_of_their_hour() -> None:
    add_visits({date(2024, 1, 3): 2, date(2024, 1, 4): 5}, NOON)
    add_visits({date(2024, 1, 4): 7, date(2024, 1, 5): 0}, NOON.replace(minute=59))
    add_visits({date(2024, 1, 4): 1}, NOON.replace(hour=5))

    assert served(date(2024, 1, 4)).visits == 15
    assert served(date(2024, 1, 3)).visits == 2
    assert served(date(2024, 1, 4), known=NOON.replace(hour=5)).visits == 14
    assert served(date(2024, 1, 4), known=NOON.replace(minute=59)).visits == 0
    assert VisitDay.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_several_workers_add_at_once_and_no_visit_is_lost() -> None:
    def add(number: int) -> None:
        try:
            add_visits({date(2024, 1, 4): number}, NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, range(1, 21)))

    assert VisitDay.objects.get().count == 210


def test_visits_are_loaded_once_and_a_bad_day_stops_all_of_them(cast: Cast) -> None:
    when = Moment(NOON, date(2024, 1, 4))
    days = {date(2024, 1, 2): 10, date(2024, 1, 3): 20}
    assert load_visits(actor=SYSTEM, counts=days, when=when) == 2
    assert load_visits(actor=SYSTEM, counts=days, when=when) == 0

    for counts, code in (
        ({date(2024, 1, 1): 1, date(2023, 12, 31): -1}, "casework.visits.count"),
        ({date(2024, 1, 1): 1, date(2024, 1, 4): 1}, "casework.visits.day"),
        ({date(2024, 1, 1): 1, date(2024, 1, 3): 21}, "casework.visits.there"),
    ):
        with pytest.raises(BadInput) as refused:
            load_visits(actor=SYSTEM, counts=counts, when=when)
        assert refused.value.code == code
    with pytest.raises(NotAllowed, match="operate"):
        load_visits(actor=cast.officer, counts=days, when=when)
    assert served(date(2024, 1, 4)).visits == 30


# ---- past orders -----------------------------------------------------------------------------------------------------
PAST = PastOrder(
    once="old/1",
    reporter_code=FIRM,
    provider_code=LAB,
    values={
        "need": "压力表检定",
        "service": "M01",
        "channel": "web",
        "price": "900",
        "deliverable": "BG-9",
        "rating": "r4",
    },
    opened_on=date(2023, 3, 1),
    steps=(
        Done("accept", "officer", date(2023, 3, 1)),
        Done("dispatch", "officer", date(2023, 3, 2)),
        Done("quote", "provider", date(2023, 3, 3)),
        Done("confirm", "reporter", date(2023, 3, 6)),
        Done("deliver", "provider", date(2023, 3, 10)),
        Done("complete", "reporter", date(2023, 3, 13)),
        Done("rate", "reporter", date(2023, 3, 13)),
    ),
    saved=Saved("discount", Decimal(1500), Decimal(900), "对比报价", date(2023, 3, 14), date(2023, 3, 20)),
)


def load(*orders: PastOrder) -> int:
    evidence = keep(Sent("evidence.png", [PNG], len(PNG)))
    return load_orders(actor=SYSTEM, orders=orders, evidence=evidence, when=at("01-04"))


@override_settings(DEMO=True)
def test_past_orders_are_loaded_with_all_that_belongs_to_them(cast: Cast) -> None:

    assert load(PAST, replace(PAST, once="old/2", saved=None)) == 2
    assert load(PAST) == 0

    case = Case.objects.get(once="old/1")
    assert case.lane == "closed"
    assert (case.number, case.state, case.phase, case.closed_on) == (
        "FW-2023-00001", "rated", "closed", date(2023, 3, 13),
    )  # fmt: skip
    assert case.synthetic
    assert list(case.steps.order_by("number").values_list("code", "made_on"))[-1] == ("rate", date(2023, 3, 13))
    assert case.steps.count() == 8
    assert set(case.files.values_list("kind", flat=True)) == {"deliverable", "saving"}
    assert case.rating.level == 4
    assert served(date(2023, 12, 31)) == Served(visits=0, enterprises=1, saved=Decimal("600.00"))
    assert served(date(2023, 3, 12)).enterprises == 0


@override_settings(DEMO=True)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reporter_code": "91370200MA0000023D"}, "91370200MA0000023D"),
        ({"values": PAST.values | {"price": "-1"}}, "Price quoted"),
        ({"values": PAST.values | {"service": "Z99"}}, "services"),
        ({"values": PAST.values | {"rating": "r1"}}, "dissatisfied"),
        ({"steps": PAST.steps[:4]}, "in-service"),
        ({"steps": PAST.steps[2:]}, "Submitted"),
        ({"steps": (*PAST.steps[:3], Done("confirm", "provider", date(2023, 3, 6)))}, "This is for"),
        ({"steps": (*PAST.steps[:2], Done("quote", "provider", date(2023, 2, 1)))}, "lies before"),
        ({"saved": Saved("discount", Decimal(-1), Decimal(1), "x", date(2023, 3, 14))}, "not below 0"),
    ],
)
def test_a_past_order_that_the_engine_refuses_stops_all_of_them(
    cast: Cast, change: dict[str, object], words: str
) -> None:
    bad = replace(PAST, once="old/2", **change)  # type: ignore[arg-type]

    with pytest.raises(BadInput) as refused:
        load(PAST, bad)

    assert refused.value.text.en.startswith("Order old/2: ")
    assert words in refused.value.text.en
    assert not Case.objects.exists()


@override_settings(DEMO=False)
def test_only_a_demonstration_loads_past_orders(cast: Cast) -> None:

    with pytest.raises(NotAllowed, match=r"casework\.load"):
        load(PAST)
