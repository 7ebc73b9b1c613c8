"""Targets by level and day, notices that reach each once, draws that nobody can steer."""

from datetime import date

import pytest

from pinzhi.engine.casework.published_draws import check
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.records.casework.actions.steps import Wish, take_step
from pinzhi.records.casework.models import Case
from pinzhi.records.inspections.actions.drawing import announce_draw, call_off_draw, open_draw
from pinzhi.records.inspections.actions.planning import send_notices
from pinzhi.records.inspections.actions.registering import Wanted, declare_tie, end_targets, set_target, set_targets
from pinzhi.records.inspections.models import Inspection, RiskTarget
from pinzhi.records.inspections.queries.draws import document_of, draw_by_code
from pinzhi.records.inspections.queries.plans import level_counts, plan_by_key, progress, targets_of
from pinzhi.records.journal.queries import entries_about
from pinzhi.records.notices.models import Message
from tests.build import TODAY
from tests.records.inspections.build import FIRMS, LARGER, SECOND, THIRD, Cast, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_a_change_of_level_ends_one_row_and_begins_another(cast: Cast) -> None:
    cast.registered()
    plan = cast.plan()
    set_target(actor=cast.officer, wanted=Wanted(SECOND, "risk", "major", date(2023, 12, 1), "gaoxin"), when=at())

    assert level_counts(targets_of(plan, date(2023, 11, 30))) == {"general": 2, "larger": 1, "major": 0}
    assert level_counts(targets_of(plan, date(2023, 12, 1))) == {"general": 1, "larger": 1, "major": 1}
    assert level_counts(targets_of(plan, date(2023, 2, 28))) == {"general": 0, "larger": 0, "major": 0}


def test_the_same_row_again_changes_nothing(cast: Cast) -> None:
    cast.registered()
    cast.registered()

    assert RiskTarget.objects.count() == 3


def test_rows_that_do_not_hold_are_told_by_their_number(cast: Cast) -> None:
    rows = [
        Wanted(LARGER, "risk", "larger", TODAY),
        Wanted("91370200NOBODY", "risk", "general", TODAY),
        Wanted(SECOND, "risk", "huge", TODAY),
        Wanted(THIRD, "risk", "general", TODAY, zone="moon"),
    ]
    count, refused = set_targets(actor=cast.officer, rows=rows, when=at())

    assert count == 1
    assert [(one.number, one.refusal.code) for one in refused] == [
        (2, "inspections.target.organisation"),
        (3, "inspections.target.level"),
        (4, "inspections.target.zone"),
    ]


def test_a_target_ends_on_its_last_day_and_not_before_it_began(cast: Cast) -> None:
    cast.registered()
    target = RiskTarget.objects.get(organisation_code=THIRD)
    with pytest.raises(BadInput):
        end_targets(actor=cast.officer, target_ids=[target.pk], last_day=date(2022, 1, 1), when=at())
    end_targets(actor=cast.officer, target_ids=[target.pk], last_day=date(2023, 12, 31), when=at())

    assert targets_of(cast.plan(), TODAY).count() == 2
    with pytest.raises(BadInput):
        end_targets(actor=cast.officer, target_ids=[target.pk], last_day=TODAY, when=at())


def test_another_district_keeps_no_register_plan_or_draw_here(cast: Cast) -> None:
    cast.registered()
    plan = cast.plan()
    for act in (
        lambda: set_target(actor=cast.district, wanted=Wanted(LARGER, "risk", "major", TODAY), when=at()),
        lambda: send_notices(actor=cast.district, plan=plan, when=at()),
        lambda: announce_draw(
            actor=cast.inspectors[0], plan=plan, wanted={"general": 1}, team=2, opens_on=TODAY, when=at()
        ),
        lambda: declare_tie(actor=cast.inspectors[0], user=cast.users[1], code=LARGER, ground="亲属", when=at()),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotFound):
        plan_by_key(cast.district, plan.key)


def test_notices_reach_each_target_once_and_tell_who_has_not_signed(cast: Cast) -> None:
    cast.registered()
    plan = cast.plan()
    assert len(send_notices(actor=cast.officer, plan=plan, when=at())) == 3
    assert send_notices(actor=cast.officer, plan=plan, when=at(5)) == ()
    notice = Case.objects.get(organisation_code=LARGER)
    wish = Wish("sign", values={"signed-by": "周建国"})
    take_step(actor=cast.firms[LARGER], case_id=notice.pk, wish=wish, seen=None, when=at(6))

    assert Message.objects.filter(user_id=cast.firms[SECOND].user_id).count() == 1
    found = progress(plan, TODAY)
    assert (found.targets, found.sent, found.waiting, found.signed, found.answered) == (3, 3, 2, 1, 0)


def test_a_firm_signs_for_its_own_notice_alone(cast: Cast) -> None:
    cast.registered()
    send_notices(actor=cast.officer, plan=cast.plan(), when=at())
    notice = Case.objects.get(organisation_code=LARGER)

    with pytest.raises(NotFound):
        take_step(actor=cast.firms[SECOND], case_id=notice.pk, wish=Wish("sign"), seen=None, when=at())


def test_a_draw_is_sealed_then_opened_and_holds_for_everybody(cast: Cast) -> None:
    held = cast.drawn()

    assert [one.holds for one in check(document_of(held))] == [True, True, True]
    assert [one.action for one in entries_about("draw", held.code)] == [
        "inspections.draw-open",
        "inspections.draw-announce",
    ]
    assert {visit["target"] for visit in held.visits} == set(FIRMS)
    tied = f"J{cast.users[0].pk:04d}"
    assert all(tied not in visit["inspectors"] for visit in held.visits if visit["target"] == LARGER)


def test_a_draw_opens_spot_checks_with_their_teams(cast: Cast) -> None:
    held = cast.drawn()

    for visit in held.visits:
        inspection = Inspection.objects.get(organisation_code=visit["target"])
        case = inspection.case
        assert case is not None
        assert (case.kind, case.state, case.handler_code) == ("spot-check", "assigned", visit["target"])
        assert [one.code for one in inspection.members.order_by("place")] == visit["inspectors"]
        lead = inspection.members.get(place=1)
        assert case.verifier_id == lead.user_id
        assert Message.objects.filter(user_id=lead.user_id, about_key=inspection.number).exists()


def test_the_seed_is_known_to_nobody_before(cast: Cast) -> None:
    cast.registered()
    held = announce_draw(
        actor=cast.officer, plan=cast.plan(), wanted={"general": 1}, team=2, opens_on=date(2024, 1, 5), when=at()
    )

    assert (document_of(held)["seed"], held.seed) == (None, "")
    with pytest.raises(Conflict):
        open_draw(actor=cast.officer, code=held.code, when=at(23))
    opened = open_draw(actor=cast.officer, code=held.code, when=at(1, day=5))
    assert len(opened.seed) == 32
    with pytest.raises(Conflict):
        open_draw(actor=cast.officer, code=held.code, when=at(2, day=5))


def test_the_register_may_change_after_the_lists_are_sealed(cast: Cast) -> None:
    cast.registered()
    held = announce_draw(actor=cast.officer, plan=cast.plan(), wanted={"general": 2}, team=2, opens_on=TODAY, when=at())
    set_target(actor=cast.officer, wanted=Wanted(SECOND, "risk", "major", TODAY, "gaoxin"), when=at(2))
    opened = open_draw(actor=cast.officer, code=held.code, when=at(3))

    assert {visit["target"] for visit in opened.visits} == {SECOND, THIRD}
    assert Inspection.objects.get(organisation_code=SECOND).level == "general"


def test_a_draw_that_is_called_off_stays_with_its_seed(cast: Cast) -> None:
    cast.registered()
    held = announce_draw(actor=cast.officer, plan=cast.plan(), wanted={"general": 1}, team=2, opens_on=TODAY, when=at())
    with pytest.raises(BadInput):
        call_off_draw(actor=cast.officer, code=held.code, ground=" ", when=at())
    call_off_draw(actor=cast.officer, code=held.code, ground="名单有误", when=at())

    document = document_of(draw_by_code(held.code))
    assert [one.holds for one in check(document)] == [True, True, None]
    assert Inspection.objects.count() == 0


@pytest.mark.parametrize(
    ("wanted", "team", "day", "refusal"),
    [
        ({"general": 3}, 2, TODAY, BadInput),
        ({"major": 1}, 2, TODAY, BadInput),
        ({}, 2, TODAY, BadInput),
        ({"general": 1}, 0, TODAY, BadInput),
        ({"general": 1}, 5, TODAY, Conflict),
        ({"larger": 1}, 4, TODAY, Conflict),
        ({"general": 1}, 2, date(2024, 1, 3), BadInput),
    ],
    ids=["too many", "none of the level", "nothing", "no team", "few inspectors", "ties", "a day that passed"],
)
def test_a_draw_that_could_not_be_held_is_refused_when_it_is_announced(
    cast: Cast, wanted: dict[str, int], team: int, day: date, refusal: type[Exception]
) -> None:
    cast.registered()
    plan = cast.plan()
    declare_tie(actor=cast.inspectors[0], user=cast.users[0], code=LARGER, ground="亲属任职", when=at())

    with pytest.raises(refusal):
        announce_draw(
            actor=cast.officer,
            plan=plan,
            wanted=wanted,
            team=team,
            opens_on=day,
            when=at(),  # type: ignore[arg-type]
        )
    assert plan.draws.count() == 0
