"""The facts of a case: what it says, where it stands, and every step that led there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from pinzhi.engine.assessment.rounds.seals import Pin
from pinzhi.engine.rulebook.case_parts import CaseRole, Through

OPEN = "open"  # the code of the step by which every case begins


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: by whom, in which role, on which day. ``before`` is empty for the opening."""

    code: str
    before: str
    after: str
    role: CaseRole
    actor: str
    on: date


@dataclass(frozen=True, slots=True)
class Extended:
    """A deadline that was moved by so many days from the day on which that was decided."""

    deadline: str
    days: int
    on: date


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it is known.

    ``pin`` is the edition of its type under which it was opened; ``given`` the fields that are filled; ``files``
    counts the evidence by kind; ``history`` has every step in order, the opening first; ``days`` are its dates by
    field.
    """

    key: str
    pin: Pin
    state: str
    given: frozenset[str] = frozenset()
    files: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    history: tuple[Taken, ...] = ()
    extensions: tuple[Extended, ...] = ()
    assigned: Mapping[CaseRole, str] = field(default_factory=lambda: MappingProxyType({}))
    merged_into: str = ""
    days: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Doer:
    """Who takes a step: the key that the record keeps, and the roles held in this case."""

    key: str
    roles: frozenset[CaseRole]


@dataclass(frozen=True, slots=True)
class Offer:
    """What comes with a step: reasons, who is given a role by it, and the act of its own that it comes through."""

    ground: str = ""
    assign: Mapping[CaseRole, str] = field(default_factory=lambda: MappingProxyType({}))
    through: Through = ""
