"""What a desk shows of cases: the columns of the day, the themes, the lines of a filter."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from pinzhi.engine.rulebook.case_parts import CaseStep
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.models import Case
from pinzhi.records.casework.queries.filters import COLUMNS, Filter
from pinzhi.records.casework.queries.lists import Found, in_column, runs_of
from pinzhi.records.casework.queries.visible import visible_cases, visible_parts
from pinzhi.records.casework.rules import OPEN_LANES, case_types
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.queries.shapes import State
from pinzhi.records.catalog.rulebook import calendar, rulebook

PAGE = 50
BOARD = 6  # cases shown in a column of the board
_WORDS: Mapping[str, str] = {"overdue": "bad", "today": "warn", "open": "run", "waiting": "wait", "closed": "ok"}


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


def filtered(actor: Actor, asked: Filter, on: date) -> QuerySet[Case]:
    """Return the cases of a filter that somebody may see, all of them, in the order it asks for."""
    return in_column(_narrowed(visible_cases(actor), actor, asked), asked.column, on, asked.order)


def found(actor: Actor, asked: Filter, on: date) -> Found:
    """Return the same cases to be counted and leafed through."""
    parts = tuple(_narrowed(part, actor, asked) for part in visible_parts(actor))
    return Found(parts, runs_of(asked.column, on, asked.order))


def _narrowed(cases: QuerySet[Case], actor: Actor, asked: Filter) -> QuerySet[Case]:
    for name in ("theme", "kind", "district"):
        if value := getattr(asked, name):
            cases = cases.filter(**{name: value})
    if asked.due is not None:
        cases = cases.filter(due_on=asked.due)
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
        kind = types.get((case.kind, case.edition))  # a file that was taken away hides no case
        state = kind.state_of(case.state) if kind else None
        title = state.title if state else Text(case.state, case.state)
        column = column_of(case, on)
        left = None
        if case.due_on is not None:
            left = days.between(on, case.due_on) if on <= case.due_on else -days.between(case.due_on, on)
        yield CaseLine(
            number=case.number,
            title=case.title,
            kind=kind.title if kind else Text(case.kind, case.kind),
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


def shared_steps(cases: Iterable[Case]) -> tuple[CaseStep, ...]:
    """Return the steps that officers may take of several of these cases at once: those that need no fields or files."""
    types = {(one.id, one.edition): one for one in case_types()}
    found: dict[str, CaseStep] = {}
    for case in cases:
        kind = types.get((case.kind, case.edition))
        for step in kind.steps_from(case.state) if kind else ():
            if "officer" in step.by and not step.needs and not step.evidence:
                found.setdefault(step.code, step)
    return tuple(found.values())


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
