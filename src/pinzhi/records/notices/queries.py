"""Read messages: one's own inbox, and for operators what became of the mail."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from pinzhi.engine.errors import NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.notices.models import Message

PAGE = 30
SHOWN_FAILURES = 50


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as its reader sees it."""

    message_id: int
    subject: Text
    body: Text
    link: str
    at: datetime
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of the inbox, newest first."""

    rows: tuple[MessageRow, ...]
    total: int
    unread: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class UnsentMail:
    """A mail that could not be sent: to which account, tried how often, what the mail server said last."""

    user_id: int
    subject: Text
    at: datetime
    tries: int
    next_at: datetime | None
    given_up: bool
    error: str


@dataclass(frozen=True, slots=True)
class MailState:
    """How many mails are in which state, and those that cause trouble, oldest first."""

    waiting: int
    sent: int
    failed: int
    trouble: tuple[UnsentMail, ...]


def inbox(actor: Actor, *, page: int = 1) -> Inbox:
    """Return a page of the actor's own messages."""
    require(actor, "accounts.own")
    messages = Message.objects.filter(user_id=actor.account_id)
    total = messages.count()
    pages = max(1, -(-total // PAGE))
    if not 1 <= page <= pages:
        raise NotFound(
            "notices.page",
            "只有 {pages} 页，没有第 {page} 页。",
            "There are {pages} pages; there is no page {page}.",
            pages=pages,
            page=page,
        )
    shown = messages.order_by("-id")[(page - 1) * PAGE : page * PAGE]
    return Inbox(tuple(map(_row, shown)), total, unread_count(actor), page, pages)


def unread_count(actor: Actor) -> int:
    """Return how many messages the actor has not read; nobody has none."""
    if actor.user_id is None:
        return 0
    return Message.objects.filter(user_id=actor.user_id, read_at=None).count()


def mail_state(actor: Actor) -> MailState:
    """Return what became of the mail, for operators."""
    require(actor, "operate")
    counts = dict(Message.objects.order_by().values_list("mail").annotate(Count("pk")))
    trouble = Message.objects.exclude(mail_error="").exclude(mail="sent").order_by("pk")[:SHOWN_FAILURES]
    return MailState(
        waiting=counts.get("waiting", 0) + counts.get("sending", 0),
        sent=counts.get("sent", 0),
        failed=counts.get("failed", 0),
        trouble=tuple(_unsent(one) for one in trouble),
    )


def _row(message: Message) -> MessageRow:
    return MessageRow(
        message_id=message.pk,
        subject=Text(message.subject_zh, message.subject_en),
        body=Text(message.body_zh, message.body_en),
        link=message.link,
        at=message.at,
        is_unread=message.read_at is None,
    )


def _unsent(message: Message) -> UnsentMail:
    return UnsentMail(
        user_id=message.user_id,
        subject=Text(message.subject_zh, message.subject_en),
        at=message.at,
        tries=message.mail_tries,
        next_at=message.mail_due_at if message.mail != "failed" else None,
        given_up=message.mail == "failed",
        error=message.mail_error,
    )
