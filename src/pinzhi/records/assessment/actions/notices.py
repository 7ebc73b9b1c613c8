"""Post public notices, take objections to them, give each to a handler, close it with a finding."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from django.db import transaction

from pinzhi.engine.assessment.rounds import notices
from pinzhi.engine.assessment.rounds.notices import Posted, check_closing, check_objection
from pinzhi.engine.assessment.rounds.seals import digest
from pinzhi.engine.errors import BadInput, Conflict, NotAllowed, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.rulebook.stages import NOTICES
from pinzhi.records.accounts.permissions import Actor, may, require
from pinzhi.records.accounts.sealing import seal
from pinzhi.records.assessment.actions.common import hold_round, note_round
from pinzhi.records.assessment.files import Sent, keep_file
from pinzhi.records.assessment.models import Entry, Notice, NoticeItem, Objection, ObjectionFile, Round
from pinzhi.records.assessment.queries.notices import as_objection, period_of, standing_for, standing_of
from pinzhi.records.assessment.queries.objections import (
    GROUNDS,
    HANDLERS,
    OUTCOMES,
    PURPOSE,
    Case,
    case_of,
    identity_of,
    may_handle,
    objector_key,
    seen_objection,
)
from pinzhi.records.assessment.queries.visible import round_by_key, visible_entries
from pinzhi.records.assessment.rules import calendar, scheme_of

REPLY_WITHIN = 15  # working days
MOST_FILES = 5
OBJECTOR = "objector"  # what the journal calls whoever objects


def post_notice(
    *,
    actor: Actor,
    round_key: str,
    stage: str,
    entry_ids: Sequence[int],
    document: str,
    text_zh: str,
    text_en: str,
    when: Moment,
) -> Notice:
    """Show a list to the public, with the words of today; from tomorrow its working days count.

    Raises BadInput for a stage without notice, a missing text, an empty list or an entry that is not in that stage;
    Conflict for an entry on a notice of the stage that has not run out.
    """
    require(actor, "assessment.run")
    with transaction.atomic():
        held = hold_round(round_by_key(round_key).pk)
        _check_words(held, stage, text_zh, text_en)
        entries = _entries(actor, held, stage, entry_ids, when)
        words = [document.strip(), text_zh.strip(), text_en.strip()]
        listed = [[one.name, one.category, one.district, one.grade] for one in entries]
        notice = Notice.objects.create(
            round=held,
            stage=stage,
            number=held.notices.count() + 1,
            posted_on=when.on,
            document=words[0],
            text_zh=words[1],
            text_en=words[2],
            text_digest=digest([stage, when.on.isoformat(), *words, listed]),
            actor=actor.key,
            recorded_at=when.at,
        )
        NoticeItem.objects.bulk_create(
            NoticeItem(
                notice=notice, entry=one, name=one.name, category=one.category, district=one.district, grade=one.grade
            )
            for one in entries
        )
        numbers = [one.number for one in entries]
        note_round(
            actor, "notice.post", held, when, stage=stage, number=notice.number, entries=numbers,
            document=notice.document, digest=notice.text_digest,
        )  # fmt: skip
    return notice


def object_to(
    *,
    actor: Actor,
    notice_id: int,
    entry_number: str,
    ground: str,
    text: str,
    name: str,
    contact: str,
    files: Sequence[Sent],
    when: Moment,
) -> str:
    """Take an objection to an entry, or with no number to the list, and return the receipt by which to ask for it.

    Who objects is sealed and told to nobody but the handler; the journal says ``objector``. Without a name nothing of
    the account is kept either, and evidence must come along. After the notice has run out it is a complaint: it is
    answered all the same, and stops nothing.
    """
    if ground not in GROUNDS or not text.strip():
        raise BadInput(
            "assessment.objection.text", "请选理由，并写明事实。", "Choose a ground and say what happened."
        )  # fmt: skip
    if name.strip() and not contact.strip():
        raise BadInput(
            "assessment.objection.contact",
            "署名的异议要留下联系方式，核实时要用。",
            "An objection with a name needs a way to reach you: it is checked with you.",
        )
    if len(files) > MOST_FILES:
        raise BadInput(
            "assessment.objection.files", "最多附 {most} 个文件。", "Send at most {most} files.", most=MOST_FILES
        )  # fmt: skip
    with transaction.atomic():
        notice = _hold_notice(notice_id)
        receipt = secrets.token_urlsafe(24)
        made = notices.Objection(
            receipt, entry_number, cast(notices.Ground, ground), when.on, objector=name, evidence=len(files)
        )
        _check_against(notice, made, when)
        kept = Objection.objects.create(
            notice=notice,
            entry=Entry.objects.get(round=notice.round, number=entry_number) if entry_number else None,
            receipt=receipt,
            ground=ground,
            text=text.strip(),
            identity=_sealed(actor, name, contact, receipt),
            received_on=when.on,
            received_at=when.at,
            reply_by=calendar().add(when.on, REPLY_WITHIN),
        )
        for number, sent in enumerate(files, start=1):
            # The name of a file often tells whose it is.
            plain = f"evidence-{number}{Path(sent.name).suffix.lower()}"
            ObjectionFile.objects.create(objection=kept, file=keep_file(sent, when=when), name=plain)
        note_round(
            replace(actor, key=OBJECTOR), "objection.make", notice.round, when, objection=kept.pk,
            notice=notice.number, entry=entry_number, ground=ground, files=len(files),
        )  # fmt: skip
    return receipt


def take_up(*, actor: Actor, objection_id: int, handler_user_id: int, when: Moment) -> Objection:
    """Give an objection to a handler; Conflict where it has one already, NotAllowed for one who must not."""
    require(actor, "assessment.run")
    with transaction.atomic():
        one = _hold_objection(actor, objection_id)
        if one.handler_id is not None or one.closed_on is not None:
            raise Conflict(
                "assessment.objection.taken",
                "这项异议已交给{name}处理。",
                "This objection has been given to {name}.",
                name=one.handler.name if one.handler else "—",
            )
        may_handle(one, handler_user_id, when.on)
        one.handler_id = handler_user_id
        one.save(update_fields=["handler"])
        note_round(actor, "objection.take_up", one.notice.round, when, objection=one.pk, handler=handler_user_id)
    return one


def read_case(*, actor: Actor, objection_id: int, when: Moment) -> Case:
    """Return an objection on its own page; its handler learns who made it, and the journal tells of every look."""
    case = case_of(actor, objection_id, when.on)
    if not case.is_handler or not case.line.is_signed:
        return case
    with transaction.atomic():
        one = seen_objection(actor, objection_id)
        identity = identity_of(one)
        note_round(actor, "objection.look", one.notice.round, when, objection=one.pk)
    return replace(case, name=identity.get("name", ""), contact=identity.get("contact", ""))


def close_objection(
    *, actor: Actor, objection_id: int, outcome: str, finding: str, removes: bool, when: Moment
) -> Objection:
    """Close an objection with its outcome and reasons; only its handler does, once.

    ``removes`` takes the entry off the list; the notice keeps its line. The entry itself is moved by its own act.
    """
    with transaction.atomic():
        one = _hold_objection(actor, objection_id)
        if one.handler_id is None or one.handler_id != actor.user_id or not actor.has(*HANDLERS):
            raise NotAllowed(
                "assessment.objection.handler",
                "异议由交给的那一位处理人办结，现在是{name}。",
                "An objection is closed by who was given it: {name}.",
                name=(one.handler.name or one.handler.email) if one.handler else "—",
            )
        if outcome and outcome not in OUTCOMES:
            raise BadInput("assessment.objection.outcome", "没有这种结论。", "There is no such outcome.")
        check_closing(
            as_objection(one, objector=objector_key(one)), on=when.on, outcome=cast(notices.Outcome, outcome),
            finding=finding, removes=removes,
        )  # fmt: skip
        one.outcome, one.finding, one.removes = outcome, finding.strip(), removes
        one.closed_on, one.closed_at = when.on, when.at
        one.save(update_fields=["outcome", "finding", "removes", "closed_on", "closed_at"])
        note_round(
            actor, "objection.close", one.notice.round, when, objection=one.pk, outcome=outcome, removes=removes,
            entry=one.entry.number if one.entry else "",
        )  # fmt: skip
    return one


def _check_words(held: Round, stage: str, text_zh: str, text_en: str) -> None:
    found = scheme_of(held).stage_of(stage)
    if stage not in NOTICES or found is None or found.notice is None:
        raise BadInput("assessment.notice.stage", "这一阶段没有公示。", "This stage has no notice.")
    if not text_zh.strip() or not text_en.strip():
        raise BadInput(
            "assessment.notice.text",
            "公示要有中文和英文的正文。",
            "A notice needs its text in Chinese and in English.",
        )


def _entries(actor: Actor, held: Round, stage: str, entry_ids: Sequence[int], when: Moment) -> list[Entry]:
    wanted = set(entry_ids)
    found = list(
        visible_entries(actor)
        .select_for_update(of=("self",))
        .filter(pk__in=wanted, round=held, state=stage)
        .order_by("category", "name", "pk")
    )
    if not wanted or len(found) != len(wanted):
        raise BadInput(
            "assessment.notice.entries",
            "公示名单要从本轮处在公示环节的申报里选，至少一份；现在选了 {wanted} 份，其中 {found} 份可以公示。",
            "A notice lists entries of the round that stand at this stage, at least one; {found} of {wanted} do.",
            wanted=len(wanted),
            found=len(found),
        )
    for one in found:
        if not actor.trusted and may(actor, "assessment.apply", one):
            raise NotAllowed(
                "assessment.notice.own", "本单位的申报请别的经办人公示。", "Another officer posts your own entry."
            )  # fmt: skip
        stands = standing_for(one, stage, when.on)
        if stands and one.number not in stands.removed and not stands.is_over(one.number):
            raise Conflict(
                "assessment.notice.running",
                "“{name}”已在公示，这份公示还没有期满。",
                "“{name}” is on a notice that has not run out.",
                name=one.name,
            )
    return found


def _check_against(notice: Notice, made: notices.Objection, when: Moment) -> None:
    """Check an objection by the engine's rules; one that is late, a complaint, as on the last day."""
    stands = standing_of(notice, when.on)
    period = stands.periods.get(made.entry) or period_of(stands)
    if period.last_day is not None and period.is_over(when.on):
        made = replace(made, received_on=period.last_day)
    check_objection(made, Posted(notice.posted_on, tuple(stands.periods), notice.text_digest), period)


def _sealed(actor: Actor, name: str, contact: str, receipt: str) -> bytes:
    if not name.strip():
        return b""
    account = actor.key if actor.is_signed_in else ""
    identity = {"name": name.strip(), "contact": contact.strip(), "account": account}
    return seal(json.dumps(identity, ensure_ascii=False).encode(), purpose=PURPOSE, about=receipt)


def _hold_notice(notice_id: int) -> Notice:
    notice = Notice.objects.filter(pk=notice_id).first()
    if notice is None:
        raise NotFound("assessment.notice", "没有这份公示。", "There is no such notice.")
    notice.round = hold_round(notice.round_id)
    return notice


def _hold_objection(actor: Actor, objection_id: int) -> Objection:
    """Return an objection, held with its round; NotFound for one the actor may not know of."""
    hold_round(seen_objection(actor, objection_id).notice.round_id)
    return Objection.objects.select_for_update().get(pk=objection_id)
