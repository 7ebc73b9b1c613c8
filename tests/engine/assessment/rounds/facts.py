"""The shipped schemes and plain facts to try the rounds with."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from pinzhi.engine.assessment.rounds.consensus import Mark
from pinzhi.engine.assessment.rounds.gates import Facts
from pinzhi.engine.assessment.rounds.seals import Pin
from pinzhi.engine.rulebook.calendars import Calendar, working_days
from pinzhi.engine.rulebook.load import open_rulebook
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.engine.rulebook.schemes import Scheme

RULEBOOK = open_rulebook(Path(__file__).parents[4] / "rulebook", "qingdao")
DAYS = working_days(RULEBOOK.all_of(Calendar))
MAYOR = RULEBOOK.file(Scheme, "mayor", "8")
CONTEST = RULEBOOK.file(Scheme, "innovation-contest", "2")
LECTURERS = RULEBOOK.file(Scheme, "lecturers", "2023-q4")
GOVERNMENT = RULEBOOK.file(Scheme, "government", "2026")
PIN = Pin("mayor", "8", "ab" * 32)
ON = date(2026, 3, 2)


def pct(*values: int) -> list[Decimal]:
    return [Decimal(value) for value in values]


def marks(item: str, *values: int) -> list[Mark]:
    """Marks of judges j1, j2 … for an item."""
    return [Mark(f"j{number}", item, Decimal(value)) for number, value in enumerate(values, start=1)]


def stage(scheme: Scheme, state: str) -> Stage:
    found = scheme.stage_of(state)
    assert found is not None
    return found


def entry(state: str, **known: object) -> Facts:
    """An organisation's entry in a state, of which only what is given is known."""
    given = {"key": "e1", "category": "organisation", "pin": PIN, "scheme": PIN, "on": ON, **known}
    return Facts(state=state, **given)  # type: ignore[arg-type]  # facts by name, for tests
