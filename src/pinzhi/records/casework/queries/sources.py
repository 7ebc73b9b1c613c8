"""Read which systems may hand over problems."""

from dataclasses import dataclass
from datetime import datetime

from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.casework.models import Case, Source
from pinzhi.records.casework.queries.public import door_types


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A system in the list: what it may bring, how many cases it has brought."""

    key: str
    name: str
    kinds: tuple[Text, ...]
    made_at: datetime
    ended_at: datetime | None
    cases: int


def source_kinds() -> tuple[CaseType, ...]:
    """Return the kinds of problem that anybody may bring and a system too, each in its newest edition."""
    return tuple(one for one in door_types() if "system" in one.opened_by)


def sources(actor: Actor) -> tuple[SourceRow, ...]:
    """Return all systems, those in use first, for operators."""
    require(actor, "operate")
    titles = {one.id: one.title for one in source_kinds()}
    rows = Source.objects.order_by("-pk")
    return tuple(
        SourceRow(
            key=row.key,
            name=row.name,
            kinds=tuple(titles.get(kind, Text(kind, kind)) for kind in row.kinds),
            made_at=row.made_at,
            ended_at=row.ended_at,
            cases=Case.objects.filter(once__startswith=f"source/{row.key}/").count(),
        )
        for row in sorted(rows, key=lambda row: row.ended_at is not None)
    )
