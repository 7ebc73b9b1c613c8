"""Send what is due to a receiver, signed; it may come twice and carries the same id then."""

from datetime import datetime
from http import HTTPStatus

from django.db import transaction

from pinzhi.engine.webhooks import headers_of
from pinzhi.records.accounts.permissions import SYSTEM
from pinzhi.records.accounts.sealing import unseal
from pinzhi.records.journal.actions import write
from pinzhi.records.notices.models import Delivery, Webhook
from pinzhi.records.notices.webhooks.posting import post
from pinzhi.records.notices.webhooks.telling import KIND
from pinzhi.records.tasks.queue import TaskError, put_off

PURPOSE = "webhooks"


def deliver(delivery_id: str, now: datetime) -> None:
    """Send one delivery; TaskError where the receiver does not take it. Its 410 (gone) ends the subscription."""
    delivery = Delivery.objects.select_related("webhook").filter(pk=delivery_id, sent_at=None).first()
    if delivery is None or delivery.webhook.ended_at:
        return
    body, webhook = delivery.body.encode(), delivery.webhook
    try:
        status = post(webhook.url, body, headers_of(secret_of(webhook), delivery.event_id, int(now.timestamp()), body))
    except TaskError:
        # Nobody is there: what else waits for this receiver waits longer, so that it keeps the others' line free.
        rest = webhook.deliveries.filter(sent_at=None).exclude(pk=delivery.pk).values_list("pk", flat=True)
        put_off(KIND, map(str, rest), now=now)
        raise
    if status == HTTPStatus.GONE:
        _end(webhook, now)
    elif not 200 <= status < 300:
        raise TaskError(f"HTTP {status}")
    else:
        Delivery.objects.filter(pk=delivery.pk).update(sent_at=now)


def secret_of(webhook: Webhook) -> bytes:
    """Return the secret that a receiver's messages are signed with."""
    return unseal(bytes(webhook.secret), purpose=PURPOSE, about=webhook.url)


def _end(webhook: Webhook, now: datetime) -> None:
    with transaction.atomic():
        if Webhook.objects.filter(pk=webhook.pk, ended_at=None).update(ended_at=now):
            write(
                at=now,
                actor=SYSTEM.key,
                action="notices.webhook.gone",
                object_kind="webhook",
                object_key=str(webhook.pk),
                detail={"organisation": webhook.organisation_code},
            )
