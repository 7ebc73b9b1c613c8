"""Objections to notices: how one stands for who made it, for officers, for its handler and for the applicant."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from pinzhi.engine.assessment.rounds.notices import Seen, check_handler, for_applicant
from pinzhi.engine.errors import NotAllowed, NotFound, PinzhiError
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.models import Membership
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.accounts.queries import actor_by_id
from pinzhi.records.accounts.sealing import unseal
from pinzhi.records.assessment.models import (
    DepartmentAnswer,
    Entry,
    EntryStep,
    Objection,
    ObjectionFile,
    Panellist,
    Round,
    RuleWord,
)
from pinzhi.records.assessment.queries.notices import as_objection, notice_key, stage_of, standing_of
from pinzhi.records.assessment.queries.visible import visible_entries
from pinzhi.records.assessment.rules import scheme_of

PURPOSE = "assessment.objection"
HANDLERS = ("city_officer", "supervisor")  # the roles whose holders may be given an objection

GROUNDS = {
    "ineligible": Text("不符合条件", "Not eligible"),
    "false-material": Text("材料不实", "False material"),
    "conflict": Text("利益关系", "Conflict of interest"),
    "procedure": Text("程序问题", "Procedure"),
    "other": Text("其他", "Other"),
}
OUTCOMES = {
    "unfounded": Text("不成立", "Unfounded"),
    "partly": Text("部分成立", "Partly founded"),
    "founded": Text("成立", "Founded"),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever keeps the receipt of an objection sees: how it stands, never who made it or what was sent."""

    receipt: str
    notice: str
    title: Text
    about: str
    ground: Text
    received_on: date
    reply_by: date
    is_late: bool
    is_handled: bool
    closed_on: date | None
    outcome: str
    finding: str
    removes: bool


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """An objection as a row for officers: without its text, and without who made it."""

    id: int
    notice: str
    number: str
    about: str
    ground: Text
    received_on: date
    reply_by: date
    is_late: bool
    is_overdue: bool
    is_signed: bool
    evidence: int
    handler_id: int | None
    handler: str
    closed_on: date | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Case:
    """An objection on its own page. Text, evidence and objector are there for its handler alone."""

    line: ObjectionLine
    round_key: str
    scheme: Text
    is_handler: bool
    text: str
    files: tuple[ObjectionFile, ...]
    name: str
    contact: str
    finding: str
    removes: bool


def identity_of(one: Objection) -> dict[str, str]:
    """Open who made an objection; empty where it came without a name. Whoever shows it journals the look."""
    if not one.identity:
        return {}
    opened: dict[str, str] = json.loads(unseal(bytes(one.identity), purpose=PURPOSE, about=one.receipt))
    return opened


def objector_key(one: Objection) -> str:
    """Return by what a handler is told from the objector: the account, else the name."""
    identity = identity_of(one)
    return identity.get("account") or identity.get("name", "")


def objection_by_receipt(receipt: str, on: date) -> Receipt:
    """Return how an objection stands for who keeps its receipt; NotFound for any other text."""
    one = _objections().filter(receipt=receipt).first() if receipt else None
    if one is None:
        raise NotFound(
            "assessment.objection.receipt",
            "没有这个回执。请核对地址，一个字都不能少。",
            "There is no such receipt. Check the address letter by letter.",
        )
    scheme, stage = scheme_of(one.notice.round).title, stage_of(one.notice).words
    return Receipt(
        one.receipt,
        notice_key(one.notice),
        Text(f"{scheme.zh}{stage.zh}", f"{scheme.en}: {stage.en}"),
        _about(one),
        GROUNDS[one.ground],
        one.received_on,
        one.reply_by,
        str(one.pk) in standing_of(one.notice, on).late,
        one.handler_id is not None,
        one.closed_on,
        one.outcome,
        one.finding,
        one.removes,
    )


def objections_for_officer(actor: Actor, round_key: str, on: date) -> tuple[ObjectionLine, ...]:
    """Return the objections of a round for who assigns or handles them: the open ones first, the most urgent first."""
    held = Round.objects.filter(key=round_key)
    rows = _seen_by(actor).filter(notice__round__in=held).order_by("reply_by", "pk")
    late = _late(rows, on)
    return tuple(sorted((_line(one, on, late) for one in rows), key=lambda line: line.closed_on is not None))


def case_of(actor: Actor, objection_id: int, on: date) -> Case:
    """Return an objection on its own page, for its handler with text and evidence; who made it is opened by an act."""
    one = seen_objection(actor, objection_id)
    is_handler = actor.user_id is not None and one.handler_id == actor.user_id
    return Case(
        _line(one, on, _late([one], on)),
        one.notice.round.key,
        scheme_of(one.notice.round).title,
        is_handler,
        one.text if is_handler else "",
        tuple(one.files.select_related("file").order_by("pk")) if is_handler else (),
        "",
        "",
        one.finding,
        one.removes,
    )


def seen_objection(actor: Actor, objection_id: int) -> Objection:
    """Return an objection that somebody may know of; what he may not know of is not found."""
    one = _seen_by(actor).filter(pk=objection_id).first()
    if one is None:
        raise NotFound("assessment.objection", "没有这项异议，或你看不到它。", "There is no such objection for you.")
    return one


def evidence_of(actor: Actor, objection_id: int, file_id: int) -> ObjectionFile:
    """Return a file of an objection for its handler; NotFound for everybody else."""
    found = (
        ObjectionFile.objects.select_related("file")
        .filter(pk=file_id, objection__in=_seen_by(actor), objection_id=objection_id)
        .filter(objection__handler_id=actor.user_id or 0)
        .first()
    )
    if found is None:
        raise NotFound("assessment.objection.file", "没有这份证据，或你看不到它。", "There is no such file for you.")
    return found


def objections_for_applicant(actor: Actor, entry: Entry) -> tuple[Seen, ...]:
    """Return what an applicant may see of the objections to his entry: ground, day and finding, nothing else."""
    require(actor, "assessment.apply", entry)
    return tuple(for_applicant(as_objection(one)) for one in entry.objections.select_related("entry").order_by("pk"))


def may_handle(one: Objection, user_id: int, on: date) -> None:
    """Raise NotAllowed unless somebody may be given an objection.

    He holds an office of the round, may know of the entry without applying for it or judging in the round, neither
    posted the notice nor worked on the entry, and did not make the objection.
    """
    handler = actor_by_id(user_id, on)
    if not handler.has(*HANDLERS) or not _is_apart(handler, one):
        raise NotAllowed(
            "assessment.objection.role",
            "异议由市级经办人或监督员处理，不能交给申报单位的人和本轮的评审专家。",
            "City officers and supervisors handle objections, not the applicant's people or judges of the round.",
        )
    check_handler(as_objection(one, objector=objector_key(one)), handler.key, _case_officers(one))


def candidates_for(actor: Actor, objection_id: int, on: date) -> tuple[tuple[int, str], ...]:
    """Return who may be given an objection, by name."""
    one = seen_objection(actor, objection_id)
    held = Membership.objects.filter(role__in=HANDLERS, ended_at=None, user__is_active=True)
    found = []
    for user_id, name, email in held.values_list("user_id", "user__name", "user__email").distinct():
        try:
            may_handle(one, user_id, on)
        except PinzhiError:
            continue
        found.append((user_id, name or email))
    return tuple(sorted(found, key=lambda pair: pair[1]))


def _is_apart(handler: Actor, one: Objection) -> bool:
    judges = Panellist.objects.filter(round=one.notice.round, expert__user_id=handler.user_id or 0, left_on=None)
    concerned = _concerned(one)
    return not judges.exists() and not any(may(handler, "assessment.apply", entry) for entry in concerned)


def _case_officers(one: Objection) -> set[str]:
    """Return the journal keys of who posted the notice or worked on an entry the objection is to."""
    entries = _concerned(one)
    keys = set(EntryStep.objects.filter(entry__in=entries).values_list("actor", flat=True))
    users = {
        *RuleWord.objects.filter(entry__in=entries).values_list("by_id", flat=True),
        *DepartmentAnswer.objects.filter(entry__in=entries).values_list("by_id", flat=True),
    }
    return keys | {f"user:{user}" for user in users} | {one.notice.actor}


def _concerned(one: Objection) -> QuerySet[Entry]:
    return Entry.objects.filter(pk=one.entry_id) if one.entry_id else Entry.objects.filter(listed__notice=one.notice)


def _seen_by(actor: Actor) -> QuerySet[Objection]:
    """Return the objections somebody may know of: to entries he may know of and does not apply for, or to a list."""
    if not (actor.trusted or actor.has(*HANDLERS)):
        require(actor, "assessment.run")
    visible = visible_entries(actor)
    if not actor.trusted:
        visible = visible.exclude(organisation_code__in=actor.organisation_codes - {""})
        visible = visible.exclude(organisation_code="", created_by_id=actor.user_id)
    return _objections().filter(Q(entry__in=visible) | Q(entry=None))


def _objections() -> QuerySet[Objection]:
    return Objection.objects.select_related("notice", "notice__round", "entry", "handler")


def _late(rows: Iterable[Objection], on: date) -> frozenset[int]:
    notices = {one.notice_id: one.notice for one in rows}
    return frozenset(int(key) for notice in notices.values() for key in standing_of(notice, on).late)


def _about(one: Objection) -> str:
    """Return the name of the entry as it stood on the notice; empty for the whole list."""
    item = one.notice.items.filter(entry_id=one.entry_id).first() if one.entry_id else None
    return item.name if item else ""


def _line(one: Objection, on: date, late: frozenset[int]) -> ObjectionLine:
    return ObjectionLine(
        one.pk,
        notice_key(one.notice),
        one.entry.number if one.entry else "",
        _about(one),
        GROUNDS[one.ground],
        one.received_on,
        one.reply_by,
        one.pk in late,
        one.closed_on is None and one.reply_by < on,
        bool(one.identity),
        one.files.count(),
        one.handler_id,
        (one.handler.name or one.handler.email) if one.handler else "",
        one.closed_on,
        one.outcome,
    )
