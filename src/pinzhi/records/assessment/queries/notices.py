"""Public notices: where they stand, what the public sees of them, and of objections who may see what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from pinzhi.engine.assessment.rounds import notices
from pinzhi.engine.assessment.rounds.notices import Posted, Seen, Standing, for_applicant, standing
from pinzhi.engine.errors import NotFound
from pinzhi.engine.periods import Day, Period
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.assessment.models import (
    Entry,
    EntryStep,
    Notice,
    NoticeItem,
    Objection,
    ObjectionFile,
    Panellist,
    Round,
)
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.records.catalog.queries.shapes import State
from pinzhi.records.catalog.rulebook import calendar, rulebook

PURPOSE = "assessment.objection"  # of the seal that holds who objects


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice in the list of notices, as a row."""

    key: str
    title: Text
    posted_on: date
    last_day: date | None
    entries: int
    objections: int
    state: State


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry on a notice, as a row, with the words of the day it was posted.

    ``place`` is its place in the list, which goes by name: the number of an entry would tell a blind judge whose it is.
    """

    place: int
    name: str
    category: Text
    district: Text
    grade: Text
    removed: bool


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """A notice as the public sees it.

    ``period`` is the longest clock of those still on it, ``strip`` its days; ``open`` and ``closed`` count objections.
    """

    notice: Notice
    scheme: Scheme
    title: Text
    state: State
    candidates: tuple[Candidate, ...]
    period: Period
    strip: tuple[Day, ...]
    is_running: bool
    open: int
    closed: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the maker of an objection learns of it."""

    notice_key: str
    title: Text
    entry: str
    received_on: date
    reply_by: date
    state: State
    outcome: str
    finding: str


@dataclass(frozen=True, slots=True)
class Handled:
    """An objection as officers see it; its text and evidence only its handler sees."""

    objection: Objection
    entry: str
    state: State
    is_late: bool
    text: str
    is_own: bool
    files: tuple[ObjectionFile, ...]
    may_handle: tuple[tuple[int, str], ...]


def key_of(notice: Notice) -> str:
    """Return the key by which a notice is addressed: its round and its number."""
    return f"{notice.round.key}-{notice.number}"


def notice_by_key(key: str) -> Notice:
    """Return a notice; NotFound where there is none of that key."""
    round_key, _dash, number = key.rpartition("-")
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    found = Notice.objects.filter(round__key=round_key, number=wanted).select_related("round").first()
    if found is None:
        raise NotFound("assessment.notice", "没有这份公示。", "There is no such notice.")
    return found


def listed(notice: Notice) -> list[NoticeItem]:
    """Return the entries on a notice as the public sees them: by name."""
    return sorted(notice.items.select_related("entry"), key=lambda one: (one.name, one.pk))


def standing_of(notice: Notice, on: date) -> Standing:
    """Tell where a notice stands on a day: the clocks of its entries, objections, entries taken off."""
    stage = scheme_of(notice.round).stage_of(notice.stage)
    if stage is None or stage.notice is None:
        raise NotFound("assessment.notice.stage", "这一阶段没有公示。", "This stage has no notice.")
    listed = notice.items.order_by("entry__number").values_list("entry__number", flat=True)
    posted = Posted(notice.posted_on, tuple(listed), notice.text_digest)
    known = [engine_objection(one) for one in notice.objections.select_related("entry")]
    return standing(stage.notice, posted, known, on=on, days=calendar())


def standing_for(entry: Entry, stage: str, on: date) -> Standing | None:
    """Tell where the latest notice of a stage stands that lists an entry; None where it was never listed."""
    notice = Notice.objects.filter(stage=stage, items__entry=entry).select_related("round").order_by("-number").first()
    return standing_of(notice, on) if notice else None


def period_of(notice: Notice, entry: str, on: date) -> Period:
    """Return the clock of an entry on a notice; of the list, for no entry or one that is not on it, the longest."""
    found = standing_of(notice, on)
    return found.periods.get(entry) or _longest(found)


def engine_objection(objection: Objection) -> notices.Objection:
    """Return an objection as the engine judges it; who made it stays sealed."""
    return notices.Objection(
        str(objection.pk),
        objection.entry.number if objection.entry else "",
        cast(notices.Ground, objection.ground),
        objection.received_on,
        handler=f"user:{objection.handler_id}" if objection.handler_id else "",
        closed_on=objection.closed_on,
        outcome=cast(notices.Outcome, objection.outcome),
        finding=objection.finding,
        removes=objection.removes,
    )


def public_notices(on: date) -> list[NoticeLine]:
    """Return every notice, those that still run first, then the latest."""
    lines = []
    for notice in Notice.objects.select_related("round").order_by("-posted_on", "-pk"):
        found = standing_of(notice, on)
        lines.append(
            NoticeLine(
                key_of(notice),
                _title(notice),
                notice.posted_on,
                _longest(found).last_day,
                len(found.periods),
                notice.objections.count(),
                _state(found),
            )
        )
    return sorted(lines, key=lambda one: one.state.code != "running")


def public_notice(key: str, on: date) -> PublicNotice:
    """Return a notice as the public sees it."""
    notice = notice_by_key(key)
    scheme = scheme_of(notice.round)
    found = standing_of(notice, on)
    period = _longest(found)
    shown_to = max(period.last_day or on, *period.counted, on if period.last_day is None else period.posted)
    return PublicNotice(
        notice=notice,
        scheme=scheme,
        title=_title(notice),
        state=_state(found),
        candidates=tuple(_candidate(scheme, place, one, found) for place, one in enumerate(listed(notice), start=1)),
        period=period,
        strip=calendar().strip(period, period.posted, shown_to),
        is_running=not all(found.is_over(entry) for entry in found.remaining) and bool(found.remaining),
        open=notice.objections.filter(closed_on=None).count(),
        closed=notice.objections.exclude(closed_on=None).count(),
    )


def objection_by_receipt(receipt: str) -> Receipt:
    """Return what the maker of an objection learns of it by his receipt."""
    found = (
        Objection.objects.filter(receipt=receipt[:40]).select_related("notice", "notice__round", "entry").first()
    )  # fmt: skip
    if found is None:
        raise NotFound(
            "assessment.objection.receipt",
            "没有这个回执号的异议。请核对提交后给你的网址。",
            "There is no objection with this receipt. Check the address you were given.",
        )
    return Receipt(
        key_of(found.notice),
        _title(found.notice),
        found.entry.name if found.entry else "",
        found.received_on,
        found.reply_by,
        _objection_state(found),
        found.outcome,
        found.finding,
    )


def objections_of(actor: Actor, held: Round, on: date) -> list[Handled]:
    """Return the objections to a round's notices; each shows its text to its handler alone."""
    require(actor, "assessment.oversee")
    rows = Objection.objects.filter(notice__round=held).select_related("notice", "notice__round", "entry", "handler")
    late = {
        int(key) for notice in Notice.objects.filter(round=held).select_related("round")
        for key in standing_of(notice, on).late
    }  # fmt: skip
    rows = rows.exclude(entry__organisation_code__in=[one for one in actor.organisation_codes if one])
    return [_handled(actor, one, is_late=one.pk in late) for one in rows.order_by("closed_on", "reply_by", "pk")]


def objections_to(entry: Entry) -> tuple[tuple[Seen, State], ...]:
    """Return what an applicant sees of the objections to his entry: neither who made them, nor their files."""
    found = entry.objections.select_related("entry").order_by("pk")
    return tuple((for_applicant(engine_objection(one)), _objection_state(one)) for one in found)


def waiting_for_notice(held: Round) -> list[tuple[str, Text, int]]:
    """Return the stages of a round in which entries wait for a notice, with how many."""
    found = []
    for stage in scheme_of(held).stage:
        if stage.notice is not None:
            waiting = Entry.objects.filter(round=held, state=stage.state).exclude(listed__notice__stage=stage.state)
            found.append((stage.state, stage.words, waiting.count()))
    return [one for one in found if one[2]]


def evidence_file(actor: Actor, objection_id: int, file_id: int) -> ObjectionFile:
    """Return a file sent with an objection, to its handler alone."""
    require(actor, "assessment.run")
    found = ObjectionFile.objects.filter(
        pk=file_id, objection_id=objection_id, objection__handler_id=actor.user_id or 0
    )
    file = found.select_related("file").first()
    if file is None:
        raise NotFound("assessment.file", "没有这个附件。", "There is no such file.")
    return file


def _handled(actor: Actor, objection: Objection, *, is_late: bool) -> Handled:
    is_own = objection.handler_id is not None and objection.handler_id == actor.user_id
    return Handled(
        objection,
        objection.entry.number if objection.entry else "",
        _objection_state(objection),
        is_late,
        objection.text if is_own else "",
        is_own,
        tuple(objection.files.select_related("file")) if is_own else (),
        () if objection.handler_id else tuple(possible_handlers(objection)),
    )


def possible_handlers(objection: Objection) -> list[tuple[int, str]]:
    """Return the city officers who may handle an objection.

    Neither who posted the notice or moved the entry, nor who belongs to the applicant, nor who judges in the round.
    """
    steps = EntryStep.objects.filter(entry__listed__notice=objection.notice)
    if objection.entry_id:
        steps = steps.filter(entry_id=objection.entry_id)
    busy = {objection.notice.actor, *steps.values_list("actor", flat=True)}
    judges = set(
        Panellist.objects.filter(round=objection.notice.round_id, left_on=None).values_list(
            "expert__user_id", flat=True
        )
    )
    codes = [objection.entry.organisation_code] if objection.entry and objection.entry.organisation_code else []
    officers = User.objects.filter(memberships__role="city_officer", memberships__ended_at=None, is_active=True)
    own = User.objects.filter(memberships__organisation_code__in=codes, memberships__ended_at=None)
    found = officers.exclude(pk__in=judges).exclude(pk__in=own.values("pk")).distinct().order_by("pk")
    return [(one.pk, one.name or one.email) for one in found if f"user:{one.pk}" not in busy]


def _longest(found: Standing) -> Period:
    periods: Sequence[Period] = [found.periods[one] for one in found.remaining] or list(found.periods.values())
    return max(periods, key=lambda one: one.last_day or date.max)


def _title(notice: Notice) -> Text:
    scheme = scheme_of(notice.round)
    stage = scheme.stage_of(notice.stage)
    words = stage.words if stage else Text("公示", "Notice")
    return Text(f"{scheme.title.zh}：{words.zh}", f"{scheme.title.en}: {words.en}")


def _state(found: Standing) -> State:
    if found.open:
        return State("objected", Text("异议核实中", "objection being checked"), "stop")
    if not all(found.is_over(entry) for entry in found.remaining):
        return State("running", Text("公示中", "on notice"), "run")
    return State("over", Text("公示期满", "notice over"), "past")


def _objection_state(objection: Objection) -> State:
    if objection.outcome == "unfounded":
        return State("unfounded", Text("已答复：不成立", "answered: unfounded"), "past")
    if objection.outcome:
        partly = objection.outcome == "partly"
        words = (
            Text("已答复：部分成立", "answered: partly founded")
            if partly
            else Text("已答复：成立", "answered: founded")
        )
        return State(objection.outcome, words, "ok")
    if objection.handler_id:
        return State("handled", Text("核实中", "being checked"), "run")
    return State("received", Text("已收到", "received"), "wait")


def _candidate(scheme: Scheme, place: int, item: NoticeItem, found: Standing) -> Candidate:
    districts = rulebook().codelist("districts")
    district = districts.text(item.district) if item.district in districts else Text(item.district, item.district)
    category = next((one.title for one in scheme.category if one.code == item.category), Text("", ""))
    grade = next((one.title for one in scheme.grade if one.code == item.grade), Text("", ""))
    return Candidate(place, item.name, category, district, grade, item.entry.number in found.removed)
