"""Problems handed over by other systems: who they are, and what they bring, through the act that opens every case."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from pinzhi.engine.errors import BadInput, NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.webhooks import SECRET_BYTES, Signed, require_signed, written_secret
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.accounts.sealing import seal, unseal
from pinzhi.records.casework.actions.opening import open_case
from pinzhi.records.casework.models import Source
from pinzhi.records.casework.queries.sources import source_kinds
from pinzhi.records.journal.actions import write

PURPOSE = "sources"
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class NewSource:
    """A system just entered; ``secret`` is never shown again."""

    key: str
    secret: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A message of a system, its signature checked: which system, and the id by which the message is known again."""

    source: Source
    message_id: str


def enter_source(*, actor: Actor, name: str, kinds: Iterable[str], when: Moment) -> NewSource:
    """Let a system hand over problems of some case types; an operator's act."""
    require(actor, "operate")
    name, chosen, known = name.strip(), sorted(set(kinds)), {one.id: one.title for one in source_kinds()}
    if not 1 <= len(name) <= LONGEST_NAME or not chosen or not set(chosen) <= known.keys():
        raise BadInput(
            "casework.source.form",
            "起个名字（最长 {longest} 个字），至少选一类：{known_zh}。",
            "Give it a name of at most {longest} characters and choose at least one kind: {known}.",
            longest=LONGEST_NAME,
            known_zh="、".join(text.zh for text in known.values()),
            known=", ".join(text.en for text in known.values()),
        )
    key, secret = secrets.token_hex(6), secrets.token_bytes(SECRET_BYTES)
    with transaction.atomic():
        Source.objects.create(
            key=key,
            name=name,
            kinds=chosen,
            secret=seal(secret, purpose=PURPOSE, about=key),
            made_by=actor.key,
            made_at=when.at,
        )
        _note(actor, "enter", key, when)
    return NewSource(key, written_secret(secret))


def end_source(*, actor: Actor, key: str, when: Moment) -> None:
    """Take nothing more from a system, at once; ending it twice changes nothing."""
    require(actor, "operate")
    with transaction.atomic():
        if Source.objects.filter(key=key, ended_at=None).update(ended_at=when.at):
            _note(actor, "end", key, when)


def verified(key: str, signed: Signed, body: bytes, when: Moment) -> Verified:
    """Return who sent a message; NotFound for no such system, NotAllowed where signature or time do not hold."""
    source = Source.objects.filter(key=key, ended_at=None).first()
    if source is None:
        raise NotFound(
            "casework.source",
            "没有这个上报系统，或已停用。请向平台管理员索取地址和密钥。",
            "There is no such system, or it was ended. Ask an operator for the address and a secret.",
        )
    secret = unseal(bytes(source.secret), purpose=PURPOSE, about=key)
    require_signed(secret, signed, body, now_s=when.at.timestamp())
    return Verified(source, signed.message_id)


def hand_over(message: Verified, *, kind: str, values: Mapping[str, str], district: str = "", when: Moment) -> str:
    """Open a case for what a system found and return its number; the same message again is the same case.

    Raises BadInput for a kind the system may not bring, and what ``open_case`` refuses.
    """
    source = message.source
    if kind not in source.kinds:
        raise BadInput(
            "casework.source.kind",
            "这个系统可以上报的是 {known}，不是“{kind}”。",
            "This system may bring {known}, not “{kind}”.",
            known=", ".join(source.kinds),
            kind=kind,
        )
    actor = Actor(user_id=None, name=source.name, key=f"source:{source.key}", trusted=True)
    once = f"source/{source.key}/{message.message_id}"
    return open_case(actor=actor, kind=kind, values=values, when=when, district=district, once=once).number


def _note(actor: Actor, act: str, key: str, when: Moment) -> None:
    write(at=when.at, actor=actor.key, action=f"casework.source.{act}", object_kind="source", object_key=key, detail={})
