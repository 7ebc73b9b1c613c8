"""Cases through their acts: opened once, led on by whoever may, seen by whoever may, nothing lost, everything noted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connection

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound, PinzhiError
from pinzhi.records.accounts.permissions import ANONYMOUS, SYSTEM
from pinzhi.records.casework.actions.clock import do_what_is_due
from pinzhi.records.casework.actions.deciding import extend_deadline, merge_case
from pinzhi.records.casework.actions.keeping import add_file, add_remark
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.actions.steps import Wish, take_step, take_steps
from pinzhi.records.casework.fields import open_box
from pinzhi.records.casework.models import Case, CaseStep
from pinzhi.records.casework.queries.duplicates import possible_duplicates
from pinzhi.records.casework.queries.visible import public_cases, visible_cases
from pinzhi.records.casework.rules import roles_in
from pinzhi.records.journal.queries import entries_about
from pinzhi.records.notices.models import Message
from pinzhi.records.storage import Sent
from tests.records.casework.build import FIRM, LAB, PNG, SITE, Cast, at, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_a_dust_problem_is_opened_with_its_number_place_and_first_clock(cast: Cast) -> None:
    case = cast.dust()

    assert (case.number, case.state, case.phase, case.title) == ("YC-2024-00001", "reported", "new", "道路积尘")
    assert (case.latitude, case.longitude, case.district) == (36.2641, 120.2817, "370214")
    assert (case.organisation_code, case.organisation_name) == (FIRM, "青岛示例建设有限公司")
    assert (case.due_code, case.due_on) == ("triage", date(2024, 1, 5))
    assert cast.dust().number == "YC-2024-00002"


def test_a_dust_problem_is_led_from_report_to_closed(cast: Cast) -> None:
    case = cast.rectified()
    assert (case.due_code, case.due_on) == ("check", date(2024, 1, 10))
    cast.step(case, cast.district, Wish("verify", "洒水后无积尘"), "01-08")
    cast.step(case, cast.officer, Wish("close", "已整改到位"), "01-09")

    assert (case.state, case.phase, case.due_on, case.closed_on) == ("closed", "closed", None, date(2024, 1, 9))
    assert list(case.steps.order_by("number").values_list("code", "role")) == [
        ("open", "officer"),
        ("assign", "officer"),
        ("rectify", "handler"),
        ("verify", "officer"),
        ("close", "officer"),
    ]
    assert [line.action for line in entries_about("case", case.number)] == [
        "casework.step", "casework.step", "casework.step", "casework.file", "casework.file", "casework.step",
        "casework.open",
    ]  # fmt: skip


def test_those_whose_turn_it_is_are_told(cast: Cast) -> None:
    case = cast.assigned()

    (told,) = Message.objects.filter(about_key=case.number)
    assert (told.user_id, told.link) == (cast.firm.user_id, f"/desk/cases/{case.number}")


def test_whoever_reported_it_hears_of_every_state_but_not_of_his_own_steps(cast: Cast) -> None:
    case = cast.dust(by=cast.citizen)
    cast.step(case, cast.officer, Wish("dismiss", "现场没有发现"), "01-05")

    (told,) = Message.objects.filter(user_id=cast.citizen.user_id)
    assert "现场没有发现" in told.body_zh


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"category": "noise"}, "casework.field.value"),
        ({"place": "96.1 120.2"}, "casework.field.value"),
        ({"what": "长" * 201}, "casework.field.value"),
        ({"colour": "red"}, "casework.field.unknown"),
        ({"place": " "}, "casework.field"),
    ],
)
def test_bad_fields_are_refused_and_nothing_is_written(cast: Cast, values: dict[str, str], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        cast.dust(**values)

    assert refused.value.code == code
    assert not Case.objects.exists()


def test_an_order_takes_money_dates_and_standards_only_as_such(cast: Cast) -> None:
    order = {"need": "电缆型式试验", "channel": "web", "standard": "gb/t 12706.1-2020"}
    case = open_case(actor=cast.firm, kind="nqi-order", values=order, when=at("01-04"), reporter_code=FIRM)
    assert case.values["standard"] == "GB/T 12706.1-2020"

    for field, value in (("wanted-by", "tomorrow"), ("price", "12.345"), ("price", "-1"), ("standard", "!!")):
        with pytest.raises(BadInput, match=r"casework\.field\.value"):
            open_case(actor=cast.firm, kind="nqi-order", values=order | {field: value}, when=at("01-04"))


def test_the_same_report_sent_again_is_the_same_case(cast: Cast) -> None:
    first, again = cast.dust(once="phone-7/12"), cast.dust(once="phone-7/12")

    assert first.pk == again.pk
    assert CaseStep.objects.count() == 1


def test_a_day_that_has_not_come_and_an_unknown_district_are_refused(cast: Cast) -> None:
    values = {"what": "裸土", "category": "bare-soil", "place": SITE}
    with pytest.raises(BadInput, match=r"casework\.found_on"):
        open_case(actor=cast.officer, kind="dust-problem", values=values, when=at("01-04"), found_on=date(2024, 1, 5))
    with pytest.raises(BadInput, match=r"casework\.district"):
        open_case(actor=cast.officer, kind="dust-problem", values=values, when=at("01-04"), district="110101")
    with pytest.raises(NotFound, match=r"casework\.type"):
        open_case(actor=cast.officer, kind="noise", values=values, when=at("01-04"))


def test_nobody_brings_a_case_in_the_name_of_an_organisation_that_is_not_his(cast: Cast) -> None:
    with pytest.raises(BadInput, match=r"casework\.reporter"):
        open_case(
            actor=cast.lab, kind="nqi-order", values={"need": "x", "channel": "web"}, when=at("01-04"),
            reporter_code=FIRM,
        )  # fmt: skip


def test_contacts_are_sealed_and_never_in_steps_or_the_journal(cast: Cast) -> None:
    case = cast.dust(contact="王某 13900000000")

    assert open_box(case) == {"contact": "王某 13900000000"}
    written = (
        f"{case.values} {list(case.steps.values())} {[line.detail for line in entries_about('case', case.number)]}"
    )
    assert "13900000000" not in written
    assert b"13900000000" not in bytes(case.sealed or b"")


# ---- who sees, who may ----------------------------------------------------------------------------------------------
def test_each_sees_what_concerns_him_and_nothing_else(cast: Cast) -> None:
    case = cast.assigned()
    by_citizen = cast.dust(by=cast.citizen)
    everybody = {
        "officer": cast.officer, "district": cast.district, "other": cast.other_district, "firm": cast.firm,
        "lab": cast.lab, "citizen": cast.citizen, "supervisor": cast.supervisor, "nobody": ANONYMOUS,
    }  # fmt: skip

    seen = {name: set(visible_cases(actor).values_list("number", flat=True)) for name, actor in everybody.items()}

    both = {case.number, by_citizen.number}
    assert seen == {
        "officer": both, "district": both, "other": set(), "firm": {case.number}, "lab": set(),
        "citizen": {by_citizen.number}, "supervisor": both, "nobody": set(),
    }  # fmt: skip


def test_everybody_sees_a_case_only_from_the_states_its_type_names(cast: Cast) -> None:
    case = cast.dust()
    assert not public_cases().exists()

    cast.step(case, cast.officer, Wish("assign", assign={"handler": FIRM}))

    assert [one.number for one in public_cases()] == [case.number]


@pytest.mark.parametrize(
    ("who", "step", "error", "code"),
    [
        ("lab", "rectify", NotFound, "casework.case"),
        ("other_district", "wait", NotFound, "casework.case"),
        ("firm", "wait", NotAllowed, "casework.role"),
        ("supervisor", "wait", NotAllowed, "casework.role"),
        ("firm", "rectify", BadInput, "casework.field"),
        ("officer", "close", Conflict, "casework.step"),
    ],
)
def test_a_step_by_somebody_else_or_too_early_is_refused_and_nothing_changes(
    cast: Cast, who: str, step: str, error: type[PinzhiError], code: str
) -> None:
    case = cast.assigned()
    before = Case.objects.values().get(pk=case.pk)

    with pytest.raises(error) as refused:
        cast.step(case, getattr(cast, who), Wish(step, "because"))

    assert refused.value.code == code
    assert Case.objects.values().get(pk=case.pk) == before


def test_the_inspector_who_found_it_checks_it_unless_another_is_named(cast: Cast) -> None:
    case = cast.dust(by=cast.inspector)
    assert "verifier" in roles_in(cast.inspector, case)

    case.verifier_id = cast.officer.user_id
    assert "verifier" not in roles_in(cast.inspector, case)
    assert "verifier" in roles_in(cast.officer, case)


def test_an_officer_of_the_firm_concerned_is_not_its_officer(cast: Cast) -> None:
    case = cast.dust()
    own = type(cast.officer)(
        user_id=cast.officer.user_id, name="", roles=cast.officer.roles, organisation_codes=frozenset({FIRM}),
        key=cast.officer.key,
    )  # fmt: skip

    with pytest.raises(NotAllowed, match=r"casework\.role"):
        cast.step(case, own, Wish("assign", assign={"handler": FIRM}))


@pytest.mark.parametrize("assign", [{"handler": "91370200MA0000023D"}, {"handler": ""}, {"verifier": "1"}])
def test_assigning_to_nobody_is_refused(cast: Cast, assign: dict[Any, str]) -> None:
    with pytest.raises(BadInput, match=r"casework\.assign"):
        cast.step(cast.dust(), cast.officer, Wish("assign", assign=assign))


def test_two_who_act_at_once_do_not_both_win(cast: Cast) -> None:
    case = cast.dust()
    seen = case.version
    take_step(
        actor=cast.officer, case_id=case.pk, wish=Wish("assign", assign={"handler": FIRM}), seen=seen, when=at("01-04")
    )

    with pytest.raises(Conflict, match=r"casework\.moved"):
        take_step(actor=cast.district, case_id=case.pk, wish=Wish("dismiss", "没有"), seen=seen, when=at("01-04"))


@pytest.mark.django_db(transaction=True)
def test_of_many_who_act_at_the_same_moment_exactly_one_wins(cast: Cast) -> None:
    case = cast.dust()

    def act(number: int) -> str:
        try:
            take_step(
                actor=cast.officer, case_id=case.pk, wish=Wish("dismiss", f"第 {number}"), seen=case.version,
                when=at("01-04"),
            )  # fmt: skip
        except Conflict as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(act, range(8)))

    assert outcomes == ["casework.moved"] * 7 + ["done"]
    assert CaseStep.objects.filter(code="dismiss").count() == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_given_at_the_same_moment_are_all_different(cast: Cast) -> None:
    def report(number: int) -> str:
        try:
            return cast.dust(once=f"car-1/{number % 10}").number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(report, range(20)))

    assert len(set(numbers)) == Case.objects.count() == 10


def test_one_step_for_many_tells_of_each_what_became_of_it(cast: Cast) -> None:
    fresh, assigned = cast.dust(), cast.assigned()

    rows = take_steps(
        actor=cast.officer, numbers=[fresh.number, assigned.number, "YC-2024-09999"],
        wish=Wish("assign", assign={"handler": FIRM}), when=at("01-04"),
    )  # fmt: skip

    assert [(row.number, row.refusal.code if row.refusal else "") for row in rows] == [
        (fresh.number, ""),
        (assigned.number, "casework.step"),
        ("YC-2024-09999", "casework.case"),
    ]


# ---- files, remarks -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "content", "size", "code"),
    [
        ("after.png", PNG[:20], len(PNG), "assessment.file.cut"),
        ("after.png", b"%PDF-1.7 not a picture", None, "assessment.file.lies"),
        ("after.exe", PNG, None, "assessment.file.type"),
        ("after.png", b"", None, "assessment.file.empty"),
    ],
)
def test_a_photo_cut_off_or_lying_about_its_type_is_refused(
    cast: Cast, name: str, content: bytes, size: int | None, code: str
) -> None:
    case = cast.assigned()
    with pytest.raises(BadInput) as refused:
        add_file(actor=cast.firm, case_id=case.pk, kind="after", sent=Sent(name, [content], size), when=at("01-05"))

    assert refused.value.code == code
    assert not case.files.exists()


def test_the_same_photo_is_kept_once_of_each_kind(cast: Cast) -> None:
    case = cast.assigned()
    for kind in ("before", "before", "after"):
        photo(case, cast.firm, kind)

    assert case.files.count() == 2


def test_remarks_inside_are_for_those_who_handle_it(cast: Cast) -> None:
    case = cast.assigned()
    add_remark(actor=cast.officer, case_id=case.pk, text="先查权属", internal=True, when=at("01-05"))
    add_remark(actor=cast.firm, case_id=case.pk, text="雨天停工", internal=False, when=at("01-05"))

    with pytest.raises(NotAllowed):
        add_remark(actor=cast.firm, case_id=case.pk, text="x", internal=True, when=at("01-05"))
    with pytest.raises(BadInput):
        add_remark(actor=cast.firm, case_id=case.pk, text=" ", internal=False, when=at("01-05"))


# ---- extending, merging, the clock ----------------------------------------------------------------------------------
def test_an_extension_moves_the_due_day_of_lists(cast: Cast) -> None:
    case = cast.assigned()
    case.refresh_from_db()
    assert case.due_on == date(2024, 1, 11)
    extend_deadline(
        actor=cast.officer, case_id=case.pk, deadline="rectification", days=5, ground="冰冻", seen=case.version,
        when=at("01-10"),
    )  # fmt: skip

    case.refresh_from_db()
    assert case.due_on == date(2024, 1, 18)
    with pytest.raises(NotAllowed):
        extend_deadline(
            actor=cast.firm, case_id=case.pk, deadline="rectification", days=1, ground="x", seen=case.version,
            when=at("01-10"),
        )  # fmt: skip


def test_reports_of_one_thing_are_found_and_merged_and_nothing_is_lost(cast: Cast) -> None:
    first = cast.assigned()
    second = cast.dust(by=cast.citizen, place="36.2645 120.2819 路口东侧", day="01-06")
    cast.dust(place="36.30 120.2817")
    photo(second, cast.citizen, "before")
    assert [match.key for match in possible_duplicates(second)] == [first.number]
    second.refresh_from_db()

    merge_case(
        actor=cast.officer, case_id=second.pk, into_id=first.pk, ground="同一路口", seen=second.version,
        when=at("01-06"),
    )  # fmt: skip

    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.phase, second.merged_into_id, first.seen_before) == ("closed", first.pk, 1)
    assert list(first.files.values_list("kind", flat=True)) == ["before"]
    with pytest.raises(Conflict, match=r"casework\.merged"):
        cast.step(second, cast.officer, Wish("dismiss", "x"), "01-06")
    assert possible_duplicates(first) == ()


@pytest.mark.parametrize(("ground", "code"), [("", "casework.ground"), ("同一处", "casework.merge.kind")])
def test_merging_takes_reasons_and_another_case(cast: Cast, ground: str, code: str) -> None:
    case = cast.dust()
    with pytest.raises(BadInput) as refused:
        merge_case(
            actor=cast.officer, case_id=case.pk, into_id=case.pk if ground else cast.dust().pk, ground=ground,
            seen=case.version, when=at("01-04"),
        )  # fmt: skip
    assert refused.value.code == code


def test_the_clock_tells_of_what_is_overdue_once(cast: Cast) -> None:
    case = cast.assigned()

    assert do_what_is_due(at("01-11")) == ()
    assert do_what_is_due(at("01-12")) == (case.number,)
    assert do_what_is_due(at("01-12")) == ()
    told = set(
        Message.objects.filter(about_key=case.number, once__contains="overdue").values_list("user_id", flat=True)
    )
    assert told == {cast.officer.user_id, cast.district.user_id}


def test_silence_completes_an_order_ten_working_days_after_delivery(cast: Cast) -> None:
    order = {"need": "电缆型式试验", "channel": "web", "service": "T01"}
    case = open_case(actor=cast.firm, kind="nqi-order", values=order, when=at("01-04"), reporter_code=FIRM)
    cast.step(case, cast.officer, Wish("accept"))
    cast.step(case, cast.officer, Wish("dispatch", assign={"provider": LAB}))
    cast.step(case, cast.lab, Wish("quote", values={"price": "12000"}))
    cast.step(case, cast.firm, Wish("confirm"))
    photo(case, cast.lab, "deliverable")
    cast.step(case, cast.lab, Wish("deliver", values={"deliverable": "BG-2024-01"}), "01-08")

    assert do_what_is_due(at("01-22")) == ()
    assert do_what_is_due(at("01-23")) == (case.number,)
    case.refresh_from_db()
    assert (case.state, case.steps.order_by("-number")[0].actor) == ("completed", SYSTEM.key)
