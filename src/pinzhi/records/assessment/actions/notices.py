"""Public notices: post a list, take objections to it with their maker's name sealed, have them handled and closed."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from django.db import transaction

from pinzhi.engine.assessment.rounds.notices import (
    Ground,
    Outcome,
    Posted,
    check_closing,
    check_handler,
    check_objection,
)
from pinzhi.engine.assessment.rounds.notices import Objection as Judged
from pinzhi.engine.assessment.rounds.seals import digest
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.records.accounts.models import User
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.accounts.sealing import seal, unseal
from pinzhi.records.assessment.actions.common import hold_round, note, note_round
from pinzhi.records.assessment.files import Sent, keep_file
from pinzhi.records.assessment.models import Entry, Notice, NoticeItem, Objection, ObjectionFile
from pinzhi.records.assessment.queries.notices import PURPOSE, engine_objection, listed, period_of, possible_handlers
from pinzhi.records.assessment.rules import scheme_of
from pinzhi.records.catalog.rulebook import calendar
from pinzhi.records.journal.actions import write

REPLY_WORKING_DAYS = 15
MOST_FILES = 10
_GROUNDS = ("ineligible", "false-material", "conflict", "procedure", "other")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody objects: to whom (the place in the list; none: the list), the ground, the facts, who he is."""

    place: int | None
    ground: str
    text: str
    name: str = ""
    contact: str = ""


def post_notice(
    *, actor: Actor, round_id: int, stage: str, document: str, text_zh: str, text_en: str, when: Moment
) -> Notice:
    """Show to the public the entries that wait for a notice; the list stays as it is posted."""
    require(actor, "assessment.run")
    if not text_zh.strip() or not text_en.strip():
        raise BadInput(
            "assessment.notice.text",
            "公示要有中文和英文的正文。",
            "A notice needs its text in Chinese and in English.",
        )
    with transaction.atomic():
        held = hold_round(round_id)
        found = scheme_of(held).stage_of(stage)
        if found is None or found.notice is None:
            raise NotFound("assessment.notice.stage", "这一阶段没有公示。", "This stage has no notice.")
        entries = [
            one
            for one in Entry.objects.filter(round=held, state=stage).order_by("number")
            if not one.listed.filter(notice__stage=stage).exists()
        ]
        if not entries:
            raise Conflict(
                "assessment.notice.nobody",
                "没有等待公示的申报：都已经公示，或还没有办到这一步。",
                "No entry waits for a notice: all have been shown, or none is at this step yet.",
            )
        number = held.notices.count() + 1
        listed = [[one.number, one.name, one.category, one.district, one.grade] for one in entries]
        notice = Notice.objects.create(
            round=held,
            stage=stage,
            number=number,
            posted_on=when.on,
            document=document,
            text_zh=text_zh,
            text_en=text_en,
            text_digest=digest([text_zh, text_en, listed]),
            actor=actor.key,
            recorded_at=when.at,
        )
        NoticeItem.objects.bulk_create(
            NoticeItem(
                notice=notice,
                entry=one,
                name=one.name,
                category=one.category,
                district=one.district,
                grade=one.grade,
            )
            for one in entries
        )
        note_round(
            actor, "notice.post", held, when, notice=number, stage=stage, text_digest=notice.text_digest,
            entries=[one.number for one in entries],
        )  # fmt: skip
    return notice


def object_to(*, notice_id: int, said: Said, files: Sequence[Sent], when: Moment) -> str:
    """Take an objection and return the receipt by which its maker asks how it stands.

    Nobody needs an account for it. The name is sealed and stands nowhere else; the journal says ``objector``. It is
    refused where the notice has ended, where the list does not hold the entry, and without both name and evidence.
    """
    _check_said(said, len(files))
    with transaction.atomic():
        found = Notice.objects.filter(pk=notice_id).first()
        if found is None:
            raise NotFound("assessment.notice", "没有这份公示。", "There is no such notice.")
        notice = found
        notice.round = hold_round(notice.round_id)
        item = _item(notice, said.place)
        number = item.entry.number if item else ""
        posted = Posted(
            notice.posted_on, tuple(notice.items.values_list("entry__number", flat=True)), notice.text_digest
        )
        receipt = secrets.token_urlsafe(18)
        check_objection(
            Judged(receipt, number, cast(Ground, said.ground), when.on, objector=said.name, evidence=len(files)),
            posted,
            period_of(notice, number, when.on),
        )
        kept = [(keep_file(one, when=when), Path(one.name).suffix.lower()) for one in files]
        objection = Objection.objects.create(
            notice=notice,
            entry=item.entry if item else None,
            receipt=receipt,
            ground=said.ground,
            text=said.text,
            identity=_sealed(said, receipt),
            received_on=when.on,
            received_at=when.at,
            reply_by=calendar().add(when.on, REPLY_WORKING_DAYS),
        )
        for place, (file, suffix) in enumerate(kept, start=1):  # a name as it was sent may tell whose it is
            ObjectionFile.objects.create(objection=objection, file=file, name=f"证据{place}{suffix}")
        write(
            at=when.at,
            actor="objector",
            action="assessment.objection.make",
            object_kind="round",
            object_key=notice.round.key,
            detail={"notice": notice.number, "objection": objection.pk, "entry": number, "ground": said.ground},
        )
    return receipt


def take_up(*, actor: Actor, objection_id: int, handler_id: int, when: Moment) -> Objection:
    """Give an objection to who handles it: an officer who neither posted the notice nor moved the entry."""
    require(actor, "assessment.run")
    with transaction.atomic():
        objection = _held(objection_id)
        handler = User.objects.filter(pk=handler_id, is_active=True).first()
        if handler is None or not handler.memberships.filter(role="city_officer", ended_at=None).exists():
            raise NotFound("assessment.objection.officer", "没有这位市级经办人。", "There is no such city officer.")
        if objection.handler_id is not None:
            raise Conflict(
                "assessment.objection.taken",
                "这项异议已由{name}办理。",
                "{name} handles this objection already.",
                name=str(objection.handler),
            )
        free = {user for user, _name in possible_handlers(objection)}
        check_handler(
            engine_objection(objection), f"user:{handler_id}", () if handler_id in free else (f"user:{handler_id}",)
        )
        objection.handler = handler
        objection.save(update_fields=["handler"])
        _note(actor, "objection.take_up", objection, when, handler=f"user:{handler_id}")
    return objection


def close_objection(
    *, actor: Actor, objection_id: int, outcome: Outcome, finding: str, removes: bool, when: Moment
) -> Objection:
    """Close an objection with its finding; only who handles it can. ``removes`` takes the entry off the list."""
    require(actor, "assessment.run")
    with transaction.atomic():
        objection = _held(objection_id)
        if objection.handler_id != actor.user_id:
            raise _not_handler()
        check_closing(engine_objection(objection), on=when.on, outcome=outcome, finding=finding, removes=removes)
        objection.outcome, objection.finding, objection.removes = outcome, finding, removes
        objection.closed_on, objection.closed_at = when.on, when.at
        objection.save()
        _note(actor, "objection.close", objection, when, outcome=outcome, removes=removes)
    return objection


def look_up_objector(*, actor: Actor, objection_id: int, when: Moment) -> dict[str, str]:
    """Return who made an objection, to its handler alone; each look is journalled. Nothing for one without a name."""
    require(actor, "assessment.run")
    with transaction.atomic():
        objection = _held(objection_id)
        if objection.handler_id is None or objection.handler_id != actor.user_id:
            raise _not_handler()
        _note(actor, "objection.look_up", objection, when)
        if not objection.identity:
            return {}
        box = bytes(objection.identity)
    found: dict[str, str] = json.loads(unseal(box, purpose=PURPOSE, about=objection.receipt))
    return found


def _not_handler() -> NotAllowed:
    return NotAllowed(
        "assessment.objection.not_handler",
        "这项异议由别人办理，只有办理人能看和办结。",
        "Somebody else handles this objection; only the handler reads and closes it.",
    )


def _item(notice: Notice, place: int | None) -> NoticeItem | None:
    """Return the entry at a place of the public list; None for the list itself."""
    if place is None:
        return None
    items = listed(notice)
    if not 1 <= place <= len(items):
        raise BadInput(
            "assessment.round.objection.entry",
            "公示名单里没有“{entry}”。",
            "The notice does not list “{entry}”.",
            entry=place,
        )
    return items[place - 1]


def _check_said(said: Said, files: int) -> None:
    if said.ground not in _GROUNDS or not said.text.strip():
        raise BadInput(
            "assessment.objection.text",
            "请选一项理由，并写明事实：时间、地点、看到了什么。",
            "Choose a ground and give the facts: when, where, what you saw.",
        )
    if files > MOST_FILES:
        raise BadInput(
            "assessment.objection.files",
            "证据最多 {most} 个文件，现在是 {found} 个。",
            "At most {most} files of evidence; there are {found}.",
            most=MOST_FILES,
            found=files,
        )


def _sealed(said: Said, receipt: str) -> bytes:
    """Return who objects in a box that only the platform's key opens; nothing for one without a name."""
    if not said.name.strip() and not said.contact.strip():
        return b""
    who = {"name": said.name.strip(), "contact": said.contact.strip()}
    return seal(json.dumps(who, ensure_ascii=False).encode(), purpose=PURPOSE, about=receipt)


def _held(objection_id: int) -> Objection:
    found = Objection.objects.filter(pk=objection_id).values_list("notice__round_id", flat=True).first()
    if found is None:
        raise NotFound("assessment.objection", "没有这项异议。", "There is no such objection.")
    held = hold_round(found)
    objection = Objection.objects.select_for_update(of=("self",)).select_related("notice", "entry").get(pk=objection_id)
    objection.notice.round = held
    return objection


def _note(actor: Actor, action: str, objection: Objection, when: Moment, **detail: object) -> None:
    detail = {"objection": objection.pk, "notice": objection.notice.number, **detail}
    if objection.entry is not None:
        objection.entry.round = objection.notice.round
        note(actor, action, objection.entry, when, **detail)
    else:
        note_round(actor, action, objection.notice.round, when, **detail)
