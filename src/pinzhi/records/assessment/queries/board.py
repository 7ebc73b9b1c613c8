"""The board of a round: how many entries are where, what is late, and one entry with all that was found about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, QuerySet

from pinzhi.engine.assessment.rounds.eligibility import Consulted, Finding
from pinzhi.engine.assessment.rounds.states import Move
from pinzhi.engine.errors import PinzhiError
from pinzhi.engine.periods import WorkingDays
from pinzhi.engine.rulebook.scheme_parts import Document, Rule, Stage
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.rulebook.stages import STATES, WON, Part
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.models import (
    DepartmentAnswer,
    Entry,
    EntryFile,
    EntryStep,
    Grant,
    Member,
    Round,
    RoundStage,
    SectionVersion,
    StageResult,
)
from pinzhi.records.assessment.queries.brought import latest_sections
from pinzhi.records.assessment.queries.facts import consultation_of, eligibility_of, moves_open, supplement_until
from pinzhi.records.assessment.queries.milestones import Milestone, due_of, milestones
from pinzhi.records.assessment.queries.results import latest_results, total_of
from pinzhi.records.assessment.queries.stands import Place, place_of
from pinzhi.records.assessment.queries.visible import UNSENT, rounds, visible_entries
from pinzhi.records.assessment.rules import parts_of, scheme_of
from pinzhi.records.catalog.queries.shapes import State
from pinzhi.records.catalog.rulebook import calendar, rulebook

PAGE = 50


@dataclass(frozen=True, slots=True)
class StageCount:
    """A state of the round: how many entries are in it, how many are late, and its last day, if any."""

    state: str
    title: Text
    count: int
    late: int
    closes_on: date | None
    is_stage: bool


@dataclass(frozen=True, slots=True)
class BoardLine:
    """An entry on the board, as a row."""

    number: str
    name: str
    category: Text
    district: Text
    state: State
    since: date
    due_on: date | None
    late: bool
    grade: Text
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round in the list of rounds."""

    key: str
    title: Text
    called_on: date
    closes_on: date | None
    sent: int
    won: int
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Examined:
    """A condition with its finding."""

    rule: Rule
    finding: Finding


@dataclass(frozen=True, slots=True)
class Brought:
    """A document of an entry: the section as it stands, or the files."""

    document: Document
    section: SectionVersion | None
    files: tuple[EntryFile, ...]


@dataclass(frozen=True, slots=True)
class OpenMove:
    """A move somebody may try, and what keeps it from being made now."""

    to: str
    title: Text
    part: Part
    is_forward: bool
    obstacles: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """An entry with all that officers and supervisors see of it."""

    entry: Entry
    scheme: Scheme
    state: State
    district: Text
    category: Text
    grade: Text
    due_on: date | None
    late: bool
    moves: tuple[OpenMove, ...]
    examined: tuple[Examined, ...]
    departments: tuple[tuple[Text, DepartmentAnswer, str], ...]
    consulted: Consulted | None
    brought: tuple[Brought, ...]
    results: tuple[tuple[Text, StageResult], ...]
    points: Decimal | None
    steps: tuple[EntryStep, ...]
    milestones: tuple[Milestone, ...]
    place: Place | None
    grants: tuple[Grant, ...]


def round_lines() -> list[RoundLine]:
    """Return every round with how many entries were sent and how many have won."""
    found = []
    for one in rounds():
        counts = dict(one.entries.values_list("state").annotate(n=Count("pk")))
        draft = one.stages.filter(state="draft").first()
        found.append(
            RoundLine(
                one.key,
                scheme_of(one).title,
                one.called_on,
                draft.closes_on if draft else None,
                sum(count for state, count in counts.items() if state not in UNSENT),
                sum(count for state, count in counts.items() if state in WON),
                one.synthetic,
            )
        )
    return found


def board_entries(actor: Actor, held: Round, *, state: str = "", district: str = "") -> QuerySet[Entry]:
    """Return the entries of a round that somebody oversees, by number."""
    found = visible_entries(actor).filter(round=held).exclude(state__in=UNSENT)
    if state:
        found = found.filter(state=state)
    if district:
        found = found.filter(district=district)
    return found.order_by("number")


def stage_counts(actor: Actor, held: Round, on: date) -> list[StageCount]:
    """Count the entries of each state, and those that have been there longer than the scheme lets them."""
    scheme = scheme_of(held)
    due = _DueDays(held, scheme)
    counts: dict[str, int] = {}
    late: dict[str, int] = {}
    rows = board_entries(actor, held).order_by().values_list("state", "in_state_since").annotate(n=Count("pk"))
    for state, since, count in rows:
        counts[state] = counts.get(state, 0) + count
        last = due.last_day(state, since)
        if last is not None and on > last:
            late[state] = late.get(state, 0) + count
    closes = {one.state: one.closes_on for one in held.stages.all()}
    path = [one.state for one in scheme.stage if one.state != "draft"]
    aside = [state for state in STATES if state in counts and state not in path]
    return [
        StageCount(
            state, _title(scheme, state), counts.get(state, 0), late.get(state, 0), closes.get(state), state in path
        )
        for state in (*path, *aside)
    ]


def sees_scores(actor: Actor) -> bool:
    """Tell whether somebody sees scores while a round runs; districts see them when all do."""
    return actor.trusted or actor.has("city_officer", "chair", "supervisor")


def board_lines(actor: Actor, held: Round, entries: Iterable[Entry], on: date) -> Iterator[BoardLine]:
    """Return entries as rows of the board."""
    scheme = scheme_of(held)
    due = _DueDays(held, scheme)
    rows = list(entries)
    results = latest_results(one.pk for one in rows) if sees_scores(actor) else {}
    for one in rows:
        total = total_of(scheme, one, results.get(one.pk, {}))
        last = due.last_day(one.state, one.in_state_since)
        yield BoardLine(
            one.number,
            one.name,
            category_title(scheme, one.category),
            district_title(one.district),
            state_of(scheme, one.state, late=last is not None and on > last),
            one.in_state_since,
            last,
            last is not None and on > last,
            grade_title(scheme, one.grade),
            total.points if total else None,
        )


def board_version(held: Round) -> str:
    """Return what changes whenever anything on the board of a round does."""
    step = EntryStep.objects.filter(entry__round=held).aggregate(last=Max("pk"))["last"]
    result = StageResult.objects.filter(entry__round=held).aggregate(last=Max("pk"))["last"]
    return f"{step}.{result}"


def dossier(actor: Actor, entry: Entry, on: date) -> Dossier:
    """Return an entry with all that was found about it, and the moves that the actor may try."""
    scheme = scheme_of(entry.round)
    parts = parts_of(actor, entry)
    last = _DueDays(entry.round, scheme).last_day(entry.state, entry.in_state_since)
    if entry.state == "returned":
        last = supplement_until(entry, scheme)
    last = last or due_of(entry)
    results = latest_results([entry.pk]).get(entry.pk, {}) if sees_scores(actor) else {}
    total = total_of(scheme, entry, results)
    rules = {one.code: one for one in scheme.rules_for(entry.category)}
    consulted = consultation_of(entry, on)
    return Dossier(
        entry=entry,
        scheme=scheme,
        state=state_of(scheme, entry.state, late=last is not None and on > last),
        district=district_title(entry.district),
        category=category_title(scheme, entry.category),
        grade=grade_title(scheme, entry.grade),
        due_on=last,
        late=last is not None and on > last,
        moves=tuple(_open_move(*found) for found in moves_open(entry, parts, on=on)),
        examined=tuple(Examined(rules[one.rule], one) for one in eligibility_of(entry, on).findings),
        departments=_departments(scheme, entry, consulted),
        consulted=consulted,
        brought=_brought(scheme, entry),
        results=tuple((_title(scheme, stage), one) for stage, one in results.items()),
        points=total.points if total else None,
        steps=tuple(entry.steps.order_by("-number")),
        milestones=milestones(entry),
        place=place_of(entry),
        grants=tuple(entry.grants.order_by("pk")),
    )


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """Return the names of those who acted, by their keys in the record (``user:17``)."""
    ids = [int(key.removeprefix("user:")) for key in set(keys) if key.startswith("user:")]
    return {f"user:{one.pk}": one.name or one.email for one in User.objects.filter(pk__in=ids)}


def state_of(scheme: Scheme, state: str, *, late: bool = False) -> State:
    """Return a state as a word with its shape; what is late says so."""
    shape = "run"
    if state in WON:
        shape = "ok"
    elif state in ("revoked", "removed", "lapsed", "not_eligible"):
        shape = "bad"
    elif not STATES[state].is_stage and not STATES[state].aside:
        shape = "past"
    elif state in ("returned", "objection", "suspended"):
        shape = "stop"
    elif state in ("draft", "submitted"):
        shape = "wait"
    title = _title(scheme, state)
    if late:
        return State(state, Text(f"{title.zh}，逾期", f"{title.en}, overdue"), "warn")
    return State(state, title, shape)


def category_title(scheme: Scheme, category: str) -> Text:
    """Return what a category is called."""
    return next((one.title for one in scheme.category if one.code == category), Text(category, category))


def grade_title(scheme: Scheme, grade: str) -> Text:
    """Return what a grade is called; nothing for none."""
    return next((one.title for one in scheme.grade if one.code == grade), Text(grade, grade))


def district_title(district: str) -> Text:
    """Return what a district is called."""
    districts = rulebook().codelist("districts")
    return districts.text(district) if district in districts else Text(district, district)


class _DueDays:
    """The last days by which entries should leave their states; worked out once for each state and day."""

    def __init__(self, held: Round, scheme: Scheme) -> None:
        self._stages: dict[str, Stage] = {one.state: one for one in scheme.stage}
        self._set = {one.state: one.closes_on for one in RoundStage.objects.filter(round=held) if one.closes_on}
        self._known: dict[tuple[str, date], date | None] = {}
        self._days: WorkingDays = calendar()

    def last_day(self, state: str, since: date) -> date | None:
        """Return the last day: as the round sets it, or as long as the scheme gives from the day it came in."""
        if state in self._set:
            return self._set[state]
        if (state, since) not in self._known:
            stage = self._stages.get(state)
            period = stage.period if stage else None
            self._known[state, since] = (
                self._days.closes(since, period.length, period.unit).last_day if period else None
            )
        return self._known[state, since]


def _title(scheme: Scheme, state: str) -> Text:
    stage = scheme.stage_of(state)
    return stage.words if stage else STATES[state].title


def _open_move(move: Move, part: Part, obstacles: tuple[PinzhiError, ...]) -> OpenMove:
    return OpenMove(move.to, move.title, part, move.is_forward, tuple(one.text for one in obstacles))


def _departments(
    scheme: Scheme, entry: Entry, consulted: Consulted | None
) -> tuple[tuple[Text, DepartmentAnswer, str], ...]:
    if scheme.consultation is None:
        return ()
    titles = {one.code: one.title for one in scheme.consultation.departments}
    opinions = consulted.opinions if consulted else {}
    return tuple(
        (titles.get(one.department, Text(one.department, one.department)), one, opinions.get(one.department, ""))
        for one in entry.consultations.order_by("pk")
    )


def _brought(scheme: Scheme, entry: Entry) -> tuple[Brought, ...]:
    sections = latest_sections(entry)
    files: dict[str, list[EntryFile]] = {}
    for one in entry.files.filter(removed_at=None).select_related("file").order_by("number"):
        files.setdefault(one.document, []).append(one)
    return tuple(
        Brought(one, sections.get(one.code), tuple(files.get(one.code, ())))
        for one in scheme.documents_for(entry.category)
    )


def callable_schemes() -> list[Scheme]:
    """Return the schemes that are run here and have not been called yet."""
    called = set(Round.objects.values_list("scheme_id", "edition"))
    every = rulebook().all_of(Scheme)
    return [one for one in every if not one.for_record and (one.id, one.edition) not in called]


def planned_stages(held: Round) -> list[tuple[Stage, RoundStage | None]]:
    """Return the stages of a round with the dates that were set."""
    known = {one.state: one for one in held.stages.all()}
    return [(one, known.get(one.state)) for one in scheme_of(held).stage]


def committee(held: Round) -> list[Member]:
    """Return the members of a round's committee."""
    return list(held.members.filter(left_on=None).order_by("pk"))
