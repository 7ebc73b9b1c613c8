"""Who sees which entries, and how much of them: the one place where blind stages are kept.

Every page, table, export and API of the room starts from here.
"""

from datetime import date

from django.db.models import F, Q, QuerySet

from pinzhi.engine.errors import NotFound
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.models import Assignment, Entry, Panellist, Round, RoundStage
from pinzhi.records.assessment.rules import scheme_of

# States in which an application is still the applicant's own affair.
UNSENT = ("draft", "abandoned")
_BEFORE_JUDGING = ("draft", "abandoned", "submitted", "returned", "recommended", "eligibility_check", "accepted")


def rounds() -> QuerySet[Round]:
    """Return all rounds, the latest call first; that a round is run is public."""
    return Round.objects.order_by("-called_on", "key")


def round_by_key(key: str) -> Round:
    """Return a round; NotFound where there is none of that key."""
    found = Round.objects.filter(key=key).first()
    if found is None:
        raise NotFound("assessment.round", "没有“{key}”这一轮评审。", "There is no round “{key}”.", key=key)
    return found


def open_call(scheme_id: str, edition: str, on: date) -> RoundStage | None:
    """Return the dates of a scheme's call while applications come in; that it is open is public."""
    dates = RoundStage.objects.filter(round__scheme_id=scheme_id, round__edition=edition, state="draft")
    found = dates.select_related("round").first()
    if found is None or (found.opens_on or on) > on or (found.closes_on or on) < on:
        return None
    return found


def visible_entries(actor: Actor) -> QuerySet[Entry]:
    """Return the entries that somebody may know of.

    Applicants see their own; district officers what was sent from their district; city officers and supervisors all
    that was sent; the chair what has come to judging; experts those given to them, after their declaration. Who
    judges in a round sees nothing of it by another role.
    """
    entries = Entry.objects.select_related("round")
    if actor.trusted:
        return entries
    allowed = Q(pk__in=[])
    if actor.organisation_codes:
        allowed |= Q(organisation_code__in=actor.organisation_codes)
    if actor.is_signed_in:
        allowed |= Q(created_by_id=actor.user_id, organisation_code="")
    overseen = Q(pk__in=[])
    if actor.has("city_officer", "supervisor"):
        overseen |= ~Q(state__in=UNSENT)
    elif actor.has("chair"):
        overseen |= ~Q(state__in=_BEFORE_JUDGING)
    if actor.has("district_officer"):
        overseen |= Q(district__in=actor.districts) & ~Q(state__in=UNSENT)
    judges_in = Panellist.objects.filter(expert__user_id=actor.user_id or 0, left_on=None).values("round_id")
    allowed |= overseen & ~Q(round_id__in=judges_in)
    if actor.has("expert"):
        allowed |= Q(pk__in=assigned(actor).values("entry_id"))
    return entries.filter(allowed)


def assigned(actor: Actor) -> QuerySet[Assignment]:
    """Return the tasks an expert may open: given to him, not ended, in rounds where he declared and did not leave."""
    return Assignment.objects.filter(
        expert__user_id=actor.user_id or 0,
        ended_at=None,
        expert__calls__round=F("entry__round"),
        expert__calls__declared_at__isnull=False,
        expert__calls__left_on=None,
    ).select_related("entry", "entry__round", "expert")


def entry_for(actor: Actor, round_key: str, number: str) -> Entry:
    """Return an entry that somebody may know of; what he may not know of is not found, whether it is there or not."""
    found = visible_entries(actor).filter(round__key=round_key, number=number).first()
    if found is None:
        raise NotFound(
            "assessment.entry", "没有“{number}”这份申报，或你看不到它。", "There is no entry “{number}” for you.",
            number=number,
        )  # fmt: skip
    return found


def is_blind(entry: Entry, stage: str) -> bool:
    """Tell whether experts of a stage must not learn whose entry it is."""
    found = scheme_of(entry.round).stage_of(stage)
    return found is not None and found.blind != "none"
