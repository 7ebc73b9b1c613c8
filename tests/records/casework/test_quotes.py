"""Orders that ask several: each institution quotes for itself, whoever ordered compares and chooses."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound, PinzhiError
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.ordering import order_service
from pinzhi.records.casework.actions.quotes import ask_for_quotes, choose_quote, decline_to_quote, give_quote
from pinzhi.records.casework.actions.rating import rate_order
from pinzhi.records.casework.actions.steps import Wish
from pinzhi.records.casework.models import Case, Quote, QuoteRequest
from pinzhi.records.casework.queries.orders import order_states, orders_seen_by
from pinzhi.records.casework.queries.quotes import (
    asking_for,
    askings,
    comparison,
    open_requests,
    requests_for,
)
from pinzhi.records.casework.queries.suggesting import advice
from pinzhi.records.casework.queries.visible import visible_cases
from pinzhi.records.catalog.models import Institution
from pinzhi.records.notices.models import Message
from tests.build import make_actor
from tests.build_catalog import make_capability, make_institution, make_organisation
from tests.records.casework.build import FIRM, LAB, Cast, at

pytestmark = pytest.mark.django_db
SECOND = "91370202MA000007XY"
THIRD = "91370203MA00000803"
VALUES = {"need": "电缆型式试验", "service": "T01", "channel": "web"}


class Market(Cast):
    """The cast with two more institutions."""

    def __init__(self) -> None:
        super().__init__()
        make_institution(make_organisation("青岛示例第二检测有限公司", SECOND, district="370202"))
        make_institution(make_organisation("青岛示例第三检测有限公司", THIRD, district="370203"))
        self.second = make_actor("institution", organisation_code=SECOND)
        self.third = make_actor("institution", organisation_code=THIRD)

    def asked(self) -> Case:
        """An order of the firm that asks the lab and the second institution."""
        return order_service(
            actor=self.firm, values=VALUES, providers=[LAB, SECOND], reporter_code=FIRM, when=at("01-04")
        )

    def quote(self, actor: Actor, case: Case, price: str, days: int = 10, day: str = "01-05") -> Quote:
        request = requests_for(actor).get(case=case)
        return give_quote(
            actor=actor, request_id=request.pk, price=Decimal(price), days=days, terms="含报告", when=at(day)
        )


@pytest.fixture
def market() -> Market:
    return Market()


def test_from_the_need_to_the_choice(market: Market) -> None:
    case = market.asked()
    assert (case.state, case.due_code, case.due_on) == ("asked", "quotes", date(2024, 1, 11))
    assert set(Message.objects.filter(about_kind="quote").values_list("user_id", flat=True)) == {
        market.lab.user_id, market.second.user_id,
    }  # fmt: skip

    market.quote(market.lab, case, "3000", days=5)
    best = market.quote(market.second, case, "2600.50", days=8)
    offers = comparison(case)
    assert [(one.code, one.price, one.is_cheapest, one.is_fastest) for one in offers] == [
        (SECOND, Decimal("2600.50"), True, False), (LAB, Decimal("3000.00"), False, True),
    ]  # fmt: skip

    chosen = choose_quote(actor=market.firm, quote_id=best.pk, seen=case.version, when=at("01-08"))

    assert (chosen.state, chosen.provider_code, chosen.values["price"]) == ("in-service", SECOND, "2600.50")
    assert [one.state.code for one in comparison(chosen)] == ["chosen", "over"]
    assert Message.objects.filter(user_id=market.lab.user_id, subject_zh__startswith="询价结束").count() == 1
    assert [word.zh for word, mark in order_states(chosen) if mark == "now"] == ["服务中"]


def test_each_institution_sees_its_own_quote_and_never_the_case(market: Market) -> None:
    case = market.asked()
    market.quote(market.lab, case, "3000")
    market.quote(market.second, case, "2600")

    (own,) = askings(list(requests_for(market.lab)))
    assert [one.price for one in own.answers] == [Decimal(3000)]
    assert not visible_cases(market.lab).exists()
    assert not requests_for(market.third).exists()
    with pytest.raises(NotFound, match=r"casework\.quotes\.request"):
        asking_for(market.third, own.id)
    assert not hasattr(own, "contact")


def test_a_later_quote_replaces_the_first_and_one_may_decline(market: Market) -> None:
    case = market.asked()
    assert (open_requests(market.lab), open_requests(market.firm)) == (1, 0)
    first = market.quote(market.lab, case, "3000")
    assert open_requests(market.lab) == 0
    market.quote(market.lab, case, "2800", day="01-08")
    request = requests_for(market.second).get()
    decline_to_quote(actor=market.second, request_id=request.pk, ground="设备检修", when=at("01-05"))

    assert [(one.price, one.state.code) for one in comparison(case)] == [(Decimal(2800), "quoted"), (None, "declined")]
    with pytest.raises(Conflict, match=r"casework\.quote\.replaced"):
        choose_quote(actor=market.firm, quote_id=first.pk, seen=None, when=at("01-08"))
    with pytest.raises(Conflict, match=r"casework\.quote\.replaced"):
        choose_quote(actor=market.firm, quote_id=Quote.objects.get(declined=True).pk, seen=None, when=at("01-08"))


def test_after_the_choice_nobody_quotes_and_nobody_chooses_again(market: Market) -> None:
    case = market.asked()
    quote, late = market.quote(market.lab, case, "3000"), market.quote(market.second, case, "2600")
    choose_quote(actor=market.firm, quote_id=quote.pk, seen=None, when=at("01-08"))

    with pytest.raises(Conflict, match=r"casework\.quotes\.closed"):
        market.quote(market.second, case, "2000", day="01-09")
    with pytest.raises(Conflict, match=r"casework\.step"):
        choose_quote(actor=market.firm, quote_id=late.pk, seen=None, when=at("01-09"))
    assert Quote.objects.count() == 2


def test_none_suits_and_the_order_asks_anew(market: Market) -> None:
    case = market.asked()
    old = market.quote(market.lab, case, "9000")
    market.step(case, market.firm, Wish("none-suits", "太贵"), "01-08")

    ask_for_quotes(actor=market.firm, case_id=case.pk, providers=[LAB, THIRD], seen=None, when=at("01-09"))

    assert {one.code for one in comparison(case)} == {LAB, THIRD}
    assert [one.is_open for one in askings(list(requests_for(market.lab)))] == [True, False]
    assert [one.is_open for one in askings(list(requests_for(market.second)))] == [False]
    with pytest.raises(Conflict, match=r"casework\.quote\.replaced"):
        choose_quote(actor=market.firm, quote_id=old.pk, seen=None, when=at("01-09"))


@pytest.mark.parametrize(
    ("providers", "error", "code"),
    [
        ([LAB, LAB, THIRD, SECOND, FIRM], BadInput, "casework.quotes.who"),
        ([LAB, "91370200MA0000023D"], BadInput, "casework.quotes.who"),
        ([str(number) for number in range(7)], BadInput, "casework.quotes.count"),
    ],
)
def test_who_cannot_be_asked(market: Market, providers: list[str], error: type[PinzhiError], code: str) -> None:
    with pytest.raises(error) as refused:
        order_service(actor=market.firm, values=VALUES, providers=providers, reporter_code=FIRM, when=at("01-04"))

    assert refused.value.code == code
    assert not Case.objects.exists()
    assert not QuoteRequest.objects.exists()


def test_a_suspended_institution_is_neither_asked_nor_ordered_from_nor_quotes(market: Market) -> None:
    case = market.asked()
    Institution.objects.filter(organisation__code=LAB).update(state="suspended")

    for providers in ([LAB], [LAB, SECOND]):
        with pytest.raises(Conflict, match=r"casework\.provider"):
            order_service(actor=market.firm, values=VALUES, providers=providers, reporter_code=FIRM, when=at("01-04"))
    with pytest.raises(Conflict, match=r"casework\.provider"):
        market.quote(market.lab, case, "3000")
    assert Case.objects.count() == 1


@pytest.mark.parametrize(("price", "days"), [("0", 5), ("-1", 5), ("1.001", 5), ("NaN", 5), ("9", 0), ("9", 367)])
def test_a_price_or_term_out_of_range_is_refused(market: Market, price: str, days: int) -> None:
    case = market.asked()

    with pytest.raises(BadInput, match=r"casework\.quote\.(price|days)"):
        market.quote(market.lab, case, price, days)

    assert not Quote.objects.exists()


def test_only_who_ordered_chooses(market: Market) -> None:
    case = market.asked()
    quote = market.quote(market.lab, case, "3000")

    for actor, error in ((market.lab, NotFound), (market.officer, NotAllowed), (market.citizen, NotFound)):
        with pytest.raises(error):
            choose_quote(actor=actor, quote_id=quote.pk, seen=None, when=at("01-08"))


def test_with_one_institution_it_is_ordered_directly_and_with_none_left_to_officers(market: Market) -> None:
    more = {"reporter_code": FIRM, "when": at("01-04")}
    one = order_service(actor=market.firm, values=VALUES, providers=[LAB], **more)  # type: ignore[arg-type]
    none = order_service(actor=market.firm, values=VALUES, providers=[], **more)  # type: ignore[arg-type]

    assert [(case.state, case.provider_code) for case in (one, none)] == [("dispatched", LAB), ("submitted", "")]
    assert {case.number for case in orders_seen_by(market.firm)} == {one.number, none.number}


def test_a_form_that_is_sent_twice_is_one_order(market: Market) -> None:
    for _ in range(2):
        order_service(
            actor=market.firm,
            values=VALUES,
            providers=[LAB, SECOND],
            reporter_code=FIRM,
            once="web/x",
            when=at("01-04"),
        )

    assert (Case.objects.count(), QuoteRequest.objects.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_a_quote_and_a_choice_at_the_same_moment_do_not_miss_each_other(market: Market) -> None:
    case = market.asked()
    quote = market.quote(market.lab, case, "3000")

    def act(number: int) -> str:
        try:
            if number % 2:
                choose_quote(actor=market.firm, quote_id=quote.pk, seen=None, when=at("01-08"))
                return "chosen"
            market.quote(market.lab, case, f"{2000 + number}", day="01-08")
        except Conflict as refused:
            return refused.code
        finally:
            connection.close()
        return "quoted"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(act, range(6)))

    case.refresh_from_db()
    if "chosen" in outcomes:
        assert outcomes.count("chosen") == 1
        assert case.values["price"] == "3000.00"
        assert Quote.objects.count() == 1 + outcomes.count("quoted")
    else:
        assert case.state == "asked"


# ---- suggestions -----------------------------------------------------------------------------------------------------
def test_institutions_are_suggested_with_their_reasons(market: Market) -> None:
    institution = Institution.objects.get(organisation__code=SECOND)
    Institution.objects.update(categories="testing")
    make_capability(
        institution, "电缆", category="testing", standard_number="GB/T 12706.1-2020", approval="CMA",
        valid_to=date(2025, 1, 1),
    )  # fmt: skip
    done = market.completed()
    rate_order(actor=market.firm, case_id=done.pk, level=5, seen=None, when=at("01-05"))

    plain = advice("电缆型式试验", on=date(2024, 1, 5), district="370213")
    exact = advice("电缆型式试验", on=date(2024, 1, 5), district="370213", standard="gb/t 12706.1-2020")

    assert [one.code for one in plain.services] == ["T01"]
    assert exact.institutions[0].code == SECOND
    assert {ground.text.zh for ground in exact.institutions[0].grounds} == {
        "需求的 2 项里能做 2 项", "1 项标准里 1 项在资质范围内", "相距 9.0 公里", "手上有 0 单", "还没有评价",
    }  # fmt: skip
    lab = next(one for one in plain.institutions if one.code == LAB)
    assert "1 次评价，平均 5.0" in {ground.text.zh for ground in lab.grounds}
    assert "就在当地" in {ground.text.zh for ground in lab.grounds}
    assert plain.fitting == 3


def test_nobody_who_is_not_listed_is_suggested_and_nothing_for_nothing(market: Market) -> None:
    Institution.objects.update(categories="testing")
    Institution.objects.filter(organisation__code=LAB).update(state="suspended")

    assert LAB not in {one.code for one in advice("做检测", on=date(2024, 1, 5)).institutions}
    assert advice("随便", on=date(2024, 1, 5)).institutions == ()
    assert [one.is_chosen for one in advice("随便", on=date(2024, 1, 5), service="T01").services] == [True]
