"""The enterprises that should have a chief officer on a day, and who serves them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from pinzhi.engine.errors import NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.catalog.models import Organisation
from pinzhi.records.catalog.queries.shapes import Ref, district_ref, organisation_ref
from pinzhi.records.training.models import TargetEnterprise
from pinzhi.records.training.queries.appointed import serving_by
from pinzhi.records.training.rules import courses

PAGE = 50


@dataclass(frozen=True, slots=True)
class TargetsAsked:
    """What is asked of the list of a role on a day: a name or code, or those without an officer alone."""

    role: str
    on: date
    text: str = ""
    vacant: bool = False


@dataclass(frozen=True, slots=True)
class TargetLine:
    """An enterprise of the list, and the officer who serves it; no officer is what the list is kept for."""

    organisation: Ref
    code: str
    district: Ref | None
    since: date
    source: str
    officer: Text | None
    appointment: Ref | None
    term_until: date | None


@dataclass(frozen=True, slots=True)
class TargetsPage:
    """One page of the list."""

    total: int
    page: int
    pages: int
    lines: tuple[TargetLine, ...]


def listed_on(role: str, on: date) -> QuerySet[TargetEnterprise]:
    """Return the enterprises listed for a role on a day."""
    return TargetEnterprise.objects.filter(Q(until=None) | Q(until__gt=on), role=role, since__lte=on)


def targets_page(actor: Actor, asked: TargetsAsked, *, page: int = 1) -> TargetsPage:
    """Return one page of the list, those without an officer first; NotFound beyond the last page."""
    rows = _rows(actor, asked)
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    if not 1 <= page <= pages:
        raise NotFound("training.targets.page", "这个名单有 {pages} 页。", "This list has {pages} pages.", pages=pages)
    return TargetsPage(total, page, pages, _lines(rows[(page - 1) * PAGE : page * PAGE], asked))


def target_lines(actor: Actor, asked: TargetsAsked) -> tuple[TargetLine, ...]:
    """Return the whole list."""
    return _lines(_rows(actor, asked), asked)


def own_duties(actor: Actor, on: date) -> tuple[tuple[Text, bool], ...]:
    """Return the roles for which an organisation of the actor's is listed, and whether all of them are covered."""
    found = []
    for one in courses(on):
        codes = set(
            listed_on(one.role, on)
            .filter(organisation_code__in=sorted(actor.organisation_codes))
            .values_list("organisation_code", flat=True)
        )
        if codes:
            serving = serving_by(on).filter(role=one.role, organisation_code__in=codes)
            found.append((one.role_title, codes <= set(serving.values_list("organisation_code", flat=True))))
    return tuple(found)


def _rows(actor: Actor, asked: TargetsAsked) -> QuerySet[TargetEnterprise]:
    require(actor, "training.decide")
    serving = serving_by(asked.on).filter(role=asked.role, organisation_code=OuterRef("organisation_code"))
    rows = listed_on(asked.role, asked.on).annotate(covered=Exists(serving))
    if asked.vacant:
        rows = rows.filter(covered=False)
    if asked.text:
        named = Organisation.objects.filter(Q(name__icontains=asked.text) | Q(code=asked.text.upper()))
        rows = rows.filter(organisation_code__in=named.values("code"))
    return rows.order_by("covered", "organisation_code")


def _lines(rows: QuerySet[TargetEnterprise], asked: TargetsAsked) -> tuple[TargetLine, ...]:
    found = list(rows)
    codes = {one.organisation_code for one in found}
    firms = {one.code: one for one in Organisation.objects.filter(code__in=codes)}
    serving = serving_by(asked.on).filter(role=asked.role, organisation_code__in=codes).select_related("learner")
    officers = {one.organisation_code: one for one in serving}
    lines = []
    for one in found:
        firm, held = firms.get(one.organisation_code), officers.get(one.organisation_code)
        lines.append(
            TargetLine(
                organisation=organisation_ref(firm) if firm else Ref("organisation", "", Text("", "")),
                code=one.organisation_code,
                district=district_ref(firm.district, asked.on) if firm else None,
                since=one.since,
                source=one.source,
                officer=Text(held.learner.name, "") if held else None,
                appointment=Ref("verify-number", held.number, Text(held.number, held.number)) if held else None,
                term_until=held.term_until if held else None,
            )
        )
    return tuple(lines)


def targets_version() -> str:
    """Return what changes whenever the list does, for its downloads."""
    rows = TargetEnterprise.objects.order_by("-pk").values_list("pk", flat=True)
    return f"{rows.first()}-{rows.exclude(until=None).count()}"
