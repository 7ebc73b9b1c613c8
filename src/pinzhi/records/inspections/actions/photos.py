"""Keep photos from the field with the time and place their device claims; one that was cut off leaves nothing."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from pinzhi.engine.errors import BadInput
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.permissions import Actor
from pinzhi.records.inspections.actions.capturing import LONGEST_KEY, Claim, check_claim, hold, trusted
from pinzhi.records.inspections.actions.noting import note
from pinzhi.records.inspections.models import Photo
from pinzhi.records.inspections.queries.visits import inspection_for, require_recorder
from pinzhi.records.inspections.rules import checklist_of
from pinzhi.records.storage import LIMIT_MB, Sent, keep_photo

MOST_PHOTOS = 200


def add_photo(
    *,
    actor: Actor,
    number: str,
    key: str,
    item: str,
    sent: Sent,
    digest: str,
    claim: Claim,
    device_now: datetime,
    when: Moment,
) -> Photo:
    """Keep a photo of an item, once however often it is sent.

    ``digest`` is the SHA-256 that the device took of it, empty where none was taken: a photo that arrived otherwise, or
    was cut off on the way, is refused, and the device sends it again. What comes after the record was handed in is kept
    beside it.
    """
    _check(actor, number, key, item, claim)
    known = Photo.objects.filter(inspection__number=number, key=key).first()
    if known is not None:
        return known
    content = _whole(sent, digest)
    kept, camera = keep_photo(Sent(sent.name, [content], by=actor.user_id))
    if kept.media != "image":
        raise _no_photo()
    if claim.spot is None:
        claim = replace(claim, latitude=camera.latitude, longitude=camera.longitude)
    with transaction.atomic():
        inspection = hold(actor, number)
        if inspection.photos.count() >= MOST_PHOTOS:
            raise BadInput(
                "inspections.photo.many",
                "一次检查最多 {most} 张照片。",
                "An inspection takes at most {most} photos.",
                most=MOST_PHOTOS,
            )
        found = trusted(inspection, actor, claim, device_now=device_now, when=when)
        row, is_new = Photo.objects.get_or_create(
            inspection=inspection,
            key=key,
            defaults={
                "item": item,
                "digest": kept.digest,
                "sent_digest": sha256(content).hexdigest(),
                "size": kept.size,
                "media": kept.media,
                "name": sent.name[-200:],
                "actor": actor.key,
                "said_at": claim.at,
                "taken_at": found.taken_at,
                "received_at": when.at,
                "clock_off_s": round(found.clock_off.total_seconds()) if found.is_clock_wrong else 0,
                "latitude": claim.latitude,
                "longitude": claim.longitude,
                "accuracy_m": claim.accuracy_m,
                "place": found.place,
                "is_future": found.is_future,
                "is_late": inspection.state != "ready",
            },
        )
        if is_new:
            note(actor, "photo", "inspection", number, when, item=item, digest=kept.digest, place=found.place)
    return row


def _whole(sent: Sent, digest: str) -> bytes:
    """Return what was sent if it is as long as was said and is what the device digested."""
    content = bytearray()
    for block in sent.blocks:
        content += block
        if len(content) > LIMIT_MB << 20:
            raise _no_photo()
    is_short = sent.size is not None and sent.size != len(content)
    if is_short or (digest and digest != sha256(content).hexdigest()):
        raise BadInput(
            "inspections.photo.cut",
            "照片没有完整传到：应有 {wanted} 字节，收到 {found}。照片还在手机里，会再传一次。",
            "The photo did not arrive whole: {wanted} bytes expected, {found} received. It is still on the phone and is"
            " sent again.",
            wanted=sent.size if sent.size is not None else len(content),
            found=len(content),
        )
    return bytes(content)


def _no_photo() -> BadInput:
    return BadInput(
        "inspections.photo",
        "照片超过 {most} MB，或不是图片，没有收。请重新拍一张。",
        "The photo is larger than {most} MB or is no picture, and was not taken. Take another.",
        most=LIMIT_MB,
    )


def _check(actor: Actor, number: str, key: str, item: str, claim: Claim) -> None:
    inspection = inspection_for(actor, number)
    require_recorder(actor, inspection)
    check_claim(claim)
    if not 1 <= len(key) <= LONGEST_KEY or item not in checklist_of(inspection).items:
        raise BadInput("inspections.item", "没有这一项。", "There is no such item.", item=item[:60])
