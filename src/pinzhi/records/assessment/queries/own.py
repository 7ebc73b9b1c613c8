"""What an expert sees of his own: rounds he was called to, his tasks, and his declaration of interests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.assessment.models import Assignment, Entry, ExpertTie, Panellist, Round
from pinzhi.records.assessment.queries.experts import own_call
from pinzhi.records.assessment.queries.matching import panel_stages
from pinzhi.records.assessment.queries.panels import KINDS
from pinzhi.records.assessment.queries.visible import UNSENT
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.records.catalog.names import organisation_names


@dataclass(frozen=True, slots=True)
class TaskLine:
    """An entry that an expert is to judge; ``name`` is empty in blind stages."""

    number: str
    name: str
    category: Text
    stage: str
    stage_title: Text
    lead: bool
    begun: bool
    handed_in: bool


@dataclass(frozen=True, slots=True)
class OwnRound:
    """A round an expert was called to, with his tasks; none before the declaration."""

    held: Round
    title: Text
    panellist: Panellist
    tasks: tuple[TaskLine, ...]
    ended: int

    @property
    def waits(self) -> bool:
        """Tell whether the declaration is still to be answered."""
        return self.panellist.declared_at is None and self.panellist.left_on is None

    @property
    def open(self) -> int:
        return sum(not one.handed_in for one in self.tasks)


@dataclass(frozen=True, slots=True)
class TieLine:
    """A tie as its expert sees it."""

    tie_id: int
    kind: Text
    credit_code: str
    name: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Declared:
    """A conflict as its expert declared it."""

    number: str
    kind: Text
    ground: str


@dataclass(frozen=True, slots=True)
class OwnDeclaration:
    """What an expert has declared for a round, and what the round asks for.

    ``entries`` are listed with their names only where no stage of the round is blind; else nobody's name is shown.
    """

    held: Round
    title: Text
    panellist: Panellist
    ties: tuple[TieLine, ...]
    relatives: int
    declared: tuple[Declared, ...]
    entries: tuple[tuple[str, str], ...]
    is_blind: bool
    rules: tuple[tuple[Text, int], ...]


def own_rounds(actor: Actor) -> tuple[OwnRound, ...]:
    """Return the rounds an expert was called to, with the tasks he may open; what has ended is only counted."""
    require(actor, "assessment.judge")
    calls = Panellist.objects.filter(expert__user_id=actor.user_id or 0).select_related("round", "expert")
    return tuple(
        OwnRound(one.round, scheme_of(one.round).title, one, tuple(_own_tasks(one)), _ended(one))
        for one in calls.order_by("-called_on", "round__key")
    )


def _ended(call: Panellist) -> int:
    return Assignment.objects.filter(entry__round=call.round, expert=call.expert, ended_at__isnull=False).count()


def _own_tasks(call: Panellist) -> Iterable[TaskLine]:
    """Yield the tasks an expert may open, those not handed in first; blind stages show no name."""
    if call.declared_at is None or call.left_on is not None:
        return
    scheme = scheme_of(call.round)
    categories = {one.code: one.title for one in scheme.category}
    stages = {one.state: one for one in scheme.stage}
    rows = Assignment.objects.filter(entry__round=call.round, expert=call.expert, ended_at=None).select_related("entry")
    begun = set(rows.filter(sheets__isnull=False).values_list("pk", flat=True))
    order = list(stages)
    for task in sorted(rows, key=lambda one: (bool(one.submitted_at), order.index(one.stage), one.entry.number)):
        stage, entry = stages[task.stage], task.entry
        yield TaskLine(
            number=entry.number,
            name="" if stage.blind != "none" else entry.name,
            category=categories.get(entry.category, Text(entry.category, entry.category)),
            stage=task.stage,
            stage_title=stage.words,
            lead=task.lead,
            begun=task.pk in begun,
            handed_in=task.submitted_at is not None,
        )


def own_declaration(actor: Actor, held: Round) -> OwnDeclaration:
    """Return what an expert has declared for a round, and what the round asks for; for those called to it."""
    require(actor, "assessment.judge")
    call = own_call(actor, held)
    scheme = scheme_of(held)
    is_blind = any(one.blind != "none" for one in panel_stages(held))
    sent = Entry.objects.none() if is_blind else Entry.objects.filter(round=held).exclude(state__in=UNSENT)
    return OwnDeclaration(
        held=held,
        title=scheme.title,
        panellist=call,
        ties=_ties(call),
        relatives=call.expert.relatives.count(),
        declared=tuple(
            Declared(one.entry.number, KINDS[one.kind], one.ground)
            for one in call.expert.declarations.filter(entry__round=held).select_related("entry").order_by("pk")
            if one.actor == actor.key
        ),
        entries=tuple(sent.order_by("number").values_list("number", "name")),
        is_blind=is_blind,
        rules=tuple((KINDS[one.kind], one.within_years) for one in scheme.conflict),
    )


def _ties(call: Panellist) -> tuple[TieLine, ...]:
    rows = list(ExpertTie.objects.filter(expert=call.expert, removed_at=None).order_by("pk"))
    names = organisation_names({one.credit_code for one in rows})
    return tuple(
        TieLine(one.pk, KINDS[one.kind], one.credit_code, names.get(one.credit_code, ""), one.since, one.until)
        for one in rows
    )
