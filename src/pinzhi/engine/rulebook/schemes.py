"""The shape of a scheme: an edition of an award, contest, assessment or certification, from its call to its end."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from pinzhi.engine.rulebook import scheme_check
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.scheme_grants import (
    Hall,
    Module,
    Numbering,
    Participation,
    Party,
    Term,
    granting_faults,
)
from pinzhi.engine.rulebook.scheme_parts import (
    Category,
    ConflictRule,
    Consultation,
    Document,
    Grade,
    Heading,
    Override,
    Quota,
    Recommendation,
    Rule,
    Stage,
    Ties,
)
from pinzhi.engine.rulebook.shapes import Amount, BothLanguages, Fault, Id, Reference, RulebookFile, Word
from pinzhi.engine.rulebook.surveillance import SurveillanceRule


class Scheme(RulebookFile):
    """An edition of a recognition system; ``honours`` is the code under which its winners are kept as records.

    A scheme kept ``for_record`` has no round here: somebody else runs it and only its winners are kept. ``scale`` are
    the points on which totals are shown; all thresholds are percentages of it.

    What a round announces is written into the register: as an honour under ``honours``, or, where it ``grants``
    certificates, under the certification scheme ``register``. ``graded_by`` is the stage whose instrument decides the
    grades, where no percentage does. ``supporting`` are the documents of the catalogue by which the scheme is run.
    ``to_confirm`` says in words what no public text gives and the operator has to decide; the public page shows it.
    """

    kind: Literal["award", "contest", "assessment", "certification", "label", "pilot", "expo", "participation"]
    object: BothLanguages
    requirements: BothLanguages
    owner: BothLanguages
    decider: BothLanguages
    basis: Word
    approved_by: BothLanguages | None = None
    party: Party | None = None
    honours: str = ""
    grants: Literal["honour", "certificate"] = "honour"
    register_code: Annotated[str, Field(alias="register")] = ""
    number: Numbering | None = None
    term: Term | None = None
    surveillance: SurveillanceRule | None = None
    graded_by: str = ""
    for_record: bool = False
    scale: Annotated[Amount, Field(gt=0)] = Decimal(100)
    digits: Annotated[int, Field(ge=0, le=6)] = 2
    vacancies: bool = True
    ties: Ties = "stop"
    tie_chain: tuple[Word, ...] = ()
    validity_years: Annotated[int, Field(gt=0, le=20)] | None = None
    bar_years: Annotated[int, Field(ge=0, le=20)] = 0
    cycle_years: Annotated[int, Field(gt=0, le=20)] | None = None
    category: tuple[Category, ...]
    grade: tuple[Grade, ...]
    quota: tuple[Quota, ...] = ()
    stage: tuple[Stage, ...] = ()
    recommendation: tuple[Recommendation, ...] = ()
    rule: tuple[Rule, ...] = ()
    consultation: Consultation | None = None
    document: tuple[Document, ...] = ()
    conflict: tuple[ConflictRule, ...] = ()
    override: tuple[Override, ...] = ()
    heading: tuple[Heading, ...] = ()
    module: tuple[Module, ...] = ()
    supporting: tuple[Id, ...] = ()
    hall: tuple[Hall, ...] = ()
    participation: Participation | None = None
    to_confirm: tuple[BothLanguages, ...] = ()

    @property
    def proposes(self) -> bool:
        """Whether somebody is proposed for a grade before it is given: by a vote, or for a limited place.

        An assessment grades everybody: its points say which grade, whoever is proposed.
        """
        return self.is_competitive or (
            self.kind != "assessment" and any(stage.vote is not None for stage in self.stage)
        )

    @property
    def later_grades(self) -> frozenset[str]:
        """Grades that a stage after the grant gives: nobody is proposed for them."""
        return frozenset(stage.grants for stage in self.stage if stage.grants)

    @property
    def is_competitive(self) -> bool:
        """Whether awards are limited in number: earning a grade is then necessary, and not sufficient."""
        return bool(self.quota)

    @property
    def states(self) -> tuple[str, ...]:
        """The states of the stages, in the scheme's order."""
        return tuple(stage.state for stage in self.stage)

    def stage_of(self, state: str) -> Stage | None:
        """Return the stage of a state; None for states by the way and stages that the scheme does not have."""
        return next((stage for stage in self.stage if stage.state == state), None)

    def next_stage(self, state: str, category: str) -> Stage | None:
        """Return the stage after a state for entries of a category; None after the last."""
        if state not in self.states:
            return None
        later = self.stage[self.states.index(state) + 1 :]
        return next((stage for stage in later if stage.takes(category)), None)

    def documents_for(self, category: str) -> tuple[Document, ...]:
        """Return what entries of a category must or may bring."""
        return tuple(one for one in self.document if not one.categories or category in one.categories)

    def rules_for(self, category: str) -> tuple[Rule, ...]:
        """Return the conditions that entries of a category must meet."""
        return tuple(one for one in self.rule if not one.categories or category in one.categories)

    def references(self) -> Iterable[Reference]:
        """Yield the instruments of the stages and of surveillance."""
        for number, stage in enumerate(self.stage, start=1):
            for use in stage.instruments:
                yield Reference(f"stage.{number}.instruments", Instrument, use.id, use.edition)
        watched = self.surveillance.instrument if self.surveillance else None
        if watched is not None:
            yield Reference("surveillance.instrument", Instrument, watched.id, watched.edition)

    def faults(self) -> Iterable[Fault]:
        """Yield what contradicts itself: codes, stages, weights, quotas, notices, grades."""
        categories = tuple(one.code for one in self.category)
        grades = tuple(one.code for one in self.grade)
        yield from scheme_check.code_faults(self)
        yield from scheme_check.name_faults(self, categories, grades)
        yield from scheme_check.quota_faults(self.quota, grades, categories)
        yield from scheme_check.grade_faults(
            self.grade, every_total=self.kind == "assessment" and not (self.for_record or self.is_competitive)
        )
        yield from scheme_check.rule_faults(self.rule)
        yield from granting_faults(self)
        if self.surveillance:
            for fault in self.surveillance.faults():
                yield Fault(f"surveillance.{fault.key}", fault.text)
        if self.for_record:
            yield from scheme_check.record_faults(self)
            return
        yield from scheme_check.order_faults(self.stage)
        yield from scheme_check.gate_faults(self)
        for number, stage in enumerate(self.stage, start=1):
            yield from scheme_check.stage_faults(f"stage.{number}", stage, categories)
        yield from scheme_check.weight_faults(self.stage, categories)
        yield from scheme_check.tie_faults(self.ties, self.tie_chain, self.states)
