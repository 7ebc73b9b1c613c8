"""Take what phones recorded: once however often it is sent, by two people side by side, nothing dropped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from pinzhi.engine.assessment.answers import answer_faults
from pinzhi.engine.casework import captures as engine
from pinzhi.engine.casework.duplicates import Spot
from pinzhi.engine.errors import BadInput, NotFound, PinzhiError
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.instruments import Instrument
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.casework.fields import seat_of
from pinzhi.records.inspections.actions.noting import note
from pinzhi.records.inspections.models import Capture, Inspection
from pinzhi.records.inspections.queries.visits import inspection_for, require_recorder
from pinzhi.records.inspections.rules import checklist_of

MOST_AT_ONCE = 500
LONGEST_KEY = 64
LONGEST_NOTE = 2_000
LONGEST_ANSWER = 4_000


@dataclass(frozen=True, slots=True)
class Claim:
    """When and where a device says it recorded something; the moment is by its own clock."""

    at: datetime
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None

    @property
    def spot(self) -> Spot | None:
        """The place, where one is claimed."""
        if self.latitude is None or self.longitude is None:
            return None
        return Spot(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True)
class Said:
    """What a device recorded of an item; ``based_on`` is the version of it that the device knew."""

    key: str
    item: str
    based_on: int
    answer: str
    note: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of one record: its outcome, the item's version now, or why it was not taken.

    Outcomes are ``stored``, ``known``, ``newer``, ``conflict``, and ``late`` for what came after the record was handed
    in: it is kept beside it.
    """

    key: str
    outcome: str
    version: int = 0
    refusal: PinzhiError | None = None


def sync(*, actor: Actor, number: str, said: Iterable[Said], device_now: datetime, when: Moment) -> tuple[Synced, ...]:
    """Take records of an inspection, each once, in the order given; tell of each what became of it.

    ``device_now`` is the device's clock at this moment: what it is off puts the claimed times right. Sending the same
    again, all or in parts, changes nothing. A record that breaks a rule is refused by itself and the others are taken.
    """
    rows = list(said)
    if len(rows) > MOST_AT_ONCE:
        raise BadInput(
            "inspections.sync.many",
            "一次最多传 {most} 条，现在有 {found} 条；分几次传不会重复。",
            "At most {most} records at once; found {found}. Sent in parts, none is taken twice.",
            most=MOST_AT_ONCE,
            found=len(rows),
        )
    with transaction.atomic():
        inspection = hold(actor, number)
        kept, checklist = _Kept(inspection, actor), checklist_of(inspection)
        done = []
        for row in rows:
            try:
                _check(checklist, row)
                done.append(kept.take(row, device_now, when))
            except PinzhiError as refusal:
                done.append(Synced(row.key, "refused", refusal=refusal))
        new = sum(one.outcome in ("stored", "newer", "conflict", "late") for one in done)
        if new:
            note(actor, "capture", "inspection", number, when, records=new)
    return tuple(done)


def choose(*, actor: Actor, number: str, capture_id: int, when: Moment) -> Capture:
    """Let one of the records of an item stand where two people recorded it; the others stay as what was once said."""
    with transaction.atomic():
        inspection = hold(actor, number)
        chosen = inspection.captures.filter(pk=capture_id, standing__in=("current", "beside")).first()
        if chosen is None or inspection.state != "ready":
            raise BadInput(
                "inspections.choose",
                "这一条已经选过，或记录已提交。",
                "This has been chosen already, or the record was handed in.",
            )
        inspection.captures.filter(item=chosen.item, standing__in=("current", "beside")).update(standing="past")
        chosen.standing = "current"
        chosen.save(update_fields=["standing"])
        note(actor, "choose", "inspection", number, when, item=chosen.item, key=chosen.key, version=chosen.version)
    return chosen


def hold(actor: Actor, number: str) -> Inspection:
    """Return an inspection that somebody records, held until the transaction ends."""
    found = inspection_for(actor, number)
    require_recorder(actor, found)
    return Inspection.objects.select_for_update().get(pk=found.pk)


def trusted(
    inspection: Inspection, actor: Actor, claim: Claim, *, device_now: datetime, when: Moment, key: str = ""
) -> engine.Trust:
    """Return how far time and place of a claim can be relied on."""
    capture = engine.Capture(key, "", 0, "", claim.at, claim.spot, claim.accuracy_m)
    target = None
    if inspection.latitude is not None and inspection.longitude is not None:
        target = Spot(inspection.latitude, inspection.longitude)
    off = device_now - when.at
    seen = claim.at - off if abs(off) > engine.CLOCK_TOLERANCE else claim.at
    before = None
    if claim.spot is not None:
        fixes = Capture.objects.filter(actor=actor.key, latitude__isnull=False, taken_at__lte=seen)
        last = fixes.order_by("-taken_at", "-pk").values_list("taken_at", "latitude", "longitude").first()
        before = engine.Fix(last[0], Spot(last[1] or 0.0, last[2] or 0.0)) if last else None
    seat = seat_of(inspection.district) if inspection.district else None
    return engine.trust(capture, phone_now=device_now, server_now=when.at, target=target, seat=seat, before=before)


def check_claim(claim: Claim) -> None:
    """Refuse a time without its offset and a place that is none on earth."""
    off_earth = claim.spot is not None and not (abs(claim.spot.latitude) <= 90 and abs(claim.spot.longitude) <= 180)
    if claim.at.tzinfo is None or off_earth:
        raise BadInput(
            "inspections.claim",
            "时间要带时区，纬度在 -90 到 90、经度在 -180 到 180 之间。",
            "A time takes its offset; latitude lies within 90 and longitude within 180 degrees.",
        )


class _Kept:
    """What is known of an inspection while records are taken: the newest version and all keys of each item."""

    def __init__(self, inspection: Inspection, actor: Actor) -> None:
        self._inspection, self._actor = inspection, actor
        self._keys: dict[str, tuple[str, int]] = {}
        self._versions: dict[str, int] = {}
        for key, digest, item, version in inspection.captures.values_list("key", "digest", "item", "version"):
            self._keys[key] = (digest, version)
            self._versions[item] = max(version, self._versions.get(item, 0))

    def take(self, row: Said, device_now: datetime, when: Moment) -> Synced:
        """Take one record, or tell that it is known."""
        digest = sha256(f"{row.item}\0{row.answer}\0{row.note}".encode()).hexdigest()
        key, newest = row.key, self._versions.get(row.item, 0)
        capture = engine.Capture(key, row.item, row.based_on, digest, row.claim.at)
        verdict = engine.settle(engine.Known(newest, self._digests()), capture)
        if verdict.outcome == "newer":  # other content under a known name: a record of its own, named by its content
            key = f"{key[: LONGEST_KEY - 13]}-{digest[:12]}"
            if key in self._keys:
                return Synced(row.key, "known", newest)
        if verdict.outcome == "known":
            return Synced(row.key, "known", self._keys[key][1])
        late = self._inspection.state != "ready"
        outcome = "late" if late else verdict.outcome
        self._write(row, key, digest, verdict.version, outcome, device_now, when)
        self._keys[key] = (digest, verdict.version)
        self._versions[row.item] = verdict.version
        return Synced(row.key, outcome, verdict.version)

    def _digests(self) -> Mapping[str, str]:
        return {key: digest for key, (digest, _version) in self._keys.items()}

    def _write(
        self, row: Said, key: str, digest: str, version: int, outcome: str, device_now: datetime, when: Moment
    ) -> None:
        standing = {"conflict": "beside", "late": "late"}.get(outcome, "current")
        if standing == "current":
            self._inspection.captures.filter(item=row.item, standing="current").update(standing="past")
        found = trusted(self._inspection, self._actor, row.claim, device_now=device_now, when=when, key=key)
        Capture.objects.create(
            inspection=self._inspection,
            key=key,
            item=row.item,
            version=version,
            based_on=row.based_on,
            digest=digest,
            answer=row.answer,
            note=row.note,
            standing=standing,
            actor=self._actor.key,
            name=self._actor.name[:100],
            said_at=row.claim.at,
            taken_at=found.taken_at,
            received_at=when.at,
            clock_off_s=_seconds(found) if found.is_clock_wrong else 0,
            latitude=row.claim.latitude,
            longitude=row.claim.longitude,
            accuracy_m=row.claim.accuracy_m,
            place=found.place,
            is_future=found.is_future,
        )


def _seconds(found: engine.Trust) -> int:
    most = 2**31 - 1  # a clock may say any year
    return max(-most, min(most, round(found.clock_off.total_seconds())))


def _check(checklist: Instrument, row: Said) -> None:
    if not 1 <= len(row.key) <= LONGEST_KEY or row.based_on < 0:
        raise BadInput("inspections.key", "记录没有编号。", "The record has no name.", key=row.key[:80])
    for found, most in ((row.note, LONGEST_NOTE), (row.answer, LONGEST_ANSWER)):
        if len(found) > most or "\0" in found:
            raise BadInput(
                "inspections.long",
                "有 {found} 字，最多 {most} 字。",
                "{found} characters; at most {most}.",
                found=len(found),
                most=most,
            )
    check_claim(row.claim)
    for fault in answer_faults(checklist, {row.item: row.answer}, complete=False):
        raise BadInput("inspections.answer", fault.text.zh, fault.text.en, item=row.item[:60])
    if row.item not in checklist.items:  # an empty answer to an item that is none
        raise NotFound("inspections.item", "没有这一项。", "There is no such item.")
