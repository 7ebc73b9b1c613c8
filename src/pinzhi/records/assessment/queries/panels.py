"""What officers see of experts: the roster of a round, and the assignment of a stage."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.db.models import Q, QuerySet

from pinzhi.engine.assessment.rounds.conflicts import Found
from pinzhi.engine.rulebook.scheme_parts import Panel, Stage
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.assessment.models import Assignment, AssignmentRun, Entry, Expert, Panellist, Round
from pinzhi.records.assessment.queries.experts import Pair, all_conflicts, bars, serving
from pinzhi.records.assessment.queries.matching import QUALITY, judging_stage, last_run
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
PAGE = 50
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
    count: int  # entries in all
    seats: int  # given in all
    lacking: int
    lines: tuple[PanelLine, ...]  # of this page
    experts: tuple[ExpertLoad, ...]
    causes: tuple[Cause, ...]
    pins: tuple[tuple[str, str], ...]
    waiting: int  # experts called who have not answered the declaration


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


def assignment_page(actor: Actor, held: Round, state: str, on: date, *, page: int = 1) -> AssignmentPage:
    """Return the assignment of a stage: a page of entries with their panels, all loads, and why there is none."""
    require(actor, "assessment.oversee")
    stage, panel = judging_stage(held, state)
    run = last_run(held, state)
    tasks = Assignment.objects.filter(entry__round=held, stage=state, ended_at=None)
    concerned = visible_entries(actor).filter(round=held).filter(Q(state=state) | Q(pk__in=tasks.values("entry_id")))
    entries = [one for one in concerned.order_by("number") if stage.takes(one.category)]
    shown = entries[(page - 1) * PAGE : page * PAGE]
    panels = _panels(tasks, shown)
    called = {one.expert_id: one for one in serving(held)}
    experts = _columns(called.values(), tasks)
    names = {one.code: shown_name(actor, one) for one in experts}
    categories = {one.code: one.title for one in scheme_of(held).category}
    found = all_conflicts(held, experts, shown, on)
    seats = Counter(tasks.values_list("entry_id", flat=True))
    load = Counter(tasks.values_list("expert_id", flat=True))
    return AssignmentPage(
        stage=stage,
        panel=panel,
        run=run,
        count=len(entries),
        seats=sum(seats.values()),
        lacking=sum(max(0, panel.size - seats[one.pk]) for one in entries if one.state == state),
        lines=tuple(
            PanelLine(
                number=one.number,
                name=one.name,
                category=categories.get(one.category, Text(one.category, one.category)),
                seats=tuple(_seat(actor, task) for task in panels.get(one.pk, ())),
                cells=tuple(_cells(one, experts, called.keys(), panels.get(one.pk, ()), found)),
                lacking=max(0, panel.size - seats[one.pk]) if one.state == state else 0,
            )
            for one in shown
        ),
        experts=tuple(
            ExpertLoad(one.code, names[one.code], one.senior, load[one.pk], *_loads(called.get(one.pk)))
            for one in experts
        ),
        causes=_causes(run, names),
        pins=tuple(tasks.filter(pinned=True).order_by("pk").values_list("entry__number", "expert__code")),
        waiting=Panellist.objects.filter(round=held, declared_at=None, left_on=None).count(),
    )


def _loads(called: Panellist | None) -> tuple[int, int]:
    return (called.least, called.most) if called else (0, 0)


def _columns(called: Iterable[Panellist], tasks: QuerySet[Assignment]) -> list[Expert]:
    """Return the experts of a stage: those who serve, and those who left and still hold a seat."""
    seated = Expert.objects.filter(pk__in=tasks.values("expert_id"))
    return sorted({*(one.expert for one in called), *seated}, key=lambda one: one.code)


def _panels(tasks: QuerySet[Assignment], shown: Sequence[Entry]) -> dict[int, list[Assignment]]:
    found: defaultdict[int, list[Assignment]] = defaultdict(list)
    rows = tasks.filter(entry__in=[one.pk for one in shown]).select_related("expert")
    for one in rows.order_by("-lead", "expert__code"):
        found[one.entry_id].append(one)
    return dict(found)


def _seat(actor: Actor, task: Assignment) -> Seat:
    return Seat(
        task.expert.code, shown_name(actor, task.expert), task.lead, task.pinned, task.submitted_at is not None,
        task.score, Text(task.reason.get("zh", ""), task.reason.get("en", "")),
    )  # fmt: skip


def _cells(
    entry: Entry,
    experts: Iterable[Expert],
    serve: Container[int],
    seats: Iterable[Assignment],
    found: Mapping[Pair, tuple[Found, ...]],
) -> Iterable[Cell]:
    standing = {one.expert_id: "lead" if one.lead else "seat" for one in seats}
    for expert in experts:
        barred = [one for one in found.get((expert.pk, entry.pk), ()) if bars([one])]
        usual = "gone" if expert.pk not in serve else "barred" if barred else "free"
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
