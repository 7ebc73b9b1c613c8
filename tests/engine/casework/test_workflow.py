"""The steps of a case: the way of a dust problem, what keeps each step shut, and that no path goes round it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinzhi.engine.assessment.rounds.seals import Pin
from pinzhi.engine.casework.cases import OPEN, Case, Doer, Offer, Taken
from pinzhi.engine.casework.workflow import is_closed, open_with, take, ways
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, PinzhiError
from pinzhi.engine.rulebook.case_parts import CASE_ROLES
from pinzhi.engine.rulebook.case_types import CaseType
from tests.engine.casework.cases import (
    CLOSER,
    DAYS,
    DUST,
    GIVEN,
    HANDLER,
    OFFICER,
    PIN,
    RULEBOOK,
    THURSDAY,
    VERIFIER,
    after,
    opened,
    went,
)

FRIDAY = DAYS.add(THURSDAY, 1)
MONDAY = DAYS.add(THURSDAY, 2)
TYPES = RULEBOOK.all_of(CaseType)
WHOLE = (
    ("assign", OFFICER, THURSDAY),
    ("rectify", HANDLER, FRIDAY),
    ("verify", VERIFIER, MONDAY),
    ("close", CLOSER, MONDAY),
)


def test_a_dust_problem_goes_from_report_to_closed() -> None:
    case = went(opened(), *WHOLE)

    assert [(one.code, one.after, one.role) for one in case.history] == [
        (OPEN, "reported", "officer"),
        ("assign", "assigned", "officer"),
        ("rectify", "rectified", "handler"),
        ("verify", "verified", "verifier"),
        ("close", "closed", "officer"),
    ]
    assert is_closed(DUST, case)
    assert case.assigned == {"handler": "user:2"}


def test_opening_needs_its_fields_and_a_role() -> None:
    with pytest.raises(BadInput, match=r"casework\.field"):
        open_with(DUST, doer=OFFICER, given=GIVEN - {"place"}, on=THURSDAY)
    with pytest.raises(NotAllowed, match=r"casework\.open"):
        open_with(DUST, doer=HANDLER, given=GIVEN, on=THURSDAY)


def case_in(state: str) -> Case:
    upto = {"reported": 0, "assigned": 1, "rectified": 2, "verified": 3, "closed": 4}[state]
    return went(opened(), *WHOLE[:upto])


@pytest.mark.parametrize(
    ("state", "step", "doer", "offer", "error", "code"),
    [
        ("reported", "assign", VERIFIER, Offer(assign={"handler": "user:2"}), NotAllowed, "casework.role"),
        ("reported", "assign", OFFICER, Offer(), BadInput, "casework.assign"),
        ("reported", "dismiss", OFFICER, Offer(" "), BadInput, "casework.ground"),
        ("reported", "dismiss", OFFICER, Offer("x", {"handler": "user:2"}), BadInput, "casework.assign.other"),
        ("reported", "close", OFFICER, Offer("x"), Conflict, "casework.step"),
        ("rectified", "verify", replace(VERIFIER, key="user:2"), Offer("x"), NotAllowed, "casework.two_people"),
        ("verified", "close", replace(CLOSER, key="user:3"), Offer("x"), NotAllowed, "casework.two_people"),
        ("closed", "close", CLOSER, Offer("x"), Conflict, "casework.step"),
    ],
)
def test_a_step_is_refused_with_its_reason(
    state: str, step: str, doer: Doer, offer: Offer, error: type[PinzhiError], code: str
) -> None:
    with pytest.raises(error) as refused:
        take(DUST, PIN, case_in(state), step, doer=doer, on=MONDAY, offer=offer)

    assert refused.value.code == code


def test_rectifying_takes_a_photo_before_and_after_and_the_measures() -> None:
    case = case_in("assigned")
    bare = replace(case, given=GIVEN, files={"before": 1})

    (way, *_) = [way for way in ways(DUST, bare, HANDLER) if way.step.code == "rectify"]

    assert [one.code for one in way.obstacles] == ["casework.field", "casework.evidence"]
    assert not way.is_open


def test_a_day_before_the_last_step_is_refused() -> None:
    with pytest.raises(BadInput, match=r"casework\.day"):
        take(DUST, PIN, case_in("rectified"), "verify", doer=VERIFIER, on=THURSDAY, offer=Offer("x"))


def test_a_merged_case_and_one_of_another_edition_go_no_further() -> None:
    merged = replace(case_in("reported"), merged_into="YC-2024-0002")
    with pytest.raises(Conflict, match=r"casework\.merged"):
        take(DUST, PIN, merged, "dismiss", doer=OFFICER, on=THURSDAY, offer=Offer("x"))
    with pytest.raises(Conflict, match=r"casework\.edition"):
        take(DUST, Pin(PIN.id, PIN.edition, "00" * 32), opened(), "dismiss", doer=OFFICER, on=THURSDAY)
    assert is_closed(DUST, merged)


def test_a_case_can_be_opened_again_and_goes_its_way_once_more() -> None:
    again = went(case_in("closed"), ("reopen", OFFICER, MONDAY), *((c, d, MONDAY) for c, d, _ in WHOLE))

    assert is_closed(DUST, again)


ROLES = st.frozensets(st.sampled_from(sorted(CASE_ROLES)), max_size=3)
DOERS = st.builds(Doer, st.sampled_from(["user:1", "user:2", "user:3"]), ROLES)
OFFERS = st.builds(
    Offer,
    st.sampled_from(["", " ", "because"]),
    st.dictionaries(st.sampled_from(sorted(CASE_ROLES)), st.just("user:9")),
)


@given(kind=st.sampled_from(TYPES), data=st.data())
def test_every_step_is_taken_or_refused_and_no_path_goes_round_a_rule(kind: CaseType, data: st.DataObject) -> None:
    """Whatever is tried in whatever order: what is taken met every rule of its step, and nothing else happens."""
    pin = Pin(kind.id, kind.edition, "aa")
    fields = st.frozensets(st.sampled_from([one.code for one in kind.field]))
    kinds = sorted({need.kind for step in kind.step for need in step.evidence} | {"other"})
    case = Case("K1", pin, kind.first.code, data.draw(fields))
    for _ in range(12):
        files = data.draw(st.dictionaries(st.sampled_from(kinds), st.integers(0, 2)))
        case = replace(case, given=case.given | data.draw(fields), files=files)
        code = data.draw(st.sampled_from([*(one.code for one in kind.step), "nonsense"]))
        doer, offer = data.draw(DOERS), data.draw(OFFERS)
        open_codes = {way.step.code for way in ways(kind, case, doer, offer) if way.is_open}
        try:
            taken = take(kind, pin, case, code, doer=doer, on=THURSDAY, offer=offer)
        except PinzhiError:
            assert code not in open_codes
            continue
        assert code in open_codes
        step = kind.step_of(code)
        assert step is not None
        assert (taken.before, taken.after) == (case.state, step.to)
        assert taken.before in step.leaves
        assert taken.role in step.by
        assert taken.role in doer.roles
        assert set(step.needs) <= case.given
        assert all(case.files.get(need.kind, 0) >= need.at_least for need in step.evidence)
        assert offer.ground.strip() or not step.ground
        assert not any(one.actor == doer.key and one.code in step.not_by_who for one in case.history)
        case = after(case, taken, offer.assign)


def test_ways_show_every_step_out_of_a_state() -> None:
    assert [way.step.code for way in ways(DUST, case_in("assigned"), OFFICER)] == ["wait", "reassign", "rectify"]
    assert all(isinstance(one, Taken) for one in case_in("assigned").history)
