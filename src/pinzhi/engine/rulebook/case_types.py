"""The shape of a case type: what a case says, the states it goes through, who may do what, by when, and who sees it."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from pinzhi.engine.rulebook import case_type_check
from pinzhi.engine.rulebook.case_parts import (
    CaseField,
    CaseRole,
    CaseState,
    CaseStep,
    Deadline,
    MatchRule,
    MergeRule,
    PublicView,
)
from pinzhi.engine.rulebook.shapes import BothLanguages, Fault, Id, RulebookFile, Word


class CaseType(RulebookFile):
    """An edition of a kind of case; ``theme`` groups types on a desk, ``prefix`` begins their numbers.

    ``instrument`` is the checklist that findings are recorded by, where there is one.
    """

    family: Literal["order", "inspection", "problem", "notice", "help"]
    theme: Id
    theme_title: BothLanguages
    prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,6}$")]
    basis: Word
    opened_by: tuple[CaseRole, ...]
    instrument: Id | Literal[""] = ""
    field: tuple[CaseField, ...]
    opens_with: tuple[Id, ...] = ()
    state: tuple[CaseState, ...]
    step: tuple[CaseStep, ...]
    deadline: tuple[Deadline, ...] = ()
    merge: MergeRule | None = None
    public: PublicView | None = None
    match: MatchRule | None = None

    @property
    def first(self) -> CaseState:
        """The state in which a case is opened."""
        return self.state[0]

    def state_of(self, code: str) -> CaseState | None:
        """Return a state by its code; None for one that this edition does not have."""
        return next((one for one in self.state if one.code == code), None)

    def step_of(self, code: str) -> CaseStep | None:
        """Return a step by its code."""
        return next((one for one in self.step if one.code == code), None)

    def field_of(self, code: str) -> CaseField | None:
        """Return a field by its code."""
        return next((one for one in self.field if one.code == code), None)

    def deadline_of(self, code: str) -> Deadline | None:
        """Return a deadline by its code."""
        return next((one for one in self.deadline if one.code == code), None)

    def steps_from(self, state: str) -> tuple[CaseStep, ...]:
        """Return the steps that lead out of a state, in the order of the file."""
        return tuple(one for one in self.step if state in one.leaves)

    def is_public(self, state: str) -> bool:
        """Tell whether everybody sees a case in this state."""
        return self.public is not None and state in self.public.states

    def faults(self) -> Iterable[Fault]:
        """Yield what contradicts itself: codes, states nobody reaches or leaves, deadlines nobody can meet."""
        yield from case_type_check.code_faults(self)
        yield from case_type_check.name_faults(self)
        yield from case_type_check.field_faults(self)
        yield from case_type_check.route_faults(self)
        yield from case_type_check.deadline_faults(self)
