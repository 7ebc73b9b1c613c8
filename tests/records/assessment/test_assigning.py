"""Giving entries to experts: the best assignment, pins, what stands, and why there is none."""

from typing import Any

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import SYSTEM, actor_for
from pinzhi.records.assessment.actions import experts, recusal
from pinzhi.records.assessment.actions.assigning import assign_stage
from pinzhi.records.assessment.models import Assignment, AssignmentRun, Expert, Panellist, Round
from pinzhi.records.catalog.models import Organisation
from tests.build import TODAY, make_actor
from tests.records.assessment.build import CODE, make_entry, make_expert, make_round, make_task, moment

pytestmark = pytest.mark.django_db
OTHER = "91370203MA00000275"
WHEN: Moment = moment()


def call(held: Round, code: str, *, declared: bool = True, most: int = 10, fields: str = "", **facts: Any) -> Expert:
    expert = make_expert(code, **facts)
    expert.fields = fields
    expert.save()
    Panellist.objects.create(
        round=held, expert=expert, most=most, called_on=TODAY, declared_at=WHEN.at if declared else None
    )
    return expert


def panel(held: Round, count: int = 6, **facts: Any) -> list[Expert]:
    return [call(held, f"E-{n:03}", senior=n <= 2, **facts) for n in range(1, count + 1)]


def run(held: Round, **given: Any) -> AssignmentRun:
    usual: dict[str, Any] = {
        "actor": SYSTEM, "round_key": held.key, "stage": "desk_review", "pins": [], "when": WHEN,
    }  # fmt: skip
    return assign_stage(**(usual | given))


def taken() -> set[tuple[str, str]]:
    return set(Assignment.objects.filter(ended_at=None).values_list("entry__number", "expert__code"))


def test_each_entry_gets_its_panel_with_a_senior_who_leads() -> None:
    held = make_round()
    for number in ("08-001", "08-002"):
        make_entry(held, number, state="desk_review")
    panel(held)
    found = run(held)
    assert (found.status, found.total, found.bound) == ("optimal", found.bound, found.total)
    assert len(taken()) == 10
    leads = Assignment.objects.filter(lead=True)
    assert leads.count() == 2
    assert {one.expert.code for one in leads} == {"E-001", "E-002"}  # seniors, and nobody leads both
    task = Assignment.objects.order_by("pk")[0]
    assert task.run_id == found.pk
    assert "专业领域不同" in task.reason["zh"]
    assert "another field" in task.reason["en"]


def test_who_knows_the_industry_comes_first() -> None:
    held = make_round()
    Organisation.objects.create(
        code=CODE, name="青岛澄海精工有限公司", industry="C38", kind="enterprise", state="active", recorded_at=WHEN.at
    )
    make_entry(held, state="desk_review")
    panel(held, 5, fields="K")
    call(held, "E-006", fields="C;quality")
    run(held)
    task = Assignment.objects.get(expert__code="E-006")
    assert task.score == 15
    assert task.reason["zh"].startswith("专业领域与单位行业一致。")


def test_conflicts_and_those_who_have_not_declared_are_left_out() -> None:
    held = make_round()
    make_entry(held, state="desk_review")
    panel(held, 5)
    call(held, "E-006", employer_code=CODE, fields="quality")
    call(held, "E-007", declared=False, fields="quality")
    assert run(held).status == "optimal"
    assert {code for _number, code in taken()} == {f"E-{n:03}" for n in range(1, 6)}


def test_the_order_of_the_input_changes_nothing() -> None:
    held = make_round()
    numbers = ["08-003", "08-001", "08-002"]
    for number in numbers:
        make_entry(held, number, state="desk_review")
    for n in (7, 3, 1, 6, 2, 5, 4):
        call(held, f"E-{n:03}", senior=n < 4, fields="quality" if n % 2 else "")
    first = run(held)
    answer = taken()
    Assignment.objects.all().delete()
    again = run(held, seen=first.pk)
    assert taken() == answer
    assert again.input_hash == first.input_hash


def test_pins_stand_and_are_said_to() -> None:
    held = make_round()
    make_entry(held, state="desk_review")
    panel(held, 8, fields="quality")
    call(held, "E-020")
    run(held, pins=[("08-017", "E-020")])
    pinned = Assignment.objects.get(pinned=True)
    assert pinned.expert.code == "E-020"
    assert "指定" in pinned.reason["zh"]


@pytest.mark.parametrize(
    ("pin", "refusal"),
    [(("08-999", "E-001"), BadInput), (("08-017", "E-999"), BadInput), (("08-017", "E-020"), Conflict)],
)
def test_a_pin_that_cannot_stand_is_refused_and_nothing_is_kept(pin: tuple[str, str], refusal: type[Exception]) -> None:
    held = make_round()
    make_entry(held, state="desk_review")
    panel(held)
    call(held, "E-020", employer_code=CODE)
    with pytest.raises(refusal):
        run(held, pins=[pin])
    assert not AssignmentRun.objects.exists()


def test_without_an_assignment_the_causes_name_entries_and_experts() -> None:
    held = make_round()
    make_entry(held, state="desk_review")
    panel(held, 4)
    call(held, "E-020", employer_code=CODE)
    found = run(held)
    assert (found.status, taken()) == ("infeasible", set())
    cause = found.shortages[0]
    assert "08-017" in cause["zh"]
    assert cause["entries"] == ["08-017"]
    assert cause["reviewers"] == ["E-001", "E-002", "E-003", "E-004"]
    assert cause["short"] == 1
    assert cause["kept_off"][0] | {"en": ""} == {
        "entry": "08-017", "expert": "E-020", "zh": f"任职 {CODE}，现任", "en": "",
    }  # fmt: skip


def test_colleagues_do_not_sit_on_one_panel() -> None:
    held = make_round()
    make_entry(held, state="desk_review")
    panel(held, 4)
    call(held, "E-005", employer_code=OTHER)
    call(held, "E-006", employer_code=OTHER)
    run(held)
    assert len({"E-005", "E-006"} & {code for _number, code in taken()}) == 1


def test_a_second_run_keeps_sheets_handed_in_and_ends_what_is_not_in_it() -> None:
    held = make_round()
    entry = make_entry(held, state="desk_review")
    weak = make_expert("E-030")
    make_task(entry, weak, "desk_review", handed_in=True)
    slow = make_expert("E-031")
    make_task(entry, slow, "desk_review")
    panel(held, 6, fields="quality")
    run(held)
    codes = {code for _number, code in taken()}
    assert "E-030" in codes
    assert "E-031" not in codes
    assert Assignment.objects.get(expert=slow).end_ground == {"zh": "重新分配", "en": "Assigned anew"}
    assert len(codes) == 5


def test_who_left_is_replaced_and_his_sheet_counts() -> None:
    held = make_round()
    first = make_entry(held, "08-001", state="desk_review")
    make_entry(held, "08-002", state="desk_review")
    panel(held, 6)
    one = run(held)
    leaver = Expert.objects.get(code="E-001")
    Assignment.objects.filter(expert=leaver, entry=first).update(submitted_at=WHEN.at)
    recusal.leave(actor=SYSTEM, round_key=held.key, expert_code="E-001", ground="出国", when=WHEN)
    run(held, seen=one.pk)
    assert len(taken()) == 10
    left = Assignment.objects.filter(expert=leaver, ended_at=None)
    assert [task.entry.number for task in left] in ([], ["08-001"])
    assert ("08-002", "E-001") not in taken()
    assert Assignment.objects.filter(entry=first, ended_at=None, lead=True).count() == 1


def test_of_two_officers_at_once_one_is_refused() -> None:
    held = make_round()
    make_entry(held, state="desk_review")
    panel(held)
    first = run(held)
    with pytest.raises(Conflict) as refused:
        run(held)
    assert refused.value.code == "assessment.assignment.moved"
    run(held, seen=first.pk)
    assert AssignmentRun.objects.count() == 2


def test_only_city_officers_assign_and_only_where_there_is_a_panel() -> None:
    held = make_round()
    for role in ("district_officer", "chair", "expert", "supervisor", "enterprise"):
        with pytest.raises(NotAllowed):
            run(held, actor=make_actor(role, district="370212" if role == "district_officer" else ""))
    with pytest.raises(BadInput):
        run(held, stage="deliberation")
    with pytest.raises(Conflict):
        run(held)  # no entries
    make_entry(held, state="desk_review")
    with pytest.raises(BadInput):
        run(held, fair="very")


def test_a_round_from_roster_to_tasks() -> None:
    """Officers call, experts declare, the assignment follows; a tie found later takes one task away again."""
    held = make_round()
    make_entry(held, state="desk_review")
    officer = make_actor("city_officer")
    for n in range(1, 7):
        expert = make_expert(f"E-{n:03}", senior=n == 1)
        experts.call_expert(actor=officer, round_key=held.key, expert_code=expert.code, when=WHEN)
        recusal.declare(actor=actor_for(expert.user, TODAY), round_key=held.key, conflicts=[], when=WHEN)
    one = run(held, actor=officer)
    assert ("08-017", "E-001") in taken()
    experts.add_tie(actor=officer, expert_code="E-002", kind="advisory", credit_code=CODE, when=WHEN)
    run(held, actor=officer, seen=one.pk)
    assert taken() == {("08-017", f"E-{n:03}") for n in (1, 3, 4, 5, 6)}
