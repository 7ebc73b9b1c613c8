"""Send messages, each once, and mark them as read."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from pinzhi.engine.errors import NotFound
from pinzhi.engine.periods import Moment
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.accounts.queries import actors_for_organisation, holders_of, reachable_by_mail
from pinzhi.records.journal.actions import write as write_journal
from pinzhi.records.notices.models import Message
from pinzhi.records.notices.webhooks.telling import tell_webhooks
from pinzhi.records.tasks.models import Task
from pinzhi.records.tasks.queue import enqueue

MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Accounts:
    """Some accounts, by their ids."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OrganisationPeople:
    """Everybody who acts for an organisation that day, by right or by delegation."""

    code: str


@dataclass(frozen=True, slots=True)
class RoleHolders:
    """Everybody who holds a role that day; of district officers those of the district, where one is given."""

    role: str
    district: str = ""


Recipients = Accounts | OrganisationPeople | RoleHolders


def send(
    *,
    to: Recipients | Iterable[Recipients],
    subject: Text,
    body: Text,
    link: str,
    about: tuple[str, str],
    when: Moment,
    once: str,
) -> int:
    """Put a message into the inbox of each recipient, once for each ``once``; return how many got it now.

    ``about`` is kind and key of what it tells of, ``link`` the path of the page where it is dealt with. The mail
    is a task that follows, for accounts with a confirmed address; so is what goes to the webhooks of organisations, or
    of the city where a role is told. Call it inside the transaction
    of the change it tells of: what is undone was never told. Nobody to tell is no error: the return says 0.
    """
    recipients = (to,) if isinstance(to, Accounts | OrganisationPeople | RoleHolders) else tuple(to)
    tell_webhooks(codes=_receivers(recipients), subject=subject, link=link, about=about, when=when, once=once)
    ids = sorted(set().union(*(_accounts(one, when) for one in recipients)))
    if not ids:
        return 0
    mailed = reachable_by_mail(ids)
    with transaction.atomic():
        told = set(Message.objects.filter(once=once, user_id__in=ids).values_list("user_id", flat=True))
        rows = [
            Message(
                user_id=user,
                once=once,
                subject_zh=subject.zh[:200],
                subject_en=subject.en[:300],
                body_zh=body.zh,
                body_en=body.en,
                link=link,
                about_kind=about[0],
                about_key=about[1],
                at=when.at,
                on=when.on,
            )
            for user in ids
            if user not in told
        ]
        Message.objects.bulk_create(rows, ignore_conflicts=True)  # two senders at once: the first is enough
        new = Message.objects.filter(once=once, user_id__in=mailed - told, mail_sent_at=None)
        enqueue(MAIL, map(str, new.values_list("pk", flat=True)), at=when.at)
    return len(rows)


def _accounts(to: Recipients, when: Moment) -> set[int]:
    if isinstance(to, Accounts):
        return set(to.ids)
    if isinstance(to, OrganisationPeople):
        return actors_for_organisation(to.code, when.on)
    return holders_of(to.role, when.on, district=to.district)


def _receivers(recipients: tuple[Recipients, ...]) -> list[str]:
    """Return whose webhooks are told: of organisations theirs, of roles the city's; nobody's of single accounts."""
    codes = [one.code for one in recipients if isinstance(one, OrganisationPeople)]
    return [*codes, ""] if any(isinstance(one, RoleHolders) for one in recipients) else codes


def mark_read(*, actor: Actor, message_id: int, when: Moment) -> Message:
    """Mark one of the actor's own messages as read and return it; NotFound for another's, as for none."""
    require(actor, "accounts.own")
    message = Message.objects.filter(pk=message_id, user_id=actor.account_id).first()
    if message is None:
        raise NotFound("notices.message", "没有这条消息。", "There is no such message.")
    if message.read_at is None:
        Message.objects.filter(pk=message.pk, read_at=None).update(read_at=when.at)
    return message


def mark_all_read(*, actor: Actor, when: Moment) -> int:
    """Mark all of the actor's messages as read; return how many there were."""
    require(actor, "accounts.own")
    return Message.objects.filter(user_id=actor.account_id, read_at=None).update(read_at=when.at)


def mark_dealt_with(about: tuple[str, str], when: Moment) -> int:
    """Mark what was told of something as read for everybody, once somebody has dealt with it; return how many.

    Call it inside the transaction that deals with it, before what is told of that.
    """
    kind, key = about
    return Message.objects.filter(about_kind=kind, about_key=key, read_at=None).update(read_at=when.at)


def try_again(*, actor: Actor, when: Moment) -> int:
    """Have all tasks that were given up tried once more; an operator's act. Returns how many."""
    require(actor, "operate")
    with transaction.atomic():
        count = Task.objects.exclude(dead_at=None).update(dead_at=None, due_at=when.at, tries=0)
        if count:
            write_journal(
                at=when.at,
                actor=actor.key,
                action="tasks.retry",
                object_kind="tasks",
                object_key=str(when.on),
                detail={"count": count},
            )
    return count
