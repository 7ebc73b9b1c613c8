"""Read the journal, for who watches the platform."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from pinzhi.engine.journal.proofs import Proof
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.journal.models import Entry
from pinzhi.records.journal.proving import proof_of_line
from pinzhi.records.journal.queries import entries_matching, positions

LINES_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """What to show of the journal; an empty field lets everything through. Both days count."""

    actor: str = ""
    action: str = ""
    object_kind: str = ""
    object_key: str = ""
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of the journal, the actor by name where it is a user."""

    number: int
    at: datetime
    actor: str
    actor_name: str
    action: str
    object_kind: str
    object_key: str
    edition: str
    detail: dict[str, Any]
    origin: str
    position: int | None  # in the sealed journal, from one; None while the line waits to be sealed


def journal_page(actor: Actor, wanted: JournalFilter, before: int | None = None) -> tuple[tuple[JournalLine, ...], int]:
    """Return the newest lines before a line number, and the number to go on from; zero when there are no more."""
    require(actor, "journal.read")
    entries = _journal(wanted)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    rows = list(entries[: LINES_A_PAGE + 1])
    shown = rows[:LINES_A_PAGE]
    return tuple(_lines(shown)), shown[-1].pk if len(rows) > LINES_A_PAGE else 0


def journal_lines(actor: Actor, wanted: JournalFilter) -> Iterator[JournalLine]:
    """Yield every line wanted, newest first, however many there are."""
    require(actor, "journal.read")
    batch: list[Entry] = []
    for entry in _journal(wanted).iterator(chunk_size=1000):
        batch.append(entry)
        if len(batch) == 1000:
            yield from _lines(batch)
            batch = []
    yield from _lines(batch)


def journal_proof(actor: Actor, number: int) -> Proof:
    """Return the proof of a line with what it says."""
    require(actor, "journal.read")
    return proof_of_line(number)


def _journal(wanted: JournalFilter) -> QuerySet[Entry]:
    return entries_matching(
        actor=wanted.actor,
        action=wanted.action,
        object_kind=wanted.object_kind,
        object_key=wanted.object_key,
        since=_midnight(wanted.from_on) if wanted.from_on else None,
        until=_midnight(wanted.to_on, last=True) if wanted.to_on else None,
    )


def _midnight(day: date, *, last: bool = False) -> datetime:
    """Return the first or the last moment of a day in the city."""
    return timezone.make_aware(datetime.combine(day, time.max if last else time.min))


def _lines(entries: list[Entry]) -> Iterator[JournalLine]:
    numbers = {e.actor.removeprefix("user:") for e in entries if e.actor.startswith("user:")}
    names = {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=[n for n in numbers if n.isdigit()])}
    places = positions(entry.pk for entry in entries)
    for entry in entries:
        yield JournalLine(
            number=entry.pk,
            at=entry.at,
            actor=entry.actor,
            actor_name=names.get(entry.actor, ""),
            action=entry.action,
            object_kind=entry.object_kind,
            object_key=entry.object_key,
            edition=entry.edition,
            detail=entry.detail,
            origin=entry.origin,
            position=places[entry.pk] + 1 if entry.pk in places else None,
        )
