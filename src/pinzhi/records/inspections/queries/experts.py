"""Experts who go on visits, how much each has to do, and the batches of a plan."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from pinzhi.engine.texts import Text
from pinzhi.records.inspections.models import FieldExpert, Inspection, Member, Plan, RiskTarget
from pinzhi.records.inspections.queries.draws import bars_of, holders
from pinzhi.records.inspections.queries.plans import targets_of
from pinzhi.records.inspections.queries.visits import VisitLine, visit_lines
from pinzhi.records.inspections.rules import FIELDS


@dataclass(frozen=True, slots=True)
class ExpertLine:
    """An expert in one of his fields; ``visits`` he has in the plan, ``barred`` are whom he stands aside from."""

    row: int
    name: str
    field: Text
    visits: int
    barred: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch of visits: the experts with their fields, the first and last day, every visit."""

    number: int
    experts: tuple[tuple[str, Text], ...]
    first_on: date | None
    last_on: date | None
    visits: tuple[VisitLine, ...]


def expert_lines(plan: Plan, on: date) -> tuple[ExpertLine, ...]:
    """Return the experts who may be sent, those with the fewest visits in the plan first."""
    load = dict(
        Member.objects.filter(inspection__plan=plan, inspection__kind="expert", user__isnull=False)
        .order_by()
        .values_list("user_id")
        .annotate(n=Count("pk"))
    )
    names = dict(targets_of(plan, on).values_list("organisation_code", "organisation_name"))
    lines = [
        ExpertLine(
            one.pk,
            one.user.name or one.user.email,
            FIELDS[one.field],
            load.get(one.user_id, 0),
            tuple(names[code] for code in sorted(bars_of(one.user, on)) if code in names),
        )
        for one in FieldExpert.objects.filter(user__in=holders("expert", on)).select_related("user")
    ]
    return tuple(sorted(lines, key=lambda one: (one.visits, one.name, one.row)))


def batch_lines(plan: Plan) -> tuple[BatchLine, ...]:
    """Return the batches of a plan, the newest first."""
    found = Inspection.objects.filter(plan=plan, kind="expert").select_related("case").order_by("opened_on", "pk")
    visits: defaultdict[int, list[Inspection]] = defaultdict(list)
    for one in found:
        visits[one.batch or 0].append(one)
    people: defaultdict[int, dict[str, Text]] = defaultdict(dict)
    members = Member.objects.filter(inspection__in=found).order_by("code")
    for batch, name, field in members.values_list("inspection__batch", "name", "field"):
        people[batch or 0][name] = FIELDS.get(field, Text(field, field))
    lines = []
    for number in sorted(visits, reverse=True):
        days = sorted(day for one in visits[number] if (day := one.visited_on or one.planned_on))
        lines.append(
            BatchLine(
                number,
                tuple(people[number].items()),
                days[0] if days else None,
                days[-1] if days else None,
                visit_lines(visits[number]),
            )
        )
    return tuple(lines)


def unvisited_first(plan: Plan, on: date, *, kind: str = "", words: str = "") -> QuerySet[RiskTarget]:
    """Return the targets of a plan that experts may visit, those without a visit before the others."""
    visited = Inspection.objects.filter(plan=plan, kind="expert", organisation_code=OuterRef("organisation_code"))
    found = targets_of(plan, on).annotate(visited=Exists(visited.exclude(case__state="cancelled")))
    if kind:
        found = found.filter(kinds__contains=kind)
    if words:
        found = found.filter(Q(organisation_name__contains=words) | Q(organisation_code__startswith=words.upper()))
    return found.order_by("visited", "organisation_code")
