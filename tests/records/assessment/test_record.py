"""An applicant sees his own acts and every move in the journal, and nothing of what happens in judging."""

import pytest

from pinzhi.engine.errors import NotFound
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.models import Entry
from pinzhi.records.assessment.queries.record import record_of, record_proof
from pinzhi.records.journal.actions import write
from pinzhi.records.journal.models import Entry as Line
from tests.build import make_actor
from tests.records.assessment.build import CODE, make_entry, make_round
from tests.records.journal.build import START, seal_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Entry:
    return make_entry(make_round())


@pytest.fixture
def owner() -> Actor:
    return make_actor("enterprise", organisation_code=CODE)


def note(entry: Entry, actor: str, action: str, **detail: object) -> int:
    key = f"{entry.round.key}/{entry.number}"
    write(at=START, actor=actor, action=action, object_kind="entry", object_key=key, detail=detail)
    return Line.objects.latest("pk").pk


def test_judging_is_not_listed_and_officers_moves_are_digests_alone(entry: Entry, owner: Actor) -> None:
    own = note(entry, owner.key, "assessment.section", document="text")
    sent = note(entry, "user:901", "assessment.move", after="submitted", part="applicant")
    moved = note(entry, "user:902", "assessment.move", after="accepted", part="city_officer", quotas=[["x", 5, 2]])
    secret = note(entry, "user:903", "assessment.sheet.hand_in", expert="E1")
    seal_at(1)

    found = record_of(owner, "mayor-8", entry.number)

    assert [(line.number, line.state, line.is_open, line.position) for line in found.lines] == [
        (moved, "accepted", False, 3),
        (sent, "submitted", True, 2),
        (own, "", True, 1),
    ]
    lines = {number: record_proof(owner, "mayor-8", entry.number, number).line for number in (own, sent, moved)}
    assert [line is not None for line in lines.values()] == [True, True, False]
    with pytest.raises(NotFound):
        record_proof(owner, "mayor-8", entry.number, secret)


def test_the_record_of_others_is_not_there(entry: Entry) -> None:
    line = note(entry, "user:901", "assessment.move", after="submitted", part="applicant")
    seal_at(1)
    other = make_actor("enterprise", organisation_code="91370200000000000X")

    with pytest.raises(NotFound):
        record_of(other, "mayor-8", entry.number)
    with pytest.raises(NotFound):
        record_proof(other, "mayor-8", entry.number, line)


def test_a_line_of_another_application_is_not_proven_here(entry: Entry, owner: Actor) -> None:
    write(at=START, actor=owner.key, action="assessment.move", object_kind="entry", object_key="mayor-8/else")
    seal_at(1)

    with pytest.raises(NotFound):
        record_proof(owner, "mayor-8", entry.number, Line.objects.latest("pk").pk)
