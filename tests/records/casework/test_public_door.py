"""The public's door: what anybody may report, what comes back by number and digits, what everybody sees."""

from typing import Any

import pytest

from pinzhi.engine.errors import BadInput, NotFound, PinzhiError
from pinzhi.records.accounts.permissions import ANONYMOUS
from pinzhi.records.casework.actions.deciding import merge_case
from pinzhi.records.casework.actions.reporting import Receipt, Report, checked_phone, report_problem
from pinzhi.records.casework.actions.steps import Wish
from pinzhi.records.casework.fields import open_box
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.queries import public
from pinzhi.records.storage import Sent
from tests.records.casework.build import FIRM, PNG, SITE, Cast, at, photo

pytestmark = pytest.mark.django_db
PHONE = "13900001234"
VALUES = {"what": "道路积尘", "category": "road", "place": SITE}


@pytest.fixture
def cast() -> Cast:
    return Cast()


def reported(day: str = "01-04", **more: Any) -> Receipt:
    asked = {"kind": "dust-problem", "values": VALUES, "phone": PHONE, "district": "370214", **more}
    return report_problem(actor=ANONYMOUS, report=Report(**asked), when=at(day))


def closed(cast: Cast, number: str) -> Case:
    """Lead a report to its end through the acts, each by whom it is for."""
    case = Case.objects.get(number=number)
    cast.step(case, cast.officer, Wish("assign", assign={"handler": FIRM}))
    for kind in ("before", "after"):
        photo(case, cast.firm, kind)
    cast.step(case, cast.firm, Wish("rectify", values={"measures": "洒水清扫"}), "01-05")
    cast.step(case, cast.inspector_of(case), Wish("verify", ground="路面已无积尘"), "01-08")
    return cast.step(case, cast.officer, Wish("close", ground="已清扫，每日洒水两次。"), "01-09")


def test_what_anybody_may_report() -> None:
    assert [one.id for one in public.door_types()] == ["brand-infringement", "complaint", "dust-problem", "gas-problem"]
    with pytest.raises(NotFound):
        reported(kind="hidden-danger")


def test_a_report_is_a_case_with_a_sealed_phone_and_its_photo() -> None:
    receipt = reported(photos=(Sent("a.png", [PNG], len(PNG)),))
    case = Case.objects.get(number=receipt.number)
    assert (case.state, case.reporter_id, case.district, open_box(case)) == (
        "reported", None, "370214", {"contact": PHONE},
    )  # fmt: skip
    assert list(case.files.values_list("kind", "actor")) == [("report", "anonymous")]


def test_a_report_sent_twice_is_one_case() -> None:
    assert reported(once="report:1") == reported(once="report:1")
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"phone": "1390000"}, "casework.report.phone"),
        ({"phone": "打给我"}, "casework.report.phone"),
        ({"photos": (Sent("a.png", [PNG[:60]], len(PNG)),)}, "assessment.file.cut"),
        ({"photos": (Sent("a.png", [PNG], len(PNG)),) * 6}, "casework.report.photos"),
        ({"values": {"what": "积尘", "place": SITE}}, "casework.field"),
        ({"district": "999999"}, "casework.district"),
        ({"kind": "complaint", "values": {"what": "慢", "about": "officer"}, "phone": ""}, "casework.field"),
    ],
)
def test_a_report_that_is_wrong_is_refused_whole(change: dict[str, Any], code: str) -> None:
    with pytest.raises(PinzhiError) as refusal:
        reported(**change)
    assert refusal.value.code == code
    assert Case.objects.count() == 0


@pytest.mark.parametrize("text", ["139 0000 1234", "+86 13900001234", "１３９００００１２３４"])
def test_phones_as_people_write_them(text: str) -> None:
    assert checked_phone(text) == PHONE


def test_the_state_is_told_to_who_knows_the_number_and_four_digits_or_the_code() -> None:
    receipt = reported()
    for number, digits in (
        (receipt.number, "1234"),
        (receipt.number.lower(), " １２３４ "),
        (receipt.number, receipt.code),
    ):
        assert public.own_case(number, digits).state.code == "reported"


@pytest.mark.parametrize("digits", ["1235", "", "4", "00001234", PHONE, "12345678"])
def test_wrong_digits_say_the_same_as_a_number_that_is_not_there(digits: str) -> None:
    receipt = reported()
    with pytest.raises(NotFound) as wrong:
        public.own_case(receipt.number, digits)
    with pytest.raises(NotFound) as missing:
        public.own_case("YC-2024-99999", "1234")
    assert wrong.value.text == missing.value.text


def test_without_a_phone_only_the_code_opens() -> None:
    receipt = reported(phone="")
    assert public.own_case(receipt.number, receipt.code).number == receipt.number
    with pytest.raises(NotFound):
        public.own_case(receipt.number, "")


def test_a_case_opens_to_all_once_assigned_and_ends_with_an_answer(cast: Cast) -> None:
    receipt = reported()
    with pytest.raises(NotFound):
        public.public_case(receipt.number)
    case = closed(cast, receipt.number)
    told = public.public_case(receipt.number)
    assert (told.state.code, told.answers[-1].zh, told.closed_on) == (
        "closed",
        "已清扫，每日洒水两次。",
        case.closed_on,
    )
    assert [turn.on.isoformat()[5:] for turn in told.turns] == ["01-04", "01-04", "01-05", "01-08", "01-09"]
    assert PHONE not in repr(told)
    assert public.public_list("dust", "", 1)[1] == 1
    assert public.public_list("gas", "", 1)[1] == 0


def test_a_complaint_is_never_open_to_all_and_its_answer_is_read_by_who_brought_it(cast: Cast) -> None:
    receipt = reported(kind="complaint", values={"what": "办得慢", "about": "officer"})
    case = Case.objects.get()
    cast.step(case, cast.officer, Wish("accept"))
    cast.step(case, cast.officer, Wish("answer", values={"answer": "已说明并改进。"}), "01-05")
    assert [one.zh for one in public.own_case(receipt.number, "1234").answers] == ["已说明并改进。"]
    with pytest.raises(NotFound):
        public.public_case(receipt.number)


def test_reports_of_one_thing_are_offered_and_merged_and_both_numbers_still_tell(cast: Cast) -> None:
    first, second = reported(), reported(day="01-05", phone="13900005678")
    cast.step(Case.objects.get(number=first.number), cast.officer, Wish("assign", assign={"handler": FIRM}))
    assert [one.number for one in public.near(second.number)] == [first.number]
    into, case = Case.objects.get(number=first.number), Case.objects.get(number=second.number)
    merge_case(
        actor=cast.officer, case_id=case.pk, into_id=into.pk, ground="同一处", seen=case.version, when=at("01-05")
    )  # fmt: skip
    assert public.own_case(second.number, "5678").merged_into == first.number
    assert public.public_case(first.number).seen_before == 1


def test_places_are_found_by_name() -> None:
    assert public.places_like("") == ()
    assert public.places_like("没有这个地方") == ()


def test_a_phone_is_needed_by_no_one_but_who_complains() -> None:
    assert reported(phone="").number
    with pytest.raises(BadInput):
        reported(kind="complaint", values={"what": "慢", "about": "officer"}, phone="")
