"""Where public notices stand, and what anybody may read of them.

The number of an entry is never shown here: blind judges know it, and a notice tells names.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from django.db.models import Count, Max
from django.utils import timezone

from pinzhi.engine.assessment.rounds import notices
from pinzhi.engine.assessment.rounds.notices import Posted, Standing, standing
from pinzhi.engine.errors import NotFound
from pinzhi.engine.periods import Day, Moment, Period
from pinzhi.engine.rulebook.scheme_parts import Stage
from pinzhi.engine.rulebook.schemes import Scheme
from pinzhi.engine.texts import Text
from pinzhi.records.assessment.models import DepartmentAnswer, Entry, EntryStep, Notice, NoticeItem, Objection
from pinzhi.records.assessment.rules import calendar, scheme_of
from pinzhi.records.catalog.rulebook import rulebook

NoticeState = Literal["running", "suspended", "over"]
_MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as a row of the list, and of its downloads."""

    key: str
    scheme: Text
    stage: Text
    document: str
    posted_on: date
    last_day: date | None
    state: NoticeState
    listed: int
    objections: int
    digest: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An entry on a notice; ``place`` is its place in the list, ``last_day`` its own end where objections moved it."""

    place: int
    name: str
    category: Text
    district: Text
    grade: Text
    state: Literal["running", "suspended", "over", "removed"]
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened before the notice in a stage: how many of its entries, and the last day."""

    stage: Text
    on: date
    entries: int


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """A notice as anybody reads it.

    ``days`` are the working days still to come after today, ``minutes`` what is left of today where it counts.
    ``objections`` counts them as open, founded, partly, unfounded and late; nothing tells who made one.
    """

    line: NoticeLine
    text: Text
    items: tuple[ListedItem, ...]
    period: Period
    strip: tuple[Day, ...]
    days: int
    minutes: int
    suspends: Literal["entry", "notice"]
    objections: dict[str, int]
    before: tuple[Happened, ...]
    departments: int
    objecting: int

    @property
    def hours(self) -> int:
        """The whole hours left of today."""
        return self.minutes // 60


def standing_of(notice: Notice, on: date) -> Standing:
    """Tell where a notice stands on a day: the clocks of its entries, objections, entries taken off."""
    rule = stage_of(notice).notice
    if rule is None:
        raise _no_notice()
    listed = notice.items.order_by("entry__number").values_list("entry__number", flat=True)
    posted = Posted(notice.posted_on, tuple(listed), notice.text_digest)
    known = [as_objection(one) for one in notice.objections.select_related("entry")]
    return standing(rule, posted, known, on=on, days=calendar())


def standing_for(entry: Entry, stage: str, on: date) -> Standing | None:
    """Tell where the latest notice of a stage stands that lists an entry; None where it was never listed."""
    notice = Notice.objects.filter(stage=stage, items__entry=entry).select_related("round").order_by("-number").first()
    return standing_of(notice, on) if notice else None


def as_objection(one: Objection, *, objector: str = "") -> notices.Objection:
    """Return an objection as the engine knows it; who made it stays sealed unless it is given."""
    return notices.Objection(
        str(one.pk),
        one.entry.number if one.entry else "",
        cast(notices.Ground, one.ground),
        one.received_on,
        objector=objector,
        handler=f"user:{one.handler_id}" if one.handler_id else "",
        closed_on=one.closed_on,
        outcome=cast(notices.Outcome, one.outcome),
        finding=one.finding,
        removes=one.removes,
    )


def stage_of(notice: Notice) -> Stage:
    """Return the stage a notice belongs to, as the round's scheme has it."""
    found = scheme_of(notice.round).stage_of(notice.stage)
    if found is None or found.notice is None:
        raise _no_notice()
    return found


def notice_by_key(key: str) -> Notice:
    """Return a notice by the key of its round and its number, ``mayor-8-2``; NotFound where there is none."""
    round_key, _dash, number = key.rpartition("-")
    found = None
    if number.isascii() and number.isdigit() and len(number) < 9:
        found = Notice.objects.select_related("round").filter(round__key=round_key, number=number).first()
    if found is None:
        raise NotFound("assessment.notice", "没有“{key}”这份公示。", "There is no notice “{key}”.", key=key[:80])
    return found


def notice_key(notice: Notice) -> str:
    """Return the key by which a notice is addressed."""
    return f"{notice.round.key}-{notice.number}"


def listed_items(notice: Notice) -> list[NoticeItem]:
    """Return what a notice lists, in the order of its page: by name, which says nothing of the entries' numbers."""
    return list(notice.items.select_related("entry").order_by("category", "name", "pk"))


def listed_number(notice: Notice, place: int) -> str:
    """Return the number of the entry at a place of a notice; empty for 0, which is the whole list."""
    if place == 0:
        return ""
    items = listed_items(notice)
    if not 1 <= place <= len(items):
        raise NotFound("assessment.notice.item", "公示名单里没有这一行。", "The notice has no such line.")
    return items[place - 1].entry.number


def public_notices(on: date) -> Iterator[NoticeLine]:
    """Yield all notices posted by a day: those still running first, then the latest."""
    rows = Notice.objects.select_related("round").filter(posted_on__lte=on).order_by("-posted_on", "-pk")
    lines = [line_of(one, standing_of(one, on)) for one in rows]
    return iter(sorted(lines, key=lambda line: line.state == "over"))


def notices_of(round_key: str, on: date) -> tuple[NoticeLine, ...]:
    """Return the notices of a round, the same as anybody sees them."""
    return tuple(line for line in public_notices(on) if line.key.rpartition("-")[0] == round_key)


def public_notice(key: str, when: Moment) -> PublicNotice:
    """Return a notice as anybody reads it at a moment; NotFound before the day it was posted."""
    notice = notice_by_key(key)
    if notice.posted_on > when.on:
        raise NotFound("assessment.notice", "没有“{key}”这份公示。", "There is no notice “{key}”.", key=key)
    stands, stage = standing_of(notice, when.on), stage_of(notice)
    period = period_of(stands)
    items = listed_items(notice)
    answered = DepartmentAnswer.objects.filter(entry__listed__notice=notice).exclude(answered_on=None)
    return PublicNotice(
        line_of(notice, stands),
        Text(notice.text_zh, notice.text_en),
        tuple(_item(notice, stands, period, one, place) for place, one in enumerate(items, start=1)),
        period,
        calendar().strip(period, notice.posted_on, period.last_day or max(when.on, notice.posted_on)),
        _days_left(period, when.on),
        _minutes_left(period, when),
        stage.notice.suspends if stage.notice else "notice",
        _counts(notice, stands),
        _before(notice),
        answered.values("department").distinct().count(),
        answered.filter(objects_to_it=True).count(),
    )


def line_of(notice: Notice, stands: Standing) -> NoticeLine:
    """Return a notice as a row."""
    scheme, period = scheme_of(notice.round), period_of(stands)
    return NoticeLine(
        notice_key(notice),
        scheme.title,
        stage_of(notice).words,
        notice.document,
        notice.posted_on,
        period.last_day,
        _state(period, stands.on),
        len(stands.periods),
        notice.objections.filter(received_on__lte=stands.on).count(),
        notice.text_digest,
        notice.round.synthetic,
    )


def period_of(stands: Standing) -> Period:
    """Return the clock of a notice as a whole: of those still running, the one that objections moved least."""
    left = [stands.periods[one] for one in stands.remaining] or list(stands.periods.values())
    running = [one for one in left if not one.is_over(stands.on)] or left
    return min(running, key=lambda one: (len(one.stops), one.last_day or date.max))


def _state(period: Period, on: date) -> NoticeState:
    if period.last_day is None:
        return "suspended"
    return "over" if period.is_over(on) else "running"


def _item(notice: Notice, stands: Standing, whole: Period, item: NoticeItem, place: int) -> ListedItem:
    scheme, number = scheme_of(notice.round), item.entry.number
    period = stands.periods[number]
    return ListedItem(
        place,
        item.name,
        _category(scheme, item.category),
        _district(item.district),
        _grade(scheme, item.grade),
        "removed" if number in stands.removed else _state(period, stands.on),
        period.last_day if period != whole else None,
    )


def _category(scheme: Scheme, code: str) -> Text:
    return next((one.title for one in scheme.category if one.code == code), Text(code, code))


def _grade(scheme: Scheme, code: str) -> Text:
    return next((one.title for one in scheme.grade if one.code == code), Text(code, code))


def _district(code: str) -> Text:
    districts = rulebook().codelist("districts")
    return districts.text(code) if code in districts else Text(code, code)


def _days_left(period: Period, on: date) -> int:
    """Count the days that are still to be counted after today."""
    return sum(day > on for day in period.counted) + period.remaining


def _minutes_left(period: Period, when: Moment) -> int:
    """Return the minutes of today before 24:00; 0 where today does not count."""
    if when.on not in period.counted or period.is_over(when.on):
        return 0
    local = timezone.localtime(when.at)
    return _MINUTES_OF_DAY - local.hour * 60 - local.minute


def _counts(notice: Notice, stands: Standing) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for one in notice.objections.filter(received_on__lte=stands.on):
        is_closed = one.closed_on is not None and one.closed_on <= stands.on
        counts["late" if str(one.pk) in stands.late else one.outcome if is_closed else "open"] += 1
    return {name: counts[name] for name in ("open", "founded", "partly", "unfounded", "late") if counts[name]}


def _before(notice: Notice) -> tuple[Happened, ...]:
    """Return the stages the listed entries came through before, the latest first."""
    scheme = scheme_of(notice.round)
    steps = (
        EntryStep.objects.filter(entry__listed__notice=notice, made_on__lte=notice.posted_on)
        .exclude(before__in=("draft", "submitted", "returned", "objection", notice.stage))
        .values("before")
        .annotate(last=Max("made_on"), entries=Count("entry", distinct=True))
        .order_by("-last", "before")
    )
    return tuple(
        Happened(stage.words, one["last"], one["entries"])
        for one in steps
        if (stage := scheme.stage_of(one["before"])) is not None
    )


def _no_notice() -> NotFound:
    return NotFound("assessment.notice.stage", "这一阶段没有公示。", "This stage has no notice.")
