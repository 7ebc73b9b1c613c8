"""Judges' sheets: the one a task has come to, and whether a panel's sheets are all in."""

from dataclasses import dataclass

from pinzhi.engine.errors import BadInput, Conflict, NotFound
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.models import Assignment, Entry, SheetVersion
from pinzhi.records.assessment.queries.visible import assigned
from pinzhi.records.assessment.rules import instrument_of, scheme_of


@dataclass(frozen=True, slots=True)
class Standing:
    """How many sheets of a panel are in, of how many, and how many there must be at least."""

    found: int
    given: int
    least: int

    @property
    def all_in(self) -> bool:
        """Whether nobody's sheet is still out and enough are in: only then may one judge see another's marks."""
        return self.found == self.given and self.found >= max(self.least, 1)


def last_sheet(task: Assignment) -> SheetVersion | None:
    """Return a task's sheet as it was saved last; None before anything was."""
    return SheetVersion.objects.filter(assignment=task).order_by("-number").first()


def sheet_of_stage(entry: Entry, stage: str) -> tuple[Stage, Instrument]:
    """Return a stage of an entry's scheme with the instrument it is judged by; refused where there is none."""
    found = scheme_of(entry.round).stage_of(stage)
    instrument = instrument_of(found, entry.category) if found else None
    if found is None or instrument is None or found.panel is None:
        raise BadInput(
            "assessment.round.no_sheet", "这一阶段没有评分表。", "This stage has no scoring sheet.", stage=stage
        )
    return found, instrument


def check_item(entry: Entry, stage: str, item: str) -> None:
    """Refuse an item that the stage's instrument does not have."""
    if item not in sheet_of_stage(entry, stage)[1].items:
        raise no_such_item(item)


def no_such_item(item: str) -> BadInput:
    """Return the refusal of an item that an instrument does not have."""
    return BadInput(
        "assessment.round.item",
        "评分表没有“{item}”这一条。",
        "The instrument has no item “{item}”.",
        item=item[:40],
    )


def own_task(actor: Actor, round_key: str, number: str, stage: str) -> Assignment:
    """Return the actor's own task for an entry in a stage; everybody else's is not found."""
    found = None
    if actor.has("expert"):
        found = assigned(actor).filter(entry__round__key=round_key, entry__number=number, stage=stage).first()
    if found is None:
        raise NotFound("assessment.task", "没有这个评审任务，或它不是你的。", "There is no such task of yours.")
    return found


def standing_of(entry: Entry, stage: str) -> Standing:
    """Tell how many of the sheets of an entry in a stage are in; tasks that ended do not count."""
    found, _instrument = sheet_of_stage(entry, stage)
    tasks = Assignment.objects.filter(entry=entry, stage=stage, ended_at=None)
    handed_in = tasks.filter(submitted_at__isnull=False).count()
    return Standing(handed_in, tasks.count(), found.panel.at_least if found.panel else 1)


def check_all_in(entry: Entry, stage: str) -> None:
    """Refuse to look at a panel's marks together, or to talk about them, before all independent sheets are in."""
    standing = standing_of(entry, stage)
    if not standing.all_in:
        raise Conflict(
            "assessment.panel.waiting",
            "独立评分收到 {found} 份，分给了 {given} 位评审员，至少要 {least} 份。都交齐才能看到别人的分和合议。",
            "{found} independent sheets are in, {given} were given out and {least} are needed. Nobody sees the others' "
            "marks or talks about them before all are in.",
            found=standing.found,
            given=standing.given,
            least=standing.least,
        )
