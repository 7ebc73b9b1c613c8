"""Self-assessment: saved part by part, finished once, beside the last one, and beside a group that is large enough."""

from datetime import date
from fractions import Fraction

import pytest

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.actions.self_assessment import (
    finish_self_assessment,
    save_answers,
    start_self_assessment,
)
from pinzhi.records.assessment.models import SelfAssessment
from pinzhi.records.assessment.queries.self_assessment import outcome, own_sheet, own_sheets
from pinzhi.records.catalog.models import Organisation
from tests.build import make_actor
from tests.records.assessment.build import CODE, moment
from tests.records.assessment.player import marked

pytestmark = pytest.mark.django_db
SHEET = ("gbt-19580", "2012")


@pytest.fixture
def actor() -> Actor:
    return make_actor("enterprise", organisation_code=CODE)


def organisation(code: str) -> None:
    Organisation.objects.create(
        code=code, name=code, kind="enterprise", state="active", industry="C34", recorded_at=moment().at
    )


def finished(actor: Actor, level: int, on: date = date(2024, 1, 4)) -> SelfAssessment:
    held = start_self_assessment(
        actor=actor, organisation_code=CODE, instrument_id=SHEET[0], edition=SHEET[1], when=moment(on)
    )
    sheet = own_sheet(actor, held.pk)
    answers = marked(sheet.instrument, level)
    for section in sheet.sections:
        own = {item.id: answers[item.id] for item in section.items}
        held.refresh_from_db()
        save_answers(
            actor=actor, sheet_id=held.pk, section=section.code, answers=own, seen=held.version, when=moment(on)
        )
    held.refresh_from_db()
    return finish_self_assessment(actor=actor, sheet_id=held.pk, seen=held.version, when=moment(on))


def others(count: int) -> None:
    for number in range(count):
        code = f"91370212MA{number:08}"
        organisation(code)
        SelfAssessment.objects.create(
            organisation_code=code, instrument_id=SHEET[0], edition=SHEET[1], digest="d", number=1, percent="50",
            finished_on=date(2024, 1, 4), by_id=make_actor("enterprise", organisation_code=code).account_id,
            at=moment().at,
        )  # fmt: skip


def test_it_is_finished_once_and_kept(actor: Actor) -> None:
    organisation(CODE)
    held = finished(actor, 60)
    assert Fraction(held.percent) == 60
    with pytest.raises(Conflict):
        save_answers(
            actor=actor, sheet_id=held.pk, section="4.1", answers={"4.1.2": "70"}, seen=held.version, when=moment()
        )


def test_the_next_one_is_compared_with_the_last(actor: Actor) -> None:
    organisation(CODE)
    finished(actor, 60)
    held = finished(actor, 70, date(2024, 1, 5))
    assert outcome(own_sheet(actor, held.pk)).changes
    assert len(own_sheets(actor)) == 2


@pytest.mark.parametrize(("count", "is_shown"), [(8, False), (9, True)])
def test_a_group_below_ten_is_not_shown(actor: Actor, count: int, is_shown: bool) -> None:
    organisation(CODE)
    others(count)
    held = finished(actor, 60)
    assert (outcome(own_sheet(actor, held.pk)).group is not None) is is_shown


def test_nobody_else_sees_it_and_a_wrong_step_is_refused(actor: Actor) -> None:
    organisation(CODE)
    held = finished(actor, 60)
    stranger = make_actor("enterprise", organisation_code="91370212MA0000888T")
    for other in (stranger, make_actor("city_officer"), make_actor("supervisor")):
        with pytest.raises(NotFound):
            own_sheet(other, held.pk)
    open_one = start_self_assessment(
        actor=actor, organisation_code=CODE, instrument_id=SHEET[0], edition=SHEET[1], when=moment()
    )
    with pytest.raises(BadInput):
        save_answers(actor=actor, sheet_id=open_one.pk, section="4.1", answers={"4.1.2": "57"}, seen=0, when=moment())
