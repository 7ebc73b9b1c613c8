"""What is known of experts, and which of their ties keep them from an entry."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, cast

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from pinzhi.engine.assessment.rounds import conflicts
from pinzhi.engine.assessment.rounds.conflicts import Declaration, Entered, Found, Tie
from pinzhi.engine.errors import NotAllowed, NotFound
from pinzhi.engine.rulebook.scheme_parts import ConflictKind
from pinzhi.records.accounts.models import Membership
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.assessment.models import (
    Assignment,
    Entry,
    Expert,
    ExpertRelative,
    ExpertTie,
    Panellist,
    ProfileVersion,
    Round,
    SectionVersion,
)
from pinzhi.records.assessment.models import Declaration as DeclarationRow
from pinzhi.records.assessment.profile_fields import codes_in
from pinzhi.records.assessment.rules import scheme_of

TieKind = Literal["employment", "advisory", "shareholding"]
_TIES = ("employment", "advisory", "shareholding")
# Fields of an organisation's profile that name who leads it; several names may stand in one.
LEADERS = ("representative",)
_SALT = "pinzhi.assessment.name"
_BETWEEN_NAMES = re.compile(r"[、，,;；/\n]")
_NO_LETTER = re.compile(r"[\s·•.\-]")

Pair = tuple[int, int]  # keys of expert and entry


def name_digest(name: str) -> str:
    """Return the keyed digest of a person's name, the same however it is spaced or spelled in width and case.

    Without the installation's key nobody can try names against it.
    """
    plain = _NO_LETTER.sub("", unicodedata.normalize("NFKC", name)).casefold()
    return salted_hmac(_SALT, plain, algorithm="sha256").hexdigest()


def expert_by_code(code: str) -> Expert:
    """Return an expert of the roster; NotFound where there is none of that code."""
    found = Expert.objects.filter(code=code).first()
    if found is None:
        raise NotFound(
            "assessment.expert", "专家库里没有“{code}”。", "There is no expert “{code}” on the roster.", code=code
        )
    return found


def panellist_of(held: Round, expert: Expert) -> Panellist:
    """Return the call of an expert to a round; NotFound where he was not called."""
    found = Panellist.objects.filter(round=held, expert=expert).select_related("expert").first()
    if found is None:
        raise NotFound(
            "assessment.expert.not_called",
            "“{code}”没有受聘参加这一轮评审。",
            "“{code}” was not called to this round.",
            code=expert.code,
        )
    return found


def own_call(actor: Actor, held: Round) -> Panellist:
    """Return the actor's own call to a round; refused to who was not called, or has left."""
    found = Panellist.objects.filter(round=held, expert__user_id=actor.user_id or 0).select_related("expert").first()
    if found is None:
        raise NotFound(
            "assessment.expert.call", "没有请你参加这一轮评审。", "You were not called to this round.", round=held.key
        )
    if found.left_on is not None:
        raise NotAllowed(
            "assessment.expert.left",
            "你已于 {day} 退出这一轮评审。",
            "You left this round on {day}.",
            day=found.left_on,
        )
    return found


def serving(held: Round) -> QuerySet[Panellist]:
    """Return the experts of a round who have answered the declaration and have not left."""
    return Panellist.objects.filter(round=held, declared_at__isnull=False, left_on=None).select_related("expert")


def open_tasks(held: Round) -> QuerySet[Assignment]:
    """Return the tasks of a round that are running: not ended, in the stage their entry is in."""
    return Assignment.objects.filter(entry__round=held, entry__state=F("stage"), ended_at=None).select_related(
        "entry", "entry__round", "expert"
    )


def engine_experts(experts: Iterable[Expert]) -> dict[int, conflicts.Expert]:
    """Return experts, by their keys, as the engine judges conflicts.

    Employers are ties: the one on the roster, and every organisation that the expert's account acts or acted for.
    """
    rows = {one.pk: one for one in experts}
    ties: defaultdict[int, list[Tie]] = defaultdict(list)
    rivals: defaultdict[int, set[str]] = defaultdict(set)
    family: defaultdict[int, set[str]] = defaultdict(set)
    for tie in ExpertTie.objects.filter(expert__in=rows, removed_at=None).order_by("pk"):
        if tie.kind in _TIES:
            ties[tie.expert_id].append(Tie(cast(TieKind, tie.kind), tie.credit_code, tie.since, tie.until))
        else:
            rivals[tie.expert_id].add(tie.credit_code)
    for relative in ExpertRelative.objects.filter(expert__in=rows):
        family[relative.expert_id].add(relative.name_digest)
    acting = _acting_for(one.user_id for one in rows.values())
    return {
        key: conflicts.Expert(
            one.code,
            persons=frozenset({f"user:{one.user_id}", name_digest(one.name)}),
            ties=(*_employment(one), *acting.get(one.user_id, ()), *ties[key]),
            family=frozenset(family[key]),
            competes_with=frozenset(rivals[key]),
            has_declared=True,
        )
        for key, one in rows.items()
    }


def _employment(expert: Expert) -> tuple[Tie, ...]:
    return (Tie("employment", expert.employer_code),) if expert.employer_code else ()


def _acting_for(users: Iterable[int]) -> Mapping[int, list[Tie]]:
    found: defaultdict[int, list[Tie]] = defaultdict(list)
    for held in Membership.objects.filter(user__in=list(users)).exclude(organisation_code="").order_by("pk"):
        until = timezone.localdate(held.ended_at) if held.ended_at else held.ends_on
        found[held.user_id].append(Tie("employment", held.organisation_code, held.starts_on, until))
    return found


def engine_entries(entries: Iterable[Entry]) -> dict[int, Entered]:
    """Return entries, by their keys, as the engine judges conflicts: who applies, the group, leaders, who wrote it."""
    rows = {one.pk: one for one in entries}
    authors: defaultdict[int, set[str]] = defaultdict(set)
    for entry, user in SectionVersion.objects.filter(entry__in=rows).values_list("entry_id", "by_id").distinct():
        authors[entry].add(f"user:{user}")
    profiles = _profiles({one.organisation_code for one in rows.values()} - {""})
    leaders = _leaders(profiles)
    groups = {code: frozenset(codes_in(str(content.get("group", "")))) for code, content in profiles.items()}
    return {
        key: Entered(
            one.number,
            one.organisation_code,
            group=groups.get(one.organisation_code, frozenset()),
            leaders=leaders.get(one.organisation_code, frozenset()) | _himself(one),
            authors=frozenset(authors[key]) | {f"user:{one.created_by_id}"},
        )
        for key, one in rows.items()
    }


def _profiles(codes: set[str]) -> dict[str, dict[str, object]]:
    """Return the latest profile of each organisation."""
    return {
        one.organisation_code: one.content
        for one in ProfileVersion.objects.filter(organisation_code__in=codes).order_by("number")
    }


def _leaders(profiles: Mapping[str, Mapping[str, object]]) -> dict[str, frozenset[str]]:
    """Return digests of who leads each organisation, as its profile says."""
    return {
        code: frozenset(
            name_digest(name)
            for field in LEADERS
            for name in _BETWEEN_NAMES.split(str(content.get(field, "")))
            if name.strip()
        )
        for code, content in profiles.items()
    }


def _himself(entry: Entry) -> frozenset[str]:
    """Return the digest of an applicant who is a person."""
    found = next((one for one in scheme_of(entry.round).category if one.code == entry.category), None)
    return frozenset({name_digest(entry.name)}) if found and found.object == "person" else frozenset()


def all_conflicts(
    held: Round, experts: Sequence[Expert], entries: Sequence[Entry], on: date
) -> dict[Pair, tuple[Found, ...]]:
    """Return every conflict between experts and entries of a round on a day; pairs without one are left out."""
    rules = scheme_of(held).conflict
    known, entered = engine_experts(experts), engine_entries(entries)
    numbers = {one.pk: one.number for one in entries}
    declared: defaultdict[Pair, list[Declaration]] = defaultdict(list)
    for one in DeclarationRow.objects.filter(expert__in=list(known), entry__in=list(entered)).order_by("pk"):
        declared[one.expert_id, one.entry_id].append(
            Declaration(numbers[one.entry_id], cast(ConflictKind, one.kind), one.actor, one.ground)
        )
    pairs = (
        (
            (expert, entry),
            conflicts.conflicts(
                rules, known[expert], entered[entry], on=on, declarations=declared.get((expert, entry), ())
            ),
        )
        for expert, entry in sorted(_touching(known, entered) | declared.keys())
    )
    return {pair: found for pair, found in pairs if found}


def _touching(known: Mapping[int, conflicts.Expert], entered: Mapping[int, Entered]) -> set[Pair]:
    """Return the pairs with an organisation or a person in common: no other can be in conflict undeclared.

    A round has thousands of entries, and few of them have to do with an expert.
    """
    by_key: defaultdict[str, set[int]] = defaultdict(set)
    for key, entry in entered.items():
        for one in (entry.credit_code, *entry.group, *entry.leaders, *entry.authors):
            by_key[one].add(key)
    return {
        (key, entry)
        for key, expert in known.items()
        for one in (*(tie.credit_code for tie in expert.ties), *expert.competes_with, *expert.persons, *expert.family)
        for entry in by_key.get(one, ())
    }


def conflicted_judges(entry: Entry, stage: str, on: date) -> tuple[str, ...]:
    """Return the codes of the experts with a task in a stage who may not score the entry."""
    tasks = Assignment.objects.filter(entry=entry, stage=stage, ended_at=None).select_related("expert")
    experts = {one.expert_id: one.expert for one in tasks}
    found = all_conflicts(entry.round, list(experts.values()), [entry], on)
    return tuple(sorted(one.code for one in experts.values() if bars(found.get((one.pk, entry.pk), ()))))


def bars(found: Iterable[Found]) -> bool:
    """Tell whether conflicts keep an expert from scoring."""
    return "score" in conflicts.recusals(found)


def eligible(held: Round, experts: Sequence[Expert], entries: Sequence[Entry], on: date) -> frozenset[Pair]:
    """Return the pairs of expert and entry, by their keys, that may be assigned."""
    found = all_conflicts(held, experts, entries, on)
    return frozenset(
        (expert.pk, entry.pk)
        for expert in experts
        for entry in entries
        if not bars(found.get((expert.pk, entry.pk), ()))
    )
