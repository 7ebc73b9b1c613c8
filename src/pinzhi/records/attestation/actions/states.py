"""Change the state of a certificate or title: suspended, restored, withdrawn, given up; wholly or not at all."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction

from pinzhi.engine.attestation.surveillance import may_restore
from pinzhi.engine.catalog import words
from pinzhi.engine.catalog.certificates import certificate_state, may_become
from pinzhi.engine.errors import BadInput, Conflict, Unavailable
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.attestation.actions.measure_events import raise_event
from pinzhi.records.attestation.queries.surveillance_subjects import (
    TO_HONOUR,
    Subject,
    passed_surveillances,
    rule_of,
    subject,
    watched_of,
)
from pinzhi.records.catalog.actions import record_change
from pinzhi.records.catalog.models import Certificate, Honour
from pinzhi.records.journal.actions import write as write_journal
from pinzhi.records.notices.actions import OrganisationPeople, Recipients, RoleHolders, send

ACTS = {"suspended": "suspend", "active": "restore", "withdrawn": "withdraw", "cancelled": "cancel"}
EVENTS = {"suspended": "certificate-suspended", "withdrawn": "certificate-withdrawn"}
DRIFT = timedelta(minutes=10)  # by which two machines may differ


@dataclass(frozen=True, slots=True)
class Changed:
    """What was changed: the subject as it was, its new state, and since when."""

    before: Subject
    to: str
    effective_on: date


def change_state(
    *,
    actor: Actor,
    kind: str,
    key: str,
    to: str,
    ground: str,
    document: str = "",
    effective_on: date,
    when: Moment,
) -> Changed:
    """Change the state of a certificate or title, and propose measures for all else that its holder holds.

    ``to`` is ``suspended``, ``active`` (restoration), ``withdrawn`` or ``cancelled`` (by the holder). What is suspended
    is restored after a surveillance passed since; a withdrawal names its document; a change takes effect on the day it
    is made or on an earlier one that nothing has happened after. Two at once: the second meets the state that the
    first left. Raises NotAllowed, BadInput, Conflict, and Unavailable where this machine's clock was set back.
    """
    with transaction.atomic():
        changed = change_by_measure(
            actor=actor, kind=kind, key=key, to=to, ground=ground, document=document, effective_on=effective_on,
            when=when,
        )  # fmt: skip
        if to in EVENTS and changed.before.holder_code:
            raise_event(
                actor=actor, kind=EVENTS[to], code=changed.before.holder_code, about=(kind, key), ground=ground,
                document=document, happened_on=effective_on, when=when,
            )  # fmt: skip
    return changed


def change_by_measure(
    *,
    actor: Actor,
    kind: str,
    key: str,
    to: str,
    ground: str,
    document: str = "",
    effective_on: date,
    when: Moment,
) -> Changed:
    """Change a state as ``change_state`` does and tell journal, holder, issuer and officers, proposing nothing further.

    A change that is itself a confirmed measure comes from an event that reached everything else already.
    """
    with transaction.atomic():
        _lock(kind, key)
        one = subject(kind, key)
        require(actor, "attestation.state", replace(one, to=to))
        _check_words(to, ground, document, effective_on, when)
        _check_clock(one, when)
        _check_change(one, to, effective_on, when)
        _write(actor, one, to, ground, effective_on, when)
        write_journal(
            at=when.at,
            actor=actor.key,
            action=f"attestation.{ACTS[to]}",
            object_kind=kind,
            object_key=key,
            edition=f"{one.scheme}/{one.edition}" if one.edition else one.scheme,
            detail={
                "before": one.state,
                "after": to,
                "ground": ground,
                "document": document,
                "effective_on": effective_on.isoformat(),
            },
        )
        _tell(actor, one, to, ground, effective_on, when)
    return Changed(one, to, effective_on)


def _lock(kind: str, key: str) -> None:
    """Hold the register's row until the end of the transaction: whoever comes second waits, and reads what I wrote."""
    if kind == "certificate":
        list(Certificate.objects.select_for_update().filter(number=key).values_list("pk"))
    elif kind == "honour":
        list(Honour.objects.select_for_update().filter(code=key).values_list("pk"))


def _check_words(to: str, ground: str, document: str, effective_on: date, when: Moment) -> None:
    if to not in ACTS:
        raise BadInput(
            "attestation.state.unknown",
            "没有“{to}”这种状态。可以暂停、恢复、撤销、注销。",
            "There is no state “{to}”: suspend, restore, withdraw or cancel.",
            to=to[:40],
        )
    if not ground.strip():
        raise BadInput("attestation.state.ground", "请写明理由。", "Say on what ground.")
    if to == "withdrawn" and not document.strip():
        raise BadInput(
            "attestation.state.document",
            "撤销要写明决定文件的文号。",
            "A withdrawal names the document in which it was decided.",
        )
    if effective_on > when.on:
        raise BadInput(
            "attestation.state.future",
            "生效日 {day} 还没有到。请在当天办理。",
            "The day of effect, {day}, has not come. Do it on that day.",
            day=effective_on,
        )


def _check_clock(one: Subject, when: Moment) -> None:
    """Refuse a moment before the row was last written: this machine's clock was set back."""
    model = Certificate if one.kind == "certificate" else Honour
    recorded = model._default_manager.values_list("recorded_at", flat=True).get(pk=one.record_id)
    if when.at < recorded - DRIFT:
        raise Unavailable(
            "attestation.state.clock",
            "这台机器的时钟是 {now}，而这条记录在 {known} 已经改过：时钟被拨回了。校准时钟后再办；什么都没有改。",
            "This machine's clock says {now}, but the record was changed at {known}: the clock was set back. Set it"
            " right and try again; nothing was changed.",
            now=when.at.isoformat(timespec="seconds"),
            known=recorded.isoformat(timespec="seconds"),
        )


def _check_change(one: Subject, to: str, effective_on: date, when: Moment) -> None:
    state = certificate_state(
        on=when.on, state=one.state, state_on=one.state_on, issued_on=one.issued_on, expires_on=one.expires_on
    )
    if not may_become(state, to):
        raise Conflict(
            "attestation.state.transition",
            "“{key}”现在是“{found_zh}”，不能改为“{to_zh}”。",
            "“{key}” is {found} now and cannot become {to}.",
            key=one.key,
            found=words.CERTIFICATE_STATES[state].en.lower(),
            found_zh=words.CERTIFICATE_STATES[state].zh,
            to=words.CERTIFICATE_STATES[to].en.lower(),
            to_zh=words.CERTIFICATE_STATES[to].zh,
        )
    since = max((day for day in (one.state_on, one.issued_on, one.since) if day is not None), default=None)
    if since is not None and effective_on < since:
        raise Conflict(
            "attestation.state.earlier",
            "生效日 {day} 早于现在这个状态的起始日 {since}。",
            "The day of effect, {day}, lies before the present state began, {since}.",
            day=effective_on,
            since=since,
        )
    if to == "active" and rule_of(one, when.on) is not None:
        passed = passed_surveillances(one.kind, [one.key]).get(one.key, [])
        if not may_restore(watched_of(one, passed)):
            raise Conflict(
                "attestation.state.not_passed",
                "“{key}”自 {since} 暂停以来没有通过的监督，不能恢复。请先安排监督。",
                "“{key}” has passed no surveillance since it was suspended on {since}: it cannot be restored. Arrange"
                " one first.",
                key=one.key,
                since=one.state_on or "—",
            )


def _write(actor: Actor, one: Subject, to: str, ground: str, effective_on: date, when: Moment) -> None:
    """Write the register's row under the actor's own name; the permission for the act itself was checked before."""
    values: dict[str, object] = {"state": TO_HONOUR[to]}
    if one.kind == "certificate":
        values = {"state": to, "state_on": effective_on, "state_ground": ground[:300]}
    record_change(
        actor=replace(actor, trusted=True),
        kind=one.kind,
        key=one.key,
        values=values,
        valid_from=effective_on,
        now=when.at,
    )


_TOLD = {
    "suspended": Text("已暂停，暂停期间不得使用标志和宣传", "is suspended: do not use its mark meanwhile"),
    "active": Text("已恢复有效", "is valid again"),
    "withdrawn": Text("已撤销，请停止使用标志，交回证书", "is withdrawn: stop using its mark and return it"),
    "cancelled": Text("已按申请注销", "was given up as its holder asked"),
}


def _tell(actor: Actor, one: Subject, to: str, ground: str, effective_on: date, when: Moment) -> None:
    told = _TOLD[to]
    recipients: list[Recipients] = [OrganisationPeople(code) for code in (one.holder_code, one.issuer_code) if code]
    if not actor.trusted and one.district:  # what the clock does, officers read in one message a day
        recipients.append(RoleHolders("district_officer", one.district))
    send(
        to=recipients,
        subject=Text(f"{one.title.zh}（{one.key}）{told.zh.split('，')[0]}", f"{one.title.en} ({one.key}) {told.en}"),
        body=Text(
            f"{one.holder_name}的{one.title.zh}（{one.key}）自 {effective_on} 起{told.zh}。理由：{ground}。",
            f"{one.title.en} ({one.key}) of {one.holder_name} {told.en}, from {effective_on} on. Ground: {ground}",
        ),
        link=f"/desk/surveillance/{one.kind}/{one.key}",
        about=(one.kind, one.key),
        when=when,
        once=f"state:{one.kind}:{one.key}:{to}:{when.at.isoformat()}"[:200],
    )
