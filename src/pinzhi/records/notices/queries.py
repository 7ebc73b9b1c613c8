"""Read messages: one's own inbox, and for operators how background work stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from pinzhi.engine.errors import NotFound
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.files.models import Screening
from pinzhi.records.notices.models import Delivery, Letter, Message
from pinzhi.records.tasks.models import Task
from pinzhi.records.tasks.state import KindState, states

PAGE = 30
SHOWN_FAILURES = 50


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as its reader sees it."""

    message_id: int
    subject: Text
    body: Text
    link: str
    on: date
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
class Trouble:
    """A task that did not work yet: what it is about, tried how often, what went wrong last."""

    kind: str
    what: Text
    link: str
    since: datetime
    tries: int
    next_at: datetime | None  # None where it was given up
    error: str


@dataclass(frozen=True, slots=True)
class WorkState:
    """How background work stands: each kind of which there is something, and what causes trouble, oldest first."""

    kinds: tuple[KindState, ...]
    trouble: tuple[Trouble, ...]
    mails_sent: int

    @property
    def dead(self) -> int:
        return sum(one.dead for one in self.kinds)


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
    shown = messages.order_by("-on", "-id")[(page - 1) * PAGE : page * PAGE]
    return Inbox(tuple(map(_row, shown)), total, unread_count(actor), page, pages)


def unread_count(actor: Actor) -> int:
    """Return how many messages the actor has not read; nobody has none."""
    if actor.user_id is None:
        return 0
    return Message.objects.filter(user_id=actor.user_id, read_at=None).count()


def work_state(actor: Actor, now: datetime) -> WorkState:
    """Return how background work stands, for operators."""
    require(actor, "operate")
    tasks = list(Task.objects.exclude(error="").order_by("pk")[:SHOWN_FAILURES])
    subjects = {kind: find([one.key for one in tasks if one.kind == kind]) for kind, find in _SUBJECTS.items()}
    return WorkState(
        kinds=states(now),
        trouble=tuple(_trouble(one, *subjects[one.kind].get(one.key, (Text(one.key, one.key), ""))) for one in tasks),
        mails_sent=Message.objects.exclude(mail_sent_at=None).count(),
    )


def given_up(actor: Actor) -> int:
    """Return how many tasks were given up, for operators."""
    require(actor, "operate")
    return Task.objects.exclude(dead_at=None).count()


def _row(message: Message) -> MessageRow:
    return MessageRow(
        message_id=message.pk,
        subject=Text(message.subject_zh, message.subject_en),
        body=Text(message.body_zh, message.body_en),
        link=message.link,
        on=message.on,
        at=message.at,
        is_unread=message.read_at is None,
    )


def _trouble(task: Task, what: Text, link: str) -> Trouble:
    return Trouble(
        kind=task.kind,
        what=what,
        link=link,
        since=task.since,
        tries=task.tries,
        next_at=None if task.dead_at else task.due_at,
        error=task.error,
    )


def _mails(keys: list[str]) -> dict[str, tuple[Text, str]]:
    found = Message.objects.filter(pk__in=keys)
    return {str(one.pk): (Text(one.subject_zh, one.subject_en), f"/desk/people/{one.user_id}") for one in found}


def _letters(keys: list[str]) -> dict[str, tuple[Text, str]]:
    return {str(one.pk): (Text(one.subject, one.subject), "") for one in Letter.objects.filter(pk__in=keys)}


def _files(keys: list[str]) -> dict[str, tuple[Text, str]]:
    return {one.digest: (Text(one.name, one.name), "") for one in Screening.objects.filter(digest__in=keys)}


def _pushes(keys: list[str]) -> dict[str, tuple[Text, str]]:
    found = Delivery.objects.select_related("webhook").filter(pk__in=keys)
    return {
        str(one.pk): (Text(one.webhook.name, one.webhook.name), f"/desk/webhooks/{one.webhook_id}") for one in found
    }


# What a task of each kind is about, by its key.
_SUBJECTS: dict[str, Callable[[list[str]], dict[str, tuple[Text, str]]]] = {
    "mail": _mails,
    "letter": _letters,
    "scan": _files,
    "webhook": _pushes,
}
