"""What a desk shows of cases: the columns of the day, the themes, the lines of a filter, one case with all it has."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from pinzhi.engine.casework.cases import OPEN, Doer
from pinzhi.engine.casework.deadlines import Due, clocks
from pinzhi.engine.casework.duplicates import Match
from pinzhi.engine.casework.workflow import Way, ways
from pinzhi.engine.errors import BadInput
from pinzhi.engine.rulebook import case_parts
from pinzhi.engine.rulebook.case_parts import CASE_ROLES, CaseField
from pinzhi.engine.rulebook.case_types import CaseType
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.models import Case, CaseFile, CaseStep, Remark
from pinzhi.records.casework.queries.duplicates import possible_duplicates
from pinzhi.records.casework.queries.lists import Found, in_column, runs_of
from pinzhi.records.casework.queries.visible import visible_cases, visible_parts
from pinzhi.records.casework.rules import OPEN_LANES, case_types, facts_of, roles_in, type_of
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.queries.shapes import State
from pinzhi.records.catalog.rulebook import calendar, rulebook

PAGE = 50
BOARD = 6  # cases shown in a column of the board
COLUMNS: Mapping[str, Text] = {
    "overdue": Text("逾期", "Overdue"),
    "today": Text("今天到期", "Due today"),
    "open": Text("办理中", "In hand"),
    "waiting": Text("等待别人", "Waiting for others"),
    "closed": Text("已办结", "Closed"),
}
_WORDS: Mapping[str, str] = {"overdue": "bad", "today": "warn", "open": "run", "waiting": "wait", "closed": "ok"}


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the cases is asked for; empty asks for all. ``mine`` leaves those where it is one's own turn."""

    column: str = ""
    theme: str = ""
    kind: str = ""
    district: str = ""
    q: str = ""
    mine: bool = False

    def kept(self) -> dict[str, str]:
        """Return the filter as it stands in an address."""
        asked = {
            "column": self.column,
            "theme": self.theme,
            "kind": self.kind,
            "district": self.district,
            "q": self.q,
            "mine": "1" if self.mine else "",
        }
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list; ``left`` are the working days to its due day, negative when it is overdue by so many."""

    number: str
    title: str
    kind: Text
    state: State
    district: Text
    organisation: str
    due_on: date | None
    left: int | None
    opened_on: date
    closed_on: date | None
    seen_before: int
    column: str
    synthetic: bool

    @property
    def days_late(self) -> int:
        """Working days since its due day; 0 for a case that is not overdue."""
        return max(0, -(self.left or 0))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the board: its title, how many are in it, and the first of them."""

    code: str
    title: Text
    word: str
    count: int
    lines: tuple[CaseLine, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A field of a case with what it holds, ready to show; ``link`` leads to a record of the catalogue."""

    title: Text
    text: Text
    link: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case with all that its reader may see of it."""

    case: Case
    kind: CaseType
    line: CaseLine
    values: tuple[Value, ...]
    ways: tuple[Way, ...]
    dues: tuple[Due, ...]
    steps: tuple[tuple[CaseStep, Text, Text, str], ...]  # step, its title, state after, who
    files: tuple[CaseFile, ...]
    remarks: tuple[Remark, ...]
    duplicates: tuple[tuple[Match, CaseLine], ...]
    is_officer: bool
    takes_part: bool
    is_inside: bool
    may_extend: tuple[Due, ...]


def checked_filter(asked: Filter) -> Filter:
    """Return a filter, or refuse a column, theme, type or district that is none; every later query relies on it."""
    known = {
        "column": set(COLUMNS),
        "theme": {one.theme for one in case_types()},
        "kind": {one.id for one in case_types()},
        "district": set(rulebook().codelist("districts").codes),
    }
    for name, values in known.items():
        value = getattr(asked, name)
        if value and value not in values:
            raise BadInput(
                "casework.filter",
                "没有“{value}”这个筛选条件。",
                "There is no filter “{value}” for {name}.",
                name=name,
                value=value[:40],
            )
    return asked


def filtered(actor: Actor, asked: Filter, on: date) -> QuerySet[Case]:
    """Return the cases of a filter that somebody may see, all of them; those due first come first, then by number."""
    return in_column(_narrowed(visible_cases(actor), actor, asked), asked.column, on)


def found(actor: Actor, asked: Filter, on: date) -> Found:
    """Return the same cases to be counted and leafed through."""
    parts = tuple(_narrowed(part, actor, asked) for part in visible_parts(actor))
    return Found(parts, runs_of(asked.column, on))


def _narrowed(cases: QuerySet[Case], actor: Actor, asked: Filter) -> QuerySet[Case]:
    for name in ("theme", "kind", "district"):
        if value := getattr(asked, name):
            cases = cases.filter(**{name: value})
    if asked.q:
        holding = Q(title__icontains=asked.q) | Q(organisation_name__icontains=asked.q)
        if asked.q.isascii():
            holding |= Q(number__istartswith=asked.q)
        cases = cases.filter(holding)
    if asked.mine:
        cases = cases.filter(_own_turn(actor))
    return cases


def column_counts(actor: Actor, asked: Filter, on: date) -> dict[str, int]:
    """Return how many cases of a filter stand in each column, whatever column it asks for."""
    return {column: found(actor, replace(asked, column=column), on).count() for column in COLUMNS}


def theme_counts(actor: Actor) -> tuple[tuple[str, Text, int], ...]:
    """Return the themes with how many of the reader's cases are open in each."""
    counts: Counter[str] = Counter()
    for part in visible_parts(actor):
        # the lane too, because then the order of an index is that of the groups
        rows = part.filter(lane__in=OPEN_LANES).order_by().values_list("lane", "theme").annotate(n=Count("pk"))
        for _, theme, count in rows:
            counts[theme] += count
    return tuple((theme, title, counts[theme]) for theme, title in theme_titles().items())


def theme_titles() -> dict[str, Text]:
    """Return each theme with its words, in the order of the files."""
    return {kind.theme: kind.theme_title for kind in reversed(case_types())}


def board(actor: Actor, asked: Filter, on: date) -> tuple[Column, ...]:
    """Return the four columns of the day, each with its count and its first cases."""
    counts = column_counts(actor, asked, on)
    return tuple(
        Column(
            code,
            title,
            _WORDS[code],
            counts[code],
            tuple(lines(found(actor, replace(asked, column=code), on).first(BOARD), on)),
        )
        for code, title in COLUMNS.items()
        if code != "closed"
    )


def lines(cases: Iterable[Case], on: date) -> Iterator[CaseLine]:
    """Yield cases as lines of a list."""
    types = {(one.id, one.edition): one for one in case_types()}
    districts, days = rulebook().codelist("districts"), calendar()
    for case in cases:
        kind = types[case.kind, case.edition]
        state = kind.state_of(case.state)
        title = state.title if state else Text(case.state, case.state)
        column = column_of(case, on)
        left = None
        if case.due_on is not None:
            left = days.between(on, case.due_on) if on <= case.due_on else -days.between(case.due_on, on)
        yield CaseLine(
            number=case.number,
            title=case.title,
            kind=kind.title,
            state=State(case.state, title, _WORDS[column]),
            district=districts.text(case.district) if case.district else Text("", ""),
            organisation=case.organisation_name,
            due_on=case.due_on,
            left=left,
            opened_on=case.opened_on,
            closed_on=case.closed_on,
            seen_before=case.seen_before,
            column=column,
            synthetic=case.synthetic,
        )


def shared_steps(cases: Iterable[Case]) -> tuple[case_parts.CaseStep, ...]:
    """Return the steps that officers may take of several of these cases at once: those that need no fields or files."""
    found: dict[str, case_parts.CaseStep] = {}
    for case in cases:
        for step in type_of(case).steps_from(case.state):
            if "officer" in step.by and not step.needs and not step.evidence:
                found.setdefault(step.code, step)
    return tuple(found.values())


def dossier(actor: Actor, case: Case, on: date) -> Dossier:
    """Return a case with all that its reader may see: personal fields only for those who handle it."""
    kind, facts, roles = type_of(case), facts_of(case), roles_in(actor, case)
    inside = bool(roles & {"officer", "supervisor", "verifier"})
    dues = clocks(kind, facts, on=on, days=calendar())
    is_officer = "officer" in roles
    remarks = case.remarks.order_by("pk")
    alike = possible_duplicates(case) if is_officer and case.phase != "closed" else ()
    near = {one.number: one for one in lines(Case.objects.filter(number__in=[one.key for one in alike]), on)}
    return Dossier(
        case=case,
        kind=kind,
        line=next(lines([case], on)),
        values=tuple(_values(kind, case)),
        ways=tuple(way for way in ways(kind, facts, Doer(actor.key, roles)) if set(way.step.by) & roles),
        dues=dues,
        steps=tuple(_steps(case, kind)),
        files=tuple(case.files.order_by("kind", "pk")),
        remarks=tuple(remarks if inside else remarks.filter(internal=False)),
        duplicates=tuple((match, near[match.key]) for match in alike if match.key in near),
        is_officer=is_officer,
        takes_part=bool(roles),
        is_inside=inside,
        may_extend=tuple(
            one
            for one in dues
            if is_officer and one.met_on is None and (deadline := kind.deadline_of(one.code)) and deadline.extension
        ),
    )


def _values(kind: CaseType, case: Case) -> Iterator[Value]:
    for field in kind.field:
        value = str(case.values.get(field.code, ""))
        if value and not field.personal:
            yield value_of(field, value, case)


def value_of(field: CaseField, value: str, held: Case) -> Value:
    """Return what a field holds: a choice by its words, a number with its unit, an organisation by its name."""
    if field.codelist and value in (codes := rulebook().codelist(field.codelist)):
        return Value(field.title, codes.text(value))
    match field.kind:
        case "choice":
            found = next((one.title for one in field.choices if one.code == value), Text(value, value))
            return Value(field.title, found)
        case "flag":
            return Value(field.title, Text("是", "yes") if value == "yes" else Text("否", "no"))
        case "money":
            return Value(field.title, Text(f"{value} 元", f"{value} yuan"))
        case "organisation" if value == held.organisation_code:
            return Value(field.title, Text(held.organisation_name, held.organisation_name), f"/organisations/{value}")
    if field.unit is not None:
        return Value(field.title, Text(f"{value} {field.unit.zh}", f"{value} {field.unit.en}"))
    return Value(field.title, Text(value, value))


def _steps(case: Case, kind: CaseType) -> Iterator[tuple[CaseStep, Text, Text, str]]:
    rows = list(case.steps.order_by("number"))
    ids = {int(one.actor[5:]) for one in rows if one.actor.startswith("user:")}
    names = {f"user:{user.pk}": user.name or user.email for user in User.objects.filter(pk__in=ids)}
    for one in rows:
        step, state = kind.step_of(one.code), kind.state_of(one.after)
        title = step.title if step else (Text("提出", "Opened") if one.code == OPEN else Text("合并", "Merged"))
        role = CASE_ROLES.get(one.role)
        who = names.get(one.actor) or (role.zh if role else one.actor)
        yield one, title, state.title if state else Text(one.after, one.after), who


def _own_turn(actor: Actor) -> Q:
    """Return the cases in which somebody holds a role that was given to him."""
    own = Q(verifier_id=actor.user_id or 0) | Q(expert_id=actor.user_id or 0)
    if actor.organisation_codes:
        own |= Q(handler_code__in=actor.organisation_codes) | Q(provider_code__in=actor.organisation_codes)
        own |= Q(reporter_code__in=actor.organisation_codes)
    if actor.has("district_officer"):
        own |= Q(district__in=actor.districts)
    return own | Q(reporter_id=actor.user_id or 0, reporter_code="")


def column_of(case: Case, on: date) -> str:
    """Return the column of the board in which a case stands on a day."""
    if case.phase in ("closed", "waiting"):
        return case.phase
    if case.due_on is not None and case.due_on <= on:
        return "overdue" if case.due_on < on else "today"
    return "open"


def organisation_choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return organisations with their names, to choose from; the code where none is registered."""
    wanted = sorted(codes)
    names = dict(Organisation.objects.filter(code__in=wanted).values_list("code", "name"))
    return [(code, names.get(code, code)) for code in wanted]


def version_of_cases(cases: QuerySet[Case]) -> str:
    """Return what changes whenever a case of a list does, for its downloads."""
    found = cases.order_by().aggregate(n=Count("pk"), changes=Sum("version"))
    return f"{found['n']} {found['changes']}"
