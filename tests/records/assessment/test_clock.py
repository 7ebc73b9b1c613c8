"""What the clock does: a supplement that never came lapses, a title past its years expires; once only."""

from datetime import date

import pytest

from pinzhi.records.assessment.actions.clock import move_what_is_due
from pinzhi.records.assessment.models import Entry, EntryStep
from pinzhi.records.journal.models import Entry as Line
from tests.records.assessment.build import make_entry, make_round, moment

pytestmark = pytest.mark.django_db


def step(entry: Entry, before: str, after: str, on: date) -> None:
    EntryStep.objects.create(
        entry=entry, number=1, before=before, after=after, part="city_officer", function="selection", basis="",
        actor="system", made_on=on, effective_on=on, recorded_at=moment(on).at,
    )  # fmt: skip
    Entry.objects.filter(pk=entry.pk).update(version=1)


def states_on(on: date) -> dict[str, str]:
    move_what_is_due(moment(on))
    return dict(Entry.objects.order_by("number").values_list("number", "state"))


def test_each_moves_on_the_day_its_time_is_over_and_not_before() -> None:
    held = make_round()
    step(make_entry(held, "08-001", state="returned"), "eligibility_check", "returned", date(2024, 1, 4))
    step(make_entry(held, "08-002", state="in_force"), "decided", "announced", date(2024, 1, 4))
    make_entry(held, "08-003", state="desk_review")
    before = {"08-001": "returned", "08-002": "in_force", "08-003": "desk_review"}
    assert states_on(date(2024, 1, 11)) == before  # five working days: the eleventh is the last
    assert states_on(date(2024, 1, 12)) == before | {"08-001": "lapsed"}
    assert states_on(date(2029, 1, 3)) == before | {"08-001": "lapsed"}
    assert states_on(date(2029, 1, 4)) == before | {"08-001": "lapsed", "08-002": "expired"}
    assert move_what_is_due(moment(date(2029, 1, 5))) == ()
    made = EntryStep.objects.filter(number=2).order_by("entry__number")
    assert [(one.part, one.ground) for one in made] == [("system", "补正期限已过"), ("system", "有效期届满")]
    assert Line.objects.filter(actor="system", action="assessment.move").count() == 2
