"""Read receivers and what became of what they were sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Count, QuerySet

from pinzhi.engine.errors import NotFound
from pinzhi.records.accounts.permissions import Actor, require
from pinzhi.records.notices.models import Delivery, Webhook
from pinzhi.records.notices.webhooks.telling import KIND
from pinzhi.records.tasks.models import Task

SHOWN = 50

State = Literal["sent", "waiting", "dead", "ended"]


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A receiver in the list: of whom, told of what, and how many deliveries were sent, wait, were given up."""

    webhook_id: int
    organisation_code: str
    name: str
    url: str
    kinds: tuple[str, ...]
    made_at: datetime
    ended_at: datetime | None
    sent: int
    waiting: int
    dead: int


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery: what it is of, what became of it, tried how often, what the receiver answered last."""

    event_id: str
    kind: str
    at: datetime
    sent_at: datetime | None
    state: State
    tries: int
    next_at: datetime | None
    error: str
    body: str


def visible_to(actor: Actor) -> QuerySet[Webhook]:
    """Return the receivers somebody looks after: of the organisations managed by right; operators see all."""
    if actor.has("operator"):
        return Webhook.objects.all()
    return Webhook.objects.filter(organisation_code__in=actor.managed_codes).exclude(organisation_code="")


def webhooks(actor: Actor) -> tuple[WebhookRow, ...]:
    """Return the receivers that the actor looks after, those in use first, newest first."""
    require(actor, "notices.webhook")
    rows = list(visible_to(actor).order_by("-pk"))
    unsent = Delivery.objects.filter(webhook__in=rows, sent_at=None).values_list("pk", "webhook_id")
    of = {str(pk): webhook_id for pk, webhook_id in unsent}
    waiting, dead = dict.fromkeys((row.pk for row in rows), 0), dict.fromkeys((row.pk for row in rows), 0)
    for key, dead_at in Task.objects.filter(kind=KIND).values_list("key", "dead_at"):
        if key in of:
            (dead if dead_at else waiting)[of[key]] += 1
    sent = _sent(rows)
    shown = [_row(row, sent.get(row.pk, 0), waiting[row.pk], dead[row.pk]) for row in rows]
    return tuple(sorted(shown, key=lambda row: row.ended_at is not None))


def own_webhook(actor: Actor, webhook_id: int) -> Webhook:
    """Return a receiver that the actor looks after; NotFound for another's, as for none."""
    require(actor, "notices.webhook")
    webhook = visible_to(actor).filter(pk=webhook_id).first()
    if webhook is None:
        raise NotFound("notices.webhook", "没有这个推送地址。", "There is no such receiver.")
    return webhook


def deliveries(actor: Actor, webhook_id: int) -> tuple[WebhookRow, tuple[DeliveryRow, ...]]:
    """Return a receiver and the newest of what it was sent."""
    webhook = own_webhook(actor, webhook_id)
    row = next(one for one in webhooks(actor) if one.webhook_id == webhook.pk)
    newest = list(webhook.deliveries.order_by("-pk")[:SHOWN])
    tasks = {one.key: one for one in Task.objects.filter(kind=KIND, key__in=[str(one.pk) for one in newest])}
    return row, tuple(_delivery(one, tasks.get(str(one.pk))) for one in newest)


def _sent(rows: list[Webhook]) -> dict[int, int]:
    counted = Delivery.objects.filter(webhook__in=rows).exclude(sent_at=None).order_by()
    return dict(counted.values_list("webhook").annotate(Count("pk")))


def _row(webhook: Webhook, sent: int, waiting: int, dead: int) -> WebhookRow:
    return WebhookRow(
        webhook_id=webhook.pk,
        organisation_code=webhook.organisation_code,
        name=webhook.name,
        url=webhook.url,
        kinds=tuple(webhook.kinds),
        made_at=webhook.made_at,
        ended_at=webhook.ended_at,
        sent=sent,
        waiting=waiting,
        dead=dead,
    )


def _delivery(one: Delivery, task: Task | None) -> DeliveryRow:
    state: State = "sent" if one.sent_at else "ended" if task is None else "dead" if task.dead_at else "waiting"
    return DeliveryRow(
        event_id=one.event_id,
        kind=one.kind,
        at=one.at,
        sent_at=one.sent_at,
        state=state,
        tries=task.tries if task else 0,
        next_at=task.due_at if task and not task.dead_at else None,
        error=task.error if task else "",
        body=one.body,
    )
