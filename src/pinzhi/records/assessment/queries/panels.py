"""What pages show of experts: the roster of a round, the assignment of a stage, and an expert's own tasks."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.db.models import Q

from pinzhi.engine.rulebook.scheme_parts import Panel, Stage
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.assessment.models import Assignment, AssignmentRun, Entry, Expert, Panellist, Round
from pinzhi.records.assessment.queries.experts import all_conflicts, bars
from pinzhi.records.assessment.queries.matching import QUALITY, Matching, judging_stage, last_run, matching
from pinzhi.records.assessment.queries.visible import visible_entries
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.records.catalog.rulebook import rulebook

# The kinds of conflicts in words, as declarations ask for them.
KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "declared": Text("其他可能影响公正的关系", "Another relation that may bias me"),
        "employment": Text("任职", "Employment"),
        "advisory": Text("担任顾问或提供咨询", "Adviser or consultant"),
        "shareholding": Text("持股或投资", "Shares or investment"),
        "group": Text("同一集团", "Same group"),
        "authorship": Text("参与编写申报材料", "Took part in writing the application"),
        "family": Text("本人或亲属是负责人", "I or a relative lead it"),
        "competitor": Text("所在单位与其竞争", "My employer competes with it"),
    }
)
_METHOD = Text("质量管理方法", "Quality management")


@dataclass(frozen=True, slots=True)
class Barred:
    """An entry that an expert may not score, and by what."""

    number: str
    evidence: Text


@dataclass(frozen=True, slots=True)
class RosterLine:
    """An expert called to a round; ``name`` is empty for who may not know it."""

    panellist: Panellist
    code: str
    name: str
    employer: str
    fields: tuple[Text, ...]
    senior: bool
    given: int
    handed_in: int
    barred: tuple[Barred, ...]

    @property
    def status(self) -> str:
        """One of left, waiting, declared."""
        if self.panellist.left_on is not None:
            return "left"
        return "declared" if self.panellist.declared_at is not None else "waiting"


@dataclass(frozen=True, slots=True)
class Seat:
    """An expert on the panel of an entry."""

    code: str
    name: str
    lead: bool
    pinned: bool
    handed_in: bool
    score: int
    reason: Text


@dataclass(frozen=True, slots=True)
class Cell:
    """How an expert stands to an entry in the matrix: lead, seat, barred, free, or gone where he has left."""

    code: str
    standing: str
    evidence: Text


@dataclass(frozen=True, slots=True)
class PanelLine:
    """An entry with its panel and its row of the matrix."""

    number: str
    name: str
    category: Text
    seats: tuple[Seat, ...]
    cells: tuple[Cell, ...]
    lacking: int


@dataclass(frozen=True, slots=True)
class ExpertLoad:
    """An expert of a stage with what he was given of what he takes."""

    code: str
    name: str
    senior: bool
    given: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Cause:
    """Why there is no assignment, whom it concerns by name, and who was kept off by what."""

    text: Text
    experts: tuple[str, ...]
    kept_off: tuple[tuple[str, str, Text], ...]


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    """The assignment of a stage as officers see it."""

    stage: Stage
    panel: Panel
    run: AssignmentRun | None
    lines: tuple[PanelLine, ...]
    experts: tuple[ExpertLoad, ...]
    causes: tuple[Cause, ...]
    pins: tuple[tuple[str, str], ...]
    waiting: int  # experts called who have not answered the declaration

    @property
    def lacking(self) -> int:
        return sum(one.lacking for one in self.lines)

    @property
    def seats(self) -> int:
        return sum(len(one.seats) for one in self.lines)


def roster(actor: Actor, held: Round, on: date) -> tuple[RosterLine, ...]:
    """Return the experts called to a round, by their codes; names are for city officers."""
    require(actor, "assessment.oversee")
    called = list(Panellist.objects.filter(round=held).select_related("expert").order_by("expert__code"))
    experts = [one.expert for one in called]
    entries = list(visible_entries(actor).filter(round=held).order_by("number"))
    found = all_conflicts(held, experts, entries, on)
    tasks = Assignment.objects.filter(entry__round=held, ended_at=None)
    given = Counter(tasks.values_list("expert_id", flat=True))
    handed_in = Counter(tasks.filter(submitted_at__isnull=False).values_list("expert_id", flat=True))
    return tuple(
        RosterLine(
            panellist=one,
            code=one.expert.code,
            name=shown_name(actor, one.expert),
            employer=one.expert.employer_name or one.expert.employer_code,
            fields=field_words(one.expert),
            senior=one.expert.senior,
            given=given[one.expert_id],
            handed_in=handed_in[one.expert_id],
            barred=tuple(
                Barred(entry.number, barring[0].evidence)
                for entry in entries
                if (barring := [hit for hit in found.get((one.expert_id, entry.pk), ()) if bars([hit])])
            ),
        )
        for one in called
    )


def not_called(actor: Actor, held: Round) -> tuple[tuple[str, str], ...]:
    """Return code and name of the experts on the roster who were not called to a round."""
    require(actor, "assessment.run")
    free = Expert.objects.exclude(calls__round=held).order_by("code")
    return tuple((one.code, _label(one.code, one.name, one.senior)) for one in free)


def serving_experts(actor: Actor, held: Round) -> tuple[tuple[str, str], ...]:
    """Return code and name of the experts who may be recorded to leave, or be declared about."""
    require(actor, "assessment.run")
    called = Panellist.objects.filter(round=held, left_on=None).select_related("expert").order_by("expert__code")
    return tuple((one.expert.code, _label(one.expert.code, one.expert.name, one.expert.senior)) for one in called)


def _label(code: str, name: str, senior: bool) -> str:
    return f"{code} {name}{' ★' if senior else ''}"


def shown_name(actor: Actor, expert: Expert) -> str:
    """Return the name of an expert for who may know it: officers of the city, nobody else."""
    return expert.name if may(actor, "assessment.run") else ""


def field_words(expert: Expert) -> tuple[Text, ...]:
    """Return the competences of an expert in words."""
    industries = rulebook().codelist("industries")
    return tuple(_METHOD if code == QUALITY else industries.text(code) for code in expert.fields.split(";") if code)


def field_choices() -> tuple[tuple[str, Text], ...]:
    """Return every competence an expert may have, the method first."""
    industries = rulebook().codelist("industries")
    return ((QUALITY, _METHOD), *((code, industries.text(code)) for code in industries.codes if len(code) == 1))


def assignment_page(actor: Actor, held: Round, state: str, on: date) -> AssignmentPage:
    """Return the assignment of a stage: each entry with its panel, the loads, and why there is none."""
    require(actor, "assessment.oversee")
    stage, panel = judging_stage(held, state)
    given = matching(held, state, on)
    run = last_run(held, state)
    tasks = _tasks(held, state)
    concerned = visible_entries(actor).filter(round=held).filter(Q(state=state) | Q(pk__in=list(tasks)))
    entries = [one for one in concerned.order_by("number") if stage.takes(one.category)]
    seated = {one.expert for seats in tasks.values() for one in seats}
    experts = sorted(seated | set(given.experts), key=lambda one: one.code)
    names = {one.code: shown_name(actor, one) for one in experts}
    categories = {one.code: one.title for one in scheme_of(held).category}
    load = Counter(one.expert.code for seats in tasks.values() for one in seats)
    return AssignmentPage(
        stage=stage,
        panel=panel,
        run=run,
        lines=tuple(
            PanelLine(
                number=one.number,
                name=one.name,
                category=categories.get(one.category, Text(one.category, one.category)),
                seats=tuple(_seat(actor, task) for task in tasks.get(one.pk, ())),
                cells=tuple(_cells(given, experts, one, tasks.get(one.pk, ()))),
                lacking=max(0, panel.size - len(tasks.get(one.pk, ()))) if one.state == state else 0,
            )
            for one in entries
        ),
        experts=tuple(
            ExpertLoad(one.code, names[one.code], one.senior, load[one.code], *given.loads.get(one.pk, (0, 0)))
            for one in experts
        ),
        causes=_causes(run, names),
        pins=tuple((one.entry.number, one.expert.code) for seats in tasks.values() for one in seats if one.pinned),
        waiting=Panellist.objects.filter(round=held, declared_at=None, left_on=None).count(),
    )


def _tasks(held: Round, state: str) -> dict[int, list[Assignment]]:
    found: defaultdict[int, list[Assignment]] = defaultdict(list)
    rows = Assignment.objects.filter(entry__round=held, stage=state, ended_at=None).select_related("entry", "expert")
    for one in rows.order_by("entry__number", "-lead", "expert__code"):
        found[one.entry_id].append(one)
    return dict(found)


def _seat(actor: Actor, task: Assignment) -> Seat:
    return Seat(
        task.expert.code, shown_name(actor, task.expert), task.lead, task.pinned, task.submitted_at is not None,
        task.score, Text(task.reason.get("zh", ""), task.reason.get("en", "")),
    )  # fmt: skip


def _cells(given: Matching, experts: Iterable[Expert], entry: Entry, seats: Iterable[Assignment]) -> Iterable[Cell]:
    standing = {one.expert_id: "lead" if one.lead else "seat" for one in seats}
    for expert in experts:
        barred = given.barred(expert, entry)
        is_there = given.loads.get(expert.pk, (0, 0))[1] > 0
        usual = "barred" if barred else "free" if is_there else "gone"
        yield Cell(expert.code, standing.get(expert.pk, usual), barred[0].evidence if barred else Text("", ""))


def _causes(run: AssignmentRun | None, names: Mapping[str, str]) -> tuple[Cause, ...]:
    if run is None or run.status != "infeasible":
        return ()

    def labelled(code: str) -> str:
        return f"{code} {names.get(code, '')}".strip()

    return tuple(
        Cause(
            Text(one["zh"], one["en"]),
            tuple(labelled(code) for code in one.get("reviewers", ())),
            tuple(
                (off["entry"], labelled(off["expert"]), Text(off["zh"], off["en"])) for off in one.get("kept_off", ())
            ),
        )
        for one in run.shortages
    )
