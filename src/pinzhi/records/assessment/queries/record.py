"""What the journal holds about an application, as far as its applicant may know it."""

from dataclasses import dataclass
from datetime import datetime

from pinzhi.engine.errors import NotFound
from pinzhi.engine.journal.proofs import Proof
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.models import Entry
from pinzhi.records.assessment.queries.applications import own_entry
from pinzhi.records.journal.models import Entry as Line
from pinzhi.records.journal.proving import proof_of_line, proof_of_position
from pinzhi.records.journal.queries import entries_about, positions

MOVE = "assessment.move"


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A line about an application. ``is_open``: what it says is for the applicant's eyes; else its digest alone.

    ``state`` is where a move led; ``position`` counts from one, None while the line waits to be sealed.
    """

    number: int
    at: datetime
    action: str
    state: str
    is_open: bool
    position: int | None


@dataclass(frozen=True, slots=True)
class Record:
    """An application and its lines, the newest first."""

    entry: Entry
    lines: tuple[RecordLine, ...]


def record_of(actor: Actor, round_key: str, number: str) -> Record:
    """Return the lines of what the actor did himself, and of every move: those are the steps the applicant sees.

    That experts were called, gave marks, declared a tie or voted is not listed, not even that there is a line of it.
    """
    entry = own_entry(actor, round_key, number)
    rows = [row for row in _about(entry) if row.actor == actor.key or row.action == MOVE]
    places = positions(row.pk for row in rows)
    lines = (
        RecordLine(
            number=row.pk,
            at=row.at,
            action=row.action,
            state=row.detail.get("after", "") if row.action == MOVE else "",
            is_open=_is_open(actor, row),
            position=places[row.pk] + 1 if row.pk in places else None,
        )
        for row in rows
    )
    return Record(entry, tuple(lines))


def record_proof(actor: Actor, round_key: str, number: str, line: int) -> Proof:
    """Return the proof of a line that ``record_of`` lists, with what it says where that is open."""
    entry = own_entry(actor, round_key, number)
    row = next((one for one in _about(entry) if one.pk == line), None)
    if row is None or not (row.actor == actor.key or row.action == MOVE):
        raise NotFound("journal.line_unknown", "没有记录 {number}。", "There is no line {number}.", number=line)
    if _is_open(actor, row):
        return proof_of_line(row.pk)
    place = positions([row.pk]).get(row.pk)
    return proof_of_line(row.pk) if place is None else proof_of_position(place)


def _about(entry: Entry) -> list[Line]:
    return list(entries_about("entry", f"{entry.round.key}/{entry.number}"))


def _is_open(actor: Actor, row: Line) -> bool:
    """One's own acts, and moves made on the applicant's side; officers' lines name accounts and counts of places."""
    return row.actor == actor.key or (row.action == MOVE and row.detail.get("part") == "applicant")
