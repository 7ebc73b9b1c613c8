"""An enterprise objects to what was found; somebody who took no part answers, and a finding that was none ends."""

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.models import Case
from pinzhi.records.inspections.actions.objecting import answer_objection, object_to
from pinzhi.records.inspections.models import Finding, Inspection
from pinzhi.records.inspections.queries.objections import may_answer, objection_for, objections_to, subjects
from pinzhi.records.notices.models import Message
from tests.build import make_actor
from tests.records.inspections.build import LARGER, SECOND, Cast, at
from tests.records.inspections.test_records import handed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def inspection(cast: Cast) -> Inspection:
    return handed_in(cast, "drainage")


def objected(cast: Cast, inspection: Inspection, item: str = "drainage", reasons: str = "当天正在清淤。") -> Case:
    return object_to(actor=cast.firms[LARGER], number=inspection.number, item=item, reasons=reasons, when=at(6))


def answered(actor: Actor, case: Case, outcome: str = "upheld") -> Case:
    return answer_objection(actor=actor, number=case.number, outcome=outcome, answer="照片为证。", when=at(7))


def test_an_enterprise_objects_once_to_each_finding_and_to_the_record(cast: Cast, inspection: Inspection) -> None:
    firm = cast.firms[LARGER]
    assert [code for code, _words in subjects(firm, inspection)] == ["drainage", ""]
    case = objected(cast, inspection)

    assert (case.state, str(case.due_on)) == ("received", "2024-01-25")
    assert [code for code, _words in subjects(firm, inspection)] == [""]
    assert Message.objects.filter(user_id=cast.officer.user_id, about_key=case.number).exists()
    with pytest.raises(NotAllowed):
        objected(cast, inspection)
    with pytest.raises(BadInput):
        objected(cast, inspection, item="", reasons=" ")


def test_nobody_else_objects_and_nobody_before_the_record_is_handed_in(cast: Cast) -> None:
    inspection = cast.inspection(SECOND)
    for actor, refusal in (
        (cast.firms[SECOND], NotFound),
        (cast.lead(inspection), NotAllowed),
        (cast.officer, NotAllowed),
    ):
        with pytest.raises(refusal):
            object_to(actor=actor, number=inspection.number, item="", reasons="不同意", when=at(6))


def test_whoever_inspected_or_handled_the_finding_does_not_answer(cast: Cast, inspection: Inspection) -> None:
    case, finding = objected(cast, inspection), Finding.objects.get().case
    other = make_actor("city_officer", district="370203")
    wish = Wish("assign", assign={"handler": LARGER})
    take_step(actor=cast.officer, case_id=finding.pk, wish=wish, seen=None, when=at(6))

    for actor in (cast.officer, cast.supervisor):
        with pytest.raises(NotAllowed):
            answered(actor, case)
    for actor in (cast.lead(inspection), cast.firms[SECOND]):
        with pytest.raises(NotFound):
            answered(actor, case)
    wish = Wish("answer", values={"outcome": "upheld", "answer": "好"})
    with pytest.raises(Conflict):  # nor by the general door
        take_step(actor=other, case_id=case.pk, wish=wish, seen=None, when=at(6))
    assert may_answer(other, *objection_for(other, case.number))


@pytest.mark.parametrize("assigned", [False, True])
def test_a_finding_that_was_none_ends_as_unfounded(cast: Cast, inspection: Inspection, *, assigned: bool) -> None:
    case, finding = objected(cast, inspection), Finding.objects.get().case
    officer = make_actor("city_officer", district="370203")
    if assigned:
        wish = Wish("assign", assign={"handler": LARGER})
        take_step(actor=cast.officer, case_id=finding.pk, wish=wish, seen=None, when=at(6))
    answered(officer, case)

    finding.refresh_from_db()
    assert finding.state == "unfounded"
    [line] = objections_to(inspection)
    assert (line.state.code, line.answer, line.due_on) == ("upheld", "照片为证。", None)
    assert Message.objects.filter(user_id=cast.firms[LARGER].user_id, about_key=case.number).exists()
    with pytest.raises(NotAllowed):
        answered(officer, case)


def test_an_objection_that_is_not_upheld_changes_nothing(cast: Cast, inspection: Inspection) -> None:
    case = answered(cast.officer, objected(cast, inspection), "rejected")

    assert (case.state, Finding.objects.get().case.state) == ("answered", "reported")
