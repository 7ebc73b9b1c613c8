"""Experts are sent in batches: each visit with its day and lead, nobody to whom he is tied; a report with advice."""

from collections.abc import Callable
from datetime import date

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotAllowed
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor, actor_for
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.models import Case
from pinzhi.records.inspections.actions.advising import Batch, list_expert, plan_batch
from pinzhi.records.inspections.actions.recording import hand_in
from pinzhi.records.inspections.actions.registering import Wanted, declare_tie, set_target
from pinzhi.records.inspections.models import FieldExpert, Finding, Inspection, Plan
from pinzhi.records.inspections.queries.experts import batch_lines, expert_lines, unvisited_first
from pinzhi.records.inspections.queries.visits import own_inspections, state_of
from pinzhi.records.notices.models import Message
from tests.build import TODAY, give_role, make_user
from tests.records.inspections.build import FIRMS, LARGER, PLACE, SECOND, THIRD, Cast, at
from tests.records.inspections.test_records import filled

pytestmark = pytest.mark.django_db
FIRST = date(2024, 1, 8)


class Help(Cast):
    """The cast with three experts, one in each field; the second firm gives off waste gas."""

    def __init__(self) -> None:
        super().__init__()
        self.registered()
        wanted = Wanted(SECOND, "risk", "general", date(2023, 12, 1), "gaoxin", "waste-gas", "", *PLACE)
        set_target(actor=self.officer, wanted=wanted, when=at())
        self.held = self.plan()
        self.experts = {field: self._expert(field) for field in ("water", "gas", "safety")}

    def _expert(self, field: str) -> FieldExpert:
        user = make_user(f"{field}@example.org", name=f"{field} 专家")
        give_role(user, "expert")
        return list_expert(actor=self.officer, user=user, field=field, when=at())

    def batch(self, *fields: str, targets: tuple[str, ...] = tuple(FIRMS), day: date = FIRST) -> tuple[Inspection, ...]:
        """Plan a batch with the experts of these fields, two enterprises a day."""
        rows = tuple(self.experts[one].pk for one in fields)
        return plan_batch(actor=self.officer, plan=self.held, wanted=Batch(rows, targets, day, 2), when=at())

    def actor(self, field: str) -> Actor:
        """The expert of a field."""
        return actor_for(self.experts[field].user, TODAY)


@pytest.fixture
def cast() -> Help:
    return Help()


def test_a_batch_gives_each_enterprise_a_working_day_and_an_expert_who_fits(cast: Help) -> None:
    friday = date(2024, 1, 12)
    made = {one.organisation_code: one for one in cast.batch("gas", "water", day=friday)}

    assert [made[code].planned_on for code in FIRMS] == [friday, friday, date(2024, 1, 15)]
    leads = {code: one.members.get(place=1).field for code, one in made.items()}
    assert leads == {LARGER: "water", SECOND: "gas", THIRD: "water"}
    case = made[LARGER].case
    assert case is not None
    assert (case.kind, case.state, case.due_on) == ("expert-help", "assigned", friday)
    assert Message.objects.filter(user=cast.experts["gas"].user, about_key=made[LARGER].number).count() == 1
    assert own_inspections(cast.actor("gas")).count() == 3


def test_batches_are_counted_and_whoever_had_little_comes_first(cast: Help) -> None:
    cast.batch("water", "gas", targets=(LARGER, SECOND))
    cast.batch("safety", targets=(THIRD,))

    newest, first = batch_lines(cast.held)
    assert (newest.number, [name for name, _field in newest.experts]) == (2, ["safety 专家"])
    assert (first.number, len(first.visits), first.first_on, first.last_on) == (1, 2, FIRST, FIRST)
    assert [(one.name, one.visits) for one in expert_lines(cast.held, TODAY)] == [
        ("safety 专家", 1), ("gas 专家", 2), ("water 专家", 2),
    ]  # fmt: skip
    assert {one.organisation_code for one in unvisited_first(cast.held, TODAY) if not one.visited} == set()


def tied(cast: Help) -> None:
    user: User = cast.experts["water"].user
    declare_tie(actor=actor_for(user, TODAY), user=user, code=LARGER, ground="曾任顾问", when=at())
    cast.batch("water")


REFUSED: dict[str, tuple[Callable[[Help], object], type[Exception]]] = {
    "tied": (tied, Conflict),
    "out that day": (
        lambda cast: (cast.batch("water", targets=(LARGER,)), cast.batch("water", targets=(THIRD,))),
        Conflict,
    ),
    "no field fits": (lambda cast: cast.batch("water", targets=(SECOND,)), Conflict),
    "not in the register": (lambda cast: cast.batch("water", targets=("91370200NOBODY",)), BadInput),
    "no expert": (lambda cast: cast.batch(), BadInput),
    "no enterprise": (lambda cast: cast.batch("water", targets=()), BadInput),
    "a day that passed": (lambda cast: cast.batch("safety", day=date(2024, 1, 3)), BadInput),
    "after the plan": (lambda cast: cast.batch("safety", day=date(2025, 1, 6)), BadInput),
}


@pytest.mark.parametrize(("act", "refusal"), REFUSED.values(), ids=REFUSED)
def test_a_batch_that_cannot_be_is_refused_whole(
    cast: Help, act: Callable[[Help], object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        act(cast)
    assert Inspection.objects.filter(organisation_code__in=(SECOND, THIRD)).count() == 0


def test_who_is_no_expert_is_not_listed_and_only_officers_plan(cast: Help) -> None:
    with pytest.raises(BadInput):
        list_expert(actor=cast.officer, user=cast.users[0], field="water", when=at())
    with pytest.raises(BadInput):
        list_expert(actor=cast.officer, user=cast.experts["gas"].user, field="fire", when=at())
    wanted = Batch((cast.experts["safety"].pk,), (LARGER,), FIRST)
    for actor in (cast.district, cast.actor("safety"), cast.firms[LARGER]):
        with pytest.raises(NotAllowed):
            plan_batch(actor=actor, plan=Plan.objects.get(), wanted=wanted, when=at())


def test_the_report_of_a_visit_takes_advice_and_its_findings_become_cases(cast: Help) -> None:
    [visit] = cast.batch("water", "safety", targets=(LARGER,), day=TODAY)
    lead = cast.actor("water")
    filled(lead, visit, "drainage")

    def report(advice: str) -> Inspection:
        return hand_in(
            actor=lead, number=visit.number, result="rectify", visited_on=TODAY, advice=advice, when=at(5)
        )  # fmt: skip

    with pytest.raises(BadInput):
        report(" ")
    made = report("雨水口加闸板。")
    case = Case.objects.get(number=visit.number)
    assert (case.state, case.values["advice"], case.values["visited-on"]) == ("visited", "雨水口加闸板。", "2024-01-04")
    assert '"advice":"雨水口加闸板。"' in made.document
    assert Finding.objects.get().case.reporter_id == lead.user_id
    take_step(actor=cast.officer, case_id=case.pk, wish=Wish("close"), seen=None, when=at(6))


def test_a_visit_that_was_called_off_is_shown_so_and_takes_no_report(cast: Help) -> None:
    [visit] = cast.batch("water", targets=(LARGER,), day=TODAY)
    take_step(actor=cast.officer, case_id=visit.case_id or 0, wish=Wish("cancel", "企业停产"), seen=None, when=at())
    visit = Inspection.objects.get()
    filled(cast.actor("water"), visit)

    assert state_of(visit).code == "called-off"
    with pytest.raises(Conflict):
        hand_in(
            actor=cast.actor("water"), number=visit.number, result="clean", visited_on=TODAY, advice="好", when=at(5)
        )  # fmt: skip
    cast.batch("water", targets=(THIRD,), day=TODAY)  # the expert is free again that day
