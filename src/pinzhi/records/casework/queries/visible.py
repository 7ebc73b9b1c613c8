"""Who sees which cases: the one place that every page, table and file of the room starts from."""

from django.db.models import Q, QuerySet

from pinzhi.engine.errors import NotFound
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.models import Case, CaseFile
from pinzhi.records.casework.rules import case_types


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Return the cases that somebody may know of.

    City officers and supervisors see all, district officers those of their district, stewards those that came by their
    service point; everybody else sees what he or his organisation brought, was given to put right, to deliver, to check
    or to advise on.
    """
    if _sees_all(actor):
        return Case.objects.all()
    return Case.objects.filter(_own(actor) | Q(district__in=_districts(actor)))


def visible_parts(actor: Actor) -> tuple[QuerySet[Case], ...]:
    """Return the same cases as disjoint querysets, so that an index counts each district.

    What is an officer's own elsewhere is little: asked for together with the district, it makes a database read every
    row of that.
    """
    districts = _districts(actor)
    if _sees_all(actor) or not districts:
        return (visible_cases(actor),)
    elsewhere = Case.objects.filter(_own(actor)).values_list("pk", "district")
    own = [pk for pk, district in elsewhere if district not in districts]
    parts = [Case.objects.filter(district=one) for one in districts]
    return (*parts, Case.objects.filter(pk__in=own)) if own else tuple(parts)


def _sees_all(actor: Actor) -> bool:
    return actor.trusted or actor.has("city_officer", "supervisor")


def _districts(actor: Actor) -> list[str]:
    return sorted(actor.districts) if actor.has("district_officer") else []


def _own(actor: Actor) -> Q:
    own = Q(pk__in=[])
    if actor.is_signed_in:
        own |= Q(reporter_id=actor.user_id, reporter_code="")
        own |= Q(verifier_id=actor.user_id) | Q(expert_id=actor.user_id)
    if codes := actor.organisation_codes:
        own |= Q(reporter_code__in=codes) | Q(handler_code__in=codes) | Q(provider_code__in=codes)
    if actor.points:
        own |= Q(station__in=actor.points)
    return own


def case_for(actor: Actor, number: str) -> Case:
    """Return a case that somebody may know of; what he may not know of is not found, whether it is there or not."""
    found = visible_cases(actor).select_related("merged_into").filter(number=number[:24]).first()
    if found is None:
        raise NotFound(
            "casework.case",
            "没有“{number}”这一件，或你看不到它。",
            "There is no case “{number}” for you.",
            number=number[:24],
        )
    return found


def case_file_for(actor: Actor, number: str, file_id: int) -> CaseFile:
    """Return a file of a case that somebody may know of; NotFound for any other."""
    kept = case_for(actor, number).files.filter(pk=file_id).first()
    if kept is None:
        raise NotFound("casework.file", "没有这个文件。", "There is no such file.")
    return kept


def public_cases() -> QuerySet[Case]:
    """Return the cases that everybody may see, by what their types say; merged ones are seen in what they went into."""
    allowed = Q(pk__in=[])
    for kind in case_types():
        if kind.public is not None:
            allowed |= Q(kind=kind.id, edition=kind.edition, state__in=kind.public.states)
    return Case.objects.filter(allowed, merged_into=None)
